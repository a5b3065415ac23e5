"""The projector's side of the read model. One thread writes, one transaction a call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table, case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from collector.access.audit import Entry
from collector.access.live import LiveGrant
from collector.canonical import canonical
from collector.readmodel.codec import encode
from collector.readmodel.counting import count
from collector.readmodel.store import Worker, open_engine
from collector.readmodel.tables import CursorRow, LiveRow, PlayerRow, ReadModelTable, TableRow, audit_of
from collector.records.hands import HandDetails, HandRecord, ReleasedHand
from collector.records.players import PlayerPlace
from collector.system import ALONE, Sharing

_Rows = Sequence[Mapping[str, object]]
_GROWS = {"hands": "revision", "cursors": "position", "released_cards": "revision", "released_stories": "revision"}
"""The column that never goes down: a lower value leaves the row as it is, the same may write it again."""
_STAYS = {"players": ("starting_stack",)}
"""Columns that keep the first value that says something."""


class ReadModelWriter:
    """Implements Projection. Open it once; `close` waits for the last write."""

    def __init__(self, url: str, sharing: Sharing = ALONE) -> None:
        self._worker = Worker(open_engine(url, sharing), "readmodel-writer", threads=1)

    async def put(
        self,
        records: Sequence[HandRecord],
        *,
        details: Mapping[str, HandDetails] | None = None,
        released: Sequence[ReleasedHand] = (),
        through: Mapping[str, int] | None = None,
    ) -> None:
        """Insert or replace by hand_id; a lower revision never replaces a higher one. Counts of players move with it.

        The cursor of each stream moves in the same transaction to the last fact of its hands, and to `through`
        where more of the log has been projected than hands came of. A cursor never moves back.
        """
        cursors = dict(through or {})
        for record in records:
            stream = record.facts.stream
            cursors[stream] = max(record.facts.last, cursors.get(stream, 0))
        known = details or {}
        hands = [_hand_row(record, known.get(record.hand_id)) for record in records]
        places: list[dict[str, object]] = [{"stream": name, "position": at} for name, at in sorted(cursors.items())]
        counted = [(record, known[record.hand_id].counts) for record in records if record.hand_id in known]

        def first(connection: Connection) -> None:
            count(connection, counted)
            _add_players(connection, records)

        cards, stories = _released_rows(released)
        told = (("released_cards", cards), ("released_stories", stories))
        await self._write(("hands", hands), *told, ("cursors", places), first=first)

    async def put_event(self, event_id: str, name: str) -> None:
        """Record an event, or its new name."""
        await self._write(("events", [{"event_id": event_id, "name": name}]))

    async def put_table(self, table_id: str, event_id: str, name: str) -> None:
        """Record a table, or its move to another event."""
        await self._write(("tables", [{"table_id": table_id, "event_id": event_id, "name": name}]))

    async def put_seats(
        self, table_id: str, event_id: str, seats: Sequence[PlayerPlace], *, remaining: int | None
    ) -> None:
        """Record who sits at a table now. Who sat there and does not any more keeps its last stack."""
        rows: _Rows = [
            {
                "event_id": event_id,
                "player_id": place.player_id,
                "name": place.name,
                "table_id": table_id,
                "seat": place.seat,
                "stack": place.stack,
                "starting_stack": place.stack,
            }
            for place in seats
        ]

        def leave(connection: Connection) -> None:
            here = update(PlayerRow).where(col(PlayerRow.table_id) == table_id)
            connection.execute(here.values(table_id=None, seat=None))
            told = update(TableRow).where(col(TableRow.table_id) == table_id)
            connection.execute(told.values(remaining=remaining))

        await self._write(("players", rows), first=leave)

    async def put_live(self, table_id: str, event_id: str, grants: Iterable[LiveGrant]) -> None:
        """Record who may hear the live channel of a table; whoever it was before may no more."""
        rows: _Rows = [
            {"table_id": table_id, "to": each.to, "event_id": event_id, "until": each.until, "by": each.by}
            for each in grants
        ]

        def clear(connection: Connection) -> None:
            connection.execute(delete(LiveRow).where(col(LiveRow.table_id) == table_id))

        await self._write(("live_grants", rows), first=clear)

    async def put_audit(self, entries: Sequence[Entry], through: Mapping[str, int]) -> None:
        """Record entries of the audit. through: how far each stream has been looked at."""
        rows: _Rows = [
            {
                "stream": each.stream,
                "number": each.number,
                "at": each.at,
                "who": each.who,
                "what": each.what,
                "about": each.about,
                "table_id": each.table_id,
                "details": canonical(dict(each.details)).decode(),
            }
            for each in entries
        ]
        cursors: _Rows = [{"stream": audit_of(name), "position": at} for name, at in sorted(through.items())]
        await self._write(("audit_entries", rows), ("cursors", cursors))

    async def audited(self, stream: str) -> int:
        """Return the position up to which a stream has been looked at for entries of the audit; 0 before the first."""
        return await self.cursor(audit_of(stream))

    async def cursor(self, stream: str) -> int:
        """Return the position up to which `stream` is projected; 0 before the first."""

        def read() -> int:
            with self._worker.engine.connect() as connection:
                return (
                    connection.execute(select(col(CursorRow.position)).where(col(CursorRow.stream) == stream)).scalar()
                    or 0
                )

        return await self._worker.run(read)

    def close(self) -> None:
        """Wait for the write that is running, then close the store."""
        self._worker.close()

    async def _write(self, *changes: tuple[str, _Rows], first: Callable[[Connection], None] | None = None) -> None:
        def work() -> None:
            with self._worker.engine.begin() as connection:
                if first:
                    first(connection)
                for table, rows in changes:
                    if rows:
                        _upsert(connection, ReadModelTable.metadata.tables[table], rows)

        await self._worker.run(work)


def _upsert(connection: Connection, table: Table, rows: _Rows) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    grows, stays = _GROWS.get(table.name), _STAYS.get(table.name, ())
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(table.primary_key),
            set_={
                name: statement.excluded[name] if name not in stays else _first(table, statement, name)
                for name in _columns(table, rows)
            },
            where=None if grows is None else statement.excluded[grows] >= table.c[grows],
        ),
        list(rows),
    )


def _columns(table: Table, rows: _Rows) -> list[str]:
    return [column.name for column in table.columns if not column.primary_key and column.name in rows[0]]


def _first(table: Table, statement: Any, name: str) -> Any:  # noqa: ANN401 - SQLAlchemy's own types
    """Return what a column keeps: its first value that is not 0."""
    return case((table.c[name] > 0, table.c[name]), else_=statement.excluded[name])


def _add_players(connection: Connection, records: Sequence[HandRecord]) -> None:
    """Whoever was dealt in is a player, also when nobody said where it sits; who is known is known better."""
    found: dict[tuple[str, str], dict[str, object]] = {}
    for record in records:
        for player in record.players:
            key = {"event_id": record.event_id, "player_id": player.player_id}
            began = found.get((record.event_id, player.player_id), {"starting_stack": player.starting_stack})
            now = {"name": player.name, "stack": player.final_stack, "starting_stack": began["starting_stack"]}
            found[record.event_id, player.player_id] = key | now
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    if found:
        statement = dialect.insert(ReadModelTable.metadata.tables["players"]).on_conflict_do_nothing()
        connection.execute(statement, list(found.values()))


def _released_rows(released: Sequence[ReleasedHand]) -> tuple[_Rows, _Rows]:
    of = [(each, {"hand_id": each.hand_id, "audience": each.audience, "revision": each.revision}) for each in released]
    cards = [
        {**key, "seat": told.seat, "cards": "".join(told.cards), "made": told.made}
        for each, key in of
        for told in each.cards
    ]
    return cards, [{**key, "story": each.story} for each, key in of]


def _hand_row(record: HandRecord, details: HandDetails | None) -> dict[str, object]:
    return {
        "hand_id": record.hand_id,
        "event_id": record.event_id,
        "table_id": record.table_id,
        "hand_number": record.hand_number,
        "revision": record.revision,
        "ended_at": record.ended_at,
        "void": record.void,
        "started_at": record.started_at,
        "total_pot": record.total_pot,
        "showdown": record.reached_showdown,
        "record": encode(record),
        "story": details.story if details else None,
    }
