"""A collector alone, for `ebs bench session`: its own parts, wired by the service, with no broker to connect to.

A process of its own, `python -m tools.bench.session_alone FOLDER WHAT NUMBER...`: memory, and the garbage that Python
looks for, are then the collector's only. Prints one JSON object. Times are CPU time: other programs do not count.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import itertools
import json
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final

from collector import equity
from collector.appstore import AppStore
from collector.broker.link import Incoming
from collector.broker.logins import Logins
from collector.logs import setup_logging
from collector.metrics import Metrics
from collector.pipeline.garbage import settle
from collector.readmodel import ReadModelWriter
from collector.service import Collector
from collector.settings import load_settings
from collector.signin.register import Register
from collector.system import now_ms
from collector.vault import open_log
from collector.wire.topics import topic
from tools.bench import session_hands as script

TABLE: Final = "bench"
_ROUNDS: Final = 5
_MESSAGES: Final = 200


class _Alone:
    """Gives messages to a collector, and keeps the longest time that one batch took."""

    def __init__(self, collector: Collector) -> None:
        self.collector = collector
        self.longest_s = 0.0
        self._ids = itertools.count()

    @property
    def closed(self) -> int:
        """How many hands the table has put away."""
        return len(self.collector.deciding.desk.evenings[TABLE].closed)

    async def house(self, table_id: str) -> None:
        """Open a table and seat its players."""
        await self._take(topic("house", "command", "bench"), [script.EVENT_BEGINS, script.opening(table_id)])
        await self.table(table_id, script.seating(table_id))

    async def table(self, table_id: str, commands: script.Commands) -> None:
        """Give a table commands that arrive together."""
        await self._take(topic("table", table_id, "command", "bench"), commands)

    async def _take(self, where: str, commands: Sequence[Mapping[str, Any]]) -> None:
        messages = [
            Incoming(where, script.payload(each, next(self._ids)), retained=False, mid=0, qos=0, generation=0)
            for each in commands
        ]
        before = time.thread_time()
        await self.collector.batches.take(messages)
        self.longest_s = max(self.longest_s, time.thread_time() - before)


def _parts(collector: Collector) -> tuple[Any, ...]:
    """Return what runs in a collector beside its connection, queue and worker: what it fills it also empties."""
    return collector.projector, collector.projector.audit, collector.repeats


@contextlib.asynccontextmanager
async def _alone(folder: Path) -> AsyncIterator[_Alone]:
    """A collector over a folder, with all that runs in it but the connection."""
    Logins.kept_in(folder / "credentials.json", consoles=(), nodes=())
    settings = load_settings(data=folder)
    sys.setswitchinterval(0.0002)  # as the service does
    equity.warm()
    vault = await open_log(settings)
    writer = ReadModelWriter(settings.readmodel_url)
    metrics, people = Metrics(), AppStore(settings.app_store_url)
    register = Register(people, now_ms)
    collector = Collector(settings, metrics, vault, writer, register)
    await collector.load()
    settle()
    running = [asyncio.create_task(part.run()) for part in _parts(collector)]
    try:
        yield _Alone(collector)
        async with asyncio.timeout(60):
            while metrics.records._value.get():  # noqa: ASYNC110, SLF001 - a task writes them
                await asyncio.sleep(0.05)
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await vault.store.close()
        writer.close()
        register.close()
        people.close()


@contextlib.contextmanager
def _collections() -> Iterator[list[float]]:
    """Collect the seconds of each search for garbage."""
    found: list[float] = []
    began = 0.0

    def note(phase: str, _: object) -> None:
        nonlocal began
        if phase == "start":
            began = time.thread_time()
        else:
            found.append(time.thread_time() - began)

    gc.callbacks.append(note)
    try:
        yield found
    finally:
        gc.callbacks.remove(note)


async def evening(folder: Path, hands: int) -> dict[str, float]:
    """Play one table for `hands` hands. Kilobytes of memory a hand, after the first third of them."""
    began, rss = time.process_time(), 0.0
    async with _alone(folder) as alone:
        with _collections() as collections:
            await alone.house(TABLE)
            for number, parts in enumerate(itertools.islice(script.hands(1), hands), 1):
                for commands in parts:
                    await alone.table(TABLE, commands)
                if alone.closed != number:
                    raise AssertionError(f"hand {number} was not played: {alone.closed} are over")
                if number == hands // 3:
                    rss = _rss_kb()
                if number % 100 == 0:
                    print(f"{number} of {hands} hands, {_rss_kb() / 1000:.0f} MB", file=sys.stderr, flush=True)
        facts = alone.collector.deciding.desk.tables[TABLE].position
        return {
            "longest_collection_ms": 1000 * max(collections, default=0.0),
            "longest_batch_ms": 1000 * alone.longest_s,
            "memory_kb_a_hand": (_rss_kb() - rss) / (hands - hands // 3),
            "us_a_fact": 1e6 * (time.process_time() - began) / facts,
            "facts": facts,
        }


async def houses(folder: Path, *counts: int) -> dict[str, float]:
    """Return the microseconds of a command, sent alone, in a house of each number of tables."""
    found: dict[str, float] = {}
    async with _alone(folder) as alone:
        playing: list[tuple[str, Iterator[dict[str, Any]]]] = []
        for count in counts:
            for number in range(len(playing), count):
                table_id = f"table_{number}"
                await alone.house(table_id)
                messages = _flat(number)
                await alone.table(table_id, list(itertools.islice(messages, 1 + number % 40)))  # somewhere in a hand
                playing.append((table_id, messages))
            turns, taken = itertools.cycle(playing), []
            for _ in range(_ROUNDS):
                before = time.process_time()
                for table_id, messages in itertools.islice(turns, _MESSAGES):
                    await alone.table(table_id, [next(messages)])
                taken.append((time.process_time() - before) / _MESSAGES)
            found[str(count)] = 1e6 * median(taken)
            print(f"{count} tables: {found[str(count)]:.0f} us a command", file=sys.stderr, flush=True)
    return found


def _flat(seed: int) -> Iterator[dict[str, Any]]:
    return (command for parts in script.hands(seed) for commands in parts for command in commands)


def _rss_kb() -> float:
    fields = Path("/proc/self/statm").read_text(encoding="ascii").split()
    return int(fields[1]) * 4096 / 1000


def main() -> None:
    """Run what the command line names."""
    folder, what, *numbers = sys.argv[1:]
    setup_logging("INFO", (Path(folder) / "alone.log").open("a"))
    where, counts = Path(folder), [int(number) for number in numbers]
    print(json.dumps(asyncio.run(evening(where, counts[0]) if what == "evening" else houses(where, *counts))))


if __name__ == "__main__":
    main()
