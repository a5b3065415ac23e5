"""The hand that somebody holds now: its best five cards, and what a dealer calls it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from collector.cards import (
    DECK,
    INDEX,
    PLAYED,
    RANKS,
    Card,
    flush_words,
    group_words,
    low_words,
    rank_of,
    straight_words,
)
from collector.equity.fives import five_classes, low_classes, plays
from collector.equity.games import BoardGame, Game
from collector.equity.rankings import STRAIGHT, Ranking

_ACE: Final = len(RANKS) - 1
_DEUCE: Final = 2  # ranks count from the deuce as 0 here


@dataclass(frozen=True)
class Made:
    """A hand as it lies."""

    cards: tuple[Card, ...]
    """The best five; fewer while there are fewer."""
    words: str
    strength: int
    """Class among the hands of its game, higher wins; 0 with fewer than five cards."""


def made(game: Game, hand: Sequence[Card], board: Sequence[Card] = ()) -> Made:
    """Return the best hand of `hand` and `board` under the rules of `game`.

    >>> from collector.cards import parse_cards
    >>> from collector.equity.games import OMAHA_4
    >>> made(OMAHA_4, parse_cards("AsKs7d2c"), parse_cards("QsJsTs9s8s")).words
    'Royal Flush'
    """
    fives = _fives(game, hand, board)
    if not len(fives):
        return _unfinished(game, hand, board)
    strength = five_classes(game.ranking, fives)
    best = _ordered(game.ranking, [DECK[index] for index in fives[int(strength.argmax())].tolist()])
    return Made(best, _words(game.ranking, best), int(strength.max()))


def made_low(game: Game, hand: Sequence[Card], board: Sequence[Card] = ()) -> Made | None:
    """Return the best low of eight or better, None where there is none."""
    fives = _fives(game, hand, board)
    strength = low_classes(fives)
    if not strength.any():
        return None
    cards = [DECK[index] for index in fives[int(strength.argmax())].tolist()]
    best = tuple(sorted(cards, key=_low_height, reverse=True))
    return Made(best, _low_words(best), int(strength.max()))


def _fives(game: Game, hand: Sequence[Card], board: Sequence[Card]) -> np.ndarray[tuple[int, int], np.dtype[np.intp]]:
    """Return (q, 5) indexes of every five cards that may play."""
    known = np.array([INDEX[card] for card in (*hand, *board)], np.intp)
    return known[plays(game, len(hand), len(board))]


def _unfinished(game: Game, hand: Sequence[Card], board: Sequence[Card]) -> Made:
    """Name what there is before five cards can play."""
    own = combinations(hand, min(2, len(hand))) if isinstance(game, BoardGame) else iter([tuple(hand)])
    best = max(((*cards, *board) for cards in own), key=lambda cards: _groups(game.ranking, cards))
    return Made(_ordered(game.ranking, best), _by_groups(game.ranking, best), 0)


def _groups(ranking: Ranking, cards: Sequence[Card]) -> list[tuple[int, int]]:
    """Return how many of which rank, most first, then highest first; ranks count from the deuce as 0."""
    ranks = Counter(_height(ranking, card) for card in cards)
    return sorted(((count, rank) for rank, count in ranks.items()), reverse=True)


def _height(ranking: Ranking, card: Card) -> int:
    return _low_height(card) if ranking.ace_is_low else RANKS.index(card[0])


def _low_height(card: Card) -> int:
    """Return the rank with the ace, -1, below the deuce."""
    return -1 if card[0] == "A" else RANKS.index(card[0])


def _ordered(ranking: Ranking, cards: Sequence[Card]) -> tuple[Card, ...]:
    """Sort as a dealer lays them out: quads before the kicker, high before low, a wheel's ace last."""
    if 0 <= _straight_top(ranking, cards) < _ACE:
        return tuple(sorted(cards, key=_low_height, reverse=True))
    place = {rank: at for at, (_, rank) in enumerate(_groups(ranking, cards))}
    return tuple(sorted(cards, key=lambda card: place[_height(ranking, card)]))


def _straight_top(ranking: Ranking, cards: Sequence[Card]) -> int:
    """Return the rank of a straight's highest card, -1 for none. Below the deck's lowest card there is an ace."""
    if STRAIGHT not in ranking.order:
        return -1
    ranks = sorted({RANKS.index(card[0]) for card in cards})
    if len(ranks) < PLAYED:
        return -1
    if ranks[-1] - ranks[0] == PLAYED - 1:
        return ranks[-1]
    lowest = ranking.lowest
    return lowest + 3 if ranking.wheel and ranks == [*range(lowest, lowest + 4), _ACE] else -1


def _words(ranking: Ranking, cards: Sequence[Card]) -> str:
    top = _straight_top(ranking, cards)
    flush = ranking.flushes and len({card[1] for card in cards}) == 1
    if top >= 0:
        return straight_words(top + _DEUCE, flush=flush)
    if flush:
        return flush_words(_groups(ranking, cards)[0][1] + _DEUCE)
    if ranking.lowball and len({card[0] for card in cards}) == PLAYED:
        return _low_words(cards)
    return _by_groups(ranking, cards)


def _by_groups(ranking: Ranking, cards: Sequence[Card]) -> str:
    """Name pairs and better; an ace that is low, -1 here, is an ace in words."""
    groups = _groups(ranking, cards)
    return group_words([(count, (_ACE if rank < 0 else rank) + _DEUCE) for count, rank in groups])


def _low_words(cards: Sequence[Card]) -> str:
    """Return the ranks as a low is read: 7-5-4-3-A low."""
    return f"{low_words([rank_of(card) for card in cards])} low"
