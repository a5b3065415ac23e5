"""How hands begin in tests: in a game, dealt, with a flop."""

from __future__ import annotations

from typing import Any

from tests.collector.table.dealer import Dealer


def bring(dealer: Dealer, **game: Any) -> None:
    """Start a hand of a game, with the button in the last seat."""
    dealer.command(type="set_game", **game)
    dealer.command(type="start_hand", button=max(dealer.table.seated))


def dealt(*hands: str, stacks: tuple[int, ...] | None = None) -> Dealer:
    """A hand with its cards read; seat 1 has the button, so seats 2 and 3 post."""
    dealer = Dealer(stacks or (10_000,) * len(hands))
    dealer.command(type="start_hand", button=1)
    for turn in (0, 2):
        for seat, cards in enumerate(hands, 1):
            dealer.read(seat, cards[turn : turn + 2])
    return dealer


def flop(dealer: Dealer, cards: str = "2c7d9h") -> None:
    for at in range(0, len(cards), 2):
        dealer.read(None, cards[at : at + 2])
