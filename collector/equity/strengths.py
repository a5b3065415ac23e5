"""How strong hands of one's own cards are, many at once. Knows cards by index (4 x rank + suit); draws nothing.

Axes: k cards drawn by one player, x hands, m rank multisets, s suits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from collector.cards import PLAYED
from collector.equity.games import OwnGame
from collector.equity.large_tables import clear_scaffold, flush_table, stored
from collector.equity.lookup import SUITS
from collector.equity.multisets import Numbers, members, numbers_of
from collector.equity.rankings import classes

Cards = NDArray[np.uint8]
"""Cards by index."""

_RANKS: Final = 13


@dataclass(frozen=True)
class OwnTables:
    """Strength of all the cards that one player holds at the end."""

    high: NDArray[np.uint16]
    """(m,) by multiset of all ranks, not of one suit."""
    flush: NDArray[np.uint16] | None
    """By mask of the ranks in one suit; None where suits count for nothing."""
    low: NDArray[np.uint8] | None
    """(m,) the low of eight or better, 0 for none; None where there is no low."""


@cache
def own_tables(game: OwnGame) -> OwnTables:
    """Return the tables of `game`; the first call builds them."""
    if game.size == PLAYED:
        strength = classes(game.ranking)
        of_five = OwnTables(strength.mixed, flush_table(_RANKS, strength), None)
        clear_scaffold()
        return of_five
    flush = stored("high_flush") if game.ranking.flushes else None
    return OwnTables(stored(f"{game.ranking.name}_of_seven"), flush, stored("low_of_seven") if game.split else None)


@dataclass(frozen=True)
class Strengths:
    """(x,) how strong each hand is; higher wins."""

    high: NDArray[np.uint16]
    low: NDArray[np.uint8] | None


def strengths(game: OwnGame, known: Sequence[int], drawn: Cards) -> Strengths:
    """Return the strength of `known` with each of the draws.

    Args:
        game: which hands win.
        known: indexes of the cards that one player holds.
        drawn: (k, x) indexes of the cards that complete them to `game.size`, lowest first.
    """
    tables = own_tables(game)
    final = _completed(known, len(drawn))
    draw = numbers_of(drawn >> 2)  # (x,)
    high = tables.high[final].take(draw)
    if tables.flush is not None:
        _raise_flushes(game, tables.flush, known, drawn, high)
    return Strengths(high, None if tables.low is None else tables.low[final].take(draw))


def _completed(known: Sequence[int], drawn: int) -> Numbers:
    """Return (m,) the multiset that each multiset of `drawn` ranks makes with the known ones."""
    ranks = members(_RANKS, drawn)
    held = np.broadcast_to(np.array([card >> 2 for card in known], np.intp)[:, None], (len(known), ranks.shape[1]))
    return numbers_of(np.sort(np.concatenate([held, ranks]), axis=0))


def _raise_flushes(
    game: OwnGame, flush: NDArray[np.uint16], known: Sequence[int], drawn: Cards, high: NDArray[np.uint16]
) -> None:
    """Give hands with five cards of a suit what they are worth."""
    bits = (1 << (drawn >> 2).astype(np.uint16)).astype(np.uint16)  # (k, x)
    suits = drawn & 3
    for suit in range(SUITS):
        held = [card >> 2 for card in known if card & 3 == suit]
        if len(held) + len(drawn) < PLAYED:
            continue
        masks = np.full(high.shape, sum(1 << rank for rank in held), np.uint16)
        for bit, own in zip(bits, suits, strict=True):
            np.bitwise_or(masks, bit, out=masks, where=own == suit)
        strength = flush.take(masks)
        if game.size == PLAYED:  # all five play: a flush is what it is, also where that is bad
            np.copyto(high, strength, where=strength > 0)
        else:
            np.maximum(high, strength, out=high)
