"""What the interactive verbs share: the terminal's lines and the table's readings in one queue."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import TextIO

from collector.broker.link import Address, MqttLink
from collector.ports import DeviceKeys
from tools.hardware import HardwareError
from tools.hardware.ear import Ear, Reading
from tools.hardware.process import silent
from tools.rehearsal.console import Console

_CONNECT_S = 5.0
_COLLECTOR_S = 2.0  # what it says of itself is retained, and comes at once
_CANCEL_AGAIN_S = 0.5
Queue = asyncio.Queue[Reading | str]


@dataclass
class Session:
    """A person at a terminal, at a table: `next` is what they typed or what they laid."""

    console: Console
    ear: Ear
    queue: Queue = field(default_factory=asyncio.Queue)

    async def next(self) -> Reading | str:
        """Return the next line or reading. A line `q` comes when the terminal is closed, or a link has failed."""
        return await self.queue.get()


@contextlib.asynccontextmanager
async def session(
    address: Address,
    table: str,
    device: str | None = None,
    keys: DeviceKeys | None = None,
    say: Callable[[str], None] = silent,
    *,
    commands: bool = True,
) -> AsyncIterator[Session]:
    """Connect as a console and as an ear; raise HardwareError when the broker does not take us.

    Also where nobody would take the `commands` that are to come: nobody lays 52 cards to be told so afterwards.
    `say` is told what the person has to know of whom they hear.
    """
    queue: Queue = asyncio.Queue()
    console = Console(address, table)
    made = Session(console, Ear(address, queue.put_nowait, device, keys, say, link=console.link), queue)
    tasks = [asyncio.create_task(made.console.run()), asyncio.create_task(made.ear.run())]
    for task in tasks:
        task.add_done_callback(lambda _: queue.put_nowait("q"))  # nobody waits for a link that is gone
    try:
        await connected(made.console.link, address)
        if commands:
            await _collecting(made.ear, address)
        yield made
    finally:
        await ended(*tasks)


async def _collecting(ear: Ear, address: Address) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_COLLECTOR_S):
            while "online" not in ear.collectors.values():
                await ear.news()
    if "online" not in ear.collectors.values():
        raise HardwareError(
            f"no collector is online at the broker {address.host}:{address.port}; start it (ebs run, or "
            "systemctl start ebs), and do this again"
        )


async def ended(*tasks: asyncio.Task[None]) -> None:
    """Cancel tasks until they end: before Python 3.12 `wait_for` may swallow a cancellation, and clients use it."""
    while not all(task.done() for task in tasks):
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks, timeout=_CANCEL_AGAIN_S)
    await asyncio.gather(*tasks, return_exceptions=True)


async def connected(link: MqttLink, address: Address) -> None:
    """Wait for the broker; raise HardwareError with what to look at."""
    try:
        await asyncio.wait_for(link.connected.wait(), _CONNECT_S)
    except TimeoutError:
        why = link.trouble or "is it running, is the password right, and does it want TLS (--ca)?"
        raise HardwareError(
            f"the broker at {address.host}:{address.port} does not take {address.username} in {_CONNECT_S:.0f} s; {why}"
        ) from None


def read_terminal(queue: Queue, loop: asyncio.AbstractEventLoop, source: TextIO | None = None) -> None:
    """Put each line that is typed into the queue, from a thread of its own, which ends with the process."""

    def lines() -> None:
        for line in source or sys.stdin:
            loop.call_soon_threadsafe(queue.put_nowait, line.strip().lower())
        loop.call_soon_threadsafe(queue.put_nowait, "q")

    threading.Thread(target=lines, daemon=True).start()
