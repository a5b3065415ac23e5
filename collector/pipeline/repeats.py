"""What is published again without a change: all states from time to time, and everything after each connection.

The broker keeps nothing over its own restart, and a client that comes late has missed what was said.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Literal

from collector.canonical import canonical
from collector.pipeline.floor import Floor
from collector.pipeline.outgoing import state_message
from collector.ports import Link
from collector.system import program_version
from collector.table.airing import airs
from collector.table.show.renderer import Renderer
from collector.table.state import Table
from collector.wire.feeds import Channel, CollectorStatus
from collector.wire.topics import topic

LIVE_REPEAT_S: Final = 1.0
PUBLIC_REPEATS_AFTER: Final = 5
"""Rounds of the live states to one of the public and delayed ones."""


def status_topic(instance: str) -> str:
    """Return where a collector says that it is there."""
    return topic("collector", instance, "status")


def nudge_topic(instance: str) -> str:
    """Return where a collector publishes what nobody hears, so that the broker hands on what came before."""
    return topic("collector", instance, "nudge")


def status(state: Literal["online", "lost"], unsealed: Iterable[str] = ()) -> bytes:
    """Return what a collector says of itself, and what its will says of it. unsealed: nodes."""
    said = {"state": state, "epoch": 1, "version": program_version(), "unsealed": tuple(sorted(unsealed))}
    return canonical(CollectorStatus.model_validate(said).model_dump())


class Repeats:
    """Publishes states again, and that this collector, `instance`, is there, with the nodes that lost their seal.

    `tables`, `lagging` (as delayed channels show them) and `unsealed` are asked anew each time.
    """

    def __init__(
        self,
        link: Link,
        renderer: Renderer,
        instance: str,
        tables: Callable[[], Mapping[str, Table]],
        floor: Floor,
        *,
        lagging: Callable[[], Mapping[str, Table]] = dict,
        unsealed: Callable[[], frozenset[str]] = frozenset,
    ) -> None:
        self._unsealed = unsealed
        self._told: frozenset[str] | None = None  # of them, in the last status
        self._link = link
        self._renderer = renderer
        self._instance = instance
        self._tables = tables
        self._lagging = lagging
        self._floor = floor

    async def run(self) -> None:
        """Repeat all states for ever, so that whoever comes late is right within a second."""
        rounds = 0
        while True:
            await asyncio.sleep(LIVE_REPEAT_S)
            rounds += 1
            if self._unsealed() != (self._told or frozenset()):
                await self._status()
            for table in list(self._tables().values()):
                await self._state(table, "live")
                if rounds % PUBLIC_REPEATS_AFTER == 0:
                    await self._state(table, "public")
            if rounds % PUBLIC_REPEATS_AFTER == 0:
                await self._delayed()
            await self._floor.tell_what_was_left_out(self._tables())
            self._link.nudge()

    async def connected(self) -> None:
        """Say that the collector is there, and publish every state: what a broker without persistence has forgotten."""
        await self._status()
        for table in list(self._tables().values()):
            await self._state(table, "public")
            await self._state(table, "live")
        await self._delayed()
        await self._floor.tell_what_was_left_out(self._tables())
        self._link.nudge()

    async def _status(self) -> None:
        self._told = self._unsealed()
        said = status("online", self._told)
        await self._link.publish(status_topic(self._instance), said, qos=1, retain=True)

    async def _delayed(self) -> None:
        for table in list(self._lagging().values()):
            await self._state(table, "delayed")

    async def _state(self, table: Table, channel: Channel) -> None:
        if not airs(table, channel):
            return
        message = state_message(self._renderer, table, channel)
        await self._link.publish(message.topic, message.payload, retain=message.retain)
