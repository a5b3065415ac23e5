"""The tables a game is counted with, loaded or built at first use. Knows ranks and suit masks; not cards.

Axes: h rank pairs of a hand, b rank multisets of the five board cards, x masks of the ranks held in one suit,
y masks of three to five ranks on the board in one suit, t sets of ranks drawn in one suit, o multisets of the ranks
drawn outside it, g groups of neighbouring ranks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property
from math import comb
from typing import Final

import numpy as np
from numpy.typing import NDArray

from collector.equity.games import BoardGame
from collector.equity.large_tables import BOARD, any_five, bits_of, clear_scaffold, flush_table, stored
from collector.equity.multisets import Numbers, added, distinct, members, size_of
from collector.equity.rankings import HIGH, Ranking, classes

OUTSIDE: Final = 2
"""Most board cards outside a suit that three board cards still make a flush in."""
GROUPS: Final = 3
SUITS: Final = 4

CHOOSE: Final = np.array([[comb(n, k) for k in range(BOARD + 1)] for n in range(SUITS + 1)], np.float64)
"""(5, 6): ways to draw k of the n cards left of a rank."""


@dataclass(frozen=True)
class Suited:
    """Every set of d ranks, for boards that complete a suit with d more cards."""

    mark: int
    """A bit above all ranks, set in every mask."""
    masks: NDArray[np.int16]
    """(t,) ranks as bits, and `mark`."""
    numbers: tuple[Numbers, ...]
    """Per number of cards drawn outside the suit, (t, o): the multiset that set and outside ranks make together."""


@dataclass(frozen=True)
class Groups:
    """The ranks in groups, so that the ways to deal a multiset are a product of three looked-up numbers."""

    draws: Numbers
    """(ranks of a group, all groups' shares of multisets): index into the flat (rank, k) table of ways."""
    places: Numbers
    """(g, m): where each group's share of multiset m lies in `draws`."""


@dataclass(frozen=True)
class Ranks:
    """How multisets of ranks are made of others: depends on the deck alone."""

    suited: tuple[Suited, ...]
    """By number of cards drawn in the suit, 0 to 5."""
    adding: tuple[Numbers, ...]
    """By size 0 to 4, (ranks, m): the multiset one larger that multiset m makes with that rank."""
    pairs: Numbers
    """(2, o) lower and higher rank of each multiset of two."""
    is_pair: NDArray[np.float64]
    """(o, 1) 1 if the two are equal, so that the second is drawn from one card fewer."""
    pair_order: NDArray[np.float64]
    """(o, 1) 1/2 if the two are equal, which counts each draw in both orders, otherwise 1."""
    pair_number: list[list[int]]
    """[rank][rank] number of the multiset of two, in either order."""
    groups: tuple[Groups, ...]
    """By number of cards to come."""


@dataclass(frozen=True)
class Tables:
    """Everything that depends on the game alone."""

    ranks: Ranks
    mixed: NDArray[np.uint16]
    """(h, b) class of the best hand that is no flush, of two hole ranks and five board ranks."""
    flush: NDArray[np.uint16]
    """(x,) class of the best flush of five to seven cards in one suit, 0 for fewer."""
    flush_of_two: NDArray[np.uint16] | None
    """(h, y) class of the best flush of exactly two hole ranks and three of the board's in that suit; None where any
    five cards play. The row of a pair of equal ranks is 0: one suit has no such pair. y: see `suited_boards`."""
    low: NDArray[np.uint8] | None
    """(h, b) as `mixed`: the best low of eight or better, 0 for none. None where there is no low."""

    @cached_property
    def makes_low(self) -> list[bool]:
        """Return, by rank pair, whether it makes a low with any board."""
        rows: list[bool] = [] if self.low is None else self.low.any(axis=1).tolist()  # type: ignore[assignment]
        return rows


def tables(game: BoardGame) -> Tables:
    """Return the tables of `game`; the first call loads or builds them (milliseconds)."""
    return _tables(game.ranking, game.exactly_two, game.split)


@cache
def _tables(ranking: Ranking, exactly_two: bool, split: bool) -> Tables:
    ranks = ranks_of(ranking.ranks)
    if ranking != HIGH:
        strength = classes(ranking)
        mixed, flush = any_five(strength.mixed, ranking.ranks), flush_table(ranking.ranks, strength)
        clear_scaffold()
        return Tables(ranks, mixed, flush, None, None)
    flush = stored("high_flush")
    if not exactly_two:
        return Tables(ranks, stored("high_any_five"), flush, None, None)
    if split:
        return replace(_tables(ranking, exactly_two, split=False), low=stored("low_two_and_three"))
    return Tables(ranks, stored("high_two_and_three"), flush, stored("high_flush_of_two"), None)


def forget() -> None:
    """Drop all tables, so that how long they take can be measured again."""
    _tables.cache_clear()
    ranks_of.cache_clear()


@cache
def ranks_of(ranks: int) -> Ranks:
    """Return the tables of a deck with so many ranks."""
    pairs = members(ranks, 2)
    is_pair = (pairs[0] == pairs[1]).astype(np.float64)[:, None]
    built = Ranks(
        suited=tuple(_suited(ranks, drawn) for drawn in range(BOARD + 1)),
        adding=tuple(added(ranks, size) for size in range(BOARD)),
        pairs=pairs,
        is_pair=is_pair,
        pair_order=1 / (1 + is_pair),
        pair_number=added(ranks, 1).tolist(),
        groups=tuple(_groups(ranks, size) for size in range(BOARD + 1)),
    )
    clear_scaffold()
    return built


def _suited(ranks: int, drawn: int) -> Suited:
    sets = distinct(ranks, drawn)  # (t,)
    mark = 1 << ranks
    masks = bits_of(members(ranks, drawn)[:, sets]) | mark
    numbers = [sets[:, None]]  # (t, 1)
    if drawn + 1 <= BOARD:
        numbers.append(added(ranks, drawn)[:, sets].T.copy())  # (t, ranks)
    if drawn + OUTSIDE <= BOARD:
        low, high = members(ranks, 2)  # (o,)
        numbers.append(added(ranks, drawn + 1)[high, numbers[1][:, low]])  # (t, o)
    return Suited(mark, masks.astype(np.int16), tuple(numbers))


def _groups(ranks: int, size: int) -> Groups:
    parts = np.array_split(np.arange(ranks), GROUPS)
    draws: list[Numbers] = []
    places = np.empty((GROUPS, size_of(ranks, size)), np.intp)
    start = 0
    for group, part in enumerate(parts):
        # A multiset's share of a group, as a number in base 6: how many of each rank.
        digits = (BOARD + 1) ** np.arange(len(part))
        codes, place = np.unique(_share(ranks, size, part, digits), return_inverse=True)
        counts = codes[None, :] // digits[:, None] % (BOARD + 1)  # (rank of the group, codes)
        draw = np.zeros((len(parts[0]), len(codes)), np.intp)  # none of rank 0: weight 1
        draw[: len(part)] = part[:, None] * (BOARD + 1) + counts
        places[group] = start + place
        draws.append(draw)
        start += len(codes)
    return Groups(np.concatenate(draws, axis=1), places)


def _share(ranks: int, size: int, part: Numbers, digits: Numbers) -> Numbers:
    digit_of = np.zeros(ranks, np.intp)
    digit_of[part] = digits
    share: Numbers = digit_of[members(ranks, size)].sum(axis=0)  # (m,)
    return share
