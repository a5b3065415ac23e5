"""How hands begin where it matters who owes what: in a cash game, hand after hand."""

from __future__ import annotations

from typing import Any

from tests.collector.table.dealer import Dealer


def cash(players: int, **rules: Any) -> Dealer:
    dealer = Dealer((10_000,) * players)
    if rules:
        dealer.command(type="set_house_rules", profile="cash", **rules)
    return dealer


def started(dealer: Dealer, **fields: Any) -> tuple[int, list[tuple[int, str, int]]]:
    """Start a hand; return its button and posts."""
    dealer.command(type="start_hand", **fields)
    play = dealer.table.play
    assert play is not None
    return play.button, [(post.seat, post.kind.value, post.amount) for post in play.setup.posts]


def dealt(dealer: Dealer) -> list[int]:
    """Return the seats of the hand, from left of the button."""
    play = dealer.table.play
    assert play is not None
    return [seat.seat for seat in play.setup.seats]


def played(dealer: Dealer, **fields: Any) -> tuple[int, list[tuple[int, str, int]]]:
    """Start a hand that everybody folds; return its button and posts."""
    found = started(dealer, **fields)
    while dealer.table.running is not None:
        dealer.act(dealer.state()["hand"]["to_act"], "fold")
    return found
