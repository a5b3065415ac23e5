"""Equity of the running hand: when there is a question, and its exact answer. Everything here is S0."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from collector import equity
from collector.cards import Card
from collector.hand import board
from collector.hand.model import Hand, Player
from collector.secrecy import Secret


@dataclass(frozen=True, slots=True)
class Question:
    """Live hands in dealing order, the open board, and folded cards that were read: those are dead."""

    seats: tuple[int, ...]
    hands: tuple[tuple[Card, ...], ...]
    board: tuple[Card, ...]
    dead: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Odds:
    """A seat's chances in basis points: its share of the pot, sole wins, ties."""

    equity: int
    win: int
    tie: int


def known(player: Player) -> tuple[Card, ...]:
    """Return the cards of a seat: as tabled, else as read."""
    return player.shown or tuple([card.reveal() for card in player.hole if card])


def question(hand: Hand) -> Secret[Question] | None:
    """Return what to compute, or None: hand over, one left, a live hand unread, or a card in two places."""
    if hand.complete or hand.setup.game != "holdem" or hand.further:
        return None  # other games have no kernel here yet, and a number that is wrong is worse than none
    live = [player for player in hand.players if not player.folded and not player.mucked]
    if len(live) < 2:  # noqa: PLR2004 - nobody to play against
        return None
    hands = []
    for player in live:
        cards = known(player)
        if len(cards) != 2:  # noqa: PLR2004 - hold'em
            return None
        hands.append(cards)
    shown = board(hand)
    used = {card for cards in hands for card in cards} | set(shown)
    if len(used) != 2 * len(hands) + len(shown):
        return None
    folded = (card.reveal() for player in hand.players if not player.live for card in player.hole if card)
    dead = tuple(sorted(set(folded) - used))
    return Secret(Question(tuple(player.seat for player in live), tuple(hands), shown, dead))


def odds(asked: Secret[Question]) -> dict[int, Odds]:
    """Return the exact odds by seat."""
    return _odds(asked.reveal())


@lru_cache(maxsize=64)
def _odds(asked: Question) -> dict[int, Odds]:
    answer = equity.holdem(asked.hands, asked.board, asked.dead)
    return {seat: Odds(*points) for seat, points in zip(asked.seats, answer.basis_points(), strict=True)}
