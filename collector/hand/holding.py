"""Hole cards as they are read. Nothing here depends on which cards they are, except to find one and to tell a re-read.

Two seats that hold the same card, or a seat and the board, are not refused: a refusal would tell. Whoever routes
readings flags that.
"""

from __future__ import annotations

from dataclasses import replace

from collector.cards import Card
from collector.errors import IllegalAction
from collector.hand.model import Hand
from collector.hand.seats import find, game_of, put
from collector.secrecy import Secret


def receive(hand: Hand, seat: int, card: Secret[Card] | None) -> Hand:
    """Give a card to a seat; a card that was dealt unread becomes known first."""
    player = find(hand, seat)
    if card is not None and card.reveal() not in game_of(hand).deck:
        raise IllegalAction("BAD_CARD", f"seat {seat} was given no card of this deck", {"seat": seat})
    if card is not None and card in player.hole:
        raise IllegalAction("CARD_HELD", f"seat {seat} already holds that card; read the other one", {"seat": seat})
    if card is not None and None in player.hole:
        at = player.hole.index(None)
        return put(hand, replace(player, hole=(*player.hole[:at], card, *player.hole[at + 1 :])))
    if len(player.hole) >= game_of(hand).hole:
        full = f"seat {seat} has its {len(player.hole)} cards; to correct one, clear it first"
        raise IllegalAction("HAND_FULL", full, {"seat": seat})
    return put(hand, replace(player, hole=(*player.hole, card)))


def release(hand: Hand, seat: int, card: Secret[Card]) -> Hand:
    """Take a misread card from a seat."""
    player = find(hand, seat)
    if card not in player.hole:
        raise IllegalAction("CARD_NOT_THERE", f"seat {seat} does not hold that card; nothing to clear", {"seat": seat})
    at = player.hole.index(card)
    return put(hand, replace(player, hole=(*player.hole[:at], *player.hole[at + 1 :])))
