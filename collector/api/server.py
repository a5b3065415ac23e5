"""Serves an application over HTTP until told to stop. Knows uvicorn; knows no route."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import weakref
from collections.abc import Generator
from typing import Final

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from collector.errors import SettingsError, reason

MOST_CONNECTIONS: Final = 1000
"""Open at once. One more is closed before it has said anything."""
PATIENCE_S: Final = 20.0
"""How long a client may take for the head of its request, and for the next piece of its answer."""
LARGEST_HEAD: Final = 32 * 1024
_LEAVE_IT_OUT: Final = "leave it out, and a port is opened"


async def serve(app: FastAPI, listener: socket.socket, stop: asyncio.Event, tls: ssl.SSLContext | None = None) -> None:
    """Serve on what `listening` returned until `stop` is set: https and wss with `tls`, else http and ws.

    Raises RuntimeError if the server ends by itself.
    """
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            proxy_headers=False,  # it would believe whoever is on this machine; see proxies.py
            lifespan="off",
            timeout_graceful_shutdown=2,
            http=Connection,
            h11_max_incomplete_event_size=LARGEST_HEAD,
            ssl_context_factory=(lambda _config, _default: tls) if tls else None,
        )
    )
    task = asyncio.ensure_future(server.serve(sockets=[listener]))
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait((task, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.should_exit = True
    await task
    if not stop.is_set():
        raise RuntimeError("the web server ended by itself")


class Connection(H11Protocol):
    """A connection of a client. uvicorn waits for ever for the rest of a request, and for a client that reads nothing.

    Such a client holds a socket and an answer in memory; a thousand of them hold everybody else out.
    """

    _watch: asyncio.TimerHandle | None = None
    _unread = 0
    _stalled = True  # until it has asked for something

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to serve a client."""
        super().connection_made(transport)
        self._watch = self.loop.call_later(PATIENCE_S, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop to watch it."""
        if self._watch:
            self._watch.cancel()
        super().connection_lost(exc)

    def _look(self) -> None:
        """End the connection if nothing has moved since it was looked at last."""
        unread = self.transport.get_write_buffer_size()
        answering = self.cycle is not None and not self.cycle.response_complete
        # Between two requests uvicorn has a timer of its own; it has none while a head is not whole.
        stalled = not answering and self.timeout_keep_alive_task is None
        if (stalled and self._stalled) or (unread and unread == self._unread):
            self.transport.abort()
            return
        self._stalled, self._unread = stalled, unread
        self._watch = self.loop.call_later(PATIENCE_S, self._look)


class _Server(uvicorn.Server):
    """uvicorn without handlers of its own: it would raise SIGTERM again after its shutdown, and skip ours.

    And with a limit on how long a client may take to agree on TLS, which uvicorn cannot be told.
    """

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve on these sockets."""
        config, loop = self.config, asyncio.get_running_loop()
        patience = PATIENCE_S if config.ssl else None

        def client() -> asyncio.Protocol:
            return Connection(config=config, server_state=self.server_state, app_state=self.lifespan.state)

        self.servers = [
            await loop.create_server(
                client,
                sock=each,
                backlog=config.backlog,
                ssl=config.ssl,
                ssl_handshake_timeout=patience,
                ssl_shutdown_timeout=patience,
            )
            for each in sockets or ()
        ]
        self.started = True

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


class _Door(socket.socket):
    """A listener with room for so many. One that is let in counts from then on, also while it agrees on TLS."""

    def __init__(self, descriptor: int | None = None) -> None:
        super().__init__(fileno=descriptor)
        self._inside: weakref.WeakSet[socket.socket] = weakref.WeakSet()

    def accept(self) -> tuple[socket.socket, object]:
        """Let the next client in; raise ConnectionAbortedError if there is no room, and it has been sent away."""
        client, address = super().accept()
        if len(self._inside) >= MOST_CONNECTIONS:
            for each in [each for each in self._inside if each.fileno() < 0]:
                self._inside.discard(each)
        if len(self._inside) >= MOST_CONNECTIONS:
            client.close()
            raise ConnectionAbortedError
        self._inside.add(client)
        return client, address


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that has the address. Raises SettingsError where it is not free."""
    listener = _Door()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except (OSError, TypeError, UnicodeError) as error:  # TypeError: what no name of a host can be
        listener.close()
        raise SettingsError(
            f"cannot serve pages on {host}:{port}: {reason(error)}; set EBS_HTTP_PORT to a free port"
        ) from error
    return listener


def inherited(descriptor: int) -> socket.socket:
    """Return the socket that whoever started this process holds for it. Raises SettingsError where that is none."""
    try:
        listener = _Door(descriptor)
    except (OSError, OverflowError) as error:
        raise SettingsError(f"--listener {descriptor}: {reason(error)}; {_LEAVE_IT_OUT}") from error
    if not listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        listener.detach()
        raise SettingsError(f"--listener {descriptor}: nobody listens there; {_LEAVE_IT_OUT}")
    listener.set_inheritable(False)
    return listener
