"""Counts the boards that each set of players wins. Knows ranks, suits and masks; nothing of cards as text.

Boards are not dealt one by one. Without flushes only ranks matter, so a pass over the rank multisets that can still
come weighs each by the number of ways to deal it. A second pass over the sets of ranks that complete three or more
cards of one suit moves those boards from whoever wins without flushes to whoever wins with them. At most one suit can
have three board cards, so no board is moved twice.

Axes: p players, r ranks, s suits, c rank multisets of the cards to come, e pairs of (suit, set of ranks drawn in it),
o multisets of the ranks drawn outside that suit, w sets of winners as bit masks (bit p for player p), l sets of winners
of the low half.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from collector.equity.large_tables import BOARD, Class, suited_boards
from collector.equity.lookup import CHOOSE, SUITS, Ranks, Tables
from collector.equity.multisets import Numbers, size_of

Weights = NDArray[np.float64]
"""Numbers of boards. Whole and far below 2**53, so floats add them exactly, and `bincount` wants floats."""

Masks = NDArray[np.uint16]
"""Sets of players, bit p for player p."""

RankSuit = tuple[int, int]
"""A card: rank from 0 (the deck's lowest) and suit 0 to 3."""

_FLUSH: Final = 5
_LEAST_ON_BOARD: Final = 3
_PLAYED: Final = 2
"""Most own cards that a hand plays."""
_NO_LOW: Final = 0
"""The pair of deuces."""

# Made once: on the flop and later, a call of NumPy costs more than what it computes.
_RANKS: Final[Numbers] = np.arange(13)[:, None]
_RANGE: Final[Numbers] = np.arange(size_of(13, BOARD))
_BITS: Final[Masks] = (1 << np.arange(10)).astype(np.uint16)


@dataclass(frozen=True)
class Deal:
    """What is known of a deal."""

    hands: Sequence[Sequence[RankSuit]]
    board: Sequence[RankSuit]
    dead: Sequence[RankSuit]

    @property
    def to_come(self) -> int:
        """Return how many board cards are unknown."""
        return BOARD - len(self.board)


@dataclass(frozen=True)
class _Left:
    """The deck as it is left, and whose cards are of which suit. Masks have bit r for rank r."""

    holes: list[list[int]]
    """[p][s] mask of each player's ranks in each suit."""
    board: list[int]
    """[s] mask of the board's ranks in each suit."""
    gone: list[int]
    """[s] mask of the ranks that can no longer come."""
    of_rank: Numbers
    """(r,) cards left of a rank."""
    held: Numbers
    """(r, s) 1 for a card that can no longer come."""

    @property
    def outside(self) -> Weights:
        """Return (r, s) the cards left of a rank in the three other suits."""
        ways: Weights = (self.of_rank[:, None] - 1 + self.held).astype(np.float64)
        return ways


@dataclass(frozen=True)
class Winners:
    """Boards by who wins them."""

    boards: NDArray[np.int64]
    """(l, w) boards that exactly that set of players wins together, by who wins the low half."""
    lows: list[int]
    """(l,) the masks of low winners; [0] in a game without a low."""


def count_winners(tables: Tables, deal: Deal) -> Winners:
    """Count every board that can still come."""
    left = _left(tables.ranks.pairs[1, -1] + 1, deal)
    pairs = [_pairs(tables, hand) for hand in deal.hands]
    boards, numbers = _boards_to_come(tables.ranks, deal, left)
    best, holders = _best(_strengths(tables.mixed, pairs, numbers))  # (c,) each
    sets = 1 << len(deal.hands)
    lows, offset = [0], None
    if tables.low is not None:
        lows, low = _number_lows(_strengths(tables.low, _that_make_lows(tables.makes_low, pairs), numbers))
        offset = low * sets  # (c,) where the boards of that low begin in the flat (l, w)
    flushes = _Flushes(tables, deal, left, best, offset, np.zeros(len(lows) * sets))
    sets_won = holders if offset is None else holders + offset
    won = flushes.take_from(boards) + np.bincount(sets_won, boards, len(lows) * sets)
    return Winners(won.astype(np.int64).reshape(len(lows), sets), lows)


def _pairs(tables: Tables, hand: Sequence[RankSuit]) -> list[int]:
    """Return the numbers of the rank pairs that a hand can play."""
    number = tables.ranks.pair_number
    return [number[one][other] for (one, _), (other, _) in combinations(hand, 2)]


def _left(ranks: int, deal: Deal) -> _Left:
    holes = [_by_suit(hand) for hand in deal.hands]
    board = _by_suit(deal.board)
    dead = _by_suit(deal.dead)
    # No card is in two places, so adding masks joins them.
    gone = [sum(masks) for masks in zip(*holes, board, dead, strict=True)]
    held = np.array(gone) >> _RANKS[:ranks] & 1  # (r, s)
    of_rank = SUITS - np.add.reduce(held, axis=1)
    return _Left(holes, board, gone, of_rank, held)


def _by_suit(cards: Sequence[RankSuit]) -> list[int]:
    masks = [0] * SUITS
    for rank, suit in cards:
        masks[suit] |= 1 << rank
    return masks


def _boards_to_come(ranks: Ranks, deal: Deal, left: _Left) -> tuple[Weights, Numbers | None]:
    """Return, per multiset to come (c,), the ways to deal it, and what it makes with the board (None: itself)."""
    if not deal.to_come:
        number = 0
        for size, (rank, _) in enumerate(deal.board):
            number = int(ranks.adding[size][rank, number])
        return np.ones(1), np.array([number])
    groups = ranks.groups[deal.to_come]
    ways = np.multiply.reduce(CHOOSE[left.of_rank].take(groups.draws))
    boards: Weights = np.multiply.reduce(ways.take(groups.places))  # (c,)
    if not deal.board:
        return boards, None
    numbers = _RANGE[: len(boards)]
    for size, (rank, _) in enumerate(deal.board, deal.to_come):
        numbers = ranks.adding[size][rank].take(numbers)
    return boards, numbers


def _strengths(table: NDArray[Class], pairs: list[list[int]], numbers: Numbers | None) -> NDArray[Class]:
    """Return (p, c) each player's best row of `table` over the pairs he can play."""
    if numbers is None:
        if len(pairs[0]) == 1:
            return table[[pair for (pair,) in pairs]]
        return np.stack([np.maximum.reduce(table[list(set(rows))]) for rows in pairs])
    start = np.array(pairs) * table.shape[1]  # (p, q) where each row begins: one flat index is quicker than two
    if len(pairs[0]) == 1:
        only: NDArray[Class] = table.take(start + numbers)
        return only
    best: NDArray[Class] = np.maximum.reduce(table.take(start[:, :, None] + numbers), axis=1)
    return best


def _that_make_lows(makes: list[bool], pairs: list[list[int]]) -> list[list[int]]:
    """Return the pairs with which a low can be made, filled up to one length with a pair that makes none."""
    kept = [[pair for pair in rows if makes[pair]] for rows in pairs]
    most = max(1, *map(len, kept))
    return [rows + [_NO_LOW] * (most - len(rows)) for rows in kept]


def _number_lows(lows: NDArray[np.uint8]) -> tuple[list[int], Numbers]:
    """Return the masks of players who hold the best low somewhere, and (c,) which of them holds it there."""
    best, holders = _best(lows)
    holders[best == 0] = 0
    present = np.bincount(holders).nonzero()[0]
    number = np.zeros(present[-1] + 1, np.intp)
    number[present] = np.arange(len(present))
    return present.tolist(), number.take(holders)


def _best(classes: NDArray[Class]) -> tuple[NDArray[Class], Masks]:
    """Return, for classes (p, x), the best class (x,) and the mask of the players who hold it (x,)."""
    best = np.maximum.reduce(classes)
    return best, np.einsum("p,px->x", _BITS[: len(classes)], classes == best)  # packbits and @ take longer here


@dataclass(frozen=True)
class _Flushes:
    """Moves boards from whoever wins them without flushes to whoever wins them with."""

    tables: Tables
    deal: Deal
    left: _Left
    best: NDArray[np.uint16]
    """(c,) class that wins without flushes."""
    offset: Numbers | None
    """(c,) where the boards of that low begin among the winners; None without lows."""
    winners: Weights

    def take_from(self, boards: Weights) -> Weights:
        """Return the boards won by a flush, by winners, having taken them out of `boards` (c,)."""
        ranks, deal, left, winners = self.tables.ranks, self.deal, self.left, self.winners
        missing = [needed - mask.bit_count() for needed, mask in zip(self._needed_on_board(), left.board, strict=True)]
        first = max(0, min(missing))
        if first > deal.to_come:
            return winners
        strengths = self._strengths_by_suit([least <= deal.to_come for least in missing])
        board, outside_ways = np.array(left.board), left.outside  # (s,), (r, s)
        for drawn in range(first, deal.to_come + 1):
            suited, outside = ranks.suited[drawn], deal.to_come - drawn
            # Suits in which so few cards make no flush are left out. The mark is in every mask, even of no cards: it
            # shuts a suit.
            shut = [gone if drawn >= least else suited.mark for gone, least in zip(left.gone, missing, strict=True)]
            suit, sets = (suited.masks & np.array(shut, np.int16)[:, None] == 0).nonzero()  # (e,) each

            ours = suited.masks.take(sets) ^ suited.mark | board.take(suit)  # (e,) all the board's ranks in the suit
            flush, holders = _best(strengths(suit, ours))  # (e,) each
            multiset = suited.numbers[outside].take(sets, axis=0)  # (e, o)
            beaten = self.best.take(multiset) < flush[:, None]
            taken = _ways_outside(ranks, outside_ways, outside).take(suit, axis=0) * beaten  # (e, o)
            boards -= np.bincount(multiset.ravel(), taken.ravel(), len(boards))
            if self.offset is None:
                winners += np.bincount(holders, np.add.reduce(taken, axis=1), len(winners))
            else:
                both = self.offset.take(multiset) + holders[:, None]
                winners += np.bincount(both.ravel(), taken.ravel(), len(winners))
        return winners

    def _needed_on_board(self) -> list[int]:
        """Return, per suit, with how many board cards somebody makes a flush; 6 for never."""
        held = [min(max(map(int.bit_count, masks)), _PLAYED) for masks in zip(*self.left.holes, strict=True)]
        if self.tables.flush_of_two is not None:
            return [_LEAST_ON_BOARD if most == _PLAYED else BOARD + 1 for most in held]
        # Whoever holds most cards of a suit needs fewest on the board. With five there, everybody has a flush.
        return [max(_FLUSH - most, _LEAST_ON_BOARD) for most in held]

    def _strengths_by_suit(self, possible: list[bool]) -> Callable[[Numbers, Numbers], NDArray[np.uint16]]:
        """Return what gives (p, e) each player's flush for (e,) suits and (e,) masks of the board's ranks in them."""
        flush, holes = self.tables.flush, np.array(self.left.holes)  # (p, s)
        if self.tables.flush_of_two is not None:
            rows, row_of = self._rows_of_two(self.tables.flush_of_two, possible)
            column = suited_boards(self.tables.ranks.pairs[1, -1] + 1)
            return lambda suit, board: rows[row_of.take(suit, axis=1), column.take(board)]
        if len(self.deal.hands[0]) == _PLAYED:
            return lambda suit, board: flush.take(board | holes.take(suit, axis=1))
        played = np.array([[_by_suit(two) for two in combinations(hand, 2)] for hand in self.deal.hands])  # (p, q, s)
        return lambda suit, board: np.maximum.reduce(flush.take(board | played.take(suit, axis=2)), axis=1)

    def _rows_of_two(self, table: NDArray[np.uint16], possible: list[bool]) -> tuple[NDArray[np.uint16], Numbers]:
        """Return rows of flushes by suited board, the first of them 0, and (p, s) each player's row."""
        number = self.tables.ranks.pair_number
        rows = [table[0]]
        row_of = np.zeros((len(self.deal.hands), SUITS), np.intp)
        for player, hand in enumerate(self.deal.hands):
            for suit in range(SUITS):
                ranks = [rank for rank, own in hand if own == suit] if possible[suit] else []
                if len(ranks) >= _PLAYED:
                    row_of[player, suit] = len(rows)
                    pairs = [number[one][other] for one, other in combinations(ranks, 2)]
                    rows.append(np.maximum.reduce(table[pairs]))
        return np.array(rows), row_of


def _ways_outside(ranks: Ranks, outside: Weights, drawn: int) -> Weights:
    """Return (s, o): the ways to draw each multiset of `drawn` ranks, 0 to 2, outside each suit."""
    if drawn == 0:
        return np.ones((SUITS, 1))
    if drawn == 1:
        return outside.T
    low, high = ranks.pairs  # (o,) each
    first, second = outside.take(low, axis=0), outside.take(high, axis=0)  # (o, s) each
    ways: Weights = (first * (second - ranks.is_pair) * ranks.pair_order).T
    return ways
