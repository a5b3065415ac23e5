"""The rank of a hand of cards. Knows cards only: no seats, no pots, no streets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from collector.cards import (
    ACE,
    DECK,
    PLAYED,
    RANKS,
    SUITS,
    Card,
    Shape,
    flush_words,
    group_words,
    rank_of,
    straight_words,
)

_WHEEL: Final = 5  # high card of A2345
_WHEEL_MASK: Final = 1 << ACE | 0b111100

HIGH_CARD, PAIR, TWO_PAIR, TRIPS, STRAIGHT, FLUSH, FULL_HOUSE, QUADS, STRAIGHT_FLUSH = range(len(Shape))
_GROUPS: Final = {HIGH_CARD: (1,), PAIR: (2,), TWO_PAIR: (2, 2), TRIPS: (3,), FULL_HOUSE: (3, 2), QUADS: (4,)}

_RANK: Final[dict[Card, int]] = {card: rank_of(card) for card in DECK}
_SUIT: Final[dict[Card, int]] = {card: SUITS.index(card[1]) for card in DECK}


def evaluate(cards: Sequence[Card]) -> int:
    """Return the rank of the best five of `cards`: higher wins, equal shares. Suits never break a tie.

    Fewer than five cards rank by what they make (a pair beats an ace), so a hand can be named before the flop.
    """
    counts = [0] * (ACE + 1)
    suited: tuple[list[int], ...] = ([], [], [], [])
    for card in cards:
        rank = _RANK[card]
        counts[rank] += 1
        suited[_SUIT[card]].append(rank)
    for ranks in suited:
        if len(ranks) >= PLAYED:
            high = _straight(ranks)
            return _pack(STRAIGHT_FLUSH, (high,)) if high else _at_least_flush(counts, ranks)
    return _unsuited(counts)


def _at_least_flush(counts: list[int], ranks: list[int]) -> int:
    """With six or seven cards a flush leaves no room for quads or a full house; with more it might."""
    return max(_pack(FLUSH, sorted(ranks, reverse=True)[:PLAYED]), _unsuited(counts))


def _unsuited(counts: list[int]) -> int:
    """Rank by pairs and straights alone."""
    held = [rank for rank in range(ACE, 1, -1) if counts[rank]]
    held.sort(key=counts.__getitem__, reverse=True)  # stable: high ranks first among equals
    most = counts[held[0]] if held else 0
    second = counts[held[1]] if len(held) > 1 else 0
    if most >= 4:
        return _pack(QUADS, (held[0], *sorted(held[1:], reverse=True)[:1]))
    if most == 3 and second >= 2:
        return _pack(FULL_HOUSE, held[:2])
    if high := _straight(held):
        return _pack(STRAIGHT, (high,))
    if most == 3:
        return _pack(TRIPS, held[:3])
    if most == 2 and second == 2:
        return _pack(TWO_PAIR, (held[0], held[1], *sorted(held[2:], reverse=True)[:1]))
    return _pack(PAIR, held[:4]) if most == 2 else _pack(HIGH_CARD, held[:PLAYED])


def _straight(ranks: Sequence[int]) -> int:
    """Return the high card of the best straight in `ranks`, 0 if there is none."""
    if len(ranks) < PLAYED:
        return 0
    mask = 0
    for rank in ranks:
        mask |= 1 << rank
    runs = mask & mask >> 1 & mask >> 2 & mask >> 3 & mask >> 4  # bit of the low card of each run of five
    if runs:
        return runs.bit_length() + 3
    return _WHEEL if mask & _WHEEL_MASK == _WHEEL_MASK else 0


def _pack(category: int, ranks: Sequence[int]) -> int:
    """Category, then up to five ranks, four bits each."""
    packed = category
    for place in range(PLAYED):
        packed = packed << 4 | (ranks[place] if place < len(ranks) else 0)
    return packed


def describe(cards: Sequence[Card]) -> str:
    """Return the best hand of `cards` in the dealer's words.

    >>> describe([Card(text) for text in ("Ah", "As", "Ad", "Kc", "Kd", "2c", "7h")])
    'Full House, Aces full of Kings'
    """
    packed = evaluate(cards)
    category, first, second = packed >> 20, packed >> 16 & 15, packed >> 12 & 15
    if category in (STRAIGHT, STRAIGHT_FLUSH):
        return straight_words(first, flush=category == STRAIGHT_FLUSH)
    if category == FLUSH:
        return flush_words(first)
    return group_words([(count, rank) for count, rank in zip(_GROUPS[category], (first, second), strict=False) if rank])


KINDS: Final = tuple(shape.name.lower() for shape in Shape)
"""The shapes as ids: high_card, pair, two_pair, trips, straight, flush, full_house, quads, straight_flush."""
ROYAL: Final = "royal_flush"


class Kind(NamedTuple):
    """A made hand as an id, which language files have words for, and its ranks from the one that counts most."""

    name: str
    ranks: str


def high_kind(strength: int) -> Kind:
    """Return what a rank of `evaluate` is called.

    >>> high_kind(evaluate([Card(text) for text in ("Ah", "As", "Ad", "Kc", "Kd", "2c", "7h")]))
    Kind(name='full_house', ranks='AK')
    """
    category, ranks = strength >> 20, ranks_of(strength)
    return Kind(ROYAL if category == STRAIGHT_FLUSH and ranks == "A" else KINDS[category], ranks)


def ranks_of(packed: int) -> str:
    """Return the ranks of a packed hand, as cards spell them; an ace may be 1 or 14."""
    found = [packed >> 4 * place & 15 for place in (4, 3, 2, 1, 0)]
    return "".join("A" if rank == 1 else RANKS[rank - 2] for rank in found if rank)
