"""Cards as two letters, rank then suit ("As", "Td"). Knows nothing of games, tags or secrecy."""

from __future__ import annotations

from typing import Final, NewType

from collector.errors import BadCard

Card = NewType("Card", str)

RANKS: Final = "23456789TJQKA"
SUITS: Final = "cdhs"
DECK: Final[tuple[Card, ...]] = tuple(Card(rank + suit) for rank in RANKS for suit in SUITS)
INDEX: Final[dict[Card, int]] = {card: index for index, card in enumerate(DECK)}
"""Position of a card in DECK: 4 x rank + suit, 0 (2c) to 51 (As)."""
_EXACT: Final[dict[str, Card]] = {str(card): card for card in DECK}


def parse_card(text: str) -> Card:
    """Return the card that `text` names; case of the rank does not matter ("as", "10h" are accepted).

    Raises BadCard, which says what a card looks like.
    """
    if text in INDEX:
        return Card(text)
    compact = text.strip().replace("10", "T")
    if len(compact) == 2:  # noqa: PLR2004 - rank and suit
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
