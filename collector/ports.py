"""Protocols: what the pipeline asks of stores, broker and keys. Adapters implement them; nothing here does I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from collector.facts.fact import DeviceKey, Fact, Head
from collector.records.hands import HandDetails, HandPlace, HandRecord
from collector.records.players import EventFigures, PlayerPlace, PlayerRecord, TableRecord


class Log(Protocol):
    """The append-only log. One writer; facts come with position and `prev_hash` from a Chain that began at `heads`."""

    log_id: str

    async def append(self, facts: Sequence[Fact]) -> None:
        """Commit `facts` in one transaction. Raises LogError: nothing of them is in the log then."""

    async def read(self, stream: str, after: int = 0, limit: int = 10_000) -> list[Fact]:
        """Return up to `limit` facts of a stream behind position `after`, in order."""

    async def heads(self) -> dict[str, Head]:
        """Return the end of every stream."""

    async def renew(self) -> None:
        """Give the log another name, so that nodes send again what they keep: it was restored from an older backup."""

    async def device_keys(self) -> list[DeviceKey]:
        """Return the identity of every device event in the log."""


class HandStore(Protocol):
    """Where finished hands go: the read model's writer."""

    async def put(
        self,
        records: Sequence[HandRecord],
        *,
        details: Mapping[str, HandDetails] | None = None,
        through: Mapping[str, int] | None = None,
    ) -> None:
        """Insert or replace by hand_id; a lower revision never replaces a higher one. One transaction.

        details: by hand_id. through: how far each stream is projected with this.
        """


class Projection(HandStore, Protocol):
    """All that is projected."""

    async def put_event(self, event_id: str, name: str) -> None:
        """Record an event, or its new name."""

    async def put_table(self, table_id: str, event_id: str, name: str) -> None:
        """Record a table, or its move to another event."""

    async def put_seats(
        self, table_id: str, event_id: str, seats: Sequence[PlayerPlace], *, remaining: int | None
    ) -> None:
        """Record who sits at a table now, and how many the tournament has left, where that is known."""


class DeviceKeys(Protocol):
    """Who may speak for which node."""

    def key(self, device: str) -> bytes | None:
        """Return the key of a device, None for an unknown one."""


class Link(Protocol):
    """The way out to the broker."""

    async def publish(self, topic: str, payload: bytes, *, qos: int = 0, retain: bool = False) -> bool:
        """Publish; False when there is no connection. Nothing is queued."""


class HandQueries(Protocol):
    """What the REST API asks of the read model. Each call is one query."""

    async def ping(self) -> None:
        """Return when the store answers; raise ReadModelError when it does not."""

    async def knows_event(self, event_id: str) -> bool:
        """Return whether the event was recorded or has hands."""

    async def hands(
        self, event_id: str, *, limit: int, newest_first: bool, after: HandPlace | None, table_id: str | None
    ) -> list[HandRecord]:
        """Return up to `limit` hands behind `after` in the order asked for; of one table when `table_id` is given."""

    async def hand(self, event_id: str, hand_id: str) -> HandRecord | None:
        """Return one hand, or None if the event holds no such hand."""

    async def story(self, event_id: str, hand_id: str) -> str | None:
        """Return a hand's story as JSON, or None if the event holds no such hand."""

    async def players(self, event_id: str) -> list[PlayerRecord]:
        """Return the players of an event, by id."""

    async def player(self, event_id: str, player_id: str) -> PlayerRecord | None:
        """Return one player, or None."""

    async def figures(self, event_id: str) -> EventFigures:
        """Return an event in figures."""

    async def tables(self) -> list[TableRecord]:
        """Return all tables, by id."""
