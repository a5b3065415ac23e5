"""The kernel counts what plain loops count, on every street."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector.equity import holdem

from .deals import Dealt, dealt, random_deal
from .reference import winners

COUNTED = json.loads((Path(__file__).parent / "counted.json").read_text())


def counts_of(deal: Dealt) -> dict[int, int]:
    return holdem(deal.hands, deal.board, deal.dead).counts


def reference(deal: Dealt) -> dict[int, int]:
    return winners(deal.hands, deal.board, deal.dead)


@pytest.mark.parametrize(("on_board", "left", "deals"), [(5, 42, 60), (4, 42, 60), (3, 40, 24), (3, 18, 60)])
def test_flop_turn_and_river_agree_with_plain_loops(on_board: int, left: int, deals: int) -> None:
    for seed in range(deals):
        deal = random_deal(seed, on_board, left)

        assert counts_of(deal) == reference(deal), deal


@pytest.mark.parametrize(("on_board", "left", "deals"), [(0, 12, 60), (1, 14, 60), (2, 18, 60)])
def test_boards_of_none_one_and_two_cards_agree_when_most_cards_are_dead(on_board: int, left: int, deals: int) -> None:
    for seed in range(deals):
        deal = random_deal(seed, on_board, left)

        assert counts_of(deal) == reference(deal), deal


@settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32), on_board=st.integers(0, 5), left=st.integers(5, 11))
def test_any_deal_agrees_with_plain_loops(seed: int, on_board: int, left: int) -> None:
    deal = random_deal(seed, on_board, left)

    assert counts_of(deal) == reference(deal), deal


@pytest.mark.parametrize("case", COUNTED, ids=lambda case: f"{case['hands']}-{case['board'] or 'preflop'}")
def test_whole_deals_counted_once_by_plain_loops(case: dict[str, str]) -> None:
    deal = dealt(case["hands"], case["board"], case["dead"])

    assert {str(mask): boards for mask, boards in counts_of(deal).items()} == case["counts"]


def test_aces_against_kings_is_the_figure_everyone_knows() -> None:
    deal = dealt("AsAh KdKc")

    result = holdem(deal.hands)

    assert result.runouts == 1_712_304
    assert (result.win(0), result.win(1), result.tie(0)) == (1_388_072, 317_694, 6_538)
    assert result.equity(0) == Fraction(1_388_072 * 2 + 6_538, 2 * 1_712_304)
