"""Who may hear which table live, as the read model tells it: for what REST says of somebody, and of an output.

Nothing here lets anybody hear anything. The collector looks into its own log before it lets a page or an output in.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from collector.access.live import LivePlace, output_holder, with_live
from collector.errors import ReadModelError
from collector.ports import HandQueries
from collector.signin.door import Caller

LOOK_S: Final = 0.25
STALE_S: Final = 5.0
"""Without an answer of the read model for so long nobody is told to have a grant."""


class LiveKnown:
    """Run `run` as a task. now_ms: ms since 1970. monotonic: seconds that only rise."""

    def __init__(
        self, readmodel: HandQueries, now_ms: Callable[[], int], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._readmodel, self._now_ms, self._monotonic = readmodel, now_ms, monotonic
        self._places: list[LivePlace] = []
        self._read_at = -STALE_S

    async def look(self) -> None:
        """Read who has a grant. What cannot be read stays as it was, until it is too old."""
        try:
            self._places = await self._readmodel.live()
        except ReadModelError:
            return
        self._read_at = self._monotonic()

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(LOOK_S)

    def seen(self, caller: Caller) -> Caller:
        """Return whoever asks with `read:live` where a grant gives it."""
        places = [(each.event_id, each.table_id) for each in self._of(caller.identity.user)]
        return caller if not places else replace(caller, identity=with_live(caller.identity, places))

    def until(self, output: str) -> int | None:
        """Return until when an output may hear its table live, in ms since 1970; None: not at all."""
        return max((each.grant.until for each in self._of(output_holder(output))), default=None)

    def _of(self, to: str) -> list[LivePlace]:
        if self._monotonic() - self._read_at >= STALE_S:
            return []
        return [each for each in self._places if each.grant.to == to and each.grant.holds(self._now_ms())]
