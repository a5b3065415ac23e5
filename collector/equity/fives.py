"""Which five cards of a hand play, and what class they are: for hands that lie, not for runouts that can come.

Axes: any number of leading axes (...), q ways to choose five, n cards of a hand and its board.
"""

from __future__ import annotations

from functools import cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from collector.cards import PLAYED
from collector.equity.games import BoardGame, Game
from collector.equity.large_tables import clear_scaffold
from collector.equity.multisets import Numbers, distinct, numbers_of
from collector.equity.rankings import ACE_TO_FIVE, Ranking, classes, eight_or_better


@cache
def plays(game: Game, own: int, board: int) -> Numbers:
    """Return (q, 5) the places that may play, of `own` cards followed by `board` cards; (0, 5) if there are too few."""
    chosen = list(combinations(range(own + board), PLAYED))
    if isinstance(game, BoardGame):
        least = 2 if game.exactly_two else 0
        chosen = [five for five in chosen if least <= sum(place < own for place in five) <= 2]
    return np.array(chosen, np.intp).reshape(-1, PLAYED)


@cache
def _by_multiset(ranking: Ranking) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """Return (m,) classes by rank multiset: of mixed suits, and of one suit."""
    strength = classes(ranking)
    suited = strength.mixed.copy()
    suited[distinct(ranking.ranks, PLAYED)] = strength.suited
    clear_scaffold()
    return strength.mixed, suited


def five_classes(ranking: Ranking, cards: Numbers) -> NDArray[np.uint16]:
    """Return (...) the class of each five of (..., 5) cards by index."""
    ranks = np.sort((cards >> 2) - ranking.lowest, axis=-1)
    number = numbers_of(np.moveaxis(ranks, -1, 0))
    mixed, suited = _by_multiset(ranking)
    one_suit = (cards & 3 == cards[..., :1] & 3).all(axis=-1)
    return np.where(one_suit, suited.take(number), mixed.take(number))


def best_fives(game: Game, own: int, cards: Numbers) -> NDArray[np.uint16]:
    """Return (...) the class of the best five of (..., n) cards, the first `own` the player's; 0 for too few."""
    chosen = plays(game, own, cards.shape[-1] - own)
    if not len(chosen):
        return np.zeros(cards.shape[:-1], np.uint16)
    best: NDArray[np.uint16] = five_classes(game.ranking, cards[..., chosen]).max(axis=-1)
    return best


def best_lows(game: Game, own: int, cards: Numbers) -> NDArray[np.uint8]:
    """Return (...) the best low of eight or better of (..., n) cards, the first `own` the player's; 0 for none."""
    chosen = plays(game, own, cards.shape[-1] - own)
    best: NDArray[np.uint8] = low_classes(cards[..., chosen]).max(axis=-1, initial=0)
    return best


def low_classes(cards: Numbers) -> NDArray[np.uint8]:
    """Return (...) the low of eight or better of each five of (..., 5) cards, 0 for none."""
    return eight_or_better(five_classes(ACE_TO_FIVE, cards))
