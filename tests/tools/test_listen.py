"""`ebs run --listen`: nodes of the table's network reach the broker, and nothing else is opened."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from collector.broker.link import Address
from collector.broker.logins import Logins
from collector.broker.mosquitto import Mosquitto
from tests.e2e.client import Client
from tests.e2e.waiting import eventually
from tools.rehearsal.stack import KEYS, Stack, StackError, keep_key
from tools.verbs import run

pytestmark = pytest.mark.broker


async def test_a_node_reaches_the_broker_there_once_it_is_known(tmp_path: Path) -> None:
    file = tmp_path / "credentials.json"
    broker = Mosquitto(tmp_path / "broker", Logins.kept_in(file, consoles=(), nodes=()), listen="127.0.0.2")
    await broker.start()
    try:
        known = Logins.kept_in(file, consoles=(), nodes=("node-1",))
        before = broker.pid
        await broker.renew(known)
        login = Address("127.0.0.2", broker.port, "node-1", known.passwords["node-1"])
        async with Client(login, "ebs/v1/dev/node-1/status") as node:
            await node.link.publish("ebs/v1/dev/node-1/status", b"{}", qos=1)
            message = await node.link.received.get()
        assert message.payload == b"{}"
        assert broker.pid == before, "whoever was connected still is"
    finally:
        await broker.stop()


async def test_a_key_file_that_is_of_no_use_stops_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    stack = Stack(tmp_path, say=said.append)
    await stack.broker.start()
    keeping = asyncio.create_task(stack._keep_logins())
    try:
        keep_key(tmp_path / KEYS, "node-7", bytes(32))
        await eventually(lambda: "the broker took new logins" in said)
        (tmp_path / KEYS).chmod(0o644)
        os.utime(tmp_path / KEYS, ns=(1, 1))
        await eventually(lambda: any("no new logins" in line and "chmod 600" in line for line in said))
        assert not keeping.done()
        assert "node-7" in stack.broker.logins.passwords
    finally:
        keeping.cancel()
        await stack.stop()


@pytest.mark.parametrize(
    ("address", "said"), [("0.0.0.0", "opens every network"), ("203.0.113.7", "not an address of this machine")]
)
def test_a_wrong_address_is_named(address: str, said: str) -> None:
    with pytest.raises(StackError, match=said):
        run._check_listen(address)
