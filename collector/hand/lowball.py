"""The rank of a hand in low games and in short deck. The higher number wins here too. Knows cards only.

The words follow the table: "8-6-4-3-A low", "Badugi, 7-5-3-2", "Pair of Fives".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import Final

from collector.cards import ACE, PLAYED, Card, Shape, low_words, rank_of, straight_words
from collector.hand.evaluation import (
    FLUSH,
    FULL_HOUSE,
    HIGH_CARD,
    KINDS,
    QUADS,
    STRAIGHT,
    STRAIGHT_FLUSH,
    TRIPS,
    Kind,
    describe,
    evaluate,
    high_kind,
    ranks_of,
)

_EIGHT: Final = 8
_BADUGI: Final = 4
_ABOVE: Final = 1 << 24  # above every packed hand, so that the lowest comes out highest
_WHEEL: Final = [ACE, 5, 4, 3, 2]
_SHORT_WHEEL: Final = [ACE, 9, 8, 7, 6]


def ace_to_five(cards: Sequence[Card]) -> int:
    """Rank the best five for razz and A-5: aces are low, straights and flushes do not count, pairs do.

    >>> ace_to_five([Card(c) for c in ("Ah", "2s", "3d", "4c", "5c")]) > ace_to_five([Card("6h")] * 1)
    True
    """
    ranks = [_low(card) for card in cards]
    distinct = sorted(set(ranks))
    if len(distinct) >= PLAYED:
        return _ABOVE - _packed(HIGH_CARD, distinct[PLAYED - 1 :: -1])
    return max((_ABOVE - _paired(five) for five in combinations(ranks, min(PLAYED, len(ranks)))), default=0)


def eight_or_better(cards: Sequence[Card]) -> int:
    """Rank the best low of five different cards, eight or lower; 0 without one."""
    distinct = sorted({_low(card) for card in cards})[:PLAYED]
    if len(distinct) < PLAYED or distinct[-1] > _EIGHT:
        return 0
    return _ABOVE - _packed(HIGH_CARD, distinct[::-1])


def deuce_to_seven(cards: Sequence[Card]) -> int:
    """Rank a hand of five for 2-7: aces are high, straights and flushes count against it; 7-5-4-3-2 is best."""
    ranks = sorted((rank_of(card) for card in cards), reverse=True)
    if ranks == _WHEEL:  # the ace is high, so this is no straight
        suited = len({card[1] for card in cards}) == 1
        return _ABOVE - _packed(FLUSH if suited else HIGH_CARD, ranks)
    return _ABOVE - evaluate(cards)


def badugi(cards: Sequence[Card]) -> int:
    """Rank the most cards of different ranks and suits, then the lowest; aces are low."""
    return _badugi(cards, _low)


def high_badugi(cards: Sequence[Card]) -> int:
    """Rank a badugi whose aces are high, as in badeucy."""
    return _badugi(cards, rank_of)


def short_deck(cards: Sequence[Card]) -> int:
    """Rank for a deck from six up: a flush beats a full house, a straight beats trips; A-6-7-8-9 is a straight."""
    return max(_short(five, _SHORT) for five in _fives(cards))


def short_deck_trips(cards: Sequence[Card]) -> int:
    """Rank for short deck where trips beat a straight, and a flush beats a full house."""
    return max(_short(five, _SHORT_TRIPS) for five in _fives(cards))


def _fives(cards: Sequence[Card]) -> Iterable[tuple[Card, ...]]:
    return combinations(cards, min(PLAYED, len(cards)))


_SHORT: Final = {FULL_HOUSE: FLUSH, FLUSH: FULL_HOUSE}
_SHORT_TRIPS: Final = {**_SHORT, TRIPS: STRAIGHT, STRAIGHT: TRIPS}


def _short(cards: Sequence[Card], places: dict[int, int]) -> int:
    packed = evaluate(cards)
    category = packed >> 20
    if category in (HIGH_CARD, FLUSH) and sorted((rank_of(card) for card in cards), reverse=True) == _SHORT_WHEEL:
        category = STRAIGHT_FLUSH if category == FLUSH else STRAIGHT
        packed = _packed(category, [9])
    return packed & 0xFFFFF | places.get(category, category) << 20


def _badugi(cards: Sequence[Card], value: Callable[[Card], int]) -> int:
    best = 0
    for size in range(min(_BADUGI, len(cards)), 0, -1):
        for some in combinations(cards, size):
            if len({card[0] for card in some}) == size == len({card[1] for card in some}):
                ranks = sorted((value(card) for card in some), reverse=True)
                best = max(best, size << 20 | 0xFFFFF - _packed(0, [*ranks, 0]))
        if best:
            return best
    return best


def _low(card: Card) -> int:
    rank = rank_of(card)
    return 1 if rank == ACE else rank


def _packed(category: int, ranks: Sequence[int]) -> int:
    for place in range(PLAYED):
        category = category << 4 | (ranks[place] if place < len(ranks) else 0)
    return category


def _paired(ranks: Sequence[int]) -> int:
    """Pack by pairs alone, aces low; fewer than five cards too."""
    counts = sorted(((ranks.count(rank), rank) for rank in set(ranks)), reverse=True)
    shape = tuple(count for count, _ in counts)
    category = {(4,): QUADS, (3, 2): FULL_HOUSE, (3,): TRIPS, (2, 2): 2, (2,): 1}
    found = next((category[shape[:n]] for n in (2, 1) if shape[:n] in category), HIGH_CARD)
    return _packed(found, [rank for _, rank in counts])


def describe_low(strength: int) -> str:
    """Name a low of `ace_to_five` or `eight_or_better`."""
    return _words(_ABOVE - strength) if strength else "No low"


def describe_deuce(strength: int) -> str:
    """Name a hand of `deuce_to_seven`."""
    return _words(_ABOVE - strength)


def describe_badugi(strength: int) -> str:
    """Name a hand of `badugi`."""
    size = strength >> 20
    text = _ranks(0xFFFFF - (strength & 0xFFFFF))
    return f"Badugi, {text}" if size == _BADUGI else f"{('One', 'Two', 'Three')[size - 1]} cards, {text}"


def describe_short(cards: Sequence[Card], ranking: Callable[[Sequence[Card]], int]) -> str:
    """Name the best five of a short-deck hand under `ranking`."""
    best = max(_fives(cards), key=ranking)
    if sorted((rank_of(card) for card in best), reverse=True) == _SHORT_WHEEL:
        return straight_words(_SHORT_WHEEL[1], flush=len({card[1] for card in best}) == 1)
    return describe(best)


_SHAPES: Final[dict[int, Shape]] = {at: shape for at, shape in enumerate(Shape) if at != HIGH_CARD}


def _words(packed: int) -> str:
    shape = _SHAPES.get(packed >> 20)
    text = _ranks(packed & 0xFFFFF)
    return f"{shape}, {text}" if shape else f"{text} low"


def _ranks(packed: int) -> str:
    return low_words([rank for place in (4, 3, 2, 1, 0) if (rank := packed >> 4 * place & 15)])


def low_kind(strength: int) -> Kind:
    """Return what a rank of `ace_to_five`, `eight_or_better` or `deuce_to_seven` is called: a low, or what spoils it.

    >>> low_kind(ace_to_five([Card(text) for text in ("Ah", "2s", "3d", "4c", "8c")]))
    Kind(name='low', ranks='8432A')
    """
    packed = _ABOVE - strength
    category = packed >> 20
    return Kind(KINDS[category] if category != HIGH_CARD else "low", ranks_of(packed))


def badugi_kind(strength: int) -> Kind:
    """Return what a rank of `badugi` is called: badugi, or how many cards of it there are.

    >>> badugi_kind(badugi([Card(text) for text in ("Ah", "2s", "3d", "3c")]))
    Kind(name='badugi_3', ranks='32A')
    """
    size = strength >> 20
    return Kind("badugi" if size == _BADUGI else f"badugi_{size}", ranks_of(0xFFFFF - (strength & 0xFFFFF)))


def short_kind(strength: int) -> Kind:
    """Return what a rank of `short_deck` is called."""
    return _short_kind(strength, _SHORT)


def short_trips_kind(strength: int) -> Kind:
    """Return what a rank of `short_deck_trips` is called."""
    return _short_kind(strength, _SHORT_TRIPS)


def _short_kind(strength: int, places: dict[int, int]) -> Kind:
    """Undo the exchange of places. Each exchange is of two categories, so it is its own inverse."""
    category = strength >> 20
    return high_kind(strength & 0xFFFFF | places.get(category, category) << 20)
