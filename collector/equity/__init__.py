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
from collector.equity.deals import deal_of
from collector.equity.games import HOLDEM, Game
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


def _equity(game: Game, hands: Sequence[Sequence[Card]], board: Sequence[Card], dead: Sequence[Card]) -> Equity:
    deal = deal_of(game, hands, board, dead)
    winners = count_winners(tables(game), deal)
    left = 4 * game.ranks - len(hands) * game.hole - len(board) - len(dead)
    sets = winners.nonzero()[0]
    counts = dict(zip(sets.tolist(), winners[sets].tolist(), strict=True))
    return Equity(len(hands), comb(left, deal.to_come), counts)
