"""Values of players, tables and events: who sits where, with what, and what an event comes to."""

from __future__ import annotations

from dataclasses import dataclass

from collector.records.statistics import Counts


@dataclass(frozen=True, slots=True)
class PlayerPlace:
    """A player where it sits."""

    player_id: str
    name: str
    seat: int
    stack: int


@dataclass(frozen=True, slots=True)
class PlayerRecord:
    """A player of an event. table_id, seat: None once it has left. counts: of its hands, None before the first."""

    player_id: str
    name: str
    table_id: str | None
    seat: int | None
    stack: int
    starting_stack: int
    counts: Counts | None


@dataclass(frozen=True, slots=True)
class TableRecord:
    """A table and the event that it plays."""

    table_id: str
    event_id: str
    name: str


@dataclass(frozen=True, slots=True)
class EventFigures:
    """An event in figures. Void hands do not count. remaining: as the tournament says, else who has chips here."""

    hands: int
    total_pots: int
    largest_pot: int | None
    showdowns: int
    first_at: int | None
    last_at: int | None
    remaining: int
    seated: int
    stacks: int
