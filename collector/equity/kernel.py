"""Counts the boards that each set of players wins. Knows ranks, suits and masks; nothing of cards as text.

Boards are not dealt one by one. Without flushes only ranks matter, so a pass over the rank multisets that can still
come weighs each by the number of ways to deal it. A second pass over the sets of ranks that complete three or more
cards of one suit moves those boards from whoever wins without flushes to whoever wins with them. At most one suit can
have three board cards, so no board is moved twice.

Axes: p players, r ranks, s suits, c rank multisets of the cards to come, e pairs of (suit, set of ranks drawn in it),
o multisets of the ranks drawn outside that suit, w sets of winners as bit masks (bit p for player p).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from collector.equity.multisets import Numbers, added, members
from collector.equity.tables import BOARD, CHOOSE, Tables

Weights = NDArray[np.float64]
"""Numbers of boards. Whole and far below 2**53, so floats add them exactly, and `bincount` wants floats."""

RankSuit = tuple[int, int]
"""A card: rank from 0 (the deck's lowest) and suit 0 to 3."""

_SUITS: Final = 4
_FLUSH: Final = 5
_LEAST_ON_BOARD: Final = 3


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
    """The deck as it is left, by suit. Masks have bit r for rank r."""

    gone: Numbers
    """(s,) mask of the ranks that can no longer come."""
    of_rank: Numbers
    """(r,) cards left of a rank."""
    outside: Numbers
    """(r, s) cards left of a rank in the three other suits."""


def count_winners(tables: Tables, deal: Deal) -> NDArray[np.int64]:
    """Return (w,) the number of boards that exactly that set of players wins together."""
    left = _left(tables.game.ranks, deal)
    players = len(deal.hands)
    codes, weights = _without_flushes(tables, deal, left)  # (c,) each
    winners: Weights = np.bincount(codes & (1 << players) - 1, weights, 1 << players)  # (w,)
    _move_flushes(tables, deal, left, codes, winners)
    return winners.astype(np.int64)


def _left(ranks: int, deal: Deal) -> _Left:
    held = np.zeros((ranks, _SUITS), np.intp)
    for cards in (*deal.hands, deal.board, deal.dead):
        for card in cards:
            held[card] = 1
    of_rank = _SUITS - held.sum(axis=1)
    return _Left(
        gone=(held << np.arange(ranks)[:, None]).sum(axis=0),
        of_rank=of_rank,
        outside=of_rank[:, None] - 1 + held,
    )


def _without_flushes(tables: Tables, deal: Deal, left: _Left) -> tuple[Numbers, Weights]:
    """Return (c,) code (see `_best`) of each multiset to come and (c,) the number of ways to deal it."""
    ways = CHOOSE[left.of_rank].take(tables.group_draws).prod(axis=0)
    weights: Weights = ways[tables.group_of[deal.to_come]].prod(axis=0)  # (c,)

    pairs = [low + high * (high + 1) // 2 for low, high in (sorted(rank for rank, _ in hand) for hand in deal.hands)]
    if not deal.board:
        return _best(tables.mixed[pairs]), weights
    boards: Numbers = np.arange(len(weights))  # (c,) the multisets to come; the known board cards are added here
    for size, (rank, _) in enumerate(deal.board, deal.to_come):
        boards = added(tables.game.ranks, size)[rank, boards]
    return _best(tables.mixed[np.array(pairs)[:, None], boards]), weights


def _best(classes: NDArray[np.uint16]) -> Numbers:
    """Return, for classes (p, x), the codes (x,): best class << number of players | mask of the players who have it."""
    best = classes.max(axis=0)
    codes = best.astype(np.intp)
    codes <<= len(classes)
    holders = np.packbits(classes == best, axis=0, bitorder="little")  # (bytes, x)
    for byte, eight in enumerate(holders):
        codes |= eight.astype(np.intp) << 8 * byte
    return codes


def _move_flushes(tables: Tables, deal: Deal, left: _Left, codes: Numbers, winners: Weights) -> None:
    """Take the boards that a flush wins from `winners` (w,) by `codes` (c,), and give them to the flush."""
    holes = np.array([_by_suit(hand) for hand in deal.hands])  # (p, s)
    board = np.array(_by_suit(deal.board))  # (s,)
    on_board = np.bitwise_count(board).astype(np.intp)  # (s,)
    # Whoever holds most cards of a suit needs fewest on the board. With five there, everybody has a flush.
    needed = np.maximum(_FLUSH - np.bitwise_count(holes).max(axis=0), _LEAST_ON_BOARD)  # (s,)
    players, ranks = len(deal.hands), tables.game.ranks
    everyone = (1 << players) - 1
    for drawn in range(deal.to_come + 1):
        open_suits = on_board + drawn >= needed  # (s,)
        if not open_suits.any():
            continue
        suited, outside = tables.suited[drawn], deal.to_come - drawn
        # The bit above the ranks is set in every mask: it shuts a suit whatever is drawn, even nothing.
        shut = np.where(open_suits, left.gone, 1 << ranks)
        suit, drawn_set = (suited.masks & shut[:, None] == 0).nonzero()  # (e,) each
        ours = (suited.masks[drawn_set] ^ 1 << ranks) | board[suit]  # (e,) all the board's ranks in the suit
        flushes = _best(tables.flush[ours | holes[:, suit]])  # (e,)

        before = codes[suited.numbers[outside][drawn_set]]  # (e, o)
        beaten = before < (flushes & ~everyone)[:, None]
        moved = _ways_outside(left.outside, outside)[suit] * beaten  # (e, o)
        winners -= np.bincount((before & everyone).ravel(), moved.ravel(), 1 << players)
        winners += np.bincount(flushes & everyone, moved.sum(axis=1), 1 << players)


def _by_suit(cards: Sequence[RankSuit]) -> list[int]:
    masks = [0] * _SUITS
    for rank, suit in cards:
        masks[suit] |= 1 << rank
    return masks


def _ways_outside(outside: Numbers, drawn: int) -> Numbers:
    """Return (s, o): the ways to draw each multiset of `drawn` ranks, 0 to 2, outside each suit."""
    if drawn == 0:
        return np.ones((_SUITS, 1), np.intp)
    if drawn == 1:
        return outside.T
    low, high = members(len(outside), 2)  # (o,) each
    pair = (low == high)[:, None]
    ways: Numbers = (outside[low] * (outside[high] - pair) >> pair).T
    return ways
