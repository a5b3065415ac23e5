"""Exact equity for live hands. NumPy only; integer counts.

>>> from collector.cards import parse_cards
>>> aces = holdem([parse_cards("AsAh"), parse_cards("KdKc")])
>>> aces.runouts, aces.win(0), aces.tie(0)
(1712304, 1388072, 6538)
>>> aces.basis_points()[1]
BasisPoints(equity=1874, win=1855, tie=38)
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

from collector.cards import DECK, Card
from collector.equity.deals import cards_left, deal_of
from collector.equity.games import HOLDEM, BoardGame
from collector.equity.kernel import count_winners
from collector.equity.result import BasisPoints, Equity
from collector.equity.tables import tables

__all__ = ["BasisPoints", "Equity", "holdem", "warm"]


def holdem(hands: Sequence[Sequence[Card]], board: Sequence[Card] = (), dead: Sequence[Card] = ()) -> Equity:
    """Return the equity of 2 to 10 Hold'em hands over every board that can still come.

    Args:
        hands: two cards for each live player.
        board: the 0 to 5 board cards that lie; one or two are a flop half dealt.
        dead: cards that cannot come, such as folded hands that were read.

    Raises BadInput for cards that cannot lie like that.
    """
    return _equity(HOLDEM, hands, board, dead)


def warm() -> None:
    """Build the tables, so that the first hand on air does not wait for them."""
    holdem([DECK[:2], DECK[2:4]])


def _equity(game: BoardGame, hands: Sequence[Sequence[Card]], board: Sequence[Card], dead: Sequence[Card]) -> Equity:
    deal = deal_of(game, hands, board, dead)
    won = count_winners(tables(game), deal)
    runouts = comb(cards_left(game, hands, board, dead), deal.to_come)
    if not game.split:
        sets = won.boards[0].nonzero()[0]
        counts = dict(zip(sets.tolist(), won.boards[0, sets].tolist(), strict=True))
        return Equity(len(hands), runouts, counts)
    low, sets = won.boards.nonzero()
    both = [(high, won.lows[place]) for high, place in zip(sets.tolist(), low.tolist(), strict=True)]
    halves = dict(zip(both, won.boards[low, sets].tolist(), strict=True))
    high = won.boards.sum(axis=0)
    return Equity(len(hands), runouts, {mask: int(high[mask]) for mask in high.nonzero()[0].tolist()}, halves)
