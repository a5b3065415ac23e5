"""What beats what, as data, and the strength of every five-card hand as a dense class number.

A class number is higher for a better hand, equal for a tie, 0 for no hand. Knows ranks and "suited"; not cards.
Axes: m five-rank multisets (see multisets.py), i places, f sets of five ranks in one suit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from collector.cards import Shape
from collector.equity.multisets import Numbers, distinct, members

HIGH_CARD, PAIR, TWO_PAIR, TRIPS, STRAIGHT, FLUSH, FULL_HOUSE, QUADS, STRAIGHT_FLUSH = Shape

_SHAPES: Final = {(5, 1): HIGH_CARD, (4, 2): PAIR, (3, 2): TWO_PAIR, (3, 3): TRIPS, (2, 3): FULL_HOUSE, (2, 4): QUADS}
"""By (number of different ranks, most cards of one rank)."""

_DIGIT: Final = 7
"""Bits of one digit of a hand's key: cards of that rank x 16 + rank."""


@dataclass(frozen=True)
class Ranking:
    """A way to compare hands of five cards."""

    name: str
    order: tuple[Shape, ...]
    """Shapes, worst first when high wins. Without straights or flushes in it, they count for nothing."""
    lowest: int = 0
    """Rank of the lowest card in the deck, counted from the deuce as 0."""
    lowball: bool = False
    """The worst hand wins."""
    ace_is_low: bool = False
    """Aces rank below everything, not above."""
    wheel: bool = True
    """An ace also begins a straight."""

    @property
    def ranks(self) -> int:
        """Return how many ranks the deck has."""
        return 13 - self.lowest

    @property
    def flushes(self) -> bool:
        """Return whether suits count."""
        return FLUSH in self.order


_HIGH_ORDER: Final = (HIGH_CARD, PAIR, TWO_PAIR, TRIPS, STRAIGHT, FLUSH, FULL_HOUSE, QUADS, STRAIGHT_FLUSH)
_SHORT_ORDER: Final = (HIGH_CARD, PAIR, TWO_PAIR, TRIPS, STRAIGHT, FULL_HOUSE, FLUSH, QUADS, STRAIGHT_FLUSH)
_SHORT_TRIPS_ORDER: Final = (HIGH_CARD, PAIR, TWO_PAIR, STRAIGHT, TRIPS, FULL_HOUSE, FLUSH, QUADS, STRAIGHT_FLUSH)
_RANKS_ONLY: Final = (HIGH_CARD, PAIR, TWO_PAIR, TRIPS, FULL_HOUSE, QUADS)

HIGH: Final = Ranking("high", _HIGH_ORDER)
SHORT: Final = Ranking("short", _SHORT_ORDER, lowest=4)
SHORT_TRIPS: Final = Ranking("short_trips", _SHORT_TRIPS_ORDER, lowest=4)
ACE_TO_FIVE: Final = Ranking("ace_to_five", _RANKS_ONLY, lowball=True, ace_is_low=True)
DEUCE_TO_SEVEN: Final = Ranking("deuce_to_seven", _HIGH_ORDER, lowball=True, wheel=False)

EIGHTS_OR_BETTER: Final = 56
"""Five different ranks of the eight from ace to 8: the best classes of ACE_TO_FIVE."""


@dataclass(frozen=True)
class Classes:
    """Class numbers of every five-card hand of a game."""

    mixed: NDArray[np.uint16]
    """(m,) by five-rank multiset, not of one suit; 0 for five of one rank."""
    suited: NDArray[np.uint16]
    """(f,) by set of five ranks, all of one suit."""
    total: int


def classes(ranking: Ranking) -> Classes:
    """Number the hands of `ranking` from 1, worst first."""
    ranks, order = ranking.ranks, ranking.order
    hands = members(ranks, 5)  # (i, m)
    same = (hands[:, None] == hands[None, :]).sum(axis=1)  # (i, m) cards of the rank at place i
    most = same.max(axis=0)  # (m,)
    kinds = 1 + (hands[1:] > hands[:-1]).sum(axis=0)  # (m,) different ranks
    straight, detail = _detail(ranking, hands, same)

    category = np.full(hands.shape[1], -1)  # (m,) stays -1 for five of one rank, which no deck holds
    for (different, cards), shape in _SHAPES.items():
        category[(kinds == different) & (most == cards)] = order.index(shape)
    if STRAIGHT in order:
        category[straight] = order.index(STRAIGHT)
    sets = distinct(ranks, 5)  # (f,)
    suited = category[sets]
    if ranking.flushes:
        suited = np.where(straight[sets], order.index(STRAIGHT_FLUSH), order.index(FLUSH))

    possible = category >= 0
    keys = np.concatenate([category[possible], suited]) << 5 * _DIGIT
    keys |= np.concatenate([detail[possible], detail[sets]])
    unique, number = np.unique(keys, return_inverse=True)
    if ranking.lowball:
        number = len(unique) - 1 - number
    mixed = np.zeros(hands.shape[1], np.uint16)
    mixed[possible] = number[: -len(sets)] + 1
    return Classes(mixed, (number[-len(sets) :] + 1).astype(np.uint16), len(unique))


def eight_or_better(low: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Return ACE_TO_FIVE classes as 1 to 56, and 0 for a hand that is no low."""
    worse = classes(ACE_TO_FIVE).total - EIGHTS_OR_BETTER
    return (np.maximum(low, worse) - worse).astype(np.uint8)


def _detail(ranking: Ranking, hands: Numbers, same: Numbers) -> tuple[NDArray[np.bool_], Numbers]:
    """Return (m,) whether it is a straight, and (m,) what ranks hands of one category."""
    height = (hands + 1) % ranking.ranks if ranking.ace_is_low else hands
    digits = np.sort(same * 16 + height, axis=0)  # (i, m) quads before their kicker, high card before low
    places = np.arange(5)[:, None] * _DIGIT
    detail = (digits << places).sum(axis=0)
    unpaired = (hands[1:] > hands[:-1]).all(axis=0)
    straight = unpaired & (hands[-1] - hands[0] == 4)
    if ranking.wheel and not ranking.ace_is_low:
        wheel = unpaired & (hands[-1] == ranking.ranks - 1) & (hands[-2] == 3)
        straight |= wheel
        detail[wheel] = 16 + 3 << places[-1, 0]  # its high card is the fourth rank, below every other straight's
    return straight, detail
