"""A broker that keeps logins in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from collector.broker.admitted.admission import Login
from collector.errors import BrokerError


class Broker:
    """Keeps logins as a broker does. `down`: it takes nothing."""

    def __init__(self) -> None:
        self.logins: dict[str, Login] = {}
        self.down = False

    async def give(self, login: Login) -> None:
        await self._asked()
        self.logins[login.name] = login

    async def take(self, names: Sequence[str]) -> None:
        await self._asked()
        for name in names:
            self.logins.pop(name, None)

    async def listed(self) -> dict[str, frozenset[str]]:
        await self._asked()
        return {name: frozenset(login.rules) for name, login in self.logins.items()}

    async def _asked(self) -> None:
        await asyncio.sleep(0)
        if self.down:
            raise BrokerError("the broker is not connected")
