"""Makes the large tables from nothing: the best five of every multiset of ranks. Knows ranks and suit masks; not cards.

What takes longest is kept in tables.npz beside this file; `python -m tools.dev.equity_tables` writes it again.
Axes: h rank pairs of a hand, b rank multisets of the five board cards, m multisets, x masks of the ranks held in one
suit, y masks of three to five ranks on the board in one suit.
"""

from __future__ import annotations

import zipfile  # noqa: F401 - numpy would import it at the first table, while somebody waits
from collections.abc import Callable, Mapping
from functools import cache, reduce
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from collector.equity.multisets import Numbers, added, distinct, members, without
from collector.equity.rankings import ACE_TO_FIVE, HIGH, Classes, classes, eight_or_better

Class = TypeVar("Class", np.uint8, np.uint16)

FILE: Final = Path(__file__).with_name("tables.npz")
BOARD: Final = 5
_SEVEN: Final = 7


def stored(name: str) -> NDArray[Any]:
    """Return a table of STORED: from the file, or built where the file is not there."""
    if not FILE.is_file():
        return STORED[name]()
    with np.load(FILE) as file:
        table: NDArray[Any] = file[name]
    return table


def clear_scaffold() -> None:
    """Forget what tables are built from: several times the size of what is kept."""
    for scaffold in (members, without, added, distinct):
        scaffold.cache_clear()


def any_five(strength: NDArray[np.uint16], ranks: int) -> NDArray[np.uint16]:
    """Return (h, b). A hand of six or seven is worth its best hand of one card fewer."""
    seven = best_of(strength, ranks, 7)
    low, high = members(ranks, 2)  # (h,) each
    one = added(ranks, BOARD)[low]  # (h, b) numbers of six ranks
    best: NDArray[np.uint16] = seven[added(ranks, BOARD + 1)[high[:, None], one]]
    return best


def best_of(strength: NDArray[Class], ranks: int, size: int) -> NDArray[Class]:
    """Return (m,) the best five of each multiset of `size` ranks, from the classes of multisets of five."""
    for larger in range(BOARD + 1, size + 1):
        strength = strength[without(ranks, larger)].max(axis=0)
    return strength


def two_and_three(strength: NDArray[Class], ranks: int) -> NDArray[Class]:
    """Return (h, b): a board of four or five is worth its best board of one card fewer."""
    low, high = members(ranks, 2)  # (h,) each
    best: NDArray[Class] = strength[added(ranks, 4)[high[:, None], added(ranks, 3)[low]]]  # (h, m) three board ranks
    for size in (4, BOARD):
        best = reduce(np.maximum, (best.take(fewer, axis=1) for fewer in without(ranks, size)))
    return best


def flush_table(ranks: int, strength: Classes) -> NDArray[np.uint16]:
    """Return (x,) the class of the best five of a mask of five to seven ranks in one suit, otherwise 0."""
    masks = np.arange(1 << ranks)  # (x,)
    cards = np.bitwise_count(masks)
    table = np.zeros(1 << ranks, np.uint16)
    table[bits_of(members(ranks, 5)[:, distinct(ranks, 5)])] = strength.suited
    for count in (6, 7):
        held = masks[cards == count]
        # Taking away a card that is not held leads to a mask of more cards, whose entry is still 0.
        fewer = held[None, :] ^ (1 << np.arange(ranks))[:, None]  # (ranks, held)
        table[held] = table[fewer].max(axis=0)
    return table


def flush_of_two(ranks: int, flush: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Return (h, y)."""
    low, high = members(ranks, 2)  # (h,) each
    hole = np.where(low == high, 0, 1 << low | 1 << high)  # (h,)
    column = suited_boards(ranks)
    three = bits_of(members(ranks, 3)[:, distinct(ranks, 3)])
    joined = hole[:, None] | three  # (h, three) fewer than five for a pair, or for ranks that lie in both
    table = np.zeros((len(hole), int(column.max()) + 1), np.uint16)
    table[:, column[three]] = np.where(np.bitwise_count(joined) == BOARD, flush[joined], 0)
    for count in (4, BOARD):
        sets = members(ranks, count)[:, distinct(ranks, count)]  # (i, sets)
        masks = bits_of(sets)
        table[:, column[masks]] = reduce(np.maximum, (table.take(column[masks ^ (1 << rank)], axis=1) for rank in sets))
    return table


@cache
def suited_boards(ranks: int) -> Numbers:
    """Return (x,) the column y of each mask of three to five ranks, 0 for other masks."""
    cards = np.bitwise_count(np.arange(1 << ranks))
    column = np.zeros(1 << ranks, np.intp)
    boards = np.flatnonzero((cards >= 3) & (cards <= BOARD))
    column[boards] = np.arange(1, len(boards) + 1)
    return column


def bits_of(ranks: Numbers) -> Numbers:
    """Return (t,) masks of (i, t) ranks."""
    bits: Numbers = (1 << ranks).sum(axis=0)
    return bits


def _low_classes() -> NDArray[np.uint8]:
    return eight_or_better(classes(ACE_TO_FIVE).mixed)


def _high_flush_of_two() -> NDArray[np.uint16]:
    return flush_of_two(HIGH.ranks, flush_table(HIGH.ranks, classes(HIGH)))


STORED: Final[Mapping[str, Callable[[], NDArray[Any]]]] = MappingProxyType(
    {
        "high_any_five": lambda: any_five(classes(HIGH).mixed, HIGH.ranks),
        "high_two_and_three": lambda: two_and_three(classes(HIGH).mixed, HIGH.ranks),
        "high_flush": lambda: flush_table(HIGH.ranks, classes(HIGH)),
        "high_flush_of_two": _high_flush_of_two,
        "low_two_and_three": lambda: two_and_three(_low_classes(), ACE_TO_FIVE.ranks),
        "high_of_seven": lambda: best_of(classes(HIGH).mixed, HIGH.ranks, _SEVEN),
        "ace_to_five_of_seven": lambda: best_of(classes(ACE_TO_FIVE).mixed, ACE_TO_FIVE.ranks, _SEVEN),
        "low_of_seven": lambda: best_of(_low_classes(), ACE_TO_FIVE.ranks, _SEVEN),
    }
)
"""What the file holds, and how it is made."""
