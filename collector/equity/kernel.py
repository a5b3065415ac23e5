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

from collector.equity.multisets import Numbers
from collector.equity.tables import BOARD, CHOOSE, Tables

Weights = NDArray[np.float64]
"""Numbers of boards. Whole and far below 2**53, so floats add them exactly, and `bincount` wants floats."""

Classes = NDArray[np.uint16]
"""Strengths of hands, see games.py; also masks of players, which fit the same 16 bits."""

RankSuit = tuple[int, int]
"""A card: rank from 0 (the deck's lowest) and suit 0 to 3."""

_SUITS: Final = 4
_FLUSH: Final = 5
_LEAST_ON_BOARD: Final = 3


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
    """The deck as it is left, by suit. Masks have bit r for rank r."""

    gone: Numbers
    """(s,) mask of the ranks that can no longer come."""
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
    held = np.zeros((ranks, _SUITS), np.intp)
    for cards in (*deal.hands, deal.board, deal.dead):
        for card in cards:
            held[card] = 1
    of_rank = _SUITS - held.sum(axis=1)
    return _Left(
        gone=(held << np.arange(ranks)[:, None]).sum(axis=0),
        of_rank=of_rank,
        outside=of_rank[:, None] - 1.0 + held,
    )


def _without_flushes(tables: Tables, deal: Deal, left: _Left) -> tuple[Classes, Classes, Weights]:
    """Return, per multiset to come (c,), the best class, the players who hold it, and the number of ways to deal it."""
    ways = CHOOSE[left.of_rank].take(tables.group_draws).prod(axis=0)
    boards: Weights = ways.take(tables.group_of[deal.to_come]).prod(axis=0)  # (c,)

    pairs = [low + high * (high + 1) // 2 for low, high in (sorted(rank for rank, _ in hand) for hand in deal.hands)]
    if not deal.board:
        return *_best(tables.mixed[pairs]), boards
    numbers: Numbers = np.arange(len(boards))  # (c,) the multisets to come; the known board cards are added here
    for size, (rank, _) in enumerate(deal.board, deal.to_come):
        numbers = tables.adding[size][rank, numbers]
    return *_best(tables.mixed[np.array(pairs)[:, None], numbers]), boards


def _best(classes: Classes) -> tuple[Classes, Classes]:
    """Return, for classes (p, x), the best class (x,) and the mask of the players who hold it (x,)."""
    best = classes.max(axis=0)
    bit = np.uint16(1) << np.arange(len(classes), dtype=np.uint16)  # (p,)
    return best, np.einsum("p,px->x", bit, classes == best)  # packbits and @ take several times as long here


def _take_flushes(tables: Tables, deal: Deal, left: _Left, best: Classes, boards: Weights) -> Weights:
    """Return (w,) the boards won by a flush that beats `best` (c,), having taken them out of `boards` (c,)."""
    holes = np.array([_by_suit(hand) for hand in deal.hands])  # (p, s)
    board = np.array(_by_suit(deal.board))  # (s,)
    on_board = np.bitwise_count(board).astype(np.intp)  # (s,)
    # Whoever holds most cards of a suit needs fewest on the board. With five there, everybody has a flush.
    needed = np.maximum(_FLUSH - np.bitwise_count(holes).max(axis=0), _LEAST_ON_BOARD)  # (s,)
    winners = np.zeros(1 << len(holes))
    for drawn in range(deal.to_come + 1):
        open_suits = on_board + drawn >= needed  # (s,)
        if not open_suits.any():
            continue
        suited, outside = tables.suited[drawn], deal.to_come - drawn
        # The bit above the ranks is set in every mask: it shuts a suit whatever is drawn, even nothing.
        shut = np.where(open_suits, left.gone, suited.mark).astype(np.int16)
        can_come = suited.masks & shut[:, None] == 0  # (s, t)
        count = can_come.sum(axis=1)  # (s,)
        sets = np.flatnonzero(can_come) - (np.arange(_SUITS) * len(suited.masks)).repeat(count)  # (e,)

        ours = suited.masks[sets] ^ suited.mark | board.repeat(count)  # (e,) all the board's ranks in the suit
        flush, holders = _best(tables.flush.take(ours | holes.repeat(count, axis=1)))  # (e,) each
        multiset = suited.numbers[outside][sets]  # (e, o)
        beaten = best.take(multiset) < flush[:, None]
        taken = _ways_outside(tables, left.outside, outside).repeat(count, axis=0) * beaten  # (e, o)
        boards -= np.bincount(multiset.ravel(), taken.ravel(), len(boards))
        winners += np.bincount(holders, taken.sum(axis=1), len(winners))
    return winners


def _by_suit(cards: Sequence[RankSuit]) -> list[int]:
    masks = [0] * _SUITS
    for rank, suit in cards:
        masks[suit] |= 1 << rank
    return masks


def _ways_outside(tables: Tables, outside: Weights, drawn: int) -> Weights:
    """Return (s, o): the ways to draw each multiset of `drawn` ranks, 0 to 2, outside each suit."""
    if drawn == 0:
        return np.ones((_SUITS, 1))
    if drawn == 1:
        return outside.T
    low, high = tables.pairs  # (o,) each
    pair = (low == high)[:, None]
    ways: Weights = (outside[low] * (outside[high] - pair) / (1 + pair)).T
    return ways
