"""Serves an application over HTTP until told to stop. Knows uvicorn; knows no route."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Generator

import uvicorn
from fastapi import FastAPI

from collector.errors import SettingsError


async def serve(app: FastAPI, host: str, port: int, stop: asyncio.Event) -> None:
    """Serve until `stop` is set. Raises SettingsError where the port is not free, RuntimeError if the server ends."""
    listener = _listen(host, port)
    server = _Server(
        uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=2)
    )
    task = asyncio.ensure_future(server.serve(sockets=[listener]))
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait((task, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.should_exit = True
    await task
    if not stop.is_set():
        raise RuntimeError("the web server ended by itself")


class _Server(uvicorn.Server):
    """uvicorn without handlers of its own: it would raise SIGTERM again after its shutdown, and skip ours."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise SettingsError(
            f"cannot serve pages on {host}:{port}: {error.strerror}; set EBS_HTTP_PORT to a free port"
        ) from error
    return listener
