"""Every game counts what plain loops count, on random spots of every street; 20,000 of each with `pytest -m soak`."""

from __future__ import annotations

import os

import pytest

from collector.equity import Equity, equity_of
from tests.collector.equity.games import game_of

from .rules import RULES, random_spot, winners

SPOTS = 60
SOAK = 20_000


def halves(result: Equity) -> dict[tuple[int, int], int]:
    return result.halves or {(high, 0): runouts for high, runouts in result.counts.items()}


def compare(name: str, seed: int, runouts: int) -> None:
    spot = random_spot(RULES[name], seed, runouts)

    result = equity_of(game_of(name), spot.hands, spot.board, spot.dead)

    assert result.exact
    assert halves(result) == winners(RULES[name], spot), (name, seed, spot)
    assert sum(halves(result).values()) == result.runouts


@pytest.mark.parametrize("name", RULES)
def test_a_game_agrees_with_plain_loops(name: str) -> None:
    for seed in range(SPOTS):
        compare(name, seed, 25)


@pytest.mark.soak
@pytest.mark.timeout(0)
@pytest.mark.parametrize("name", RULES)
def test_twenty_thousand_random_deals_agree_with_plain_loops(name: str) -> None:
    for seed in range(SPOTS, SPOTS + int(os.environ.get("EBS_SOAK_DEALS", SOAK))):
        compare(name, seed, 12)


@pytest.mark.parametrize("name", ["omaha4hl", "stud7hl"])
def test_the_halves_of_a_pot_make_one_pot(name: str) -> None:
    for seed in range(40):
        spot = random_spot(RULES[name], seed, 60)
        result = equity_of(game_of(name), spot.hands, spot.board, spot.dead)

        assert sum(result.equity(player) for player in range(result.players)) == 1
