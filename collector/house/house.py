"""The house as a value: events, tables, decks and nodes, as the facts of the stream `house` say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from collector.access.audit import AuditDay
from collector.secrecy import Secret


@dataclass(frozen=True, slots=True)
class Deck:
    """A registered deck: UID to card."""

    deck_id: str
    demo: bool
    cards: Secret[Mapping[str, str]]
    position: int


@dataclass(frozen=True, slots=True)
class House:
    """Everything that exists in the house. Values are names; `tables` maps a table to its event."""

    events: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    decks: Mapping[str, Deck] = field(default_factory=dict)
    sealed: frozenset[str] = frozenset()  # devices whose readings are taken only if they are sealed
    audited: AuditDay | None = None  # up to where the log has a digest of the app store's audit
    unsealed: frozenset[str] = frozenset()  # devices that were, and whose readings are taken in clear again
