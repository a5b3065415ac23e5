"""The board: which cards are read, which of them show, how many are still to come.

Cards have places: a card that is taken back leaves a gap, and the next card read fills it.
"""

from __future__ import annotations

from dataclasses import replace

from collector.cards import Card
from collector.errors import IllegalAction
from collector.hand.games import COMPLETE, SHOWDOWN
from collector.hand.model import Hand
from collector.hand.seats import game_of


def board(hand: Hand) -> tuple[Card, ...]:
    """Return the cards that show: whole streets only, and none that the betting has not reached."""
    places = _places(hand)
    shown: list[Card] = []
    for street in game_of(hand).streets[: game_of(hand).index(hand.reached) + 1]:
        cards = [card for card in places[len(shown) : len(shown) + street.board] if card is not None]
        if len(cards) < street.board:
            break
        shown += cards
    return tuple(shown)


def board_wanted(hand: Hand) -> int:
    """Return how many board cards the hand waits for now: of this street, or in a run-out of the next to come."""
    if hand.complete:
        return 0
    game, places = game_of(hand), _places(hand)
    known = [place < len(places) and places[place] is not None for place in range(game.board_size)]
    if not hand.closed:
        return known[: game.board_through(hand.street)].count(False)
    through = (game.board_through(street.name) for street in game.streets)
    return next((known[:end].count(False) for end in through if not all(known[:end])), 0)


def board_complete(hand: Hand) -> bool:
    """Return whether every board card of the game shows."""
    return len(board(hand)) == game_of(hand).board_size


def turn_card(hand: Hand, card: Card) -> Hand:
    """Put a card on the board. Hole cards do not matter: what the public sees never depends on them."""
    game = game_of(hand)
    if card not in game.deck:
        raise IllegalAction("BAD_CARD", f"{card!r} is no card of this deck; write rank then suit, as in As", {})
    if card in hand.board_read:
        raise IllegalAction("CARD_ON_BOARD", f"{card} is already on the board; clear it first to read it again", {})
    if any(card in (player.shown or ()) for player in hand.players):
        raise IllegalAction("CARD_SHOWN", f"{card} is in a tabled hand; correct that hand or this card", {})
    size = game.board_through(hand.reached) if hand.complete else game.board_size
    if len(hand.board_read) >= size:
        over = "the hand is over with" if hand.complete else "the board has"
        raise IllegalAction("BOARD_FULL", f"{over} {size} board cards; to correct one, clear it first", {})
    if not hand.board_gaps:
        return replace(hand, board_read=(*hand.board_read, card))
    gap, *gaps = hand.board_gaps
    at = gap  # every place below the lowest gap is taken
    return replace(hand, board_read=(*hand.board_read[:at], card, *hand.board_read[at:]), board_gaps=tuple(gaps))


def take_card(hand: Hand, card: Card) -> Hand:
    """Take a misread card from the board."""
    if card not in hand.board_read:
        raise IllegalAction("CARD_NOT_THERE", f"{card} is not on the board; nothing to clear", {})
    place = _places(hand).index(card)
    gaps = tuple(sorted((*hand.board_gaps, place)))
    rest = tuple(old for old in hand.board_read if old != card)
    while gaps and gaps[-1] == len(rest) + len(gaps) - 1:  # a gap at the end is no gap
        gaps = gaps[:-1]
    return replace(hand, board_read=rest, board_gaps=gaps)


def run_out(hand: Hand) -> Hand:
    """With the betting over, the street is the last one that lies on the table."""
    if hand.street in (SHOWDOWN, COMPLETE):
        return hand
    game, showing = game_of(hand), len(board(hand))
    if showing == game.board_size:
        return replace(hand, street=SHOWDOWN)
    dealt = [street.name for street in game.streets if game.board_through(street.name) <= showing]
    return replace(hand, street=max(dealt[-1], hand.street, key=game.index))


def _places(hand: Hand) -> list[Card | None]:
    """Return the board with None for each gap."""
    places: list[Card | None] = list(hand.board_read)
    for gap in hand.board_gaps:
        places.insert(gap, None)
    return places
