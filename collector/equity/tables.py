"""The tables a game is counted with, built from nothing at first use. Knows ranks and suit masks; not cards.

Axes: h rank pairs of a hand, b rank multisets of the five board cards, x masks of the ranks held in one suit,
t sets of ranks drawn in one suit, o multisets of the ranks drawn outside it, g groups of neighbouring ranks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, reduce
from math import comb
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from collector.equity.games import BoardGame
from collector.equity.multisets import Numbers, added, distinct, members, size_of, without
from collector.equity.rankings import ACE_TO_FIVE, Classes, Ranking, classes, eight_or_better

Class = TypeVar("Class", np.uint8, np.uint16)

BOARD: Final = 5
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
    """(h, x) class of the best flush of exactly two hole ranks and three of a mask; None where any five cards play.
    The row of a pair of equal ranks is 0: one suit has no such pair."""
    low: NDArray[np.uint8] | None
    """(h, b) as `mixed`: the best low of eight or better, 0 for none. None where there is no low."""


@cache
def tables(game: BoardGame) -> Tables:
    """Return the tables of `game`; the first call builds or loads them (milliseconds)."""
    strength = _strength(game.ranking, game.exactly_two)
    low = _low() if game.split else None
    return Tables(ranks_of(game.ranking.ranks), *strength, low)


@cache
def _strength(
    ranking: Ranking, exactly_two: bool
) -> tuple[NDArray[np.uint16], NDArray[np.uint16], NDArray[np.uint16] | None]:
    strength = classes(ranking)
    flush = flush_table(ranking.ranks, strength)
    mixed = _two_and_three(strength.mixed, ranking.ranks) if exactly_two else _any_five(strength.mixed, ranking.ranks)
    clear_scaffold()
    return mixed, flush, _flush_of_two(ranking.ranks, flush) if exactly_two else None


@cache
def _low() -> NDArray[np.uint8]:
    low = _two_and_three(eight_or_better(classes(ACE_TO_FIVE).mixed), ACE_TO_FIVE.ranks)
    clear_scaffold()
    return low


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


def clear_scaffold() -> None:
    """Forget what tables are built from: several times the size of what is kept."""
    for scaffold in (members, without, added, distinct):
        scaffold.cache_clear()


def _any_five(strength: NDArray[np.uint16], ranks: int) -> NDArray[np.uint16]:
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


def _two_and_three(strength: NDArray[Class], ranks: int) -> NDArray[Class]:
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
    table[_bits(members(ranks, 5)[:, distinct(ranks, 5)])] = strength.suited
    for count in (6, 7):
        held = masks[cards == count]
        # Taking away a card that is not held leads to a mask of more cards, whose entry is still 0.
        fewer = held[None, :] ^ (1 << np.arange(ranks))[:, None]  # (ranks, held)
        table[held] = table[fewer].max(axis=0)
    return table


def _flush_of_two(ranks: int, flush: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Return (h, x)."""
    low, high = members(ranks, 2)  # (h,) each
    hole = np.where(low == high, 0, 1 << low | 1 << high)  # (h,)
    table = np.zeros((len(hole), 1 << ranks), np.uint16)
    cards = np.bitwise_count(np.arange(1 << ranks))
    three = np.flatnonzero(cards == 3)  # noqa: PLR2004 - board cards that play
    joined = hole[:, None] | three  # (h, three) fewer than five for a pair, or for ranks that lie in both
    table[:, three] = np.where(np.bitwise_count(joined) == BOARD, flush[joined], 0)
    for count in (4, BOARD):
        sets = members(ranks, count)[:, distinct(ranks, count)]  # (i, sets)
        masks = _bits(sets)
        table[:, masks] = reduce(np.maximum, (table.take(masks ^ (1 << rank), axis=1) for rank in sets))
    return table


def _suited(ranks: int, drawn: int) -> Suited:
    sets = distinct(ranks, drawn)  # (t,)
    mark = 1 << ranks
    masks = _bits(members(ranks, drawn)[:, sets]) | mark
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


def _bits(ranks: Numbers) -> Numbers:
    """Return (t,) masks of (i, t) ranks."""
    bits: Numbers = (1 << ranks).sum(axis=0)
    return bits
