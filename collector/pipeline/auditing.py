"""Entries of the audit, from the log to the read model, behind the commit. No command waits for them.

What a collector left behind is read from the log when it starts, in small pages between commits. From then on facts
come as they are committed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Final

from collector.access.audit import Entry, entry_of
from collector.errors import ReadModelError
from collector.facts.fact import Fact
from collector.logs import log_event, logger_of
from collector.ports import Log, Projection

log = logger_of(__name__)
PAGE: Final = 200
"""Facts of one reading: the log's thread has commits to do meanwhile."""
AT_ONCE: Final = 500
PAUSE_S: Final = 0.02
GATHER_S: Final = 0.5
"""An entry waits so long for others: a transaction for each command would cost more than the command."""
RETRY_S: Final = 1.0


class Auditing:
    """Writes entries into `store`. Call `loaded` once, and run `run` as a task.

    source: the log, for what is there already; None where there is nothing.
    """

    def __init__(self, store: Projection, source: Log | None = None) -> None:
        self._store, self._source = store, source
        self._waiting: asyncio.Queue[Entry] = asyncio.Queue()
        self._behind: dict[str, int] = {}  # streams that are not read up to here yet

    def loaded(self, positions: Mapping[str, int]) -> None:
        """Have the log read up to here: the last position of each stream."""
        self._behind = dict(positions)

    def committed(self, facts: Iterable[Fact]) -> None:
        """Queue the entries among facts that are durable."""
        for fact in facts:
            if entry := entry_of(fact):
                self._waiting.put_nowait(entry)

    async def run(self) -> None:
        """Write for ever."""
        async with asyncio.TaskGroup() as group:
            if self._source:
                group.create_task(self._catch_up(self._source))
            group.create_task(self._follow())

    async def _catch_up(self, source: Log) -> None:
        for stream, head in sorted(self._behind.items()):
            while not await self._caught_up(source, stream, head):  # noqa: ASYNC110 - the log has other things to do
                await asyncio.sleep(PAUSE_S)
            del self._behind[stream]

    async def _caught_up(self, source: Log, stream: str, head: int) -> bool:
        """Take one page of a stream; return whether that was the last one."""
        try:
            after = await self._store.audited(stream)
            facts = await source.read(stream, after, PAGE) if after < head else []
            if facts:
                entries = [entry for entry in map(entry_of, facts) if entry]
                await self._store.put_audit(entries, {stream: facts[-1].position})
        except ReadModelError as error:
            await self._failed(error)
            return False
        return not facts or facts[-1].position >= head

    async def _follow(self) -> None:
        while True:
            entries = [await self._waiting.get()]
            await asyncio.sleep(GATHER_S)
            while len(entries) < AT_ONCE and not self._waiting.empty():
                entries.append(self._waiting.get_nowait())
            while not await self._written(entries):  # noqa: ASYNC110 - there is nothing to be told by
                await asyncio.sleep(RETRY_S)

    async def _written(self, entries: list[Entry]) -> bool:
        """Write entries. The cursor of a stream that is not read to its end stays: what lies between would be lost."""
        through = {each.stream: each.number for each in entries if each.stream not in self._behind}
        try:
            await self._store.put_audit(entries, through)
        except ReadModelError as error:
            await self._failed(error)
            return False
        return True

    async def _failed(self, error: ReadModelError) -> None:
        log_event(log, "ERROR", "projection_failed", error=error, waiting=self._waiting.qsize(), retry_s=RETRY_S)
        await asyncio.sleep(RETRY_S)
