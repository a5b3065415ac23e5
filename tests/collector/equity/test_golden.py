"""Counts that several engines agree on. The file is not in the repository; EBS_HANDS says where it lies."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from collector.equity import Equity, equity_of, game_named

from .deals import dealt

pytestmark = pytest.mark.hands


@cache
def scenarios(game: str) -> list[dict[str, Any]]:
    folder = os.environ.get("EBS_HANDS")
    if not folder:
        pytest.skip("EBS_HANDS is not set: the golden counts of equity were NOT checked")
    path = Path(folder).parent / "reference" / "equity_golden.json"
    if not path.is_file():
        pytest.skip(f"{path} does not exist: the golden counts of equity were NOT checked")
    return [case for case in json.loads(path.read_text())["scenarios"] if case["game"] == game]


def wrong(name: str) -> list[str]:
    game = game_named(name)
    assert game is not None
    names = []
    for case in scenarios(name):
        deal = dealt(" ".join(case["hands"]), case["board"], case["dead"])
        result = equity_of(game, deal.hands, deal.board, deal.dead)
        if not same(result, case):
            names.append(case["name"])
    return names


def same(result: Equity, case: dict[str, Any]) -> bool:
    players = range(result.players)
    checks = [result.exact, result.runouts == case.get("boards", case.get("deals"))]
    if "winner_mask_counts" in case:
        checks.append({str(mask): boards for mask, boards in result.counts.items()} == case["winner_mask_counts"])
    if "win" in case:
        checks.append([result.win(player) for player in players] == case["win"])
        checks.append([result.tie(player) for player in players] == case["tie"])
    equities = case.get("equity")
    if "players" in case:
        equities = [player.pop("equity") for player in (dict(player) for player in case["players"])]
        halves = [{key: value for key, value in player.items() if key != "equity"} for player in case["players"]]
        checks.append([result.hi_lo(player)._asdict() for player in players] == halves)
    if equities:
        checks.append(all(abs(float(result.equity(player)) - equities[player]) < 1e-12 for player in players))
    return all(checks)


@pytest.mark.parametrize(
    ("game", "least"),
    [("holdem", 300), ("shortdeck", 1), ("omaha4", 2), ("omaha5", 2), ("omaha4hl", 1), ("stud7", 4)],
)
def test_every_golden_count_is_met(game: str, least: int) -> None:
    assert len(scenarios(game)) >= least

    assert wrong(game) == []
