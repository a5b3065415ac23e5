"""The table of all-in hands: who is in when the last chip is called, and what is then known."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from collector.cards import parse_cards
from collector.equity import GAMES, equity_of, holdem
from tools.dev.allins import main

app = typer.Typer(add_completion=False)
app.command()(main)

HEAD = "starting_stacks = [1000, 1000, 2000]\nantes = [0, 0, 0]\nblinds_or_straddles = [5, 10, 0]\nbring_in = 5\n"


def rows(folder: Path, variant: str, actions: list[str]) -> list[str]:
    (folder / "famous").mkdir()
    (folder / "famous" / "one.phh").write_text(f"variant = '{variant}'\n{HEAD}actions = {actions}\n")
    result = CliRunner().invoke(app, [str(folder)])
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()[2:]


def points(share: object) -> str:
    return f"{float(share) * 100:.2f}%"  # type: ignore[arg-type]


def test_a_call_for_the_last_chip_is_an_all_in_and_folded_cards_are_dead(tmp_path: Path) -> None:
    deal = ["d dh p1 AsAh", "d dh p2 KdKc", "d dh p3 7h6h"]
    shown = rows(tmp_path, "NT", [*deal, "p3 f", "p1 cbr 1000", "p2 cc", "d db 2c3c4c", "d db 5d", "d db 9s"])

    result = holdem([parse_cards("AsAh"), parse_cards("KdKc")], (), parse_cards("7h6h"))
    assert shown == [f"| one | Hold'em | pre-flop | p1 {points(result.equity(0))}, p2 {points(result.equity(1))} |"]


def test_a_bet_that_nobody_calls_is_no_all_in(tmp_path: Path) -> None:
    deal = ["d dh p1 AsAh", "d dh p2 KdKc", "d dh p3 7h6h"]

    assert rows(tmp_path, "NT", [*deal, "p3 f", "p1 cbr 1000", "p2 f"]) == []


def test_a_hand_with_unread_cards_is_left_out(tmp_path: Path) -> None:
    deal = ["d dh p1 AsAh", "d dh p2 ????", "d dh p3 7h6h"]

    assert rows(tmp_path, "NT", [*deal, "p3 f", "p1 cbr 1000", "p2 cc"]) == []


def test_a_player_with_chips_left_may_stay_in(tmp_path: Path) -> None:
    deal = ["d dh p1 AsAh", "d dh p2 KdKc", "d dh p3 7h6h"]

    (shown,) = rows(tmp_path, "NT", [*deal, "p3 cbr 2000", "p1 cc", "p2 f", "d db 2c3c4c"])

    assert shown.startswith("| one | Hold'em | pre-flop | p1 ")
    assert ", p3 " in shown


def test_before_a_single_draw_everyone_holds_what_he_keeps(tmp_path: Path) -> None:
    deal = ["d dh p1 2s3h4c5dKs", "d dh p2 2d3d4d7hKd", "d dh p3 AcAdAhAsQs"]
    shown = rows(tmp_path, "N2L1D", [*deal, "p3 f", "p1 cbr 1000", "p2 cc", "p1 sd Ks", "p2 sd Kd", "d dh p1 7s"])

    kept = [parse_cards("2s3h4c5d"), parse_cards("2d3d4d7h")]
    result = equity_of(GAMES["draw27"], kept, (), parse_cards("AcAdAhAsQsKsKd"))
    assert f"before the draw | p1 {points(result.equity(0))}, p2" in shown[0]


@pytest.mark.hands
def test_the_table_in_the_documentation_is_what_the_tool_prints() -> None:
    folder = os.environ.get("EBS_HANDS")
    hands = Path(folder) / "hands-dev" if folder else Path()
    if not folder or not hands.is_dir():
        pytest.skip("EBS_HANDS is not set: the table of all-in hands was NOT checked")
    page = (Path(__file__).parents[3] / "docs" / "equity.md").read_text()

    assert CliRunner().invoke(app, [str(hands)]).stdout in page
