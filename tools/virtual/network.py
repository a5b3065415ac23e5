"""A bad network between a node and its broker: a TCP proxy that delays, doubles, swallows, cuts and resets.

    async with BadNetwork("127.0.0.1", broker_port, random.Random(7)) as network:
        ...                       # the node connects to network.port
        await network.trouble()   # one fault, by chance
        network.heal()

It cuts the stream into MQTT packets, since a doubled byte is nothing that TCP does, but a doubled packet is what a
client makes that was not answered in time.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from random import Random
from typing import Final, Self

FAULTS: Final = ("cut", "reset", "half_open", "delay", "duplicate")
_PUBLISH: Final = 3
_DUP: Final = 0x08
_QOS: Final = 0x06
_LONGEST_DELAY_S: Final = 0.3


class BadNetwork:
    """A proxy on a free port of loopback. In good weather it passes everything on."""

    def __init__(self, host: str, port: int, chance: Random) -> None:
        self.port = 0
        self.counts = dict.fromkeys(FAULTS, 0)
        self._broker = (host, port)
        self._chance = chance
        self._server: asyncio.Server | None = None
        self._lines: set[_Line] = set()
        self.delay_s = 0.0
        self.doubled = 0.0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        await asyncio.gather(*(line.ended.wait() for line in list(self._lines)))

    @property
    def connections(self) -> int:
        """How many connections there are, half-open ones included."""
        return len(self._lines)

    def trouble(self) -> str:
        """Let one fault happen, by chance; return which. Delay and doubling last until `heal`, half-open for ever."""
        fault = self._chance.choice(FAULTS)
        self.counts[fault] += 1
        match fault:
            case "cut":
                self.cut()
            case "reset":
                self.reset()
            case "half_open":
                self.half_open()
            case "delay":
                self.delay_s = self._chance.uniform(0.01, _LONGEST_DELAY_S)
            case _:
                self.doubled = self._chance.uniform(0.1, 0.5)
        return fault

    def heal(self) -> None:
        """Be a good network again. What is half-open stays so: only who sends into it can find out."""
        self.delay_s = 0.0
        self.doubled = 0.0

    def cut(self) -> None:
        """Close every connection, in order."""
        for line in list(self._lines):
            line.close()

    def reset(self) -> None:
        """Break every connection with a reset."""
        for line in list(self._lines):
            line.reset()

    def half_open(self) -> None:
        """Swallow whatever comes from now on, on every connection there is; neither side is told."""
        for line in list(self._lines):
            line.dead = True

    def copies(self, packet: bytes) -> list[bytes]:
        """Return the packet, or twice if chance doubles it. Only a QoS 1 PUBLISH is ever sent twice."""
        first = packet[0]
        if first >> 4 == _PUBLISH and first & _QOS and self._chance.random() < self.doubled:
            return [packet, bytes([first | _DUP]) + packet[1:]]
        return [packet]

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            broker = await asyncio.open_connection(*self._broker)
        except OSError:  # the broker is down: so is the way to it
            writer.close()
            return
        line = _Line(self, (reader, writer), broker)
        self._lines.add(line)
        try:
            await line.run()
        finally:
            self._lines.discard(line)
            line.ended.set()


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Line:
    """A connection through the proxy."""

    def __init__(self, network: BadNetwork, node: Ends, broker: Ends) -> None:
        self.dead = False
        self.ended = asyncio.Event()
        self._network = network
        self._node = node
        self._broker = broker
        self._tasks: list[asyncio.Task[None]] = []

    async def run(self) -> None:
        """Carry packets both ways until one side ends. A half-open line outlives the broker's end."""
        up = asyncio.create_task(self._carry(self._node[0], self._broker[1]))
        down = asyncio.create_task(self._carry(self._broker[0], self._node[1]))
        self._tasks = [up, down]
        await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        if self.dead:
            await asyncio.wait([up])  # the node does not hear that the broker is gone
        self.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def close(self) -> None:
        """Close both sides."""
        for task in self._tasks:
            task.cancel()
        for _, writer in (self._node, self._broker):
            with contextlib.suppress(OSError):
                writer.close()

    def reset(self) -> None:
        """Close both sides so that the kernel sends a reset: what is on the way is lost."""
        for _, writer in (self._node, self._broker):
            found = writer.get_extra_info("socket")
            with contextlib.suppress(OSError):
                found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()
        self.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            async for packet in packets(reader):
                if self._network.delay_s:
                    await asyncio.sleep(self._network.delay_s)
                if self.dead:
                    continue
                for copy in self._network.copies(packet):
                    writer.write(copy)
                await writer.drain()


async def packets(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Yield MQTT packets, header and all, until the stream ends."""
    while True:
        header = await reader.readexactly(2)
        while header[-1] & 0x80:  # the length goes on
            header += await reader.readexactly(1)
        length = sum((byte & 0x7F) << 7 * place for place, byte in enumerate(header[1:]))
        yield header + await reader.readexactly(length)
