"""A port that is held is nobody else's: not that of a second start, and not of a foreign program."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from collector.api.server import inherited
from collector.errors import SettingsError
from tools.rehearsal.held import held, held_anywhere, port_of


def test_one_of_two_gets_a_port_and_the_other_gets_it_afterwards() -> None:
    with held_anywhere() as first:
        port = port_of(first)
        assert first.getsockname() == ("127.0.0.1", port)
        with pytest.raises(OSError, match="in use"):
            held(port)

    with held(port) as second:
        assert port_of(second) == port


def test_of_two_that_are_bound_to_a_port_one_holds_it() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", 0))
        with held(other.getsockname()[1]), pytest.raises(OSError, match="in use"):
            other.listen()


def test_who_comes_before_the_child_serves_is_served_then() -> None:
    with held_anywhere() as starter, socket.create_connection(starter.getsockname()) as early:
        with inherited(os.dup(starter.fileno())) as child:
            served, _ = child.accept()
            with served:
                served.sendall(b"here")
        assert early.recv(4) == b"here"


def test_what_is_no_socket_that_listens_is_told() -> None:
    with socket.socket() as silent, pytest.raises(SettingsError, match="nobody listens there; leave it out"):
        inherited(silent.fileno())
    with Path(os.devnull).open() as file, pytest.raises(SettingsError, match="non-socket"):
        inherited(file.fileno())
