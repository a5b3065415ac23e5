"""A bare client of the broker, and what the collector counts."""

from __future__ import annotations

import asyncio
import random
import urllib.request
from typing import Any, Self

from collector.broker.link import Address, MqttLink


class Client:
    """A bare client with a login of the stack."""

    def __init__(self, address: Address, *subscriptions: str) -> None:
        self.link = MqttLink(address, identifier=f"t-{random.getrandbits(48):x}", subscriptions=subscriptions)
        self._task = asyncio.create_task(self.link.run())
        self.got: list[tuple[str, bytes]] = []

    async def __aenter__(self) -> Self:
        await self.link.connected.wait()
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
    with urllib.request.urlopen(f"{house.stack.url}/metrics") as answer:
        lines = answer.read().decode().splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name) and not line.startswith("#"))
