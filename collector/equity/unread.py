"""Equity when cards were not read: over everything they can be. Says whether it is exact.

In games with a board, one unread card or two unread cards of one hand are exact: every completion is counted, each as
likely as any other. Anything more is a sample of completions (and of flops, before the flop), each of them counted
exactly. In stud and draw games an unread card is like one that is still to come, so the average needs no completions.
What is exact is fixed by the game, the street and what is unread, never by a measured time.
Axes: d completions, p players, k cards of a hand, u unread cards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from math import comb
from typing import Final

import numpy as np
from numpy.typing import NDArray

from collector.cards import DECK, INDEX, Card
from collector.equity.count import equity_of
from collector.equity.deals import check
from collector.equity.games import BoardGame, Game, OwnGame
from collector.equity.many import count_many
from collector.equity.own import SEED, exact, shuffled
from collector.equity.result import Equity, total
from collector.errors import CollectorError

Cards = Sequence[Card]
Known = Sequence[Card | None]
"""Cards of one hand; None for a card that was not read."""

SAMPLE: Final = 10_000
"""Completions of a sample: the standard error of an equity is then at most 0.5 percent."""
_MOST: Final = 2_000
"""Completions that are all counted: two cards of any deck, not three."""
_MOST_DRAWS: Final = 20_000
"""Draws of one player up to which stud is counted once for each completion: from fourth street on."""
_FLOP: Final = 3
_BLOCK: Final = 250
_BLOCK_PREFLOP: Final = 8
"""Completions between two looks at whether the question was withdrawn: some milliseconds."""


class Cancelled(CollectorError):
    """Whoever asked wants no answer any more."""


@dataclass(frozen=True)
class Extreme:
    """The best or worst case of one player."""

    equity: Fraction
    cards: tuple[Card, ...]
    """What the unread cards are then; the first such case in the order of the deck."""


@dataclass(frozen=True)
class Partial:
    """Equity with unread cards."""

    average: Equity
    """Over all completions. Its `exact` and `standard_error` say whether it is a sample."""
    completions: int
    """What the unread cards can be; in a sample, how many were drawn."""
    lowest: tuple[Extreme, ...] = ()
    """By player; empty where not every completion was counted on its own."""
    highest: tuple[Extreme, ...] = ()


@dataclass(frozen=True)
class _Question:
    game: Game
    hands: Sequence[Known]
    board: Cards
    dead: Cards
    cancelled: Callable[[], bool]

    @property
    def unread(self) -> list[int]:
        return [sum(card is None for card in hand) for hand in self.hands]

    @property
    def left(self) -> list[Card]:
        known = {*self.board, *self.dead, *(card for hand in self.hands for card in hand)}
        return [card for card in DECK[4 * self.game.ranking.lowest :] if card not in known]

    def filled(self, cards: Cards) -> list[list[Card]]:
        """Return the hands with `cards` in place of what was not read."""
        coming = iter(cards)
        return [[next(coming) if card is None else card for card in hand] for hand in self.hands]


def unread_equity(
    game: Game,
    hands: Sequence[Known],
    board: Cards = (),
    dead: Cards = (),
    *,
    cancelled: Callable[[], bool] = lambda: False,
) -> Partial:
    """Return the equity of 2 to 10 hands of which some cards were not read.

    Args:
        game: the game.
        hands: the cards of each live player; None for a card that is there but was not read.
        board: the board cards that lie, all of them read.
        dead: cards that cannot come.
        cancelled: asked every few milliseconds; once it says True, Cancelled is raised.

    Raises BadInput for cards that cannot lie like that.
    """
    asked = _Question(game, hands, board, dead, cancelled)
    left = asked.left
    check(game, asked.filled(left), board, dead)
    if not isinstance(game, BoardGame):
        return _over_draws(asked, game)
    if completed_exactly(game, asked.unread, len(left)):
        return _over_all(asked)
    return _over_sample(asked, game)


def completed_exactly(game: Game, unread: Sequence[int], left: int) -> bool:
    """Return whether every completion of so many `unread` cards of each player is counted, `left` in the deck."""
    if isinstance(game, BoardGame):
        return sum(cards > 0 for cards in unread) <= 1 and comb(left, sum(unread)) <= _MOST
    return sum(unread) <= 1


def _over_draws(asked: _Question, game: OwnGame) -> Partial:
    known = [[card for card in hand if card is not None] for hand in asked.hands]
    average = equity_of(game, known, (), asked.dead)
    left = asked.left
    sizes = [len(hand) for hand in asked.hands]
    draws = max(comb(len(left) - 1, game.size - size) for size in sizes)
    if sum(asked.unread) == 1 and exact(game, sizes, len(left) - 1) and draws <= _MOST_DRAWS:
        return replace(_over_all(asked), average=average)
    return Partial(average, comb(len(left), sum(asked.unread)))


def _over_all(asked: _Question) -> Partial:
    completions = list(combinations(asked.left, sum(asked.unread)))
    results = [result for block in _blocks(asked, completions) for result in block]
    lowest: list[Extreme] = []
    highest: list[Extreme] = []
    for player in range(len(asked.hands)):
        equities = [result.equity(player) for result in results]
        for extremes, pick in ((lowest, min), (highest, max)):
            worst = pick(equities)
            extremes.append(Extreme(worst, completions[equities.index(worst)]))
    return Partial(total(results), len(completions), tuple(lowest), tuple(highest))


def _blocks(asked: _Question, completions: Sequence[Cards]) -> Iterator[list[Equity]]:
    """Yield the equities of all completions, block by block."""
    game = asked.game
    many = isinstance(game, BoardGame) and len(asked.board) >= _FLOP
    step = _BLOCK if many else _BLOCK_PREFLOP
    board, dead = (np.array([INDEX[card] for card in cards], np.intp) for cards in (asked.board, asked.dead))
    for at in range(0, len(completions), step):
        if asked.cancelled():
            raise Cancelled("unread cards: the question was withdrawn; ask again for an answer")
        deals = [asked.filled(cards) for cards in completions[at : at + step]]
        if not isinstance(game, BoardGame) or not many:
            yield [equity_of(game, hands, asked.board, asked.dead) for hands in deals]
            continue
        hands = np.array([[[INDEX[card] for card in hand] for hand in deal] for deal in deals])
        counts = count_many(game, hands, np.broadcast_to(board, (len(deals), len(board))), dead)
        yield [counts.deal(number) for number in range(len(deals))]


def _over_sample(asked: _Question, game: BoardGame) -> Partial:
    left = np.array([INDEX[card] for card in asked.left])
    unread, flop = sum(asked.unread), max(0, _FLOP - len(asked.board))
    cards = left[shuffled(np.random.PCG64(SEED), len(left), unread + flop, SAMPLE)].T  # (d, u + flop)
    hands = np.empty((SAMPLE, len(asked.hands), game.hole), np.intp)
    number = 0
    for player, hand in enumerate(asked.hands):
        for place, card in enumerate(hand):
            hands[:, player, place] = cards[:, number] if card is None else INDEX[card]
            number += card is None
    lying = np.broadcast_to(np.array([INDEX[card] for card in asked.board], np.intp), (SAMPLE, len(asked.board)))
    boards = np.concatenate([lying, cards[:, unread:]], axis=1)
    dead = np.array([INDEX[card] for card in asked.dead], np.intp)
    equities, results = _sampled(asked, game, (hands, boards, dead))
    errors = equities.std(axis=0, ddof=1) / np.sqrt(SAMPLE)
    return Partial(replace(total(results), exact=False, errors=tuple(errors.tolist())), SAMPLE)


def _sampled(
    asked: _Question, game: BoardGame, deals: tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]
) -> tuple[NDArray[np.float64], list[Equity]]:
    """Return (d, p) equities, and the sums of what was counted."""
    hands, boards, dead = deals
    equities, results = [], []
    for at in range(0, len(hands), _BLOCK):
        if asked.cancelled():
            raise Cancelled("unread cards: the question was withdrawn; ask again for an answer")
        counts = count_many(game, hands[at : at + _BLOCK], boards[at : at + _BLOCK], dead)
        equities.append(counts.equity())
        results.append(counts.together())
    return np.concatenate(equities), results
