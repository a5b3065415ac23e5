"""Clients that do not finish what they began are let go, and everybody else is served meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI, Response

from collector.api import server
from collector.system import free_port

LARGE = b"x" * 30_000_000


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(server, "PATIENCE_S", 0.3)
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 5)
    app, stop, found = FastAPI(), asyncio.Event(), free_port()

    @app.get("/")
    async def small() -> str:
        return "here"

    @app.get("/large")
    async def large() -> Response:
        return Response(LARGE)

    @app.get("/slow")
    async def slow() -> str:
        await asyncio.sleep(1.2)
        return "counted"

    task = asyncio.create_task(server.serve(app, server.listening("127.0.0.1", found), stop))
    await asyncio.sleep(0.1)
    yield found
    stop.set()
    await task


async def asked(port: int, *said: bytes, every: float = 0) -> bytes:
    """Return all that the server answers until it closes the connection."""
    async with connected(port) as (reader, writer):
        with contextlib.suppress(ConnectionError):
            for part in said:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(every)
            return await asyncio.wait_for(reader.read(), 5)
    return b""


@contextlib.asynccontextmanager
async def connected(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection that is closed at the end, however the other side has left it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 16)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


GET = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize("said", [(), (b"GET / HT",), (b"GET / HTTP/1.1\r\nHost: x\r\n", b"A: b\r\n")])
async def test_a_head_that_is_never_whole_ends_the_connection(port: int, said: tuple[bytes, ...]) -> None:
    began = asyncio.get_running_loop().time()

    assert await asked(port, *said) == b""
    assert 0.2 < asyncio.get_running_loop().time() - began < 2


async def test_a_head_that_drips_ends_too(port: int) -> None:
    drops = [b"GET / HTTP/1.1\r\n", *[b"X-%d: y\r\n" % number for number in range(30)]]

    assert await asked(port, *drops, every=0.1) == b""


async def test_a_head_without_an_end_is_refused(port: int) -> None:
    answer = await asked(port, b"GET / HTTP/1.1\r\nX: " + b"y" * (server.LARGEST_HEAD + 1))

    assert answer.startswith(b"HTTP/1.1 400")


async def test_a_client_that_reads_nothing_is_let_go(port: int) -> None:
    async with connected(port) as (reader, writer):
        writer.write(GET.replace(b"/ ", b"/large ", 1))
        await asyncio.sleep(1.5)

        got = 0
        with contextlib.suppress(ConnectionError):
            while part := await asyncio.wait_for(reader.read(1 << 20), 5):
                got += len(part)
    assert got < len(LARGE)


async def test_an_answer_that_takes_longer_than_our_patience_with_clients_comes_all_the_same(port: int) -> None:
    assert (await asked(port, GET.replace(b"/ ", b"/slow ", 1))).endswith(b'"counted"')


async def test_a_connection_that_is_kept_open_between_requests_is_not_cut(port: int) -> None:
    async with connected(port) as (reader, writer):
        for _ in range(8):
            writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answer = await asyncio.wait_for(reader.readuntil(b'"here"'), 5)
            assert answer.startswith((b"HTTP/1.1 200", b"\r\nHTTP"))
            await asyncio.sleep(0.2)


async def test_one_connection_too_many_is_closed_and_there_is_room_again_later(port: int) -> None:
    async with contextlib.AsyncExitStack() as idle:
        for _ in range(5):
            await idle.enter_async_context(connected(port))
        assert await asked(port, GET) == b""
        await asyncio.sleep(0.8)
        assert (await asked(port, GET)).endswith(b'"here"')
