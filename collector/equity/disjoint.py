"""Counts pairs of draws that share no card. Knows sets and numbers; nothing of cards or hands.

Two players draw j and k of n cards. A pair of draws counts once for the empty set, minus once for each card that both
hold, plus once for each pair of cards that both hold, and so on: the sum over subsets Z of both of (-1)^|Z| is 1 when
they share nothing and 0 otherwise. So pairs of draws are counted per Z as if they could share cards, which needs no
look at pairs: among the draws that contain Z only their values matter.
Axes: x draws of one player, z sets Z of one size, v values, l draws that contain one Z.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, reduce
from itertools import combinations
from math import comb
from typing import Final

import numpy as np
from numpy.typing import NDArray

from collector.equity.multisets import Numbers

Values = NDArray[np.uint16] | NDArray[np.uint8]
"""(x,) value of each draw; higher wins. A low value of 0 is no low."""

Dense = NDArray[np.uint16]
"""Values without gaps; 16 bits, since comparing them is what takes the time."""

Draws = NDArray[np.int32]
"""Numbers of draws."""

_BINS: Final = 1 << 17
"""Entries of a histogram that is counted in one go."""


@lru_cache(maxsize=8)
def draws(cards: int, size: int) -> NDArray[np.uint8]:
    """Return (i, x): every set of `size` of `cards` places, lowest first; set x has the number sum C(a_i, i + 1)."""
    if size == 0:
        return np.zeros((0, 1), np.uint8)
    shorter = draws(cards, size - 1)
    # All whose highest place is `top` are all shorter ones below `top`, and those are a prefix.
    ends = [comb(top, size - 1) for top in range(cards)]
    table = np.empty((size, sum(ends)), np.uint8)
    table[:-1] = np.concatenate([shorter[:, :end] for end in ends], axis=1)
    table[-1] = np.repeat(np.arange(cards, dtype=np.uint8), ends)
    return table


def count_pairs(cards: int, sizes: tuple[int, int], first: Values, second: Values) -> dict[int, int]:
    """Return the disjoint pairs of draws by winners: 1 the first player, 2 the second, 3 both.

    Args:
        cards: n, the cards that are left.
        sizes: j and k, how many of them each player draws.
        first: (C(n, j),) value of each of the first player's draws, in the order of `draws`.
        second: (C(n, k),) likewise.
    """
    *values, most = dense(first, second)
    won = [0, 0]
    for shared, sign in signs(sizes):
        sets = [containing(cards, size, shared) for size in sizes]
        for side, number in enumerate(_wins((sets[0], sets[1]), (values[0], values[1]), most)):
            won[side] += sign * number
    return {1: won[0], 2: won[1], 3: comb(cards, sizes[0]) * comb(cards - sizes[0], sizes[1]) - sum(won)}


def signs(sizes: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Yield each size of Z and the sign of its term."""
    for shared in range(min(sizes) + 1):
        yield shared, 1 - 2 * (shared % 2)


def dense(first: Values, second: Values, *, keep_zero: bool = False) -> tuple[Dense, Dense, int]:
    """Return both without gaps between values, and how many values there are. `keep_zero`: a value of 0 stays 0."""
    present = np.bincount(first)
    there = np.bincount(second, minlength=len(present)) > 0
    there[: len(present)] |= present > 0
    there[0] |= keep_zero
    number = (np.cumsum(there) - 1).astype(np.uint16)
    return number.take(first), number.take(second), int(number[-1]) + 1


def containing(cards: int, size: int, shared: int) -> Draws:
    """Return (z, l): the numbers of the draws of `size` cards that contain each set of `shared` of them."""
    if shared in (0, size):
        every = np.arange(comb(cards, size), dtype=np.int32)
        return every[:, None] if shared else every[None]
    return _containing(cards, size, shared)


@lru_cache(maxsize=1)
def _containing(cards: int, size: int, shared: int) -> Draws:
    table = draws(cards, size)
    choose = np.array([[comb(card, place + 1) for place in range(shared)] for card in range(cards)], np.uint16)
    found = np.empty((comb(cards, shared), comb(cards - shared, size - shared)), np.int32)
    filled = np.zeros(len(found), np.intp)
    for kept in combinations(range(size), shared):  # one at a time: all of them together take too much memory
        sets = reduce(np.add, (choose[:, place].take(table[at]) for place, at in enumerate(kept)))
        order = np.argsort(sets, kind="stable")  # 16 bits are sorted by radix
        count = np.bincount(sets, minlength=len(filled))
        column = np.arange(len(order)) + np.repeat(filled - np.cumsum(count) + count, count)
        found[sets.take(order), column] = order
        filled += count
    return found


def _wins(sets: tuple[Draws, Draws], values: tuple[Dense, Dense], most: int) -> tuple[int, int]:
    """Return the pairs that contain the same set in which the first value wins, and in which the second does."""
    pairs = sets[0].shape[1] * sets[1].shape[1]
    by_pairs = pairs < most
    above = below = 0
    for first, second in blocks(sets, _BINS // (pairs if by_pairs else most)):
        mine, theirs = values[0].take(first), values[1].take(second)  # (z, l) each
        if by_pairs:
            one, other = mine[:, :, None], theirs[:, None, :]
            above += int(np.count_nonzero(one > other))
            below += int(np.count_nonzero(one < other))
            continue
        count, counts = _histogram(mine, most), _histogram(theirs, most)
        at_most = np.cumsum(counts, axis=1)
        above += int(np.vdot(count[:, 1:], at_most[:, :-1]))
        below += int(np.vdot(count, at_most[:, -1:] - at_most))
    return above, below


def blocks(sets: tuple[Draws, Draws], step: int) -> Iterator[tuple[Draws, Draws]]:
    """Yield both players' draws, `step` sets at a time."""
    step = max(1, step)
    for start in range(0, len(sets[0]), step):
        yield sets[0][start : start + step], sets[1][start : start + step]


def _histogram(values: Dense, bins: int) -> Numbers:
    """Return (z, v): how often each value comes."""
    start = np.arange(0, len(values) * bins, bins, dtype=np.int32)[:, None]
    return np.bincount((values + start).ravel(), minlength=len(values) * bins).reshape(len(values), bins)
