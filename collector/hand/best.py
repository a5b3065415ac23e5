"""The cards that play: the best of a hand for each half and board, and what they are called. Knows no seats, no pots.

Of equal choices it is the one with the most cards from the hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from collector.cards import PLAYED
from collector.hand.games import Cards, Game, Half


class Best(NamedTuple):
    """What a hand makes on a board. board: its number from 1. half: its name. kind, ranks: see `evaluation.Kind`.

    words: the same in a dealer's words.
    """

    board: int
    half: str
    kind: str
    ranks: str
    cards: Cards
    words: str


def best(game: Game, hole: Cards, boards: Sequence[Cards]) -> tuple[Best, ...]:
    """Return what a whole hand makes on each board, by half; nothing for a half that it cannot win.

    hole: all cards of the hand, up cards too. boards: the cards that show, one empty board for a game without any. A
    board of fewer than three cards makes nothing.
    """
    least = min(3, game.board_size)
    found = [
        _of_half(half, hole, board, number)
        for number, board in enumerate(boards, 1)
        if len(board) >= least
        for half in game.halves
    ]
    return tuple(each for each in found if each)


def _of_half(half: Half, hole: Cards, board: Cards, number: int) -> Best | None:
    strength = half.strength(hole, board)
    if not strength:
        return None
    own, common = next(choice for choice in _choices(half, hole, board) if half.strength(*choice) == strength)
    return Best(number, half.name, *half.kind(strength), own + common, half.describe(own, common))


def _choices(half: Half, hole: Cards, board: Cards) -> Iterator[tuple[Cards, Cards]]:
    """Yield the (cards of the hand, cards of the board) that may play, those with the most of the hand first."""
    if half.from_hand is not None:
        for own in combinations(hole, half.from_hand):
            for common in combinations(board, PLAYED - half.from_hand):
                yield own, common
        return
    for size in half.sizes or (min(PLAYED, len(hole) + len(board)),):
        for of_hand in range(min(size, len(hole)), max(0, size - len(board)) - 1, -1):
            for own in combinations(hole, of_hand):
                for common in combinations(board, size - of_hand):
                    yield own, common
