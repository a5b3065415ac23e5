"""The house as a value: events, tables, decks and nodes, as the facts of the stream `house` say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from collector.access.audit import AuditDay
from collector.release import Anchor
from collector.secrecy import Secret


@dataclass(frozen=True, slots=True)
class Deck:
    """A registered deck: UID to card."""

    deck_id: str
    demo: bool
    cards: Secret[Mapping[str, str]]
    position: int


@dataclass(frozen=True, slots=True)
class TablePlan:
    """How the tables of an event are kept. order: as they break; those that are not in it break before."""

    seats: int = 9
    halt: int = 3
    order: tuple[str, ...] = ()


class Drawn(NamedTuple):
    """The seat that a player has drawn whose table breaks."""

    player_id: str
    table_id: str
    seat: int


class Mark(NamedTuple):
    """A table when a round began: how many hands it had dealt, the last position of its stream, who was out by rulings.

    ruled: how many of its players were out without a hand that decided it.
    """

    hands: int
    position: int
    ruled: int


@dataclass(frozen=True, slots=True)
class Round:
    """A round of hand for hand: one hand at each of its tables. left: players who were in when it began."""

    number: int
    left: int
    begun: Mapping[str, Mark]


@dataclass(frozen=True, slots=True)
class House:
    """Everything that exists in the house. Values are names; `tables` maps a table to its event."""

    events: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    decks: Mapping[str, Deck] = field(default_factory=dict)
    sealed: frozenset[str] = frozenset()  # devices whose readings are taken only if they are sealed
    audited: AuditDay | None = None  # up to where the log has a digest of the app store's audit
    anchor: Anchor | None = None  # the last: which boot of the machine the times of facts are of
    unsealed: frozenset[str] = frozenset()  # devices that were, and whose readings are taken in clear again
    plans: Mapping[str, TablePlan] = field(default_factory=dict)  # by event
    breaking: Mapping[str, tuple[Drawn, ...]] = field(default_factory=dict)  # tables that break, and what was drawn
    rounds: Mapping[str, Round] = field(default_factory=dict)  # by event, while it is played hand for hand

    def tables_of(self, event_id: str) -> list[str]:
        """Return the tables of an event, in order of their names."""
        return sorted(table for table, event in self.tables.items() if event == event_id)

    def plan(self, event_id: str) -> TablePlan:
        """Return how the tables of an event are kept."""
        return self.plans.get(event_id, TablePlan())
