"""What is published again without a change: all states from time to time, and everything after each connection.

The broker keeps nothing over its own restart, and a client that comes late has missed what was said.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Final, Literal

from collector.canonical import canonical
from collector.pipeline.outgoing import state_message
from collector.ports import Link
from collector.system import program_version
from collector.table.show.renderer import Renderer
from collector.table.state import Table
from collector.wire.feeds import Channel, CollectorStatus
from collector.wire.topics import topic

LIVE_REPEAT_S: Final = 1.0
PUBLIC_REPEATS_AFTER: Final = 5
"""Rounds of the live states to one of the public ones."""


def status_topic(instance: str) -> str:
    """Return where a collector says that it is there."""
    return topic("collector", instance, "status")


def status(state: Literal["online", "lost"]) -> bytes:
    """Return what a collector says of itself, and what its will says of it."""
    said = {"state": state, "epoch": 1, "version": program_version()}
    return canonical(CollectorStatus.model_validate(said).model_dump())


class Repeats:
    """Publishes states again, and that this collector, `instance`, is there. `tables` is asked anew each time."""

    def __init__(
        self, link: Link, renderer: Renderer, instance: str, tables: Callable[[], Mapping[str, Table]]
    ) -> None:
        self._link = link
        self._renderer = renderer
        self._instance = instance
        self._tables = tables

    async def run(self) -> None:
        """Repeat all states for ever, so that whoever comes late is right within a second."""
        rounds = 0
        while True:
            await asyncio.sleep(LIVE_REPEAT_S)
            rounds += 1
            for table in list(self._tables().values()):
                await self._state(table, "live")
                if rounds % PUBLIC_REPEATS_AFTER == 0:
                    await self._state(table, "public")

    async def connected(self) -> None:
        """Say that the collector is there, and publish every state: what a broker without persistence has forgotten."""
        await self._link.publish(status_topic(self._instance), status("online"), qos=1, retain=True)
        for table in list(self._tables().values()):
            await self._state(table, "public")
            await self._state(table, "live")

    async def _state(self, table: Table, channel: Channel) -> None:
        message = state_message(self._renderer, table, channel)
        await self._link.publish(message.topic, message.payload, retain=message.retain)
