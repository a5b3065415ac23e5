"""A house with certificates, and the connections that tests make to servers that show them."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from collector.certificates.kept import Kept
from collector.certificates.speakers import speakers

TODAY = datetime.now(UTC)
HERE = speakers(["localhost", "127.0.0.1"])


LONG_AGO = TODAY - timedelta(days=399)
"""When certificates were made that have ended, of an authority that has not."""


def made(folder: Path, names: tuple[str, ...] = ("localhost", "127.0.0.1"), now: datetime = TODAY) -> Kept:
    """Return a house's certificates, made at that time."""
    kept = Kept.of(folder)
    kept.make("test", speakers(names), now)
    return kept


def untrusting(oldest: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    """Return a client's context that believes anybody; with `oldest`, one that speaks this version only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if oldest:
        context.set_ciphers("DEFAULT:@SECLEVEL=0")  # else OpenSSL does not even offer it
        context.minimum_version = context.maximum_version = oldest
    return context


def shake(port: int, context: ssl.SSLContext, name: str = "127.0.0.1") -> ssl.SSLSocket:
    """Return a connection on which TLS is up. Raises OSError where it does not come to be."""
    with contextlib.ExitStack() as stack:
        plain = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=5))
        made_ = context.wrap_socket(plain, server_hostname=name)
        stack.pop_all()
        return made_


@contextlib.asynccontextmanager
async def serving_bytes(context: ssl.SSLContext) -> AsyncIterator[int]:
    """A server of TLS that says nothing; yield its port."""

    async def hear(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0, ssl=context)
    async with server:
        yield int(server.sockets[0].getsockname()[1])
