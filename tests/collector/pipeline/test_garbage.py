"""Garbage: looked for behind finished hands, among what is new only, and nothing stays that nobody needs."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from collector.pipeline.desk import Batch, Desk
from collector.pipeline.garbage import FACTS, Garbage, settle
from collector.pipeline.loading import load_desk
from collector.pipeline.projector import Ended
from collector.table.commands import COMMANDS
from tests.collector.pipeline.hall import Store
from tests.collector.table.dealer import Dealer


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


def hand(dealer: Dealer) -> None:
    dealer.command(type="start_hand", button=1)
    for seat, cards in ((1, ("As", "Ad")), (2, ("Kh", "Kd")), (3, ("Qh", "Qd"))):
        for card in cards:
            dealer.read(seat, card)
    for number in range(20):
        dealer.send(type="fold", seat=9, id=f"refused-{number}")
    dealer.act(1, "raise_to", 300)
    dealer.act(2, "fold")
    dealer.act(3, "fold")
    dealer.command(type="end_hand")
    for seat, cards in ((1, ("As", "Ad")), (2, ("Kh", "Kd")), (3, ("Qh", "Qd"))):
        for card in cards:
            dealer.lift(seat, card)
        dealer.renderer.state(dealer.table, "live")


def committed(garbage: Garbage, dealer: Dealer, since: int) -> None:
    changes = dealer.changes[since:]
    garbage.committed(Batch(facts=[change.fact for change in changes], changes=changes))


def test_what_a_hand_left_is_never_looked_at_again() -> None:
    dealer, garbage = Dealer(), Garbage()
    hand(dealer)
    committed(garbage, dealer, 0)
    frozen = gc.get_freeze_count()
    assert frozen > 10_000
    assert len(gc.get_objects()) < frozen / 10

    since = len(dealer.changes)
    hand(dealer)
    before = len(gc.get_objects())
    committed(garbage, dealer, since)

    assert gc.get_freeze_count() > frozen
    assert len(gc.get_objects()) < before / 2, "what the second hand left is frozen too"


def test_many_facts_without_a_hand_are_settled_too() -> None:
    dealer, garbage = Dealer(), Garbage()
    since, settled = len(dealer.changes), gc.get_freeze_count()

    for number in range(FACTS - 1):
        dealer.read(1, "As")
        committed(garbage, dealer, since + number)
    assert gc.get_freeze_count() == settled
    dealer.read(1, "As")
    committed(garbage, dealer, len(dealer.changes) - 1)

    assert gc.get_freeze_count() > settled


def test_hands_that_are_frozen_leave_no_circles_behind() -> None:
    """Frozen, a circle stays for ever. A hundred hands leave none, however often the table was settled in between."""
    dealer, garbage = Dealer((1_000_000,) * 3), Garbage()
    settle()
    for _ in range(100):
        since = len(dealer.changes)
        hand(dealer)
        committed(garbage, dealer, since)
    dealer.changes.clear()

    gc.unfreeze()
    found = gc.collect()

    assert found < 100, "less than one object a hand"


async def test_a_log_that_is_folded_is_frozen_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    dealer = Dealer()
    for _ in range(5):
        hand(dealer)
    monkeypatch.setattr("collector.facts.streams.PAGE", 50)
    looked: list[int] = []
    monkeypatch.setattr("collector.pipeline.loading.settle", lambda: looked.append(1))

    desk, ended = await load_desk(Store(facts=dealer.facts), COMMANDS, lambda: 1)

    assert len([each for each in ended if isinstance(each, Ended)]) == 5
    assert len(looked) == sum(-(-length // 50) for length in (3, len(dealer.facts) - 3))
    assert isinstance(desk, Desk)
    assert desk.tables[dealer.table.table_id].position == dealer.table.position
