"""Counts many deals of one shape at once: arrays in, arrays out. The same two passes as kernel.py, with one more axis.

Axes: d deals, p players, k cards of a hand, q pairs of hole cards that can play, b board cards, r ranks, s suits,
c rank multisets of the cards to come, e triples of (deal, suit, set of ranks drawn in it), o multisets of the ranks
drawn outside that suit, w sets of winners as bit masks, l sets of winners of the low.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from collector.equity.games import BoardGame
from collector.equity.kernel import Weights
from collector.equity.large_tables import BOARD, Class, suited_boards
from collector.equity.lookup import CHOOSE, SUITS, Ranks, Tables, tables
from collector.equity.multisets import Numbers, size_of
from collector.equity.result import Equity

Indexes = NDArray[np.integer]
"""Cards by index, 4 x rank + suit with the deuce as rank 0: 0 (2c) to 51 (As)."""

_BLOCK: Final = 200_000
"""Entries of the largest array in flight, about: deals are counted in blocks of so many."""
_FLUSH: Final = 5
_PLAYED: Final = 2


@dataclass(frozen=True)
class Counts:
    """Boards of each deal, by who wins them."""

    boards: NDArray[np.int64]
    """(d, l, w) boards that exactly that set of players wins; l is 1 in a game without a low."""
    lows: list[int]
    """(l,) the masks of low winners; 0 for nobody, which is all there is in a game without a low."""
    players: int
    split: bool
    """Whether the game has a low at all."""

    @property
    def runouts(self) -> NDArray[np.int64]:
        """Return (d,) the boards that can still come."""
        total: NDArray[np.int64] = self.boards.sum(axis=(1, 2))
        return total

    def equity(self) -> NDArray[np.float64]:
        """Return (d, p) the part of the pot that each player wins on average; rows sum to 1."""
        sets = np.arange(1 << self.players)
        member = (sets[:, None] >> np.arange(self.players) & 1).astype(np.float64)  # (w, p)
        share = member / np.maximum(member.sum(axis=1, keepdims=True), 1)
        split = np.array([1.0 if low else 0.0 for low in self.lows])[:, None] / 2  # (l, 1)
        high = (self.boards * (1 - split)).sum(axis=1) @ share
        low = (self.boards.sum(axis=2) * split[:, 0]) @ share[self.lows]
        equity: NDArray[np.float64] = (high + low) / self.runouts[:, None]
        return equity

    def deal(self, number: int) -> Equity:
        """Return the result of one deal, exactly."""
        return self._equity(self.boards[number])

    def together(self) -> Equity:
        """Return one result over the boards of all deals."""
        return self._equity(self.boards.sum(axis=0))

    def _equity(self, boards: NDArray[np.int64]) -> Equity:
        low, sets = boards.nonzero()
        found = boards[low, sets].tolist()
        runouts = sum(found)
        if self.split:
            pairs = zip(sets.tolist(), [self.lows[row] for row in low.tolist()], strict=True)
            return Equity.of_halves(self.players, runouts, dict(zip(pairs, found, strict=True)))
        return Equity(self.players, runouts, dict(zip(sets.tolist(), found, strict=True)))


@dataclass(frozen=True)
class _Deals:
    """What is known of each deal, as arrays."""

    rank: Numbers
    """(d, p, k) ranks of the hole cards, from 0 for the deck's lowest."""
    suit: Numbers
    """(d, p, k)."""
    board_rank: Numbers
    """(d, b)."""
    held: NDArray[np.bool_]
    """(d, s, r) cards that can no longer come."""
    board: Numbers
    """(d, s) mask of the board's ranks in each suit."""
    plays: list[tuple[int, int]]
    """(q,) places of the hole cards that can play together."""

    @property
    def gone(self) -> Numbers:
        """Return (d, s) the mask of the ranks that can no longer come."""
        return self.held @ (1 << np.arange(self.held.shape[2]))


def count_many(game: BoardGame, hands: Indexes, boards: Indexes | None = None, dead: Indexes | None = None) -> Counts:
    """Return who wins how many boards of each deal. All deals have as many players, board cards and dead cards.

    Args:
        game: a game with a board.
        hands: (d, p, k) cards of each player.
        boards: (d, b) board cards that lie, b from 0 to 5; None for none.
        dead: (d, x) or (x,) cards that cannot come; None for none. A card in two places gives nonsense: see `holdem`
            and `equity_of` for checked input.
    """
    deals, players = hands.shape[:2]
    boards = np.zeros((deals, 0), np.intp) if boards is None else boards
    dead = np.zeros((deals, 0), np.intp) if dead is None else np.broadcast_to(dead, (deals, np.shape(dead)[-1]))
    used = tables(game)
    weight = players * len(_plays(game)) * size_of(game.ranking.ranks, BOARD - boards.shape[1])
    step = max(1, _BLOCK // weight)
    parts = [
        _count(used, _deals(game, hands[at : at + step], boards[at : at + step], dead[at : at + step]))
        for at in range(0, deals, step)
    ]
    lows = sorted({low for part in parts for low in part.lows})
    total = np.zeros((deals, len(lows), 1 << players), np.int64)
    for at, part in zip(range(0, deals, step), parts, strict=True):
        total[at : at + step, [lows.index(low) for low in part.lows]] = part.boards
    return Counts(total, lows, players, game.split)


def _plays(game: BoardGame) -> list[tuple[int, int]]:
    """Return the places of the hole cards that can play together."""
    return list(combinations(range(game.hole), _PLAYED))


def _deals(game: BoardGame, hands: Indexes, boards: Indexes, dead: Indexes) -> _Deals:
    lowest, ranks = game.ranking.lowest, game.ranking.ranks
    known = np.concatenate([hands.reshape(len(hands), -1), boards, dead], axis=1).astype(np.intp)
    held = np.zeros((len(hands), SUITS, ranks), np.bool_)
    held[np.arange(len(hands))[:, None], known & 3, (known >> 2) - lowest] = True
    board_rank, board_suit = (boards.astype(np.intp) >> 2) - lowest, boards.astype(np.intp) & 3
    masks = ((1 << board_rank)[:, :, None] * (board_suit[:, :, None] == np.arange(SUITS))).sum(axis=1)  # (d, s)
    return _Deals(
        (hands.astype(np.intp) >> 2) - lowest, hands.astype(np.intp) & 3, board_rank, held, masks, _plays(game)
    )


def _count(used: Tables, deals: _Deals) -> Counts:
    pairs = _pairs(used.ranks, deals)  # (d, p, q)
    of_rank = SUITS - deals.held.sum(axis=1)  # (d, r)
    boards, numbers = _boards_to_come(used.ranks, deals.board_rank, of_rank)  # (d, c) each
    best, holders = _best(_strengths(used.mixed, pairs, numbers))  # (d, c) each
    sets = 1 << pairs.shape[1]
    lows, low = [0], np.zeros((1, 1), np.intp)
    if used.low is not None:
        lows, low = _number_lows(_strengths(used.low, pairs, numbers))
    rows = len(boards) * len(lows)
    start = (np.arange(len(boards))[:, None] * len(lows) + low) * sets  # (d, c) or (d, 1) where its winners begin
    won = np.zeros(rows * sets)
    _take_flushes(used, deals, _Mixed(best, boards, np.broadcast_to(start, best.shape)), won)
    won += np.bincount((start + holders).ravel(), boards.ravel(), rows * sets)
    return Counts(won.astype(np.int64).reshape(-1, len(lows), sets), lows, pairs.shape[1], used.low is not None)


def _pairs(ranks: Ranks, deals: _Deals) -> Numbers:
    """Return (d, p, q) the numbers of the rank pairs that can play."""
    first, other = np.array(deals.plays).T
    pairs: Numbers = np.array(ranks.pair_number)[deals.rank[:, :, first], deals.rank[:, :, other]]
    return pairs


def _boards_to_come(ranks: Ranks, board: Numbers, of_rank: Numbers) -> tuple[Weights, Numbers]:
    """Return, per multiset to come (d, c), the ways to deal it, and the multiset it makes with the board."""
    to_come = BOARD - board.shape[1]
    groups = ranks.groups[to_come]
    chances = CHOOSE[of_rank].reshape(len(of_rank), -1)  # (d, r x 6)
    ways = np.multiply.reduce(chances[:, groups.draws], axis=1)  # (d, codes)
    boards: Weights = np.ascontiguousarray(np.multiply.reduce(ways[:, groups.places], axis=1))  # (d, c)
    numbers = np.broadcast_to(np.arange(boards.shape[1]), boards.shape)
    for size, rank in enumerate(board.T, to_come):
        numbers = ranks.adding[size][rank[:, None], numbers]
    return boards, numbers


def _strengths(table: NDArray[Class], pairs: Numbers, numbers: Numbers) -> NDArray[Class]:
    """Return (p, d, c) the best class of each player."""
    best = table[pairs[:, :, 0, None], numbers[:, None, :]]
    for play in range(1, pairs.shape[2]):
        np.maximum(best, table[pairs[:, :, play, None], numbers[:, None, :]], out=best)
    return best.transpose(1, 0, 2)


def _best(classes: NDArray[Class]) -> tuple[NDArray[Class], Numbers]:
    """Return, for (p, ...) classes, the best and the mask of who holds it."""
    best = classes.max(axis=0)
    holders = np.zeros(best.shape, np.intp)
    for player, own in enumerate(classes):
        holders |= (own == best).astype(np.intp) << player
    return best, holders


def _number_lows(lows: NDArray[np.uint8]) -> tuple[list[int], Numbers]:
    """Return the masks of low winners, and (d, c) which of them wins the low there."""
    best, holders = _best(lows)
    holders[best == 0] = 0
    present, number = np.unique(holders, return_inverse=True)
    return present.tolist(), number


@dataclass(frozen=True)
class _Mixed:
    """Who would win without flushes."""

    best: NDArray[np.uint16]
    """(d, c) class that wins."""
    boards: Weights
    """(d, c) ways to deal it."""
    start: Numbers
    """(d, c) where the winners of that deal and low begin in the flat (d, l, w)."""


def _take_flushes(used: Tables, deals: _Deals, mixed: _Mixed, won: Weights) -> None:
    """Add the boards won by a flush to the flat (d, l, w) `won`, having taken them out of `mixed`."""
    classes, to_come = mixed.best.shape[1], BOARD - deals.board_rank.shape[1]
    boards = mixed.boards.reshape(-1)  # a view: it is contiguous
    missing = _needed(used, deals) - np.bitwise_count(deals.board)  # (d, s)
    outside_ways = _outside(deals.held)
    for drawn in range(max(0, int(missing.min())), to_come + 1):
        suited, outside = used.ranks.suited[drawn], to_come - drawn
        shut = np.where(drawn >= missing, deals.gone, suited.mark)  # (d, s)
        deal, suit, sets = (suited.masks & shut.astype(np.int16)[:, :, None] == 0).nonzero()  # (e,) each
        ours = (suited.masks.take(sets) ^ suited.mark) | deals.board[deal, suit]
        flush, holders = _best(_flushes(used, deals, (deal, suit, ours)))  # (e,) each
        at = suited.numbers[outside].take(sets, axis=0) + deal[:, None] * classes  # (e, o)
        beaten = mixed.best.reshape(-1).take(at) < flush[:, None]
        taken = _ways(used.ranks, outside_ways, outside)[deal, suit] * beaten
        boards -= np.bincount(at.ravel(), taken.ravel(), len(boards))
        both = mixed.start.reshape(-1).take(at) + holders[:, None]
        won += np.bincount(both.ravel(), taken.ravel(), len(won))


def _needed(used: Tables, deals: _Deals) -> Numbers:
    """Return (d, s) with how many board cards somebody makes a flush; 6 for never."""
    own = (deals.suit[:, :, :, None] == np.arange(SUITS)).sum(axis=2).max(axis=1)  # (d, s)
    if used.flush_of_two is not None:
        needed: Numbers = np.where(own >= _PLAYED, _FLUSH - _PLAYED, BOARD + 1)
        return needed
    least: Numbers = _FLUSH - np.minimum(own, _PLAYED)
    return least


def _flushes(used: Tables, deals: _Deals, where: tuple[Numbers, Numbers, Numbers]) -> NDArray[np.uint16]:
    """Return (p, e) each player's flush with the board's ranks `ours` (e,) in that suit."""
    deal, suit, ours = where
    found = np.zeros((deals.rank.shape[1], len(deal)), np.uint16)
    own = deals.suit[deal] == suit[:, None, None]  # (e, p, k)
    if used.flush_of_two is None:
        bits = (1 << deals.rank[deal]) * own  # (e, p, k)
        for one, other in deals.plays:
            np.maximum(found, used.flush.take(bits[:, :, one].T | bits[:, :, other].T | ours), out=found)
        return found
    column, pairs = suited_boards(deals.held.shape[2]), _pairs(used.ranks, deals)
    for play, (one, other) in enumerate(deals.plays):
        element, player = (own[:, :, one] & own[:, :, other]).nonzero()
        strength = used.flush_of_two[pairs[deal[element], player, play], column[ours[element]]]
        found[player, element] = np.maximum(found[player, element], strength)
    return found


def _outside(held: NDArray[np.bool_]) -> Weights:
    """Return (d, s, r) the cards left of a rank in the three other suits."""
    free = (~held).astype(np.float64)
    others: Weights = free.sum(axis=1, keepdims=True) - free
    return others


def _ways(ranks: Ranks, outside: Weights, drawn: int) -> Weights:
    """Return (d, s, o): the ways to draw each multiset of `drawn` ranks, 0 to 2, outside each suit."""
    if drawn == 0:
        return np.ones((*outside.shape[:2], 1))
    if drawn == 1:
        return outside
    low, high = ranks.pairs
    ways: Weights = outside[:, :, low] * (outside[:, :, high] - ranks.is_pair[:, 0]) * ranks.pair_order[:, 0]
    return ways
