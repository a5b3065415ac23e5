"""A deck on the terminal: thirteen ranks by four suits, each card as it stands. Knows no tags."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from rich.console import Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from collector.cards import Card
from tools.hardware.deck_roll import ORDER

OPEN: Final = "open"
DONE: Final = "done"
NEXT: Final = "next"
DEAD: Final = "dead"
_LOOK: Final[Mapping[str, tuple[str, str]]] = {
    OPEN: ("   ", "white"),
    DONE: (" ok", "dim green"),
    NEXT: (" <-", "bold reverse yellow"),
    DEAD: (" --", "bold red"),
}


def grid(marks: Mapping[Card, str], line: str) -> RenderableType:
    """Return the deck as a table, and a line below it."""
    table = Table.grid(padding=(0, 1))
    for start in range(0, len(ORDER), 13):
        table.add_row(*(_cell(card, marks.get(card, OPEN)) for card in ORDER[start : start + 13]))
    return Group(table, Text(line))


def _cell(card: Card, mark: str) -> Text:
    sign, style = _LOOK[mark]
    return Text(card + sign, style=style)


class Board:
    """Draws the grid live on a terminal; where there is none, it says each new line instead."""

    def __init__(self, live: Live | None, say: Callable[[str], None]) -> None:
        self._live = live
        self._say = say
        self._line = ""

    def show(self, marks: Mapping[Card, str], line: str) -> None:
        """Draw."""
        if self._live:
            self._live.update(grid(marks, line), refresh=True)
        elif line != self._line:
            self._say(line)
        self._line = line
