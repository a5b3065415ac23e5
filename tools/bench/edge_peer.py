"""What a node of a bench talks to: a real mosquitto, and a peer that acknowledges as the collector does."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import aiomqtt
from cryptography.hazmat.primitives.serialization import Encoding

from collector.broker.logins import Logins
from collector.broker.mosquitto import Mosquitto
from collector.certificates.kept import AUTHORITY, Kept, load
from collector.wire import device as wire
from collector.wire.topics import DEVICE_EVENTS, topic

DEVICE: Final = "node-1"
_AGAIN_S: Final = 0.05


class Peer:
    """Acknowledges the node's events. `events` are told by number: kind, antenna, card, antenna it left."""

    def __init__(self, broker: Mosquitto, key: bytes) -> None:
        self.events: dict[int, tuple[str, str, str, str | None]] = {}
        self.first_at: float | None = None  # when an event came, since somebody set this to None
        self.changed = asyncio.Event()
        self.broker = broker
        self.key = key

    @property
    def password(self) -> str:
        """The node's, at the broker."""
        return self.broker.logins.passwords[DEVICE]

    async def run(self) -> None:
        """Listen for ever, whatever becomes of the broker."""
        password = self.broker.logins.passwords["collector"]
        while True:
            with contextlib.suppress(aiomqtt.MqttError):
                async with aiomqtt.Client(
                    "127.0.0.1", self.broker.port, username="collector", password=password
                ) as client:
                    await client.subscribe(DEVICE_EVENTS, qos=1)
                    async for message in client.messages:
                        if isinstance(message.payload, bytes):
                            await self._take(client, message.payload)
            await asyncio.sleep(_AGAIN_S)

    async def _take(self, client: aiomqtt.Client, payload: bytes) -> None:
        if not wire.verify(payload, self.key):
            return
        message = wire.decode_events(payload)
        if self.first_at is None:
            self.first_at = asyncio.get_running_loop().time()
        for place, event in enumerate(message.events):
            if isinstance(event, wire.CardRead | wire.CardRemoved | wire.CardMoved):
                uid = event.uid.reveal()
                left = event.came_from if isinstance(event, wire.CardMoved) else None
                self.events.setdefault(message.seq + place, (event.kind, event.antenna, uid, left))
        through = 0
        while through + 1 in self.events:
            through += 1
        acks = [{"origin": message.origin, "through": through}]
        content = {"v": 1, "boot": message.boot, "log_id": "bench", "acks": acks}
        await client.publish(topic("dev", DEVICE, "ack"), wire.sign(json.dumps(content).encode(), self.key), qos=1)
        self.changed.set()


@contextlib.asynccontextmanager
async def listening(folder: Path) -> AsyncIterator[Peer]:
    """Run a broker and a peer while the block runs; their files are in `folder`, with what a node over TLS believes."""
    logins = Logins.kept_in(folder / "credentials.json", consoles=(), nodes=(DEVICE,))
    kept = Kept.of(folder)
    kept.for_this_machine(None, datetime.now(UTC))
    (folder / "ca.der").write_bytes(load(kept.certificate(AUTHORITY)).public_bytes(Encoding.DER))
    broker = Mosquitto(folder / "broker", logins, certificates=kept)
    peer = Peer(broker, secrets.token_bytes(32))
    await broker.start()
    task = asyncio.create_task(peer.run())
    try:
        yield peer
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await broker.stop()
