"""A sample is near what is counted, by no more than its error allows, and says that it is one."""

from __future__ import annotations

import numpy as np
import pytest

from collector.cards import parse_cards
from collector.equity import GAMES, equity_of
from collector.equity.own import SAMPLE, shuffled


@pytest.mark.parametrize(
    ("game", "hands", "dead"),
    [
        ("stud7", "AsAhKd2c QsQdJhTh", ""),
        ("stud7hl", "As2h3d8c 4s5d6hKc", ""),
        ("razz", "As2h3d8c 4s5d6hKc", "7c7d"),
        ("stud7", "AsAhKdTcTd3h QsQdJh8d8s7c 2c2d2h5c5s4d", ""),
        ("draw5", "AsAh KsKdKc", ""),
        ("draw27", "2s3h4c 2d3d4d", ""),
    ],
)
def test_a_sample_is_as_near_as_its_error_says(
    game: str, hands: str, dead: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = [parse_cards(hand) for hand in hands.split()]
    counted = equity_of(GAMES[game], known, (), parse_cards(dead))

    monkeypatch.setattr("collector.equity.own._MOST_DRAWS", 0)
    monkeypatch.setattr("collector.equity.own._MOST_DEALS", 0)
    sampled = equity_of(GAMES[game], known, (), parse_cards(dead))

    assert (counted.exact, sampled.exact, sampled.runouts) == (True, False, SAMPLE)
    for player in range(len(known)):
        error = sampled.standard_error(player)
        assert 0 < error < 0.0016
        assert abs(float(counted.equity(player) - sampled.equity(player))) < 4 * error
        assert counted.standard_error(player) == 0


def test_no_card_is_dealt_twice_and_every_card_as_often() -> None:
    dealt = shuffled(np.random.PCG64(1), 9, 4, 20_000)  # (place, deal)

    assert all(len(set(deal)) == 4 for deal in dealt.T[:500].tolist())
    for place in dealt:
        counts = np.bincount(place, minlength=9)
        assert abs(counts - 20_000 / 9).max() < 250  # five standard deviations
