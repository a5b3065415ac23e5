"""What a state shows: what is kept from one rendering to the next is never old."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from collector.odds.chances import Chances
from collector.table import view
from collector.table.picture import Channel
from tests.collector.table.dealer import Dealer
from tests.collector.table.test_choices import moved_on

CHANNELS: tuple[Channel, ...] = ("live", "public")


def fresh(dealer: Dealer, channel: Channel) -> bytes:
    """Return a state as another process would render it."""
    view._RENDERED.clear()
    view._CHANCES = Chances()  # type: ignore[misc]
    return view.state(dealer.table, channel)


@given(number_of=st.integers(0, 10**9))
@settings(max_examples=40, deadline=None)
def test_a_state_is_what_another_process_would_render(number_of: int) -> None:
    random, dealer = Random(number_of), Dealer((2_000, 1_500, 900, 100))
    for _ in range(60):
        for _ in range(random.randint(1, 3)):
            moved_on(dealer, random)
        kept = {channel: view.state(dealer.table, channel) for channel in CHANNELS}
        assert kept == {channel: fresh(dealer, channel) for channel in CHANNELS}
        for channel in kept:
            view.state(dealer.table, channel)


def test_a_card_of_one_seat_leaves_the_picture_of_the_others() -> None:
    dealer = Dealer()
    dealer.command(type="start_hand", button=3)
    view.state(dealer.table, "live")
    before = dict(view._RENDERED)

    dealer.read(1, "As")
    view.state(dealer.table, "live")

    changed = {
        place[2] for place, kept in view._RENDERED.items() if place[1] == "live" and before.get(place) is not kept
    }
    assert changed == {1}
