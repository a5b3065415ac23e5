"""What tells one Hold'em-like game from another, as data, and the strength of every hand as a dense class number.

A class number is higher for a better hand, equal for a tie, 0 for no hand. Knows ranks and "suited"; not cards.
Short deck is one more `Game`. Omaha needs, beyond that, tables of exactly two hole and three board cards (tables.py).
Axes: m five-rank multisets (see multisets.py), i places, f sets of five ranks in one suit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from collector.equity.multisets import Numbers, distinct, members

HIGH_CARD: Final = "high card"
PAIR: Final = "pair"
TWO_PAIR: Final = "two pair"
TRIPS: Final = "three of a kind"
STRAIGHT: Final = "straight"
FLUSH: Final = "flush"
FULL_HOUSE: Final = "full house"
QUADS: Final = "four of a kind"
STRAIGHT_FLUSH: Final = "straight flush"

_CATEGORY: Final = {(5, 1): HIGH_CARD, (4, 2): PAIR, (3, 2): TWO_PAIR, (3, 3): TRIPS, (2, 3): FULL_HOUSE, (2, 4): QUADS}
"""By (number of different ranks, most cards of one rank)."""

_DIGIT: Final = 7
"""Bits of one digit of a hand's key: cards of that rank x 16 + rank."""


@dataclass(frozen=True)
class Game:
    """A game in which each player makes the best five cards of his own and the board's."""

    name: str
    lowest: int
    """Rank of the lowest card in the deck, counted from the deuce as 0; the ace also plays below it."""
    order: tuple[str, ...]
    """Hand categories, worst first."""
    hole: int = 2

    @property
    def ranks(self) -> int:
        """Return how many ranks the deck has."""
        return 13 - self.lowest


HOLDEM: Final = Game(
    "holdem",
    lowest=0,
    order=(HIGH_CARD, PAIR, TWO_PAIR, TRIPS, STRAIGHT, FLUSH, FULL_HOUSE, QUADS, STRAIGHT_FLUSH),
)


@dataclass(frozen=True)
class Classes:
    """Class numbers of every five-card hand of a game."""

    mixed: NDArray[np.uint16]
    """(m,) by five-rank multiset, not of one suit; 0 for five of one rank."""
    suited: NDArray[np.uint16]
    """(f,) by set of five ranks, all of one suit."""
    total: int


def classes(game: Game) -> Classes:
    """Number the hands of `game` from 1, worst first."""
    hands = members(game.ranks, 5)  # (i, m)
    same = (hands[:, None] == hands[None, :]).sum(axis=1)  # (i, m) cards of the rank at place i
    most = same.max(axis=0)  # (m,)
    kinds = 1 + (hands[1:] > hands[:-1]).sum(axis=0)  # (m,) different ranks
    straight, detail = _detail(hands, same, game.ranks)

    category = np.full(hands.shape[1], -1)  # (m,) stays -1 for five of one rank, which no deck holds
    for (ranks, cards), name in _CATEGORY.items():
        category[(kinds == ranks) & (most == cards)] = game.order.index(name)
    category[straight] = game.order.index(STRAIGHT)
    sets = distinct(game.ranks, 5)  # (f,)
    suited = np.where(straight[sets], game.order.index(STRAIGHT_FLUSH), game.order.index(FLUSH))

    possible = category >= 0
    keys = np.concatenate([category[possible], suited]) << 5 * _DIGIT
    keys |= np.concatenate([detail[possible], detail[sets]])
    unique, number = np.unique(keys, return_inverse=True)
    mixed = np.zeros(hands.shape[1], np.uint16)
    mixed[possible] = number[: -len(sets)] + 1
    return Classes(mixed, (number[-len(sets) :] + 1).astype(np.uint16), len(unique))


def _detail(hands: Numbers, same: Numbers, ranks: int) -> tuple[NDArray[np.bool_], Numbers]:
    """Return (m,) whether it is a straight, and (m,) what ranks hands of one category."""
    digits = np.sort(same * 16 + hands, axis=0)  # (i, m) quads before their kicker, high card before low
    places = np.arange(5)[:, None] * _DIGIT
    detail = (digits << places).sum(axis=0)
    unpaired = (hands[1:] > hands[:-1]).all(axis=0)
    wheel = unpaired & (hands[-1] == ranks - 1) & (hands[-2] == 3)  # noqa: PLR2004 - ace and the four lowest ranks
    straight = wheel | (unpaired & (hands[-1] - hands[0] == 4))  # noqa: PLR2004 - five in a row
    detail[wheel] = 16 + 3 << places[-1, 0]  # its high card is the fourth rank, below every other straight's
    return straight, detail
