"""Values of players, tables and events: seats, stacks, and the figures of an event."""

from __future__ import annotations

from dataclasses import dataclass

from collector.records.statistics import Counts


@dataclass(frozen=True, slots=True)
class PlayerPlace:
    """A player in a seat."""

    player_id: str
    name: str
    seat: int
    stack: int


@dataclass(frozen=True, slots=True)
class PlayerRecord:
    """A player of an event. table_id, seat: None after the player has left. counts: None before the first hand."""

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
    """An event in figures. Void hands do not count. remaining: as the tournament says, else the players with chips."""

    hands: int
    total_pots: int
    largest_pot: int | None
    showdowns: int
    first_at: int | None
    last_at: int | None
    remaining: int
    seated: int
    stacks: int
