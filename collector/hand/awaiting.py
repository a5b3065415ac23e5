"""The cards that a street waits for: on which board, before which seat, how many. Looks at public cards only.

Hole cards are never waited for: a hand can be played, and shown, without anybody having read them before.
"""

from __future__ import annotations

from collector.hand import opening
from collector.hand.board import wanted_by_board
from collector.hand.changing import game_of, live
from collector.hand.model import Hand


def due(hand: Hand) -> tuple[int, int]:
    """Return how many cards a seat has before it by now, face down and face up, if it has not drawn or discarded."""
    game = game_of(hand)
    return game.dealt_through(hand.street)


def boards_awaited(hand: Hand) -> tuple[int, ...]:
    """Return for each board how many cards it waits for; () for a game without a board, or when the hand is over."""
    return () if hand.complete or not game_of(hand).board_size else wanted_by_board(hand)


def up_awaited(hand: Hand) -> dict[int, int]:
    """Return the up cards of this street that nobody has read or typed, by seat; only seats with some of them."""
    _, wanted = due(hand)
    if not wanted or hand.complete:
        return {}
    asked = opening.may_open(hand) if opening.by_cards(hand) else live(hand)
    lacking = {player.seat: wanted - sum(1 for card in player.up if card) for player in asked}
    return {seat: number for seat, number in lacking.items() if number > 0 and not hand.community}


def missing(hand: Hand) -> str | None:
    """Return in words the cards that play waits for; None if it waits for none, or was told to go on without them."""
    if hand.complete or hand.closed or hand.drawing or hand.setup.cards_only or hand.went_on == hand.street:
        return None
    parts = [
        f"{number} of {f'board {at}' if hand.further else 'the board'}"
        for at, number in enumerate(boards_awaited(hand), 1)
        if number
    ]
    if opening.by_cards(hand) and not opening.known(hand):
        parts += [f"{number} face up at seat {seat}" for seat, number in sorted(up_awaited(hand).items())]
    return f"cards of the {hand.street}: {', '.join(parts)}" if parts else None
