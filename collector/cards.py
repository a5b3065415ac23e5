"""Cards as two letters, rank then suit ("As", "Td"), and what dealers call the hands that they make.

Knows nothing of games, tags or secrecy, nor which hand is the better one.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NewType

from collector.errors import BadCard

Card = NewType("Card", str)

RANKS: Final = "23456789TJQKA"
SUITS: Final = "cdhs"
DECK: Final[tuple[Card, ...]] = tuple(Card(rank + suit) for rank in RANKS for suit in SUITS)
INDEX: Final[dict[Card, int]] = {card: index for index, card in enumerate(DECK)}
"""Position of a card in DECK: 4 x rank + suit, 0 (2c) to 51 (As)."""
ACE: Final = 14
"""Rank of an ace, where aces are high."""
PLAYED: Final = 5
"""Cards that count: the best five make the hand."""


class Shape(StrEnum):
    """What five cards make, in a dealer's words; the worst first, as high hands of a whole deck rank."""

    HIGH_CARD = "High Card"
    PAIR = "Pair"
    TWO_PAIR = "Two Pair"
    TRIPS = "Three of a Kind"
    STRAIGHT = "Straight"
    FLUSH = "Flush"
    FULL_HOUSE = "Full House"
    QUADS = "Four of a Kind"
    STRAIGHT_FLUSH = "Straight Flush"

    __hash__ = str.__hash__  # an Enum's own is slower; a ranking is hashed for every equity


_NAMES: Final = (
    *("Deuce", "Three", "Four", "Five", "Six", "Seven", "Eight"),
    *("Nine", "Ten", "Jack", "Queen", "King", "Ace"),
)
_EXACT: Final[dict[str, Card]] = {str(card): card for card in DECK}


def parse_card(text: str) -> Card:
    """Return the card that `text` names; case of the rank does not matter ("as", "10h" are accepted).

    Raises BadCard, which says what a card looks like.
    """
    if text in INDEX:
        return Card(text)
    compact = text.strip().replace("10", "T")
    if len(compact) == 2:
        card = Card(compact[0].upper() + compact[1].lower())
        if card in INDEX:
            return card
    raise BadCard(text)


def parse_cards(text: str) -> tuple[Card, ...]:
    """Return the cards of a run such as "AsKd", "As Kd" or "As,Kd"; raise BadCard, also when one appears twice."""
    try:  # nearly always: nothing but cards
        cards = tuple([_EXACT[text[at : at + 2]] for at in range(0, len(text), 2)])
    except KeyError:
        cards = _parse_run(text)
    if len(set(cards)) != len(cards):
        raise BadCard(text, "names a card twice; every card exists once")
    return cards


def _parse_run(text: str) -> tuple[Card, ...]:
    compact = text.replace("10", "T").replace(",", "").replace(" ", "")
    if len(compact) % 2:
        raise BadCard(text)
    return tuple(parse_card(compact[at : at + 2]) for at in range(0, len(compact), 2))


def rank_of(card: Card) -> int:
    """Return 2 to 14; an ace is 14."""
    return RANKS.index(card[0]) + 2


def rank_name(rank: int) -> str:
    """Return a rank, 2 to 14, in words.

    >>> rank_name(14), rank_name(2)
    ('Ace', 'Deuce')
    """
    return _NAMES[rank - 2]


def rank_names(rank: int) -> str:
    """Return the plural of a rank.

    >>> rank_names(6)
    'Sixes'
    """
    name = rank_name(rank)
    return f"{name}es" if name == "Six" else f"{name}s"


def straight_words(high: int, *, flush: bool) -> str:
    """Name a straight by its highest rank."""
    if flush:
        return "Royal Flush" if high == ACE else f"{Shape.STRAIGHT_FLUSH}, {rank_name(high)} high"
    return f"{Shape.STRAIGHT}, {rank_name(high)} high"


def flush_words(high: int) -> str:
    """Name a flush by its highest rank."""
    return f"{Shape.FLUSH}, {rank_name(high)} high"


def group_words(counts: Sequence[tuple[int, int]]) -> str:
    """Name a hand by its groups of one rank: (how many, rank), the largest first.

    >>> group_words([(3, 14), (2, 13)])
    'Full House, Aces full of Kings'
    """
    if not counts:
        return "No cards"
    (most, first), (next_most, second) = (*counts, (0, 0))[:2]
    if most == 2 and next_most == 2:
        return f"{Shape.TWO_PAIR}, {rank_names(first)} and {rank_names(second)}"
    if most == 3 and next_most >= 2:
        return f"{Shape.FULL_HOUSE}, {rank_names(first)} full of {rank_names(second)}"
    words = {2: f"{Shape.PAIR} of", 3: f"{Shape.TRIPS},", 4: f"{Shape.QUADS},"}
    return f"{words[most]} {rank_names(first)}" if most in words else f"{rank_name(first)} High"


def low_words(ranks: Sequence[int]) -> str:
    """Return ranks as a low is read, from the top; an ace may be 1 or 14.

    >>> low_words([10, 7, 4, 3, 1])
    '10-7-4-3-A'
    """
    return "-".join("10" if rank == 10 else "A" if rank == 1 else RANKS[rank - 2] for rank in ranks)
