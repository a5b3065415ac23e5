"""The bad network does what it says, and nothing else, to a stream of MQTT packets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

import pytest

from tools.virtual.network import BadNetwork, packets

CONNECT = b"\x10\x02hi"
PUBLISH = b"\x32\x85\x01" + bytes(0x85 - 0x80 + 0x80)
PUBACK = b"\x40\x02\x00\x01"


class Broker:
    """Hears packets."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()
        self.ended = asyncio.Event()
        self.writers: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        try:
            async for packet in packets(reader):
                self.heard.put_nowait(packet)
        except (asyncio.IncompleteReadError, OSError):
            self.ended.set()
        writer.close()

    async def next(self) -> bytes:
        return await asyncio.wait_for(self.heard.get(), 2)


Line = tuple[BadNetwork, Broker, asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def connected(
    seed: int = 1,
) -> AsyncIterator[tuple[BadNetwork, Broker, asyncio.StreamReader, asyncio.StreamWriter]]:
    broker = Broker()
    server = await asyncio.start_server(broker.serve, "127.0.0.1", 0)
    async with BadNetwork("127.0.0.1", server.sockets[0].getsockname()[1], Random(seed)) as network:
        reader, writer = await asyncio.open_connection("127.0.0.1", network.port)
        writer.write(CONNECT)
        assert await broker.next() == CONNECT
        yield network, broker, reader, writer
        writer.close()
    server.close()


async def test_in_good_weather_everything_passes_both_ways() -> None:
    async with connected() as (_, broker, reader, writer):
        writer.write(PUBLISH + PUBACK)
        broker.writers[0].write(PUBACK)

        assert [await broker.next(), await broker.next()] == [PUBLISH, PUBACK]
        assert await reader.readexactly(4) == PUBACK


async def test_a_doubled_message_says_so_and_nothing_else_is_doubled() -> None:
    async with connected() as (network, broker, _, writer):
        network.doubled = 1.0
        writer.write(PUBLISH + PUBACK)

        assert [await broker.next() for _ in range(3)] == [PUBLISH, b"\x3a" + PUBLISH[1:], PUBACK]


async def test_a_half_open_line_swallows_and_tells_nobody() -> None:
    async with connected() as (network, broker, reader, writer):
        network.half_open()
        writer.write(PUBLISH)
        broker.writers[0].close()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.2)

        assert broker.heard.empty()
        assert network.connections == 1


@pytest.mark.parametrize(("fault", "error"), [("cut", None), ("reset", ConnectionResetError)])
async def test_a_line_ends_in_order_or_not(fault: str, error: type[OSError] | None) -> None:
    async with connected() as (network, broker, reader, _):
        getattr(network, fault)()

        if error:
            with pytest.raises(error):
                await asyncio.wait_for(reader.read(1), 2)
        else:
            assert await asyncio.wait_for(reader.read(1), 2) == b""
        await asyncio.wait_for(broker.ended.wait(), 2)


async def test_delay_holds_packets_back_and_keeps_their_order() -> None:
    async with connected() as (network, broker, _, writer):
        network.delay_s = 0.1
        writer.write(PUBLISH + PUBACK)
        await asyncio.sleep(0.03)
        assert broker.heard.empty()

        assert [await broker.next(), await broker.next()] == [PUBLISH, PUBACK]


async def test_the_same_seed_makes_the_same_trouble() -> None:
    made = []
    for _ in range(2):
        async with connected(seed=5) as (network, *_):
            made.append([network.trouble() for _ in range(20)])

    assert made[0] == made[1]
    assert len(set(made[0])) == 5
