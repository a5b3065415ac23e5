"""Hole cards as they are read. Nothing here depends on which cards they are, except to find one, or to see it twice.

The same card at two seats, or at a seat and on the board, is not refused: the refusal would tell a hidden card (ADR 6).
`table/readings/placing` flags it.
"""

from __future__ import annotations

from collector.cards import Card
from collector.errors import IllegalAction
from collector.hand.changing import find, game_of, put
from collector.hand.copying import replace
from collector.hand.model import Hand, Player
from collector.secrecy import Secret


def receive(hand: Hand, seat: int, card: Secret[Card] | None) -> Hand:
    """Give a card to a seat. A card that was dealt there and not read becomes this one. None: dealt, but not read."""
    player = find(hand, seat)
    if card is not None and card.reveal() not in game_of(hand).cards:
        raise IllegalAction("BAD_CARD", f"seat {seat} was given no card of this deck", {"seat": seat})
    if card is not None and card in player.hole:
        raise IllegalAction("CARD_HELD", f"seat {seat} already holds that card; read the other one", {"seat": seat})
    if player.owed:
        return put(hand, replace(player, hole=(*player.hole, card), owed=player.owed - 1))
    if card is not None and None in player.hole:
        at = player.hole.index(None)
        return put(hand, replace(player, hole=(*player.hole[:at], card, *player.hole[at + 1 :])))
    if len(player.hole) >= capacity(hand, player):
        full = f"seat {seat} has its {len(player.hole)} cards; to correct one, clear it first"
        raise IllegalAction("HAND_FULL", full, {"seat": seat})
    return put(hand, replace(player, hole=(*player.hole, card)))


def release(hand: Hand, seat: int, card: Secret[Card]) -> Hand:
    """Take a misread card from a seat; raise IllegalAction if the seat does not hold it."""
    player = find(hand, seat)
    if card not in player.hole:
        raise IllegalAction("CARD_NOT_THERE", f"seat {seat} does not hold that card; nothing to clear", {"seat": seat})
    at = player.hole.index(card)
    return put(hand, replace(player, hole=(*player.hole[:at], *player.hole[at + 1 :])))


def capacity(hand: Hand, player: Player) -> int:
    """Return how many face-down cards a seat may hold: those of the game, less those thrown away for good."""
    game = game_of(hand)
    return game.down - (sum(player.exchanged) if game.discards else 0) - len(hand.community)


def turn_up(hand: Hand, seat: int, card: Card | None) -> Hand:
    """Turn a card face up at a seat. A card that was dealt there and not read becomes this one."""
    player, game = find(hand, seat), game_of(hand)
    details = {"seat": seat}
    if card is not None:
        if card not in game.cards:
            raise IllegalAction(
                "BAD_CARD", f"{card!r} is no card of this deck; write rank then suit, as in As", details
            )
        seen = face_up(hand).get(card)
        if seen and seen != f"exposed by seat {seat}":  # an exposed card may be its seat's up card
            raise IllegalAction("CARD_FACE_UP", f"{card} is {seen}; correct one of them", details)
    if card is not None and None in player.up:
        at = player.up.index(None)
        return put(hand, replace(player, up=(*player.up[:at], card, *player.up[at + 1 :])))
    if len(player.up) >= game.up:
        message = f"seat {seat} has its {game.up} up cards; to correct one, clear it first"
        raise IllegalAction("HAND_FULL", message, details)
    return put(hand, replace(player, up=(*player.up, card)))


def take_up(hand: Hand, seat: int, card: Card) -> Hand:
    """Take a misread up card back. Its place waits for the right card."""
    player = find(hand, seat)
    if card not in player.up:
        raise IllegalAction(
            "CARD_NOT_THERE", f"{card} does not lie before seat {seat}; nothing to clear", {"seat": seat}
        )
    return put(hand, replace(player, up=tuple(None if known == card else known for known in player.up)))


def face_up(hand: Hand) -> dict[Card, str]:
    """Return every card that everybody sees, each with its place in words."""
    cards = dict.fromkeys(hand.scrap, "out of play") | dict.fromkeys(hand.community, "a card for all")
    cards |= dict.fromkeys(hand.rabbit, "a rabbit card")
    cards |= dict.fromkeys(hand.board_read, "on the board")
    for number, further in enumerate(hand.further, 2):
        cards |= dict.fromkeys(further.read, f"on board {number}")
    for player in hand.players:
        cards |= dict.fromkeys(player.exposed, f"exposed by seat {player.seat}")
        cards |= {card: f"before seat {player.seat}" for card in player.up if card}
    return cards | {card: f"shown by seat {player.seat}" for player in hand.players for card in player.shown or ()}
