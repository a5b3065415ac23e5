"""A node without hardware: the unmodified firmware on the real MicroPython, as a child process.

    node = await VirtualNode.start(folder, "node-1", key, "127.0.0.1", 1883, "node-1", password, ensure())
    await node.put("a03", "04a1b2c3d4e5f6")
    await node.stop()

The child is driven by JSON lines (tools/virtual/inside.py). It ends by itself when its standard input closes, so that
it never outlives this process.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from collector.system import append_private, make_all_private, write_private

_REPOSITORY = Path(__file__).resolve().parents[2]
_BIRTH_S = 20.0
_NICENESS = 10
_ANSWER_S = 10.0
_GRACE_S = 2.0


class NodeError(Exception):
    """The node did not start, does not answer, or refused an order. The message says which and why."""


def _to_stderr(line: str) -> None:
    print(line, file=sys.stderr)


class VirtualNode:
    """One running node. Make it with `start`."""

    def __init__(
        self, process: asyncio.subprocess.Process, log_file: Path, queued: Callable[[str, int, int], None] | None
    ) -> None:
        self.boot = ""
        self.logs: deque[str] = deque(maxlen=200)
        self.died: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._process = process
        self._log_file = log_file
        self._queued = queued
        self._period_us = 1
        self._born = asyncio.Event()
        self._answers: deque[asyncio.Future[dict[str, Any]]] = deque()
        self._tasks = [asyncio.create_task(part) for part in (self._read(), self._read_logs(), self._watch())]

    @classmethod
    async def start(  # noqa: PLR0917 - where, who, and three pairs that belong together
        cls,
        folder: Path,
        device: str,
        key: bytes,
        broker_host: str,
        broker_port: int,
        username: str,
        password: str,
        interpreter: Sequence[str],
        *,
        settings: Mapping[str, object] | None = None,
        soldered: Mapping[str, str] | None = None,
        lying: Mapping[str, Sequence[str]] | None = None,
        report: Callable[[str], None] = _to_stderr,
        queued: Callable[[str, int, int], None] | None = None,
    ) -> VirtualNode:
        """Start a node and return when its birth is with the broker.

        Args:
            folder: its flash: `config.json` is written there, the boot counter and its log, `node.log`, are kept there.
            device: its name; the broker's ACL decides which user may speak for it.
            key: 32 bytes, under which it signs.
            broker_host: where to connect.
            broker_port: where to connect.
            username: for the broker.
            password: for the broker.
            interpreter: what `tools.rehearsal.micropython.ensure()` returned.
            settings: what else `config.json` is to hold, as `{"sealed": True}`.
            soldered: chips that are on the board without the configuration's knowledge.
            lying: cards that are on the table when the power comes, by antenna.
            report: is told `node pid N`.
            queued: with the trace on, is called with (origin, seq, monotonic nanoseconds) of each event.
        """
        broker = {"host": broker_host, "port": broker_port, "username": username, "password": password}
        config = {"device": device, "key": key.hex(), "broker": broker, **(settings or {})}
        make_all_private(folder)  # an earlier version left what it read to whoever looked
        write_private(folder / "config.json", json.dumps(config))
        write_private(folder / "board.json", json.dumps({"antennas": soldered or {}, "lying": lying or {}}))
        return await cls._start(folder, device, interpreter, _REPOSITORY, (), report, queued)

    @classmethod
    async def from_flash(
        cls, folder: Path, device: str, interpreter: Sequence[str], *, report: Callable[[str], None] = _to_stderr
    ) -> VirtualNode:
        """Start what lies in `folder`, a board's flash: its own modules, its own `config.json`, nothing of ours."""
        beside = folder.with_name(folder.name + ".simulator")  # the chips and cards, and no edge/ or firmware/
        (beside / "tools").mkdir(parents=True, exist_ok=True)
        for part in ("__init__.py", "virtual"):
            if not (beside / "tools" / part).exists():
                (beside / "tools" / part).symlink_to(_REPOSITORY / "tools" / part)
        return await cls._start(folder, device, interpreter, beside, ("flash",), report, None)

    @classmethod
    async def _start(  # noqa: PLR0917 - what both ways of starting share
        cls,
        folder: Path,
        device: str,
        interpreter: Sequence[str],
        modules: Path,
        arguments: tuple[str, ...],
        report: Callable[[str], None],
        queued: Callable[[str, int, int], None] | None,
    ) -> VirtualNode:
        process = await asyncio.create_subprocess_exec(
            *interpreter,
            "-m",
            "tools.virtual.inside",
            *arguments,
            cwd=folder,
            env={**os.environ, "MICROPYPATH": f"{modules}:.frozen"},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            umask=0o077,  # its flash holds its key and what it read
            start_new_session=True,  # Ctrl-C is for this process, which then stops the node in order
        )
        # On a table it is another machine: computing cards' answers must not hold up the one it talks to.
        os.setpriority(os.PRIO_PROCESS, process.pid, _NICENESS)
        report(f"node pid {process.pid}")
        node = cls(process, folder / "node.log", queued)
        try:
            await node._await_birth(device)
        except BaseException:
            await node.stop()
            raise
        return node

    async def _await_birth(self, device: str) -> None:
        born = asyncio.create_task(self._born.wait())
        await asyncio.wait((born, self.died), timeout=_BIRTH_S, return_when=asyncio.FIRST_COMPLETED)
        if not self._born.is_set():
            born.cancel()
            last = "\n".join(list(self.logs)[-5:])
            what = f"ended with status {self.died.result()}" if self.died.done() else f"no birth in {_BIRTH_S:.0f} s"
            raise NodeError(f"{device}: {what}; is the broker there, and may this user speak for it? It said:\n{last}")

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    async def put(self, antenna: str, uid: str, *, coupling: int = 100, flicker: int = 0) -> None:
        """Lay the card with `uid` (8, 14, 16 or 20 hexadecimal digits) on `antenna` (`a01` to `a12`).

        `coupling` is 100 for a good card, `flicker` how many of 1,000 answers get lost.
        """
        await self._order({"op": "put", "antenna": antenna, "uid": uid, "coupling": coupling, "flicker": flicker})

    async def remove(self, uid: str) -> None:
        """Take a card from the table."""
        await self._order({"op": "remove", "uid": uid})

    async def move(self, antenna: str, uid: str) -> None:
        """Take a card from where it lies to `antenna`."""
        await self._order({"op": "move", "antenna": antenna, "uid": uid})

    async def clear(self) -> None:
        """Take all cards away."""
        await self._order({"op": "clear"})

    async def chip(self, antenna: str, version: int) -> None:
        """Exchange a reader chip for one of another version; 0x00 and 0xFF are dead ones."""
        await self._order({"op": "chip", "antenna": antenna, "version": version})

    async def flash(self, *, full: bool) -> None:
        """Fill the flash, or make room on it again."""
        await self._order({"op": "flash", "full": full})

    async def clock(self, offset_s: int) -> None:
        """Set the node's wall clock wrong by so many seconds."""
        await self._order({"op": "clock", "offset_s": offset_s})

    async def kill(self) -> None:
        """Take the node's power away."""
        self._process.kill()
        await self.stop()

    async def metal(self, antenna: str, percent: int) -> None:
        """Lay metal on an antenna, 100 for a sheet that covers it, or take it away with 0."""
        await self._order({"op": "metal", "antenna": antenna, "percent": percent})

    async def trace(self, on: bool) -> None:
        """Report each event as it enters the outbox, to the `queued` given to `start`."""
        await self._order({"op": "trace", "on": on})

    async def look(self) -> dict[str, list[str]]:
        """Return what lies where: the truth of the table, not what the node believes."""
        answer = await self._order({"op": "look"})
        return {str(name): sorted(uids) for name, uids in answer["antennas"].items()}

    async def stop(self) -> None:
        """End the node: SIGTERM, then SIGKILL, to this process only."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self.died), _GRACE_S)
            if not self.died.done():
                self._process.kill()
        await self.died
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._process.stdin:
            self._process.stdin.close()

    async def _order(self, order: dict[str, object]) -> dict[str, Any]:
        assert self._process.stdin is not None
        if self.died.done():
            raise NodeError(f"node {self.pid} has ended with status {self.died.result()}")
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers.append(answer)
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        content = await asyncio.wait_for(answer, _ANSWER_S)
        if "error" in content:
            raise NodeError(f"{order['op']}: {content['error']}")
        return content

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            message: dict[str, Any] = json.loads(line)
            if "hello" in message:
                self._period_us = message["hello"]["ticks_period"]
            elif "online" in message:
                self.boot = message["online"]["boot"]
                self._born.set()
            elif "queued" in message:
                event = message["queued"]
                if self._queued:
                    self._queued(event["origin"], event["seq"], self.monotonic_ns(event["ticks_us"]))
            elif self._answers:
                answer = self._answers.popleft()
                if not answer.done():
                    answer.set_result(message)

    def monotonic_ns(self, ticks_us: int) -> int:
        """Return the moment of this process's `time.monotonic_ns()` that the node's `ticks_us` stands for.

        Both count CLOCK_MONOTONIC; the node's wraps (after 18 minutes on 32 bits), so the latest such moment is meant.
        """
        now = time.monotonic_ns()
        return now - (now // 1000 - ticks_us) % self._period_us * 1000

    async def _read_logs(self) -> None:
        assert self._process.stderr is not None
        with os.fdopen(append_private(self._log_file), "ab", buffering=0) as file:
            async for line in self._process.stderr:
                self.logs.append(line.decode(errors="replace").rstrip())
                file.write(line)

    async def _watch(self) -> None:
        status = await self._process.wait()
        if not self.died.done():
            self.died.set_result(status)
        for answer in self._answers:
            if not answer.done():
                answer.set_exception(NodeError(f"node {self.pid} ended with status {status}"))
