"""Hears nodes as an installer does: who is there, how they do, which tags come and go. UIDs stay wrapped.

Nodes repeat what is not acknowledged, so each reading is told once, and one that is old is not told.

Only who may read the collector's data folder has the nodes' keys. There, what does not carry a node's signature is left
out, and what it seals is opened. Elsewhere a node is heard as it speaks, and `notices` says that nobody checked it.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from collector.broker.link import Address, Incoming, MqttLink
from collector.devices.sealing import Opener
from collector.ports import DeviceKeys
from collector.secrecy import Secret, describe
from collector.wire import device as wire
from collector.wire.feeds import CollectorStatus
from collector.wire.topics import levels_of, topic
from tools.hardware.process import silent

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


NOT_VERIFIED: Final = (
    "{} is not verified: its key is not here. To be sure who speaks, "
    "run this where the collector's data folder is (--data)"
)
FORGED: Final = (
    "{}: a message without its signature was left out; somebody else speaks in its name, or its key is another one "
    "(ebs provision --replace)"
)
SEALED: Final = (
    "{} seals what it reads, and its key is not here: run this where the collector's data folder is (--data)"
)


ODD_HEALTH: Final = (
    "{}: its health cannot be read ({}); is that firmware of EBS? ebs doctor --device NODE tells its version"
)


class NoKeys:
    """Whoever has no data folder."""

    def key(self, device: str) -> bytes | None:
        """Return None: nobody is known here."""
        del device
        return None


class Ear:
    """Listens to one node, or to all. `heard` is called with each new reading, `say` with each new notice.

    link: of somebody else who has the same login, and keeps the connection up.
    """

    def __init__(
        self,
        address: Address,
        heard: Callable[[Reading], None],
        device: str | None = None,
        keys: DeviceKeys | None = None,
        say: Callable[[str], None] = silent,
        *,
        link: MqttLink | None = None,
    ) -> None:
        whose = topic("dev", device) if device else topic("dev") + "/+"
        subscriptions = (
            topic("collector") + "/+/status",  # first: it is retained, and known before any node has spoken
            *(f"{whose}/{kind}" for kind in ("status", "health", "event")),
        )
        self.received: asyncio.Queue[Incoming] = asyncio.Queue()
        self._runs_link = link is None
        self.link = link or MqttLink(address, identifier=f"{address.username}-{secrets.token_hex(4)}", subscriptions=())
        self.link.hear_also(subscriptions, self.received.put_nowait)
        self.collectors: dict[str, str] = {}
        self.statuses: dict[str, wire.DeviceStatus] = {}
        self.healths: dict[str, dict[str, Any]] = {}
        self.unreadable = 0
        self.forged = 0
        self.notices: list[str] = []
        self._heard = heard
        self._keys = keys or NoKeys()
        self._say = say
        self._news = asyncio.Event()
        self._known: set[tuple[str, str, int]] = set()

    async def run(self) -> None:
        """Listen until cancelled."""
        async with asyncio.TaskGroup() as group:
            if self._runs_link:
                group.create_task(self.link.run())
            group.create_task(self._listen())

    async def news(self) -> None:
        """Return when anything has been heard."""
        self._news.clear()
        await self._news.wait()

    async def _listen(self) -> None:
        while True:
            message = await self.received.get()
            self.link.acknowledge(message)
            try:
                self._take(message)
            except (ValidationError, ValueError):  # somebody else's, or of newer firmware: theirs to complain
                self.unreadable += 1
            self._news.set()

    def _take(self, message: Incoming) -> None:
        kingdom, device, kind = levels_of(message.topic)
        if kingdom == "collector":
            self.collectors[device] = CollectorStatus.model_validate_json(message.payload).state
            return
        key = self._keys.key(device)
        if key is None:
            self._notice(NOT_VERIFIED.format(device))
        elif not wire.verify(message.payload, key):
            self.forged += 1
            self._notice(FORGED.format(device))
            return
        if kind == "status":
            self.statuses[device] = wire.decode_status(message.payload)
        elif kind == "health":
            self._health(device, message.payload)
        else:
            events = wire.decode_events(message.payload)
            if events.device == device:
                self._events(self._opened(events, key))

    def _health(self, device: str, payload: bytes) -> None:
        try:
            self.healths[device] = wire.decode_health(payload).model_dump(exclude_unset=True)
        except ValidationError as error:
            self.healths[device] = {}  # what it said before holds no more
            self._notice(ODD_HEALTH.format(device, describe(error)))

    def _notice(self, text: str) -> None:
        if text not in self.notices:
            self.notices.append(text)
            self._say(text)

    def _opened(self, message: wire.DeviceEvents, key: bytes | None) -> wire.DeviceEvents:
        """Return a message with its events in clear; with none where they cannot be opened here."""
        if not message.sealed:
            return message
        if key is None:
            self._notice(SEALED.format(message.device))
            return message
        opener = Opener(key, message.device, message.origin)
        contents = [opener.event(message.seq + place, frame) for place, frame in enumerate(message.sealed)]
        if None in contents:
            self.forged += 1
            self._notice(FORGED.format(message.device))
            return message
        return message.model_copy(update={"events": tuple(wire.decode_event(each) for each in contents if each)})

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
