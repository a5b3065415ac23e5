"""What a fact does to a table: the table after it, what the feeds tell of it, what the floor should hear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from collector.table.play import Play
from collector.table.state import Table
from collector.wire.feed_events import EventData, TableUpdate


@dataclass(frozen=True, slots=True)
class Warn:
    """Something for the floor: what is wrong, where, what to do. Names no hidden card."""

    code: str
    message: str
    severity: str = "warning"
    device: str | None = None
    antenna: str | None = None
    seat: int | None = None
    flagged: bool = False  # waits for an answer, by the position of its fact


class Effect(NamedTuple):
    """What a fact does to a table. closed: hands that it put away."""

    table: Table
    happenings: tuple[EventData, ...] = ()
    warnings: tuple[Warn, ...] = ()
    closed: tuple[Play, ...] = ()


UPDATED: Final = (TableUpdate(),)
"""The table is another one; its state says how."""
