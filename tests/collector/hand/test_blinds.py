"""Which blinds a player misses while away, hand by hand."""

from __future__ import annotations

import pytest

from collector.hand.blinds import Owed, Places, missed
from tests.collector.table.dealer import Dealer


@pytest.mark.parametrize(
    ("away", "last", "now", "owed"),
    [
        pytest.param([2], Places(4, 1, 2), Places(1, None, 3), {2: Owed(small=True)}, id="the big blind left"),
        pytest.param([3], Places(1, 2, 3), Places(2, 3, 4), {3: Owed(small=True)}, id="the small blind came to it"),
        pytest.param([3], Places(9, 1, 2), Places(1, 2, 4), {3: Owed(big=True)}, id="the big blind passed it"),
        pytest.param([3], Places(9, 1, 2), Places(1, 4, 5), {3: Owed(small=True, big=True)}, id="both passed it"),
        pytest.param([6], Places(9, 1, 2), Places(1, 2, 3), {}, id="neither came to it"),
    ],
)
def test_what_a_seat_owes_when_the_blinds_have_moved(
    away: list[int], last: Places, now: Places, owed: dict[int, Owed]
) -> None:
    assert missed(away, last, now, {}) == owed


def test_what_was_owed_before_stays_owed() -> None:
    before = {6: Owed(big=True), 7: Owed(small=True)}

    assert missed([6], Places(9, 1, 2), Places(1, 2, 3), before) == before


def test_a_big_blind_that_sits_out_owes_the_small_blind_that_comes_to_it() -> None:
    dealer = Dealer((10_000, 10_000, 10_000, 10_000))
    dealer.command(type="set_house_rules", profile="cash", button_rule="dead")
    dealer.command(type="start_hand", button=1)
    for seat in (4, 1, 2):
        dealer.act(seat, "fold")
    dealer.command(type="end_hand")
    dealer.command(type="sit_out", seat=3, out=True)

    dealer.command(type="start_hand")

    assert dealer.table.owed == {3: Owed(small=True)}
