"""The broker of `ebs run` has started when it says so itself; whoever answers at its port may be another program."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from collector.broker.logins import Logins
from collector.broker.mosquitto import Mosquitto
from collector.errors import BrokerError

pytestmark = pytest.mark.broker


@pytest.mark.parametrize("which", ["port", "ws_port"])
async def test_another_program_at_its_port_is_not_taken_for_it(tmp_path: Path, which: str) -> None:
    logins = Logins.kept_in(tmp_path / "credentials.json", consoles=(), nodes=())
    with socket.create_server(("127.0.0.1", 0)) as foreign:
        port = foreign.getsockname()[1]
        broker = Mosquitto(tmp_path / "broker", logins, **{which: port})
        try:
            with pytest.raises(BrokerError, match=rf"; another program has 127\.0\.0\.1:{port}: end it, or"):
                await broker.start()
        finally:
            await broker.stop()


async def test_what_it_said_at_an_earlier_start_does_not_count(tmp_path: Path) -> None:
    logins = Logins.kept_in(tmp_path / "credentials.json", consoles=(), nodes=())
    broker = Mosquitto(tmp_path / "broker", logins)
    await broker.start()
    await broker.stop()
    with (
        socket.create_server(("127.0.0.1", broker.port), reuse_port=False),
        pytest.raises(BrokerError, match="did not start"),
    ):
        await broker.start()
