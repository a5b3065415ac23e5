"""An evening with every kind of hidden card: dealt, typed, between hands, in a refusal and in an amendment."""

from __future__ import annotations

import random

from collector.facts.seals import HouseKeys, Sealer
from tests.collector.table.dealer import Dealer
from tests.collector.table.openings import flop

HOUSE = HouseKeys([b"h" * 32])


def sealer() -> Sealer:
    return Sealer(lambda: HOUSE, random.Random(1).randbytes)


def played(given: Sealer | None) -> Dealer:
    """Two hands, a reading between them, a refusal that names a card, and an amendment of the first hand."""
    dealer = Dealer(sealer=given)
    dealer.command(type="start_hand", button=1)
    for seat, cards in ((1, "AsAd"), (2, "KsKd"), (3, "QsQd")):
        dealer.read(seat, cards[:2])
        dealer.read(seat, cards[2:])
    dealer.act(1, "raise_to", 300)
    called = dealer.act(2, "call").seq
    dealer.act(3, "fold")
    flop(dealer)
    dealer.send(type="deal_card", seat=1, card="2c")
    dealer.act(2, "check")
    dealer.act(1, "bet", 400)
    dealer.act(2, "fold")
    dealer.lift(1, "As")
    dealer.command(type="end_hand")
    dealer.read(5, "9h")
    amend = {"type": "amend", "changes": [{"seq": called, "command": {"type": "fold", "seat": 2}}]}
    dealer.send(**amend)
    dealer.command(type="start_hand")
    dealer.read(1, "7c")
    return dealer
