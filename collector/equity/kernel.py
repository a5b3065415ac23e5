"""Counts the boards that each set of players wins. Knows ranks, suits and masks; nothing of cards as text.

Boards are not dealt one by one. Without flushes only ranks matter, so a pass over the rank multisets that can still
come weighs each by the number of ways to deal it. A second pass over the sets of ranks that complete three or more
cards of one suit moves those boards from whoever wins without flushes to whoever wins with them. At most one suit can
have three board cards, so no board is moved twice.

Axes: p players, r ranks, s suits, c rank multisets of the cards to come, e pairs of (suit, set of ranks drawn in it),
o multisets of the ranks drawn outside that suit, w sets of winners as bit masks (bit p for player p).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from collector.equity.multisets import Numbers, size_of
from collector.equity.tables import BOARD, CHOOSE, SUITS, Tables

Weights = NDArray[np.float64]
"""Numbers of boards. Whole and far below 2**53, so floats add them exactly, and `bincount` wants floats."""

Classes = NDArray[np.uint16]
"""Strengths of hands, see games.py; also masks of players, which fit the same 16 bits."""

RankSuit = tuple[int, int]
"""A card: rank from 0 (the deck's lowest) and suit 0 to 3."""

_FLUSH: Final = 5
_LEAST_ON_BOARD: Final = 3

# Made once: on the flop and later, a call of NumPy costs more than what it computes.
_RANKS: Final[Numbers] = np.arange(13)[:, None]
_RANGE: Final[Numbers] = np.arange(size_of(13, BOARD))
_BITS: Final[Classes] = (1 << np.arange(10)).astype(np.uint16)


@dataclass(frozen=True)
class Deal:
    """What is known of a deal."""

    hands: Sequence[Sequence[RankSuit]]
    board: Sequence[RankSuit]
    dead: Sequence[RankSuit]

    @property
    def to_come(self) -> int:
        """Return how many board cards are unknown."""
        return BOARD - len(self.board)


@dataclass(frozen=True)
class _Left:
    """The deck as it is left, and whose cards are of which suit. Masks have bit r for rank r."""

    holes: list[list[int]]
    """[p][s] mask of each player's ranks in each suit."""
    board: list[int]
    """[s] mask of the board's ranks in each suit."""
    gone: list[int]
    """[s] mask of the ranks that can no longer come."""
    of_rank: Numbers
    """(r,) cards left of a rank."""
    outside: Weights
    """(r, s) cards left of a rank in the three other suits."""


def count_winners(tables: Tables, deal: Deal) -> NDArray[np.int64]:
    """Return (w,) the number of boards that exactly that set of players wins together."""
    left = _left(tables.game.ranks, deal)
    best, holders, boards = _without_flushes(tables, deal, left)  # (c,) each
    by_flush = _take_flushes(tables, deal, left, best, boards)  # (w,)
    winners = by_flush + np.bincount(holders, boards, len(by_flush))
    return winners.astype(np.int64)


def _left(ranks: int, deal: Deal) -> _Left:
    holes = [_by_suit(hand) for hand in deal.hands]
    board = _by_suit(deal.board)
    dead = _by_suit(deal.dead)
    # No card is in two places, so adding masks joins them.
    gone = [sum(masks) for masks in zip(*holes, board, dead, strict=True)]
    held = np.array(gone) >> _RANKS[:ranks] & 1  # (r, s)
    of_rank = SUITS - np.add.reduce(held, axis=1)
    return _Left(holes, board, gone, of_rank, outside=of_rank[:, None] - 1.0 + held)


def _by_suit(cards: Sequence[RankSuit]) -> list[int]:
    masks = [0] * SUITS
    for rank, suit in cards:
        masks[suit] |= 1 << rank
    return masks


def _without_flushes(tables: Tables, deal: Deal, left: _Left) -> tuple[Classes, Classes, Weights]:
    """Return, per multiset to come (c,), the best class, the players who hold it, and the number of ways to deal it."""
    groups = tables.groups[deal.to_come]
    ways = np.multiply.reduce(CHOOSE[left.of_rank].take(groups.draws))
    boards: Weights = np.multiply.reduce(ways.take(groups.places))  # (c,)

    number = tables.pair_number
    pairs = [number[one][other] for (one, _), (other, _) in deal.hands]
    if not deal.board:
        return *_best(tables.mixed[pairs]), boards
    numbers = _RANGE[: len(boards)]  # (c,) the multisets to come; the known board cards are added here
    for size, (rank, _) in enumerate(deal.board, deal.to_come):
        numbers = tables.adding[size][rank].take(numbers)
    return *_best(tables.mixed[np.array(pairs)[:, None], numbers]), boards


def _best(classes: Classes) -> tuple[Classes, Classes]:
    """Return, for classes (p, x), the best class (x,) and the mask of the players who hold it (x,)."""
    best = np.maximum.reduce(classes)
    return best, np.einsum("p,px->x", _BITS[: len(classes)], classes == best)  # packbits and @ take longer here


def _take_flushes(tables: Tables, deal: Deal, left: _Left, best: Classes, boards: Weights) -> Weights:
    """Return (w,) the boards won by a flush that beats `best` (c,), having taken them out of `boards` (c,)."""
    # Whoever holds most cards of a suit needs fewest on the board. With five there, everybody has a flush.
    held = [max(map(int.bit_count, masks)) for masks in zip(*left.holes, strict=True)]
    missing = [
        max(_FLUSH - most, _LEAST_ON_BOARD) - mask.bit_count() for most, mask in zip(held, left.board, strict=True)
    ]
    holes, board = np.array(left.holes), np.array(left.board)  # (p, s), (s,)
    winners = np.zeros(1 << len(holes))
    for drawn in range(max(0, min(missing)), deal.to_come + 1):
        suited, outside = tables.suited[drawn], deal.to_come - drawn
        # Suits in which so few cards make no flush are left out. The mark is in every mask, even of no cards: it
        # shuts a suit.
        shut = [gone if drawn >= least else suited.mark for gone, least in zip(left.gone, missing, strict=True)]
        suit, sets = (suited.masks & np.array(shut, np.int16)[:, None] == 0).nonzero()  # (e,) each

        ours = suited.masks.take(sets) ^ suited.mark | board.take(suit)  # (e,) all the board's ranks in the suit
        flush, holders = _best(tables.flush.take(ours | holes.take(suit, axis=1)))  # (e,) each
        multiset = suited.numbers[outside].take(sets, axis=0)  # (e, o)
        beaten = best.take(multiset) < flush[:, None]
        taken = _ways_outside(tables, left.outside, outside).take(suit, axis=0) * beaten  # (e, o)
        boards -= np.bincount(multiset.ravel(), taken.ravel(), len(boards))
        winners += np.bincount(holders, np.add.reduce(taken, axis=1), len(winners))
    return winners


def _ways_outside(tables: Tables, outside: Weights, drawn: int) -> Weights:
    """Return (s, o): the ways to draw each multiset of `drawn` ranks, 0 to 2, outside each suit."""
    if drawn == 0:
        return np.ones((SUITS, 1))
    if drawn == 1:
        return outside.T
    low, high = tables.pairs  # (o,) each
    first, second = outside.take(low, axis=0), outside.take(high, axis=0)  # (o, s) each
    ways: Weights = (first * (second - tables.is_pair) * tables.pair_order).T
    return ways
