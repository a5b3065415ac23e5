"""A question about a hand as a value: what is asked, whether it is answered at once, and whether an answer fits it.

A service answers inline what takes at most 2 ms by construction, and gives the rest to a worker. Which of the two is
fixed by the game, the street and what is unread, never by a measured time, so that what a service says does not depend
on how fast its machine is. A worker's answer carries the digest of its question; the hand may have gone on meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from math import ceil, comb, floor
from typing import Any, Final, Self

from collector.cards import INDEX, Card
from collector.equity.count import equity_of
from collector.equity.games import BoardGame, Game
from collector.equity.own import deals_to_come, exact
from collector.equity.result import BasisPoints, Equity, over_boards
from collector.equity.several_boards import equity_of_each
from collector.equity.unread import unread_equity
from collector.errors import BadInput

INLINE_DRAWS: Final = 1_000
"""Draws of one player of two that are counted inline: two cards, so fifth street and later in stud."""
INLINE_DEALS: Final = 2_000
_FLOP: Final = 3
UNREAD: Final = "??"


@dataclass(frozen=True)
class Question:
    """The live hands in dealing order, what lies, and what cannot come."""

    game: Game
    hands: tuple[tuple[Card | None, ...], ...]
    """None is a card that was not read."""
    board: tuple[Card, ...] = ()
    dead: tuple[Card, ...] = ()
    further: tuple[tuple[Card, ...], ...] = ()
    """Of a hand that plays several boards, those behind the first, with what they share with it."""

    @cached_property
    def digest(self) -> str:
        """Return what names this question: the same for cards of a hand, or dead cards, in another order."""
        hands = ",".join("".join(sorted(card or UNREAD for card in hand)) for hand in self.hands)
        dead = "".join(sorted(self.dead))
        text = f"{self.game.name}/{self.game.title}|{hands}|{''.join(self.board)}|{dead}"
        text += "".join(f"|{''.join(board)}" for board in self.further)
        return sha256(text.encode()).hexdigest()

    @property
    def unread(self) -> int:
        """Return how many cards were not read."""
        return sum(card is None for hand in self.hands for card in hand)

    @property
    def inline(self) -> bool:
        """Return whether to answer at once; otherwise it is a worker's."""
        if self.unread:
            return False
        if isinstance(self.game, BoardGame):
            return not self.further or min(map(len, (self.board, *self.further))) >= _FLOP
        known = [len(hand) for hand in self.hands]
        left = len(INDEX) - sum(known) - len(self.dead)
        if not exact(self.game, known, left):
            return False
        sizes = [self.game.size - cards for cards in known]
        if len(sizes) == 2:
            return max(comb(left, size) for size in sizes) <= INLINE_DRAWS
        return deals_to_come(sizes, left) <= INLINE_DEALS


@dataclass(frozen=True)
class Answered:
    """The answer to the question of that digest, in integers: a fact that can be kept and replayed."""

    digest: str
    points: tuple[BasisPoints, ...]
    """By player, in the order of the question's hands."""
    errors: tuple[int, ...]
    """By player: standard error of the equity in basis points, rounded up; 0 when it is exact."""
    unread: bool = False
    """True for an average over everything that cards which were not read can be."""
    ranges: tuple[tuple[int, int], ...] = ()
    """By player, of such an average: the lowest and the highest equity; empty where not every case was counted."""
    boards: tuple[tuple[BasisPoints, ...], ...] = ()
    """By board, of a hand that plays several: the chances on it, by player."""

    def fits(self, question: Question) -> bool:
        """Return whether this answers `question`: a worker's answer may come when the hand has gone on."""
        return self.digest == question.digest

    def plain(self) -> dict[str, object]:
        """Return the answer as plain JSON values."""
        points, ranges = [list(each) for each in self.points], [list(each) for each in self.ranges]
        several = {"boards": [[list(each) for each in board] for board in self.boards]} if self.boards else {}
        told = {"digest": self.digest, "points": points, "errors": list(self.errors), "unread": self.unread}
        return {**told, "ranges": ranges, **several}

    @classmethod
    def of_plain(cls, body: Mapping[str, Any]) -> Self:
        """Return the answer that `plain` gave."""
        return cls(
            digest=body["digest"],
            points=tuple(BasisPoints(*each) for each in body["points"]),
            errors=tuple(body["errors"]),
            unread=body["unread"],
            ranges=tuple((lowest, highest) for lowest, highest in body["ranges"]),
            boards=tuple(tuple(BasisPoints(*each) for each in board) for board in body.get("boards", ())),
        )


def answer(question: Question, *, cancelled: Callable[[], bool] = lambda: False) -> Answered:
    """Return the answer, on whatever thread or process this is called.

    Over several boards, equity, win and tie are those of a board on average. Raises BadInput, also for unread cards
    together with several boards, and Cancelled.
    """
    if question.unread:
        return _averaged(question, cancelled)
    known = [tuple(card for card in hand if card is not None) for hand in question.hands]
    if question.further and isinstance(question.game, BoardGame):
        boards = (question.board, *question.further)
        each = equity_of_each(question.game, known, boards, question.dead)
        points, by_board = over_boards(each), tuple(board.basis_points() for board in each)
        return Answered(question.digest, points, (0,) * len(points), boards=by_board)
    result = equity_of(question.game, known, question.board, question.dead)
    return Answered(question.digest, result.basis_points(), _errors(result))


def _averaged(question: Question, cancelled: Callable[[], bool]) -> Answered:
    if question.further:
        raise BadInput("UNREAD_BOARDS", "unread cards over several boards are not counted; read every card")
    found = unread_equity(question.game, question.hands, question.board, question.dead, cancelled=cancelled)
    ranges = tuple(
        (floor(10_000 * low.equity), ceil(10_000 * high.equity))
        for low, high in zip(found.lowest, found.highest, strict=True)
    )
    points, errors = found.average.basis_points(), _errors(found.average)
    return Answered(question.digest, points, errors, unread=True, ranges=ranges)


def _errors(result: Equity) -> tuple[int, ...]:
    return tuple(ceil(10_000 * result.standard_error(player)) for player in range(result.players))
