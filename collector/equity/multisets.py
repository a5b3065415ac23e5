"""Rank multisets, numbered without gaps. Knows nothing of cards, suits or hand strength.

A multiset a0 <= a1 <= ... of ranks has the number sum C(a_i + i, i + 1). Those drawn from the lowest ranks come first,
so a shorter deck's multisets are a prefix of a longer one's. Every table in this package is indexed by such numbers.
Axes: m multisets of one size, i places in the sorted multiset, r ranks.
"""

from __future__ import annotations

from functools import cache
from math import comb
from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.intp]
"""Ranks, or numbers of multisets: whatever indexes a table."""

_TOP: Final = 24
_CHOOSE: Final[Numbers] = np.array([[comb(n, k) for k in range(9)] for n in range(_TOP)], np.intp)


def size_of(ranks: int, size: int) -> int:
    """Return how many multisets of `size` ranks there are."""
    return comb(ranks + size - 1, size)


@cache
def members(ranks: int, size: int) -> Numbers:
    """Return (i, m): the ranks of each multiset, lowest first, in the order of their numbers."""
    if size == 0:
        return np.zeros((0, 1), np.intp)
    shorter = members(ranks, size - 1)
    # All whose highest rank is `top` are all shorter ones drawn from ranks up to `top`, and those are a prefix.
    ends = [size_of(top + 1, size - 1) for top in range(ranks)]
    table = np.empty((size, sum(ends)), np.intp)
    table[:-1] = np.concatenate([shorter[:, :end] for end in ends], axis=1)
    table[-1] = np.repeat(np.arange(ranks), ends)
    return table


@cache
def without(ranks: int, size: int) -> Numbers:
    """Return (i, m): the number, among multisets one smaller, of multiset m without its rank at place i."""
    table = members(ranks, size)
    place = np.arange(size)[:, None]
    kept = np.zeros((size + 1, table.shape[1]), np.intp)
    np.cumsum(_CHOOSE[table + place, place + 1], axis=0, out=kept[1:])  # places below i stay
    moved = np.zeros((size + 1, table.shape[1]), np.intp)
    np.cumsum(_CHOOSE[table[1:] + place[:-1], place[1:]][::-1], axis=0, out=moved[1:-1])  # places above i move down
    return kept[:-1] + moved[-2::-1]


@cache
def added(ranks: int, size: int) -> Numbers:
    """Return (r, m): the number, among multisets one larger, of multiset m with rank r added."""
    larger = members(ranks, size + 1)
    table = np.empty((ranks, size_of(ranks, size)), np.intp)
    table[larger, without(ranks, size + 1)] = np.arange(larger.shape[1])
    return table


@cache
def distinct(ranks: int, size: int) -> Numbers:
    """Return the numbers of the multisets that hold no rank twice: the sets."""
    table = members(ranks, size)
    return np.flatnonzero((table[1:] > table[:-1]).all(axis=0))


def numbers_of(sorted_ranks: Numbers) -> Numbers:
    """Return (...) the number of each multiset of (i, ...) ranks, lowest first."""
    number: Numbers = np.zeros(sorted_ranks.shape[1:], np.intp)
    for place, ranks in enumerate(sorted_ranks):
        number += _CHOOSE[place:, place + 1].take(ranks)
    return number
