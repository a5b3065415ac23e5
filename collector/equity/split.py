"""Counts pairs of draws that share no card by who wins the high and who wins the low. See disjoint.py.

Axes: z sets of shared cards, l draws that contain one of them, h values of the high, w values of the low (0: none).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from collector.equity.disjoint import Dense, Draws, Values, blocks, containing, dense, signs

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
    values = [(high[side], low[side]) for side in (0, 1)]
    cells = np.zeros((4, 4), np.int64)
    for shared, sign in signs(sizes):
        sets = (containing(cards, sizes[0], shared), containing(cards, sizes[1], shared))
        cells += sign * _count(sets, values, (most, worst))
    return {(row, column): int(cells[row, column]) for row, column in zip(*cells.nonzero(), strict=True)}


def _count(sets: tuple[Draws, Draws], values: Sequence[tuple[Dense, Dense]], most: tuple[int, int]) -> Cells:
    """Count the pairs of draws that contain the same set: each with each where they are few, or by histogram."""
    pairs, bins = sets[0].shape[1] * sets[1].shape[1], most[0] * most[1]
    by_pairs = pairs <= _PAIRS_PER_BIN * bins
    cells = np.zeros((4, 4), np.int64)
    for block in blocks(sets, _BINS // (pairs if by_pairs else bins)):
        first, second = (
            [value.take(draw) for value in own] for draw, own in zip(block, values, strict=True)
        )  # high and low, (z, l) each
        if not by_pairs:
            cells += _by_histogram(first, second, *most)
            continue
        step = max(1, _BINS // second[0].size)
        for start in range(0, first[0].shape[1], step):
            cells += _by_pairs([part[:, start : start + step] for part in first], second)
    return cells


def _by_pairs(first: list[Dense], second: list[Dense]) -> Cells:
    """Compare (z, l) with (z, l), each with each."""
    high, low = (part[:, :, None] for part in first)
    their_high, their_low = (part[:, None, :] for part in second)
    by_high = (high > their_high, high < their_high)
    low_wins = (low > their_low, low < their_low)
    nobody = (low == 0) & (their_low == 0)
    cells = np.zeros((4, 4), np.int64)
    for column, holds in ((0, nobody), (1, low_wins[0]), (2, low_wins[1])):
        _fill(cells, column, _number(holds), [_number(wins & holds) for wins in by_high])
    decided = cells.sum(axis=0)
    won = [_number(wins) - int(cells[row + 1].sum()) for row, wins in enumerate(by_high)]
    _fill(cells, 3, by_high[0].size - int(decided.sum()), won)
    return cells


def _number(holds: NDArray[np.bool_]) -> int:
    return int(np.count_nonzero(holds))


def _fill(cells: Cells, column: int, pairs: int, won: list[int]) -> None:
    cells[1:, column] = (*won, pairs - sum(won))


def _by_histogram(first: list[Dense], second: list[Dense], highs: int, lows: int) -> Cells:
    """Count how many of the others lie below in the high, below in the low, and below in both."""
    mine, theirs = (_histogram(high, low, highs, lows) for high, low in (first, second))  # (z, w, h) each
    cells = np.zeros((4, 4), np.int64)
    at_most = np.cumsum(theirs, axis=2)
    everyone = np.broadcast_to(at_most[:, :, -1:], theirs.shape)
    # Rows: the other's high is lower; is higher; is anything.
    table = [_by_low(mine, beaten) for beaten in (at_most - theirs, everyone - at_most, everyone)]
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
