"""`ebs replay`: what it prints, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer

from tools.verbs.replay import main

HAND = """
variant = 'NT'
antes = [0, 0, 0]
blinds_or_straddles = [0.5, 1, 0]
min_bet = 1
starting_stacks = [10, 20, 30]
players = ['Ann', 'Bo', 'Cy']
actions = ['p3 cbr 3', 'p1 f', 'p2 f']
"""


@pytest.fixture
def many(tmp_path: Path) -> Path:
    path = tmp_path / "many.phhs"
    unfinished = HAND.replace(", 'p2 f'", "")
    path.write_text(f"[1]{HAND}\n[2]\nvariant = 'FR'\n[3]{unfinished}")
    return path


def test_a_hand_is_one_line_of_json_with_amounts_as_the_file_has_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "one.phh"
    path.write_text(HAND)

    main([path], json=True)

    assert json.loads(capsys.readouterr().out) == {
        "id": "one",
        "file": str(path),
        "section": None,
        "variant": "NT",
        "starting_stacks": [10, 20, 30],
        "final_stacks": [9.5, 19, 31.5],
        "total_pot": 2.5,
        "pots": [{"amount": 2.5, "eligible": [3]}],
        "uncalled_returned": [0, 0, 2],
        "board": [],
        "reached_showdown": False,
        "winners": [{"player": 3, "amount": 2.5}],
        "rulings": [],
    }


def test_a_hand_that_cannot_be_played_is_named_and_hides_no_other(
    many: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended:
        main([many], json=True)

    shown = capsys.readouterr()
    assert ended.value.exit_code == 2
    assert [json.loads(line)["section"] for line in shown.out.splitlines()] == ["1"]
    assert "many.phhs [2]: actions is missing; a hand needs it" in shown.err
    assert "many.phhs [3]: ends before the hand is over: on the preflop seat 2 is to act" in shown.err


def test_without_json_a_hand_is_a_line_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "one.phh"
    path.write_text(HAND)

    main([path], json=False)

    assert "Cy wins 2.5" in capsys.readouterr().out
