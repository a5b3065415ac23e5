"""Hears nodes as an installer does: who is there, how they do, which tags come and go. UIDs stay wrapped.

Nodes repeat what is not acknowledged, so each reading is told once, and one that is old is not told.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from collector.mqtt import Address, Incoming, MqttLink
from collector.secrecy import Secret
from collector.wire import device as wire
from collector.wire.topics import levels_of, topic

_OLD_MS: Final = 5_000
_CARDS: Final = (wire.CardRead, wire.CardRemoved, wire.CardMoved)


@dataclass(frozen=True)
class Reading:
    """A tag came to an antenna or left it; `together` tags came in the same moment."""

    device: str
    antenna: str
    uid: Secret[str]
    came: bool
    together: int = 1


class Ear:
    """Listens to one node, or to all. `heard` is called with each new reading."""

    def __init__(self, address: Address, heard: Callable[[Reading], None], device: str | None = None) -> None:
        whose = topic("dev", device) if device else topic("dev") + "/+"
        self.link = MqttLink(
            address,
            identifier=f"{address.username}-{secrets.token_hex(4)}",
            subscriptions=tuple(f"{whose}/{kind}" for kind in ("status", "health", "event")),
        )
        self.statuses: dict[str, wire.DeviceStatus] = {}
        self.healths: dict[str, dict[str, Any]] = {}
        self.unreadable = 0
        self._heard = heard
        self._news = asyncio.Event()
        self._known: set[tuple[str, str, int]] = set()

    async def run(self) -> None:
        """Listen until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.link.run())
            group.create_task(self._listen())

    async def news(self) -> None:
        """Return when anything has been heard."""
        self._news.clear()
        await self._news.wait()

    async def _listen(self) -> None:
        while True:
            message = await self.link.received.get()
            self.link.acknowledge(message)
            try:
                self._take(message)
            except (ValidationError, ValueError):  # somebody else's, or of newer firmware: theirs to complain
                self.unreadable += 1
            self._news.set()

    def _take(self, message: Incoming) -> None:
        _, device, kind = levels_of(message.topic)
        if kind == "status":
            self.statuses[device] = wire.decode_status(message.payload)
        elif kind == "health":
            self.healths[device] = json.loads(message.payload)
        else:
            self._events(wire.decode_events(message.payload))

    def _events(self, message: wire.DeviceEvents) -> None:
        together = sum(1 for event in message.events if isinstance(event, wire.CardRead | wire.CardMoved))
        for number, event in enumerate(message.events, message.seq):
            identity = (message.device, message.origin, number)
            if identity in self._known or not isinstance(event, _CARDS):
                continue
            self._known.add(identity)
            if message.age_ms is not None and message.age_ms <= _OLD_MS:
                if isinstance(event, wire.CardMoved):
                    self._heard(Reading(message.device, event.came_from, event.uid, False, 0))
                came = not isinstance(event, wire.CardRemoved)
                self._heard(Reading(message.device, event.antenna, event.uid, came, together))
