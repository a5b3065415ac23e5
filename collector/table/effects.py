"""The effect of a fact: the table after it, the events for the feeds, the warnings for the floor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from collector.release import Due
from collector.table.play import Play
from collector.table.state import Table
from collector.wire.feed_events import EventData, TableUpdate


@dataclass(frozen=True, slots=True)
class Warn:
    """Something for the floor: what is wrong, where, and what to do. `message` names no hidden card."""

    code: str
    message: str
    severity: str = "warning"
    device: str | None = None
    antenna: str | None = None
    seat: int | None = None
    flagged: bool = False  # `resolve_flag` answers it, by the position of its fact
    hidden: bool = False  # it can follow from hidden cards: only who may hear those hears it, on `live/alert`


class Effect(NamedTuple):
    """All that a fact does. table: the table after it. happenings: events for the feeds. closed: hands put away.

    released: hidden cards of hands that are over, which become known.
    """

    table: Table
    happenings: tuple[EventData, ...] = ()
    warnings: tuple[Warn, ...] = ()
    closed: tuple[Play, ...] = ()
    released: tuple[Due, ...] = ()


UPDATED: Final = (TableUpdate(),)
"""The event for a change that has no event of its own: the next state shows it."""
