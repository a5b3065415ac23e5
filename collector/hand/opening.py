"""The opener of a street: by position, by the lowest or highest up card, by the best or lowest board. Public cards."""

from __future__ import annotations

from collector.cards import ACE, SUITS, Card, rank_of
from collector.hand.changing import clockwise, game_of, street_of
from collector.hand.evaluation import evaluate
from collector.hand.games import Opening
from collector.hand.lowball import ace_to_five
from collector.hand.model import EqualBoards, Hand, Player
from collector.hand.starting import first_to_act


def by_cards(hand: Hand) -> bool:
    """Return whether cards, not the button, say who opens this street."""
    return street_of(hand).opening is not Opening.POSITION


def known(hand: Hand) -> bool:
    """Return whether every up card that decides has been read."""
    _, wanted = game_of(hand).dealt_through(hand.street)
    return all(len(player.up) >= wanted and None not in player.up[:wanted] for player in may_open(hand))


def may_open(hand: Hand) -> tuple[Player, ...]:
    """Return the players whose up cards decide. Who is absent brings in all the same (TDA 2024 rules 30 and 71)."""
    first = hand.setup.edition and hand.setup.bring_in and game_of(hand).index(hand.street) == 0
    absent = hand.setup.killed if first else ()
    return tuple([player for player in hand.players if player.live or player.seat in absent])


def opener(hand: Hand) -> int | None:
    """Return the seat that opens the street; None: the first one left of the button."""
    if not by_cards(hand):
        return first_to_act(hand.setup) if game_of(hand).index(hand.street) == 0 else None
    seats = {player.seat for player in may_open(hand)}
    suits = hand.setup.equal_boards is EqualBoards.SUIT
    ranked = [
        (_place(hand, player), _best_suit(hand, player) if suits else (0, 0), -at, player.seat)
        for at, player in enumerate(clockwise(hand, None))
        if player.seat in seats
    ]
    return max(ranked)[3]


def _place(hand: Hand, player: Player) -> int:
    """Return how strongly a seat's up cards claim the opening; the house says which of equals opens."""
    opening = street_of(hand).opening
    _, wanted = game_of(hand).dealt_through(hand.street)
    up = [card for card in player.up[:wanted] if card]
    if hand.high_with_card:
        up += hand.community
    if opening is Opening.HIGH_BOARD:
        return evaluate(up)
    if opening is Opening.LOW_BOARD:
        return ace_to_five(up)
    low = opening is Opening.LOW_CARD
    return max((-_by_suit(card, ace=ACE) if low else _by_suit(card, ace=1) for card in up), default=0)


def _best_suit(hand: Hand, player: Player) -> tuple[int, int]:
    """Return rank and suit of the card that decides between equal boards: the highest, aces low in razz."""
    ace = 1 if street_of(hand).opening is Opening.LOW_BOARD else ACE
    return max((divmod(_by_suit(card, ace), len(SUITS)) for card in player.up if card), default=(0, 0))


def _by_suit(card: Card, ace: int) -> int:
    rank = rank_of(card)
    return (ace if rank == ACE else rank) * len(SUITS) + SUITS.index(card[1])
