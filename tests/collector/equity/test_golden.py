"""Counts that several engines agree on. The file is not in the repository; EBS_HANDS says where it lies."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from collector.equity import _equity, holdem
from collector.equity.games import HOLDEM

from .deals import dealt
from .test_holdem import SHORT_DECK

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


def wrong(game: str) -> list[str]:
    rules = {"holdem": HOLDEM, "shortdeck": SHORT_DECK}[game]
    names = []
    for case in scenarios(game):
        deal = dealt(" ".join(case["hands"]), case["board"], case["dead"])
        result = _equity(rules, deal.hands, deal.board, deal.dead)
        same = result.runouts == case["boards"]
        same &= {str(mask): boards for mask, boards in result.counts.items()} == case["winner_mask_counts"]
        if "win" in case:
            players = range(result.players)
            same &= [result.win(player) for player in players] == case["win"]
            same &= [result.tie(player) for player in players] == case["tie"]
            same &= all(abs(float(result.equity(p)) - case["equity"][p]) < 1e-12 for p in players)
        if not same:
            names.append(case["name"])
    return names


def test_every_golden_holdem_count_is_met() -> None:
    assert len(scenarios("holdem")) >= 300

    assert wrong("holdem") == []


def test_short_deck_is_the_same_code_with_other_data() -> None:
    assert scenarios("shortdeck")

    assert wrong("shortdeck") == []


def test_holdem_is_the_game_that_was_checked() -> None:
    deal = dealt("AsAh KdKc")

    assert holdem(deal.hands) == _equity(HOLDEM, deal.hands, (), ())
