"""Opens what the collector keeps: the log under its house key, the read model, the house's people."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, closing
from typing import Any

from collector.appstore import AppStore
from collector.broker.link import Incoming, MqttLink
from collector.log.housekey import HOUSE_KEY, HouseKeyFile, sealer_of
from collector.log.keeping import Keeping
from collector.log.sqlite import SqliteLog, path_of
from collector.pipeline.deciding import Own
from collector.pipeline.floor import Floor
from collector.pipeline.locked import Locked
from collector.readmodel import ReadModelWriter
from collector.settings import Settings
from collector.signin.register import Register
from collector.system import now_ms
from collector.table.registry import Commands

Part = Callable[[], Coroutine[Any, Any, None]]
"""What runs as a task."""


class Vault:
    """A log, and its house key. None: what comes is in clear."""

    def __init__(self, store: SqliteLog, house_key: HouseKeyFile | None = None) -> None:
        self.store = store
        self._house_key = house_key

    def lacks(self) -> str:
        """Return why the log is locked, and what to do; "" if it can be read."""
        return self._house_key.lacks(self.store.house_keys) if self._house_key else ""

    async def unlocked(
        self, inbox: asyncio.Queue[Incoming | Own], link: MqttLink, floor: Floor, commands: Commands
    ) -> None:
        """Return when the log can be read. Until then whoever commands a table hears why none runs."""
        if not self.lacks():
            return
        await Locked(
            self.lacks,
            inbox,
            connected=link.connected.is_set,
            puback=link.acknowledge,
            link=link,
            floor=floor,
            store=self.store,
            commands=commands,
        ).run()

    async def look_after(self, floor: Floor) -> None:
        """Look for ever whether the house key is there; wrap the log's keys under a new one."""
        if self._house_key:
            await Keeping(self.store, self._house_key, floor.house_key_missing).run()


async def open_log(settings: Settings) -> Vault:
    """Open the log under its house key. Where nothing is sealed yet, and nobody has named a key, one is made."""
    house_key = settings.house_key_file
    sealer = sealer_of(house_key)
    store = await SqliteLog.open(path_of(settings.log_url), sealer)
    if house_key.path == settings.data / HOUSE_KEY and not store.house_keys:
        house_key.make()
    sealer.unsafe = lambda: house_key.lacks(store.house_keys)
    return Vault(store, house_key)


@asynccontextmanager
async def stores(settings: Settings) -> AsyncIterator[tuple[Vault, ReadModelWriter, Register]]:
    """Give the collector's stores, open. They are closed behind whoever has them."""
    vault = await open_log(settings)
    try:
        writer = await asyncio.to_thread(ReadModelWriter, settings.readmodel_url, settings.sharing("collector"))
        people = await asyncio.to_thread(AppStore, settings.app_store_url, settings.sharing("web"))
        with closing(writer), closing(people), closing(Register(people, now_ms, keeps=False)) as register:
            yield vault, writer, register
    finally:
        await vault.store.close()
