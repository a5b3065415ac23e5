"""Pages and REST over TLS, by the real server: who gets in, and that a stranger holds nobody up."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI, WebSocket
from websockets.asyncio.client import connect

from collector.api import server
from collector.certificates.contexts import in_words, serving, trusting
from collector.certificates.kept import PAGES, Kept
from collector.system import free_port
from tests.collector.certificates.house import LONG_AGO, made, serving_bytes, shake, untrusting


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return made(tmp_path)


@contextlib.asynccontextmanager
async def serving_pages(kept: Kept) -> AsyncIterator[int]:
    app, stop, port = FastAPI(), asyncio.Event(), free_port()

    @app.get("/")
    async def here() -> str:
        return "here"

    @app.websocket("/echo")
    async def echo(client: WebSocket) -> None:
        await client.accept()
        await client.send_text(await client.receive_text())

    context = serving(kept.certificate(PAGES), kept.key(PAGES))
    with server.listening("127.0.0.1", port) as listener:
        task = asyncio.create_task(server.serve(app, listener, stop, context))
        await asyncio.sleep(0.1)
        yield port
        stop.set()
        await task


def asked(port: int, context: ssl.SSLContext, name: str = "127.0.0.1") -> tuple[str, bytes]:
    """Return the version of TLS, and what the server answers."""
    with shake(port, context, name) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = b""
        while part := connection.recv(65_536):
            answer += part
        return connection.version() or "", answer


async def refused(port: int, context: ssl.SSLContext, name: str = "127.0.0.1") -> str:
    """Return in words why no connection comes to be."""
    with pytest.raises(OSError, match=r".") as found:
        await asyncio.to_thread(asked, port, context, name)
    return in_words(found.value, name, tls=True)


async def test_pages_come_over_tls_and_so_do_websockets(kept: Kept) -> None:
    trust = trusting(kept.certificate("ca"))
    async with serving_pages(kept) as port:
        version, answer = await asyncio.to_thread(asked, port, trust)
        async with connect(f"wss://localhost:{port}/echo", ssl=trust) as client:
            await client.send("an ace")
            echoed = await client.recv()

    assert version in {"TLSv1.2", "TLSv1.3"}
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b'"here"')
    assert echoed == "an ace"


@pytest.mark.parametrize("error", [ssl.SSLEOFError(8, "EOF"), ssl.SSLZeroReturnError(6, "closed"), EOFError()])
def test_a_server_that_ends_the_connection_is_told_alike_whatever_this_openssl_calls_it(error: Exception) -> None:
    assert in_words(error, "h", tls=True).startswith("it ended the connection before TLS was up")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
async def test_an_old_tls_is_refused_and_tls_1_2_is_taken(kept: Kept, version: ssl.TLSVersion) -> None:
    async with serving_pages(kept) as port:
        old = await refused(port, untrusting(version))
        taken, _ = await asyncio.to_thread(asked, port, untrusting(ssl.TLSVersion.TLSv1_2))
    lax = serving(kept.certificate(PAGES), kept.key(PAGES))
    lax.set_ciphers("DEFAULT:@SECLEVEL=0")
    lax.minimum_version = ssl.TLSVersion.TLSv1
    async with serving_bytes(lax) as port:
        with await asyncio.to_thread(shake, port, untrusting(version)) as connection:
            offered = connection.version()

    assert old == "it ended the connection before TLS was up; does this port speak TLS, 1.2 or newer?"
    assert taken == "TLSv1.2"
    assert offered in {"TLSv1", "TLSv1.1"}, "the client could"


async def test_who_is_not_who_was_meant_is_refused_in_words(kept: Kept, tmp_path: Path) -> None:
    other = made(tmp_path / "other")
    async with serving_pages(kept) as port:
        stranger = await refused(port, trusting(other.certificate("ca")))
        wrong_name = await refused(port, trusting(kept.certificate("ca")), "ebs.local")

    assert stranger.startswith("its certificate is of another authority")
    assert wrong_name.startswith("its certificate does not speak for ebs.local; use a name that it has")


async def test_a_certificate_that_has_ended_is_refused_in_words(tmp_path: Path) -> None:
    kept = made(tmp_path, now=LONG_AGO)
    trust = trusting(kept.certificate("ca"))
    async with serving_pages(kept) as port:
        said = await refused(port, trust)

    assert said == "its certificate has expired; renew it: ebs certs renew"


async def test_whoever_speaks_http_in_clear_gets_nothing_and_everybody_else_is_served(kept: Kept) -> None:
    async with serving_pages(kept) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = b""
        with contextlib.suppress(ConnectionError):
            answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        _, others = await asyncio.to_thread(asked, port, trusting(kept.certificate("ca")))

    assert b"HTTP" not in answer
    assert others.startswith(b"HTTP/1.1 200")


async def test_a_client_of_tls_at_a_plain_port_hears_that_it_is_plain() -> None:
    app, stop, port = FastAPI(), asyncio.Event(), free_port()
    with server.listening("127.0.0.1", port) as listener:
        task = asyncio.create_task(server.serve(app, listener, stop))
        await asyncio.sleep(0.1)
        said = await refused(port, untrusting())
        stop.set()
        await task

    assert said.startswith("this port does not speak TLS")


async def test_who_never_agrees_on_tls_is_let_go_and_counts_meanwhile(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "PATIENCE_S", 0.5)
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 3)
    async with serving_pages(kept) as port:
        silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(3)]
        try:
            await asyncio.sleep(0.1)
            with pytest.raises(OSError, match=r".*"):
                await asyncio.to_thread(asked, port, untrusting())
            await asyncio.sleep(0.8)
            _, answer = await asyncio.to_thread(asked, port, untrusting())
        finally:
            for each in silent:
                each.close()

    assert answer.startswith(b"HTTP/1.1 200")
