"""One pot over several boards: run it twice, double board. Each board is worth an equal part of the pot.

By how much a player wins on average needs no look at boards together: every board on its own is dealt from all cards
that lie nowhere. Whether he takes all of them does; that is counted where at most two cards are missing on each of two.
Axes: x draws of one board, q ways to choose five, n cards of a hand and its board.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from collector.cards import DECK, INDEX, Card
from collector.equity.build import BOARD
from collector.equity.count import equity_of
from collector.equity.disjoint import draws
from collector.equity.fives import best_fives, best_lows
from collector.equity.games import BoardGame
from collector.equity.own import winners_of
from collector.equity.result import Equity
from collector.errors import BadInput

MOST: Final = 4
_JOINT_DRAW: Final = 2
"""Most cards missing on a board for both boards to be dealt together."""
_TWO: Final = 2

Cards = Sequence[Card]


@dataclass(frozen=True)
class Boards:
    """Equities on each board, and over all of them."""

    boards: tuple[Equity, ...]
    joint: dict[tuple[int, int], int] = field(default_factory=dict)
    """Pairs of boards by the masks of who takes any of the first and any of the second; empty if not counted."""

    def equity(self, player: int) -> Fraction:
        """Return the part of the whole pot that `player` wins on average."""
        return sum((board.equity(player) for board in self.boards), Fraction(0)) / len(self.boards)

    def scoop(self, player: int) -> Fraction | None:
        """Return how likely `player` takes all of both boards alone; None where that was not counted."""
        if not self.joint:
            return None
        return Fraction(self.joint.get((1 << player, 1 << player), 0), sum(self.joint.values()))


def equity_over_boards(game: BoardGame, hands: Sequence[Cards], boards: Sequence[Cards], dead: Cards = ()) -> Boards:
    """Return the equities of hands that play several boards, two to four, each for an equal part of the pot.

    Args:
        game: a game with a board.
        hands: the cards of each live player.
        boards: the cards that lie on each, 0 to 5. What the boards have in common at their beginning was dealt once
            and belongs to each of them: run it twice after the flop is two boards that begin with the same three cards.
        dead: cards that cannot come.

    Raises BadInput for cards that cannot lie like that.
    """
    if len(boards) not in range(2, MOST + 1):
        raise BadInput("BOARD_COUNT", f"boards: {len(boards)} given; give 2 to {MOST}", {"boards": len(boards)})
    shared = _shared(boards)
    results = []
    for number, board in enumerate(boards):
        elsewhere = [card for other, cards in enumerate(boards) if other != number for card in cards[shared:]]
        results.append(equity_of(game, hands, board, [*dead, *elsewhere]))
    lying = [*boards[0], *(card for board in boards[1:] for card in board[shared:])]
    missing = [BOARD - len(board) for board in boards]
    left = 4 * game.ranking.ranks - sum(map(len, hands)) - len(lying) - len(dead)
    if left < sum(missing):
        raise BadInput(
            "TOO_FEW_CARDS",
            f"boards: {sum(missing)} cards are missing on them, but the deck has {left} left; give fewer boards",
            {"left": left, "needed": sum(missing)},
        )
    together = len(boards) == _TWO and max(missing) <= _JOINT_DRAW
    return Boards(tuple(results), _joint(game, hands, boards, [*lying, *dead]) if together else {})


def _shared(boards: Sequence[Cards]) -> int:
    """Return how many cards all boards have in common at their beginning."""
    shared = 0
    for cards in zip(*boards, strict=False):
        if len(set(cards)) > 1:
            break
        shared += 1
    return shared


def _joint(game: BoardGame, hands: Sequence[Cards], boards: Sequence[Cards], gone: Cards) -> dict[tuple[int, int], int]:
    known = {*gone, *(card for hand in hands for card in hand)}
    left = np.array([INDEX[card] for card in DECK[4 * game.ranking.lowest :] if card not in known])
    drawn, takers = [], []
    for board in boards:
        places = draws(len(left), BOARD - len(board)).astype(np.intp)  # (k, x)
        drawn.append(np.bitwise_or.reduce(np.uint64(1) << places.astype(np.uint64), axis=0, initial=0))
        takers.append(_takers(game, hands, board, left[places]))
    first, second = (drawn[0][:, None] & drawn[1] == 0).nonzero()
    both = takers[0][first] << len(hands) | takers[1][second]
    masks, pairs = np.unique(both, return_counts=True)
    return {divmod(mask, 1 << len(hands)): count for mask, count in zip(masks.tolist(), pairs.tolist(), strict=True)}


def _takers(game: BoardGame, hands: Sequence[Cards], board: Cards, coming: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return (x,) the mask of players who win anything, for (k, x) cards that complete the board."""
    highs, lows = [], []
    for hand in hands:
        fixed = np.array([INDEX[card] for card in (*hand, *board)])[:, None]
        cards = np.concatenate([np.broadcast_to(fixed, (len(fixed), coming.shape[1])), coming]).T  # (x, n)
        highs.append(best_fives(game, len(hand), cards))
        if game.split:
            lows.append(best_lows(game, len(hand), cards))
    takers = winners_of(np.array(highs))
    return takers | winners_of(np.array(lows)) if lows else takers
