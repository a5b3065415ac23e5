"""Finished hands to the read model, off the commit path. A slow or broken read model never holds up a table."""

from __future__ import annotations

import asyncio

from collector.errors import ReadModelError
from collector.house import House
from collector.logs import log_event, logger_of
from collector.metrics import Metrics
from collector.ports import HandRecord, Projection

log = logger_of(__name__)
_RETRY_S = 1.0


class Projector:
    """Writes what it is given in order, again and again until the store takes it."""

    def __init__(self, store: Projection, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics
        self._waiting: asyncio.Queue[HandRecord | tuple[str, ...]] = asyncio.Queue()

    def hands(self, records: list[HandRecord]) -> None:
        """Queue finished hands."""
        for record in records:
            self._waiting.put_nowait(record)

    def house(self, house: House, tables: dict[str, str]) -> None:
        """Queue names of events and tables. `tables` maps a table to its name."""
        for event_id, name in house.events.items():
            self._waiting.put_nowait(("event", event_id, name))
        for table_id, event_id in house.tables.items():
            self._waiting.put_nowait(("table", table_id, event_id, tables.get(table_id, table_id)))

    async def run(self) -> None:
        """Write for ever."""
        while True:
            items = [await self._waiting.get()]
            while not self._waiting.empty():
                items.append(self._waiting.get_nowait())
            self._metrics.records.set(len(items))
            while not await self._written(items):  # noqa: ASYNC110 - there is nothing to be told by
                await asyncio.sleep(_RETRY_S)
            self._metrics.records.set(0)

    async def _written(self, items: list[HandRecord | tuple[str, ...]]) -> bool:
        try:
            records = [item for item in items if isinstance(item, HandRecord)]
            if records:
                await self._store.put(records)
            for item in items:
                if isinstance(item, tuple) and item[0] == "event":
                    await self._store.put_event(item[1], item[2])
                elif isinstance(item, tuple):
                    await self._store.put_table(item[1], item[2], item[3])
        except ReadModelError as error:
            log_event(log, "ERROR", "projection_failed", error=error, waiting=len(items), retry_s=_RETRY_S)
            return False
        return True
