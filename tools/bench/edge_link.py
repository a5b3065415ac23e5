"""A node whose broker is away for a thousand events: how soon it is back, and whether each card was told once.

Real firmware on MicroPython, real mosquitto, and a peer that acknowledges as the collector does after its commit.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import aiomqtt

from collector.broker import Logins, Mosquitto
from collector.wire import device as wire
from collector.wire.topics import DEVICE_EVENTS, topic
from tools import micropython
from tools.bench.report import Figure, Progress
from tools.virtual.node import VirtualNode

_DEVICE: Final = "node-1"
_BACKLOG: Final = 1000
_CARDS: Final = 60  # that come and go at once, five an antenna
_PATIENCE_S: Final = 60.0
_AGAIN_S: Final = 0.05


class _Peer:
    """Hears the node's events and acknowledges them. `events` are told by number: kind, antenna, card."""

    def __init__(self, broker: Mosquitto, key: bytes) -> None:
        self.events: dict[int, tuple[str, str, str, str | None]] = {}
        self.first_at: float | None = None  # when an event came, since somebody set this to None
        self.changed = asyncio.Event()
        self._broker = broker
        self._key = key

    async def run(self) -> None:
        """Listen for ever, whatever becomes of the broker."""
        password = self._broker.logins.passwords["collector"]
        while True:
            with contextlib.suppress(aiomqtt.MqttError):
                async with aiomqtt.Client(
                    "127.0.0.1", self._broker.port, username="collector", password=password
                ) as client:
                    await client.subscribe(DEVICE_EVENTS, qos=1)
                    async for message in client.messages:
                        if isinstance(message.payload, bytes) and wire.verify(message.payload, self._key):
                            await self._take(client, wire.decode_events(message.payload))
            await asyncio.sleep(_AGAIN_S)

    async def _take(self, client: aiomqtt.Client, message: wire.DeviceEvents) -> None:
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
        await client.publish(topic("dev", _DEVICE, "ack"), wire.sign(json.dumps(content).encode(), self._key), qos=1)
        self.changed.set()


async def figures(progress: Progress) -> list[Figure]:
    """Return seconds, and events lost and doubled."""
    interpreter = await asyncio.to_thread(micropython.ensure)
    with tempfile.TemporaryDirectory(prefix="ebs-bench-") as name:
        folder = Path(name)
        logins = Logins.kept_in(folder / "credentials.json", consoles=(), nodes=(_DEVICE,))
        broker = Mosquitto(folder / "broker", logins)
        key = secrets.token_bytes(32)
        peer = _Peer(broker, key)
        queued: set[int] = set()
        await broker.start()
        listening = asyncio.create_task(peer.run())
        node = None
        try:
            node = await VirtualNode.start(
                folder / "node", _DEVICE, key, "127.0.0.1", broker.port, _DEVICE, logins.passwords[_DEVICE],
                interpreter, report=progress, queued=lambda _origin, seq, _at: queued.add(seq),
            )  # fmt: skip
            return await _cut(progress, broker, peer, node, queued)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            if node:
                await node.stop()
            await broker.stop()


async def _cut(progress: Progress, broker: Mosquitto, peer: _Peer, node: VirtualNode, queued: set[int]) -> list[Figure]:
    loop = asyncio.get_running_loop()
    await node.trace(on=True)
    await _come_and_go(node, queued)
    await _until(lambda: queued <= set(peer.events), peer.changed)
    progress("broker: away")
    await broker.stop()
    before = len(queued)
    while len(queued) - before < _BACKLOG:
        await _come_and_go(node, queued)
        progress(f"broker: away, {len(queued) - before} events wait")
    waiting = set(queued)
    peer.first_at = None
    await broker.start()
    back = loop.time()
    await node.put("a01", "04ffffffffffff")
    await _until(lambda: waiting <= set(peer.events), peer.changed)
    told = loop.time()
    await _until(lambda: queued <= set(peer.events), peer.changed)
    return [
        Figure.at_most("first_event_after_broker_s", round((peer.first_at or told) - back, 3), "s", 2),
        Figure.at_most("backlog_1000_s", round(told - back, 3), "s", 10),
        Figure.at_most("lost", len(queued - set(peer.events)), "events", 0),
        Figure.at_most("doubled", _doubled(peer), "events", 0),
    ]


async def _come_and_go(node: VirtualNode, queued: set[int]) -> None:
    """Lay cards down and take them away; return when the node has noticed all of it."""
    begun = len(queued)
    for number in range(_CARDS):
        await node.put(f"a{number % 12 + 1:02}", f"04{number * 2654435761 % 2**48:012x}")
    await _until(lambda: len(queued) >= begun + _CARDS)
    await node.clear()
    await _until(lambda: len(queued) >= begun + 2 * _CARDS)


async def _until(condition: Callable[[], bool], changed: asyncio.Event | None = None) -> None:
    """Wait for something, but not for ever: what has not come by then counts as lost."""
    changed = changed or asyncio.Event()
    deadline = asyncio.get_running_loop().time() + _PATIENCE_S
    while not condition() and asyncio.get_running_loop().time() < deadline:
        changed.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), _AGAIN_S)


def _doubled(peer: _Peer) -> int:
    """Return how many events told again what had been told."""
    lying: set[tuple[str, str]] = set()
    doubled = 0
    for _, (kind, antenna, uid, left) in sorted(peer.events.items()):
        came, place = kind != "card_removed", (antenna, uid)
        lying.discard((left, uid))
        doubled += (place in lying) == came
        (lying.add if came else lying.discard)(place)
    return doubled
