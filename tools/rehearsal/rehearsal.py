"""A private EBS with a virtual node, set up and ready: for `ebs play`, benches, tests, and whoever writes a script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from collector.broker.logins import INSTALLER
from tools.rehearsal import demo, micropython
from tools.rehearsal.console import Console
from tools.rehearsal.stack import DEALER, FELT, HAND, Stack, start_node
from tools.virtual.node import VirtualNode


@dataclass(frozen=True)
class Rehearsal:
    """A running stack. `console` commands and sees what is public, `sees` reads the live channel, cards and all.

    `installer` commands nodes, antennas and decks.
    """

    stack: Stack
    console: Console
    sees: Console
    installer: Console
    node: VirtualNode


@asynccontextmanager
async def rehearsal(
    folder: Path, *, say: Callable[[str], None], queued: Callable[[str, int, int], None] | None = None
) -> AsyncIterator[Rehearsal]:
    """Start everything in `folder`, the demo table open; stop all of it at the end.

    `say` gets a line for every process that starts; a dead broker or collector is started again, a dead node is not:
    its future `died` tells. `queued` is told of events when the node's trace is on.
    """
    interpreter = await asyncio.to_thread(micropython.ensure)
    stack = Stack(folder, say=say)
    tasks: list[asyncio.Task[None]] = []
    node = None
    try:
        await stack.start()
        console = Console(stack.login(DEALER), demo.TABLE)
        sees = Console(stack.login(FELT), demo.TABLE, channels=("live",))
        installer = Console(stack.login(HAND), demo.TABLE)
        parts = (stack.supervise(), console.run(), sees.run(), installer.run())
        tasks = [asyncio.create_task(part) for part in parts]
        await demo.set_up(stack.login(INSTALLER), event_name="Rehearsal", table_name="Table 1")
        node = await start_node(stack, interpreter, report=say, queued=queued)
        yield Rehearsal(stack, console, sees, installer, node)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if node:
            await node.stop()
        await stack.stop()
