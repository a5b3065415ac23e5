"""A board under power, for tests: what lies on its flash runs, and runs anew whenever it ends, as on a chip.

Its flash holds what `ebs flash` and `ebs provision` put there, so an update changes folders and a configuration changes
`config.json`, and the next start has to find its way.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.hardware.application import build
from tools.rehearsal import demo
from tools.rehearsal.console import Console
from tools.rehearsal.stack import DEALER, FELT, HAND, Stack
from tools.virtual.node import NodeError, VirtualNode


@dataclass
class PoweredBoard:
    """One board. `node` is what runs on it now, None between two boots."""

    flash: Path
    device: str
    interpreter: Sequence[str]
    node: VirtualNode | None = None
    starts: int = 0
    failures: list[str] = field(default_factory=list)

    async def run(self) -> None:
        """Start it again and again, until cancelled."""
        try:
            while True:
                self.starts += 1
                try:
                    self.node = await VirtualNode.from_flash(self.flash, self.device, self.interpreter, report=print)
                except NodeError as error:  # it never came to its broker, and its watchdog ended it
                    self.failures.append(str(error))
                    continue
                await self.node.died
                self.node = None
        finally:
            if self.node:
                await self.node.stop()

    @property
    def boot(self) -> str | None:
        """The boot that runs."""
        return self.node.boot if self.node else None

    async def running(self, other_than: str | None = None) -> VirtualNode:
        """Return the node once it is there, in another boot than the one named."""
        async with asyncio.timeout(60):
            while self.node is None or self.node.boot == other_than:  # noqa: ASYNC110 - a process has no event
                await asyncio.sleep(0.02)
        return self.node

    @property
    def active(self) -> dict[str, object]:
        """What says which application folder runs."""
        with contextlib.suppress(OSError, ValueError):
            return dict(json.loads((self.flash / "active").read_text()))
        return {}

    @property
    def config(self) -> dict[str, object]:
        """Its configuration."""
        return dict(json.loads((self.flash / "config.json").read_text()))


@dataclass(frozen=True)
class Floor:
    """A whole EBS with one board. `console` commands, `sees` reads the live channel, `installer` commands nodes."""

    stack: Stack
    console: Console
    sees: Console
    installer: Console
    board: PoweredBoard


def flashed(application: Path, flash: Path, config: Mapping[str, object]) -> None:
    """Put an application and a configuration on a flash."""
    shutil.copytree(application, flash)
    (flash / "config.json").write_text(json.dumps(config))


@contextlib.asynccontextmanager
async def powered(
    folder: Path, application: Path, interpreter: Sequence[str], settings: Mapping[str, object] | None = None
) -> AsyncIterator[Floor]:
    """Start everything, the demo table open and its board under power; stop all of it at the end."""
    stack = Stack(folder / "data", say=print)
    tasks: list[asyncio.Task[None]] = []
    try:
        await stack.start()
        console = Console(stack.login(DEALER), demo.TABLE)
        sees = Console(stack.login(FELT), demo.TABLE, channels=("live",))
        login = stack.login(demo.DEVICE)
        broker = {"host": login.host, "port": login.port, "username": login.username, "password": login.password}
        config = {"device": demo.DEVICE, "key": stack.device_key().hex(), "broker": broker, **(settings or {})}
        flashed(application, folder / "flash", config)
        board = PoweredBoard(folder / "flash", demo.DEVICE, interpreter)
        installer = Console(stack.login(HAND), demo.TABLE)
        parts = (stack.supervise(), console.run(), sees.run(), installer.run(), board.run())
        tasks = [asyncio.create_task(part) for part in parts]
        await demo.set_up(stack.login("installer"), event_name="Field", table_name="Table 1")
        await board.running()
        yield Floor(stack, console, sees, installer, board)
    finally:
        for task in reversed(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await stack.stop()


def compiled(folder: Path, board: str = "esp32_devkitc") -> Path:
    """Return the application as it goes on a board."""
    build(folder, board)
    return folder
