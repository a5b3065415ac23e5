"""A bare client of the broker, and what the collector counts.

A login has one connection. So a test that stands beside the one who has a login takes a twin of it: a login of its own
with the same rules, which the broker reads from its files.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import urllib.request
from pathlib import Path
from typing import Any, Self

from collector.broker.admitted.acl_files import LoginFiles
from collector.broker.admitted.admission import Login, new_password
from collector.broker.link import Address, MqttLink
from tools.rehearsal.stack import Stack

_READ_AGAIN_S = 0.1
_CONNECTED_S = 20


async def twin(stack: Stack, user: str) -> Address:
    """Return a login that may hear and say what `user` may."""
    folder = stack.folder / "broker"

    async def reload() -> None:
        stack.broker.reload()
        await asyncio.sleep(_READ_AGAIN_S)

    login = Login(f"c-{user}-{random.getrandbits(48):x}", new_password(), rules_of(folder / "acl", user))
    await LoginFiles(folder, reload).give(login)
    return Address("127.0.0.1", stack.broker.port, login.name, login.password)


def rules_of(acl: Path, user: str) -> tuple[str, ...]:
    """Return the rules of a login in a file of rules."""
    (block,) = (part for part in acl.read_text().split("\n\n") if part.splitlines()[0] == f"user {user}")
    return tuple(line.removeprefix("topic ") for line in block.splitlines()[1:])


class Client:
    """A bare client with a login of the stack."""

    def __init__(self, address: Address, *subscriptions: str) -> None:
        self.link = MqttLink(address, identifier=f"t-{random.getrandbits(48):x}", subscriptions=subscriptions)
        self._task = asyncio.create_task(self.link.run())
        self.got: list[tuple[str, bytes]] = []

    async def __aenter__(self) -> Self:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.link.connected.wait(), _CONNECTED_S)
        assert self.link.connected.is_set(), f"not connected after {_CONNECTED_S} s: {self.link.trouble}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def send(self, topic: str, payload: bytes) -> None:
        assert await self.link.publish(topic, payload, qos=1)

    def received(self) -> list[tuple[str, bytes]]:
        while not self.link.received.empty():
            message = self.link.received.get_nowait()
            self.link.acknowledge(message)
            self.got.append((message.topic, message.payload))
        return self.got


def metric(house: Any, name: str) -> float:
    with urllib.request.urlopen(f"{house.stack.collector_url}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name) and not line.startswith("#"))
