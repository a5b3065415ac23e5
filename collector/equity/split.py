"""Counts pairs of draws that share no card by who wins the high and who wins the low. See disjoint.py.

Axes: z sets of shared cards, l draws that contain one of them, h values of the high, w values of the low (0: none).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from collector.equity.disjoint import Dense, Values, containing, dense, signs

Cells = NDArray[np.int64]
"""(4, 4) pairs by winners of the high (1 first, 2 second, 3 both; row 0 stays 0) and of the low (0: nobody)."""

_BINS: Final = 1 << 17
_PAIRS_PER_BIN: Final = 64
"""As many comparisons take as long as one entry of a histogram."""


def count_splits(
    cards: int, sizes: tuple[int, int], highs: tuple[Values, Values], lows: tuple[Values, Values]
) -> dict[tuple[int, int], int]:
    """Return the disjoint pairs of draws by winners of the high and of the low, as masks."""
    *high, most = dense(*highs)
    *low, worst = dense(*lows, keep_zero=True)
    cells = np.zeros((4, 4), np.int64)
    for shared, sign in signs(sizes):
        rows = [
            [containing(cards, size, shared, part[side]) for part in (high, low)] for side, size in enumerate(sizes)
        ]
        cells += sign * _count(rows[0], rows[1], most, worst)
    return {(row, column): int(cells[row, column]) for row, column in zip(*cells.nonzero(), strict=True)}


def _count(first: list[Dense], second: list[Dense], highs: int, lows: int) -> Cells:
    pairs, bins = first[0].shape[1] * second[0].shape[1], highs * lows
    count: Callable[[list[Dense], list[Dense]], Cells]
    if pairs <= _PAIRS_PER_BIN * bins:
        step, count = max(1, _BINS // pairs), _by_pairs
    else:
        step, count = max(1, _BINS // bins), lambda mine, theirs: _by_histogram(mine, theirs, highs, lows)
    cells = np.zeros((4, 4), np.int64)
    for start in range(0, len(first[0]), step):
        mine, theirs = ([part[start : start + step] for part in parts] for parts in (first, second))
        cells += count(mine, theirs)
    return cells


def _by_pairs(first: list[Dense], second: list[Dense]) -> Cells:
    """Compare (z, l) with (z, l), each with each."""
    (high, low), (their_high, their_low) = ([part[:, :, None] for part in first], [part[:, None, :] for part in second])
    by_high = (high > their_high, high < their_high)
    low_wins = (low > their_low, low < their_low)
    nobody = (low == 0) & (their_low == 0)
    cells = np.zeros((4, 4), np.int64)
    for column, holds in ((0, nobody), (1, low_wins[0]), (2, low_wins[1])):
        _fill(cells, column, np.count_nonzero(holds), [np.count_nonzero(wins & holds) for wins in by_high])
    decided = cells.sum(axis=0)
    won = [np.count_nonzero(wins) - int(cells[row + 1].sum()) for row, wins in enumerate(by_high)]
    _fill(cells, 3, by_high[0].size - int(decided.sum()), won)
    return cells


def _fill(cells: Cells, column: int, pairs: int, won: list[int]) -> None:
    cells[1:, column] = (*won, pairs - sum(won))


def _by_histogram(first: list[Dense], second: list[Dense], highs: int, lows: int) -> Cells:
    """Count how many of the others lie below in the high, below in the low, and below in both."""
    mine, theirs = (_histogram(high, low, highs, lows) for high, low in (first, second))  # (z, w, h) each
    cells = np.zeros((4, 4), np.int64)
    at_most = np.cumsum(theirs, axis=2)
    everyone = np.broadcast_to(at_most[:, :, -1:], theirs.shape)
    # Rows: the other's high is lower; is higher; is anything.
    table = [
        _by_low(mine, beaten) for beaten in (at_most - theirs, everyone - at_most, everyone)
    ]
    for column in range(4):
        _fill(cells, column, table[2][column], [table[0][column], table[1][column]])
    return cells


def _by_low(mine: NDArray[np.float64], theirs: NDArray[np.float64]) -> list[int]:
    """Return the pairs with no low, with a low of the first player, of the second, and of both."""
    lower = np.cumsum(theirs, axis=1)
    pairs = np.vdot(mine, np.broadcast_to(lower[:, -1:], mine.shape))
    nobody = np.vdot(mine[:, 0], theirs[:, 0])
    same = np.vdot(mine, theirs)
    won = np.vdot(mine, lower) - same
    return [int(nobody), int(won), int(pairs - won - same), int(same - nobody)]


def _histogram(high: Dense, low: Dense, highs: int, lows: int) -> NDArray[np.float64]:
    start = np.arange(len(high), dtype=np.int32)[:, None] * np.int32(highs * lows)
    bins = (start + low * np.int32(highs) + high).ravel()
    return np.bincount(bins, minlength=len(high) * highs * lows).reshape(len(high), lows, highs).astype(np.float64)
