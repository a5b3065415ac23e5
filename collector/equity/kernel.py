"""Counts the boards that each set of players wins. Knows ranks, suits and masks; nothing of cards as text.

Boards are not dealt one by one. Without flushes only ranks matter, so a pass over the rank multisets that can still
come weighs each by the number of ways to deal it. A second pass over the sets of ranks that complete three or more
cards of one suit moves those boards from whoever wins without flushes to whoever wins with them. At most one suit can
have three board cards, so no board is moved twice.

Axes: p players, c rank multisets of the cards to come, s suits, e pairs of (suit, set of ranks drawn in it),
o multisets of the ranks drawn outside that suit, w sets of winners as bit masks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from collector.equity.multisets import Numbers, added
from collector.equity.tables import BOARD, CHOOSE, Suited, Tables

Weights = NDArray[np.float64]
"""Numbers of boards. Whole numbers far below 2**53, so floats add them exactly, and `bincount` wants floats."""

_SUITS = 4
_FLUSH_ON_BOARD = 3
_FLUSH = 5


@dataclass(frozen=True)
class Deal:
    """What is known, in ranks from 0 and suits 0 to 3."""

    hands: Sequence[Sequence[tuple[int, int]]]
    board: Sequence[tuple[int, int]]
    dead: Sequence[tuple[int, int]]


def count_winners(tables: Tables, deal: Deal) -> NDArray[np.int64]:
    """Return (w,) boards won or shared by exactly that set of players, bit p for player p."""
    ranks = tables.game.ranks
    left = np.ones((ranks, _SUITS), np.intp)
    for cards in (*deal.hands, deal.board, deal.dead):
        for rank, suit in cards:
            left[rank, suit] = 0
    of_rank = left.sum(axis=1)  # (ranks,)
    codes, weights = _without_flushes(tables, deal, of_rank)
    players = len(deal.hands)
    winners: Weights = np.bincount(codes & ((1 << players) - 1), weights, 1 << players)  # (w,)
    _move_flushes(tables, deal, left, of_rank, codes, winners)
    return winners.astype(np.int64)


def _without_flushes(tables: Tables, deal: Deal, of_rank: Numbers) -> tuple[Numbers, Weights]:
    """Return per multiset to come (c,) the best class and its winners as one number, and its number of boards."""
    to_come = BOARD - len(deal.board)
    ways = CHOOSE[of_rank].take(tables.group_draws).prod(axis=0)
    weights = ways[tables.group_of[to_come]].prod(axis=0)  # (c,)

    pairs = [low + high * (high + 1) // 2 for low, high in (sorted(rank for rank, _ in hand) for hand in deal.hands)]
    if to_come == BOARD:
        classes = tables.mixed[pairs]  # (p, c)
    else:
        boards: Numbers = np.arange(len(weights))  # (c,) numbers of the multisets, the known board cards added below
        for size, (rank, _) in enumerate(deal.board, to_come):
            boards = added(tables.game.ranks, size)[rank, boards]
        classes = tables.mixed[np.array(pairs)[:, None], boards]  # (p, c)
    return _best(classes), weights


def _best(classes: NDArray[np.uint16]) -> Numbers:
    """Return from (p, x) classes (x,) the best class, shifted left by the number of players, and who has it."""
    best = classes.max(axis=0)
    code = best.astype(np.intp)
    code <<= len(classes)
    holds = np.packbits(classes == best, axis=0, bitorder="little")
    for at, eight in enumerate(holds):
        code |= eight.astype(np.intp) << 8 * at
    return code


def _move_flushes(  # noqa: PLR0913
    tables: Tables, deal: Deal, left: Numbers, of_rank: Numbers, codes: Numbers, winners: Weights
) -> None:
    to_come = BOARD - len(deal.board)
    hole = [[0] * _SUITS for _ in deal.hands]
    most = [0] * _SUITS
    for held, hand in zip(hole, deal.hands, strict=True):
        for rank, suit in hand:
            held[suit] |= 1 << rank
        for s in range(4):
            most[s] = max(most[s], held[s].bit_count())
    board = [0] * _SUITS
    for rank, suit in deal.board:
        board[suit] |= 1 << rank
    ranks = tables.game.ranks
    gone = ((1 - left) << np.arange(ranks)[:, None]).sum(axis=0)
    outside = of_rank[:, None] - left  # (ranks, s)
    n=len(deal.hands)
    everyone = (1<<n)-1
    hole_a = np.array(hole)
    board_a = np.array(board)
    for drawn in range(to_come + 1):
        active = [b.bit_count() + drawn >= max(3, 5 - m) for b, m in zip(board, most)]
        if not any(active):
            continue
        suited = tables.suited[drawn]
        blocked = np.where(active, gone, 1 << ranks)
        suit, sets = ((suited.masks & blocked[:, None]) == 0).nonzero()  # (e,)
        masks = suited.masks[sets] & ((1<<ranks)-1) | board_a[suit]
        flush = _best(tables.flush[masks | hole_a[:, suit]])
        out = to_come - drawn
        if out == 0:
            w = np.ones((4, 1))
        elif out == 1:
            w = outside.T.astype(float)
        else:
            from collector.equity.multisets import members
            lo, hi = members(ranks, 2)
            same = lo == hi
            w = (outside[lo] * (outside[hi] - same[:, None]) / (1 + same[:, None])).T
        at = suited.numbers[out][sets]  # (e, o)
        ours = codes[at]
        moved = w[suit] * (ours < (flush >> n << n)[:, None])
        winners -= np.bincount((ours & everyone).ravel(), moved.ravel(), 1 << n)
        winners += np.bincount(flush & everyone, moved.sum(axis=1), 1 << n)
