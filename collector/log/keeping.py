"""Keeps what is sealed readable: looks after the house key, and wraps the log's keys anew under a new one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from collector.errors import LogError
from collector.log.housekey import HouseKeyFile
from collector.log.sqlite import SqliteLog
from collector.logs import log_event, logger_of

log = logger_of(__name__)
LOOK_S: Final = 1.0
AT_ONCE: Final = 200
"""Keys that are wrapped anew in one transaction: a few milliseconds of the log's thread, and commits come between."""


async def rewrapped(store: SqliteLog) -> int:
    """Wrap all keys of a log under the first house key; return how many another one had wrapped. Raises LogError."""
    count = 0
    while done := await store.rewrap(AT_ONCE):
        count += done
        await asyncio.sleep(0)
    return count


class Keeping:
    """Looks once a second. complain: tells the floor what is wrong with the house key."""

    def __init__(self, store: SqliteLog, file: HouseKeyFile, complain: Callable[[str], None]) -> None:
        self._store, self._file, self._complain = store, file, complain
        self._wrapping = ""

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await self._look()
            await asyncio.sleep(LOOK_S)

    async def _look(self) -> None:
        if problem := self._file.lacks(self._store.house_keys):
            self._complain(problem)
            return
        current = self._file.keys.current
        if current == self._wrapping:
            return
        try:
            count = await rewrapped(self._store)
        except LogError as error:
            self._complain(str(error))
            return
        self._wrapping = current
        if count:
            log_event(log, "INFO", "keys_wrapped_anew", house_key=current, keys=count)
