"""Hole cards as they are read. Nothing here depends on which cards they are, except to find one, or to see it twice.

The same card at two seats, or at a seat and on the board, is not refused: the refusal would tell a hidden card (ADR 6).
`clashes` finds it, and `table/readings/placing` flags it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from collector.cards import Card
from collector.errors import IllegalAction
from collector.hand.changing import find, game_of, put
from collector.hand.copying import replace
from collector.hand.model import Hand, Player, Typed
from collector.secrecy import Secret

_UNREAD: Final = Typed("", None)
"""A card that somebody typed as dealt and not read."""


def receive(hand: Hand, seat: int, card: Secret[Card] | None, by: str = "") -> Hand:
    """Give a card to a seat. A card that was dealt there and not read becomes this one. None: dealt, but not read.

    by: who typed the card. A typed card is taken whatever the seat holds: a refusal would tell it (ADR 19).
    """
    player = find(hand, seat)
    if card is not None and card.reveal() not in game_of(hand).cards:
        raise IllegalAction("BAD_CARD", f"seat {seat} was given no card of this deck", {"seat": seat})
    if by:
        return put(hand, _with_typed(hand, player, card, _typed(player.typed, card, by)))
    if card is not None and (card in player.hole or card in player.extra):
        raise IllegalAction("CARD_HELD", f"seat {seat} already holds that card; read the other one", {"seat": seat})
    if player.owed:
        return put(hand, replace(player, hole=(*player.hole, card), owed=player.owed - 1))
    if card is not None and None in player.hole:
        at = player.hole.index(None)
        return put(hand, replace(player, hole=(*player.hole[:at], card, *player.hole[at + 1 :])))
    if len(player.hole) >= capacity(hand, player):
        if card is not None and player.typed and hand.setup.contests:  # people say which is right, typed or read
            return put(hand, replace(player, extra=(*player.extra, card)))
        full = f"seat {seat} has its {len(player.hole)} cards; to correct one, clear it first"
        raise IllegalAction("HAND_FULL", full, {"seat": seat})
    return put(hand, replace(player, hole=(*player.hole, card)))


def _typed(typed: tuple[Typed, ...], card: Secret[Card] | None, by: str) -> tuple[Typed, ...]:
    """Return typed cards with one more. One that was typed as dealt and not read becomes it."""
    if card is None:
        return (*typed, _UNREAD)
    if _UNREAD not in typed:
        return (*typed, Typed(by, card))
    at = typed.index(_UNREAD)
    return (*typed[:at], Typed(by, card), *typed[at + 1 :])


def _with_typed(hand: Hand, player: Player, card: Secret[Card] | None, typed: tuple[Typed, ...]) -> Player:
    """Return the player with a typed card in its hand: beside it, where the hand is full of other cards."""
    hole = player.hole
    if card is not None and (card in hole or card in player.extra):
        return replace(player, typed=typed)
    if player.owed:
        return replace(player, typed=typed, hole=(*hole, card), owed=player.owed - 1)
    if card is not None and None in hole:
        at = hole.index(None)
        return replace(player, typed=typed, hole=(*hole[:at], card, *hole[at + 1 :]))
    if len(hole) < capacity(hand, player):
        return replace(player, typed=typed, hole=(*hole, card))
    return replace(player, typed=typed, extra=player.extra if card is None else (*player.extra, card))


def release(hand: Hand, seat: int, card: Secret[Card], by: str = "") -> Hand:
    """Take a misread card from a seat; raise IllegalAction if the seat does not hold it.

    by: who typed that. Then a card that the seat does not hold is no fault: a refusal would tell the cards that it
    holds.
    """
    player = find(hand, seat)
    if not by and card not in player.hole and card not in player.extra:
        raise IllegalAction("CARD_NOT_THERE", f"seat {seat} does not hold that card; nothing to clear", {"seat": seat})
    typed = _cleared(player.typed, card, by)
    left, extra = list(player.hole), tuple(each for each in player.extra if each != card)
    if card in left:
        left.remove(card)
    room = max(0, capacity(hand, player) - len(left)) if extra else 0
    return put(hand, replace(player, hole=(*left, *extra[:room]), extra=extra[room:], typed=typed))


def _cleared(typed: tuple[Typed, ...], card: Secret[Card], by: str) -> tuple[Typed, ...]:
    """Return the typed cards without one that `by` typed. The number of them must not tell what others typed."""
    own = Typed(by, card)
    at = typed.index(own) if own in typed else len(typed)
    rest = (*typed[:at], *typed[at + 1 :])
    return tuple(Typed(each.by, None) if each.card == card else each for each in rest)


def typed_less(typed: tuple[Typed, ...], gone: Sequence[Secret[Card]], count: int) -> tuple[Typed, ...]:
    """Return typed cards after `count` cards have left the hand, those in `gone` among them.

    The number that is left follows from `count` alone. Where nobody knows which cards went, the others are not known
    either.
    """
    most = max(0, len(typed) - count)
    left = [each for each in typed if each.card is None or each.card not in gone]
    if len(left) > most:
        left = [Typed(each.by, None) for each in left][:most]
    return (*left, *[Typed("console", None)] * (most - len(left)))


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
        if player.exposed:
            cards |= dict.fromkeys(player.exposed, f"exposed by seat {player.seat}")
        if player.up:
            cards |= {card: f"before seat {player.seat}" for card in player.up if card}
    for player in hand.players:
        if player.shown:
            cards |= dict.fromkeys(player.shown, f"shown by seat {player.seat}")
    return cards
