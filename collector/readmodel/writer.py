"""The projector's side of the read model. One thread writes, one transaction a call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from collector.ports import HandRecord
from collector.readmodel.codec import encode
from collector.readmodel.store import Worker, open_engine
from collector.readmodel.tables import CursorRow, ReadModelTable

_Rows = Sequence[Mapping[str, object]]
_GROWS = {"hands": "revision", "cursors": "position"}
"""The column that never goes down: a lower value leaves the row as it is, the same may write it again."""


class ReadModelWriter:
    """Implements HandStore. Open it once; `close` waits for the last write."""

    def __init__(self, url: str) -> None:
        self._worker = Worker(open_engine(url), "readmodel-writer", threads=1)

    async def put(self, records: Sequence[HandRecord], *, through: Mapping[str, int] | None = None) -> None:
        """Insert or replace by hand_id; a lower revision never replaces a higher one.

        The cursor of each stream moves in the same transaction to the last fact of its hands, and to `through`
        where more of the log has been projected than hands came of. A cursor never moves back.
        """
        cursors = dict(through or {})
        for record in records:
            stream = record.facts.stream
            cursors[stream] = max(record.facts.last, cursors.get(stream, 0))
        hands = [_hand_row(record) for record in records]
        places: list[dict[str, object]] = [{"stream": name, "position": at} for name, at in sorted(cursors.items())]
        await self._write(("hands", hands), ("cursors", places))

    async def put_event(self, event_id: str, name: str) -> None:
        """Record an event, or its new name."""
        await self._write(("events", [{"event_id": event_id, "name": name}]))

    async def put_table(self, table_id: str, event_id: str, name: str) -> None:
        """Record a table, or its move to another event."""
        await self._write(("tables", [{"table_id": table_id, "event_id": event_id, "name": name}]))

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

    async def _write(self, *changes: tuple[str, _Rows]) -> None:
        def work() -> None:
            with self._worker.engine.begin() as connection:
                for table, rows in changes:
                    if rows:
                        _upsert(connection, ReadModelTable.metadata.tables[table], rows)

        await self._worker.run(work)


def _upsert(connection: Connection, table: Table, rows: _Rows) -> None:
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    grows = _GROWS.get(table.name)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(table.primary_key),
            set_={column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key},
            where=None if grows is None else statement.excluded[grows] >= table.c[grows],
        ),
        list(rows),
    )


def _hand_row(record: HandRecord) -> dict[str, object]:
    return {
        "hand_id": record.hand_id,
        "event_id": record.event_id,
        "table_id": record.table_id,
        "hand_number": record.hand_number,
        "revision": record.revision,
        "ended_at": record.ended_at,
        "void": record.void,
        "record": encode(record),
    }
