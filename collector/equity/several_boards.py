"""One pot over several boards: run it twice, double board. Each board is worth an equal part of the pot.

By how much a player wins on average needs no look at boards together: every board on its own is dealt from all cards
that lie nowhere. How often he takes all of them does: boards are dealt together, all pairs of them where at most two
cards are missing on each of two, otherwise a sample.
Axes: x draws of one board, q ways to choose five, n cards of a hand and its board.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from collector.cards import DECK, INDEX, Card
from collector.equity.count import equity_of
from collector.equity.disjoint import draws
from collector.equity.fives import best_fives, best_lows
from collector.equity.games import BoardGame
from collector.equity.large_tables import BOARD
from collector.equity.own import SEED, shuffled, winners_of
from collector.equity.result import Equity
from collector.errors import BadInput

MOST: Final = 4
SAMPLE: Final = 5_000
"""Deals of a sample: the standard error of a scoop is then at most 0.71 percent."""
_BLOCK: Final = 250
_JOINT_DRAW: Final = 2
"""Most cards missing on a board for both boards to be dealt together."""

Cards = Sequence[Card]


@dataclass(frozen=True)
class Boards:
    """Equities on each board, and over all of them."""

    boards: tuple[Equity, ...]
    joint: dict[tuple[int, ...], int]
    """Boards dealt together, by the mask of who takes any of the first, any of the second, and so on."""
    joint_exact: bool
    """False where `joint` is a sample: then a scoop comes with an error."""

    def equity(self, player: int) -> Fraction:
        """Return the part of the whole pot that `player` wins on average, exactly."""
        return sum((board.equity(player) for board in self.boards), Fraction(0)) / len(self.boards)

    def scoop(self, player: int) -> Fraction:
        """Return how likely `player` takes all of every board alone."""
        return Fraction(self.joint.get((1 << player,) * len(self.boards), 0), sum(self.joint.values()))

    def scoop_error(self, player: int) -> float:
        """Return the standard error of a sampled `scoop`; 0 when it is exact."""
        if self.joint_exact:
            return 0.0
        chance, dealt = float(self.scoop(player)), sum(self.joint.values())
        return sqrt(max(chance * (1 - chance), 1 / dealt) / dealt)


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
    results = equity_of_each(game, hands, boards, dead)
    shared = _shared(boards)
    lying = [*boards[0], *(card for board in boards[1:] for card in board[shared:])]
    missing = [BOARD - len(board) for board in boards]
    left = 4 * game.ranking.ranks - sum(map(len, hands)) - len(lying) - len(dead)
    if left < sum(missing):
        raise BadInput(
            "TOO_FEW_CARDS",
            f"boards: {sum(missing)} cards are missing on them, but the deck has {left} left; give fewer boards",
            {"left": left, "needed": sum(missing)},
        )
    known = {*lying, *dead, *(card for hand in hands for card in hand)}
    coming = np.array([INDEX[card] for card in DECK[4 * game.ranking.lowest :] if card not in known], np.intp)
    if len(boards) == 2 and max(missing) <= _JOINT_DRAW:
        return Boards(results, _joint(game, hands, boards, coming), joint_exact=True)
    return Boards(results, _sampled(game, hands, boards, coming), joint_exact=False)


def equity_of_each(
    game: BoardGame, hands: Sequence[Cards], boards: Sequence[Cards], dead: Cards = ()
) -> tuple[Equity, ...]:
    """Return the equity on each board by itself, as `equity_over_boards` does, without a look at all of them at once.

    What lies on another board cannot come on this one. Boards that are alike are counted once.
    """
    if len(boards) not in range(2, MOST + 1):
        raise BadInput("BOARD_COUNT", f"boards: {len(boards)} given; give 2 to {MOST}", {"boards": len(boards)})
    shared = _shared(boards)
    known: dict[tuple[tuple[Card, ...], frozenset[Card]], Equity] = {}
    asked = []
    for number, board in enumerate(boards):
        elsewhere = {card for other, cards in enumerate(boards) if other != number for card in cards[shared:]}
        asked.append((tuple(board), frozenset((*dead, *elsewhere))))
    for board, gone in asked:
        if (board, gone) not in known:
            known[board, gone] = equity_of(game, hands, board, sorted(gone))
    return tuple(known[each] for each in asked)


def _shared(boards: Sequence[Cards]) -> int:
    """Return how many cards all boards have in common at their beginning."""
    shared = 0
    for cards in zip(*boards, strict=False):
        if len(set(cards)) > 1:
            break
        shared += 1
    return shared


def _joint(
    game: BoardGame, hands: Sequence[Cards], boards: Sequence[Cards], left: NDArray[np.intp]
) -> dict[tuple[int, ...], int]:
    """Deal every pair of boards."""
    drawn, takers = [], []
    for board in boards:
        places = draws(len(left), BOARD - len(board)).astype(np.intp)  # (k, x)
        drawn.append(np.bitwise_or.reduce(np.uint64(1) << places.astype(np.uint64), axis=0, initial=0))
        takers.append(_takers(game, hands, board, left[places]))
    first, second = (drawn[0][:, None] & drawn[1] == 0).nonzero()
    return _tally(np.array([takers[0][first], takers[1][second]]))


def _sampled(
    game: BoardGame, hands: Sequence[Cards], boards: Sequence[Cards], left: NDArray[np.intp]
) -> dict[tuple[int, ...], int]:
    """Deal all boards together, `SAMPLE` times."""
    ends = np.cumsum([BOARD - len(board) for board in boards])
    dealt = left[shuffled(np.random.PCG64(SEED), len(left), int(ends[-1]), SAMPLE)]  # (k of all boards, x)
    takers = np.empty((len(boards), SAMPLE), np.intp)
    for number, (board, coming) in enumerate(zip(boards, np.split(dealt, ends[:-1]), strict=True)):
        for start in range(0, SAMPLE, _BLOCK):
            block = slice(start, start + _BLOCK)
            takers[number, block] = _takers(game, hands, board, coming[:, block])
    return _tally(takers)


def _tally(takers: NDArray[np.intp]) -> dict[tuple[int, ...], int]:
    """Count the columns of (boards, x) masks that are alike."""
    masks, counts = np.unique(takers, axis=1, return_counts=True)
    return {tuple(column): count for column, count in zip(masks.T.tolist(), counts.tolist(), strict=True)}


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
