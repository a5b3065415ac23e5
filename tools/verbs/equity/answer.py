"""Everything that `ebs equity` found out, for the two that print it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from collector.cards import Card
from collector.equity import Boards, Equity, Game, Made, Outs, Partial, Share, Street

UNREAD = "??"


@dataclass
class Answer:
    """The equity, and what else was asked."""

    name: str
    """The game as the table calls it."""
    game: Game
    hands: tuple[tuple[Card | None, ...], ...]
    boards: tuple[tuple[Card, ...], ...]
    result: Equity
    """On the first board, if there are several."""
    partial: Partial | None = None
    several: Boards | None = None
    made: Sequence[Made] = field(default_factory=list)
    low: Sequence[Made | None] = field(default_factory=list)
    outs: Sequence[Outs] = ()
    pots: Sequence[Share] = ()
    history: Sequence[Street] = ()
    dealt: tuple[tuple[Card | None, ...], ...] = ()
    """With the hands that folded, in a history."""

    @property
    def names(self) -> list[str]:
        """Return each hand as it is shown."""
        return _names(self.hands)

    @property
    def names_dealt(self) -> list[str]:
        """Return each hand of a history as it is shown."""
        return _names(self.dealt)

    @property
    def board(self) -> str:
        """Return the first board as it is shown."""
        return "".join(self.boards[0])


def _names(hands: Sequence[Sequence[Card | None]]) -> list[str]:
    return ["".join(card or UNREAD for card in hand) for hand in hands]
