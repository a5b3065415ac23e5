"""Ports of loopback that this process holds, for a child to serve on. Knows no role.

A port that was only looked at may be another program's a moment later, and whoever answers there would be taken for our
child. One that is held is ours: the child gets the socket itself, and so does the next one when it has died.
"""

from __future__ import annotations

import contextlib
import socket

from collector.system import free_port

_TRIES = 10


def held(port: int) -> socket.socket:
    """Return a socket that listens on this port of loopback. Raises OSError where another program has it."""
    listener = socket.socket()
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen()  # two may be bound to a port, and one listens there
    except BaseException:
        listener.close()
        raise
    return listener


def held_anywhere() -> socket.socket:
    """Return a socket that listens on a port of loopback that nobody had. Raises OSError where there is none."""
    for _ in range(_TRIES):
        with contextlib.suppress(OSError):
            return held(free_port())
    return held(free_port())


def port_of(listener: socket.socket) -> int:
    """Return the port that a socket holds."""
    return int(listener.getsockname()[1])
