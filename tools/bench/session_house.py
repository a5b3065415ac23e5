"""A house for `ebs bench session`: real broker, collector and web, a lone WebSocket, readers of REST, eighty tables.

CPU time is that of the collector's process, as the machine counts it. Times of replies and messages are wall time.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from collector.broker.link import MqttLink
from collector.wire.topics import PREFIX, levels_of, topic
from tools.bench import session_hands as script
from tools.bench.report import Progress, percentile, within
from tools.rehearsal.stack import OPERATOR, Stack

PACE: Final = 0.4
"""Messages a second of one table, as people play."""
READERS: Final = 4
PAGE: Final = 50
_NEVER: Final = float("inf")
_ANSWER_S: Final = 20.0
_CLOCK_TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Measured:
    """What a house was measured at: milliseconds, and shares of a core."""

    start_s: float
    websocket_ms: list[float] = field(default_factory=list)
    command_ms: list[float] = field(default_factory=list)
    pages: int = 0
    cpu_share: float = 0.0
    us_a_command: float = 0.0
    paced_ms: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Size:
    """How long to measure: seconds of each part, commands beside the readers, tables at life's pace."""

    quiet_s: float
    commands: int
    tables: int
    paced_s: float


async def measure(folder: Path, size: Size, table: str, progress: Progress) -> Measured:
    """Measure in a folder whose log has hands of `table`."""
    stack = Stack(folder, say=progress)
    operator = None
    try:
        began = time.monotonic()
        await stack.start()
        started = time.monotonic() - began
        operator = _Operator(stack)
        await operator.start()
        one = _Playing(table, seed=2)
        progress(f"a lone WebSocket, {size.quiet_s:g} s")
        websocket = await _websocket(stack, operator, one, size.quiet_s)
        progress(f"{size.commands} commands beside {READERS} readers of {PAGE} hands a page")
        commands, pages = await _beside_readers(stack, operator, one, size.commands)
        progress(f"{size.tables} tables at life's pace, {size.paced_s:g} s")
        share, each, paced = await _at_lifes_pace(stack, operator, size)
        return Measured(started, websocket, commands, pages, share, each, paced)
    finally:
        if operator:
            await operator.stop()
        await stack.stop()


class _Playing:
    """The hands of a table, command by command."""

    def __init__(self, table_id: str, seed: int) -> None:
        self.table_id = table_id
        self._commands: Iterator[dict[str, Any]] = (
            command for parts in script.hands(seed) for commands in parts for command in commands
        )

    def next(self) -> dict[str, Any]:
        """Return the next command; the one before it must have been taken."""
        return next(self._commands)


class _Operator:
    """Sends commands to all tables, and knows how long each waited for its reply."""

    def __init__(self, stack: Stack) -> None:
        listens = (topic("house", "reply", OPERATOR), f"{PREFIX}/table/+/reply/{OPERATOR}")
        self._link = MqttLink(
            stack.login(OPERATOR), identifier="bench-operator", subscriptions=listens, on_message=self._heard
        )
        self._waiting: dict[str, tuple[float, asyncio.Future[float]]] = {}
        self._ids = itertools.count()
        self._task: asyncio.Task[None] | None = None
        self._prefix = time.time_ns()

    async def start(self) -> None:
        """Connect."""
        self._task = asyncio.create_task(self._link.run())
        await within(_ANSWER_S, "a connection to the broker", self._link.connected.wait())

    async def stop(self) -> None:
        """Disconnect."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def send(self, where: str, command: dict[str, Any]) -> asyncio.Future[float]:
        """Send a command; the future has the milliseconds to its reply, or an error if it was refused."""
        name = f"bench-{self._prefix}-{next(self._ids)}"
        answer: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        payload = json.dumps({"v": 1, "id": name, **command}).encode()
        self._waiting[name] = time.monotonic(), answer
        await self._link.publish(topic(*where.split("/"), "command", OPERATOR), payload, qos=1)
        return answer

    async def ask(self, where: str, command: dict[str, Any]) -> float:
        """Send a command; return the milliseconds to its reply."""
        return await within(_ANSWER_S, f"a reply to {command['type']}", await self.send(where, command))

    def _heard(self, message: Any) -> None:
        now = time.monotonic()
        self._link.acknowledge(message)
        reply = json.loads(message.payload)
        sent_at, answer = self._waiting.pop(reply["id"], (0.0, None))
        if answer is None or answer.done():
            return
        if reply["accepted"]:
            answer.set_result(1000 * (now - sent_at))
        else:
            answer.set_exception(AssertionError(f"{levels_of(message.topic)}: {reply['error']}"))


class _Listener:
    """A subscriber of the live channel, on a thread of its own. Notes when each message came."""

    def __init__(self, stack: Stack, transport: Literal["tcp", "websockets"]) -> None:
        login = stack.login("programme")
        port = login.port if transport == "tcp" else stack.broker.ws_port
        self.heard: dict[str, list[float]] = {}
        self.there = threading.Event()
        self._client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv311, transport=transport)
        self._client.username_pw_set(login.username, login.password)
        self._client.on_connect = lambda client, *_: client.subscribe(f"{PREFIX}/table/+/live/+")
        self._client.on_subscribe = lambda *_: self.there.set()
        self._client.on_message = lambda _client, _data, message: self._note(message.topic)
        self._client.connect(login.host, port)
        self._client.loop_start()

    def _note(self, where: str) -> None:
        self.heard.setdefault(where, []).append(time.monotonic())

    def close(self) -> None:
        """Disconnect."""
        self._client.disconnect()
        self._client.loop_stop()


async def _websocket(stack: Stack, operator: _Operator, table: _Playing, seconds: float) -> list[float]:
    """Return how much later than over TCP each message came over WebSocket, in milliseconds.

    The broker is quiet: a command now and then, and the states that repeat.
    """
    listeners = _Listener(stack, "tcp"), _Listener(stack, "websockets")
    for listener in listeners:
        await asyncio.to_thread(listener.there.wait, _ANSWER_S)
    await asyncio.sleep(0.3)
    for listener in listeners:
        listener.heard.clear()
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        await operator.ask(f"table/{table.table_id}", table.next())
        await asyncio.sleep(0.43)  # beside the second in which states repeat
    await asyncio.sleep(0.5)
    for listener in listeners:
        listener.close()
        await asyncio.sleep(0.3)  # what came over TCP has to come over the other too
    tcp, websocket = (listener.heard for listener in listeners)
    return [
        max(0.0, 1000 * (late - early))
        for where in tcp
        for early, late in itertools.zip_longest(
            tcp[where], websocket.get(where, [])[: len(tcp[where])], fillvalue=_NEVER
        )
    ]


async def _beside_readers(stack: Stack, operator: _Operator, table: _Playing, commands: int) -> tuple[list[float], int]:
    """Return the milliseconds from command to reply while others page through the hands, and their pages."""
    url = f"{stack.url}/api/v1/events/{script.EVENT}/hands?limit={PAGE}"
    readers = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tools.bench.session_readers", url, str(READERS)),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    assert readers.stdout is not None
    try:
        await within(_ANSWER_S, "the first page", readers.stdout.readline())
        waited = []
        for _ in range(commands):
            waited.append(await operator.ask(f"table/{table.table_id}", table.next()))
            await asyncio.sleep(0.05)
    finally:
        said, _ = await readers.communicate(b"\n")
    return waited, int(said or 0)


async def _at_lifes_pace(stack: Stack, operator: _Operator, size: Size) -> tuple[float, float, list[float]]:
    """Return the collector's share of a core, its microseconds a command, and the milliseconds to the replies."""
    tables = [_Playing(f"table_{number}", number) for number in range(size.tables)]
    for number, table in enumerate(tables):
        where = f"table/{table.table_id}"
        await operator.ask("house", script.opening(table.table_id))
        begun = [table.next() for _ in range(1 + number % 40)]  # somewhere in a hand
        answers = [await operator.send(where, each) for each in (*script.seating(table.table_id), *begun)]
        await within(_ANSWER_S, f"replies of {where}", asyncio.gather(*answers))
    pid = stack.collector_pid
    assert pid is not None
    sent: list[asyncio.Future[float]] = []
    began, before, turns = time.monotonic(), _cpu_s(pid), itertools.cycle(tables)
    while (ago := time.monotonic() - began) < size.paced_s:
        table = next(turns)
        sent.append(await operator.send(f"table/{table.table_id}", table.next()))
        await asyncio.sleep(max(0.0, len(sent) / (PACE * size.tables) - ago))
    waited = await within(_ANSWER_S, "the last replies", asyncio.gather(*sent))
    lasted, used = time.monotonic() - began, _cpu_s(pid) - before
    return used / lasted, 1e6 * used / len(sent), list(waited)


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _CLOCK_TICKS


def late(values: list[float]) -> float:
    """Return the 99th percentile, infinity where nothing was measured at all."""
    return percentile(values, 99) if values else float("inf")
