"""What a node takes of its heap: the application as compiled for a board, on a 32-bit MicroPython.

`heap_tls_kb` is a node that speaks TLS to the broker: its Python objects. What TLS itself takes lies outside of this
heap, in memory that the C library of this machine gives, and ESP-IDF on a board.

`heap_kb` is that of the ordinary node: twelve MFRC522, cards of type A, MQTT over a network, not sealed; connected to a
real broker, acknowledged, and with 31 cards on the table. It is the middle of many moments, `heap_most_kb` the most of
them, since a message that is being made is memory too. `heap_sealed_kb` is a node that seals, as nodes are delivered:
it has the whole room of 60 KB, and one that does not seal has to leave what sealing takes. One with six of each chip,
which reads both kinds of cards, is told beside them.

The simulated chips, cards and board share that heap; what they take is measured first, subtracted, and told.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, Final

from tools.bench.edge_peer import DEVICE, Peer, listening
from tools.bench.report import Figure, Progress
from tools.hardware import application
from tools.rehearsal import micropython

_SIMULATOR: Final = (
    *("__init__", "virtual/__init__", "virtual/air", "virtual/cards15693", "virtual/chip_mfrc522"),
    *("virtual/chip_st25r3911b", "virtual/chip_st25r3911b_air", "virtual/chips", "virtual/heap"),
    *("virtual/machine", "virtual/tags", "virtual/weights", "virtual/world"),
)
_START: Final = 'import sys\nsys.path[:] = ["", ".frozen"]  # as on a board\nimport tools.virtual.{}\n'
_BOTH: Final = {f"a{number:02}": {"chip": "ST25R3911B"} for number in range(1, 7)}
_ROOM_KB: Final = 60
_ROOM_UNSEALED_KB: Final = 58.8
_LOOKS: Final = 100


Measure = Callable[..., Awaitable[dict[str, Any]]]
"""`await measure(mode, looks, **settings)`: what `tools/virtual/heap.py` or `weights.py` prints."""


@contextlib.asynccontextmanager
async def measuring(progress: Progress) -> AsyncIterator[Measure]:
    """Give what measures a node: the application compiled for a board, and a peer that acknowledges."""
    interpreter = await asyncio.to_thread(micropython.ensure)
    with tempfile.TemporaryDirectory(prefix="ebs-heap-") as scratch:
        folder = Path(scratch)
        progress("heap: compiling the application")
        for name in _modules():
            application.compile_module(name, folder / Path(name).with_suffix(".mpy"))
        async with listening(folder) as peer:

            async def measure(mode: str, scans: int, *, over_tls: bool = False, **settings: object) -> dict[str, Any]:
                config = {**_config(peer), **settings}
                if over_tls:
                    config["broker"].update({"port": peer.broker.tls_port, "tls": True, "since": [2026, 1, 1]})
                (folder / "config.json").write_text(json.dumps(config))
                return await asyncio.to_thread(_measure, interpreter, folder, mode, scans)

            yield measure


async def figures(progress: Progress, scans: int, looks: int = _LOOKS) -> list[Figure]:
    """Return kilobytes of heap, and what is left behind by scanning.

    looks: between two moments at which the live heap is taken.
    """
    async with measuring(progress) as measure:
        progress(f"heap: the node, then {scans} scans")
        one = await measure("node", looks)
        sealed = await measure("node", looks, sealed=True)
        tls = await measure("node", looks // 5, over_tls=True)  # it takes three times as long
        both = await measure("node", looks, antennas=_BOTH)
        growth = max((await measure("scan", scans))["growth"], (await measure("scan", scans, antennas=_BOTH))["growth"])
    return [
        Figure.at_most("heap_kb", round(one["node"] / 1024, 1), "KB", _ROOM_UNSEALED_KB),
        Figure.told("heap_most_kb", round(one["most"] / 1024, 1), "KB"),
        Figure.at_most("heap_sealed_kb", round(sealed["node"] / 1024, 1), "KB", _ROOM_KB),
        Figure.told("heap_tls_kb", round(tls["node"] / 1024, 1), "KB"),
        Figure.told("heap_both_chips_kb", round(both["node"] / 1024, 1), "KB"),
        Figure.told("heap_of_simulator_kb", round(one["simulator"] / 1024, 1), "KB"),
        Figure.at_most("heap_growth_bytes", max(0, growth), "bytes", 0),
    ]


def _config(peer: Peer) -> dict[str, Any]:
    broker = {"host": "127.0.0.1", "port": peer.broker.port, "username": DEVICE, "password": peer.password}
    return {"device": DEVICE, "key": peer.key.hex(), "broker": broker}


def _modules() -> Iterator[str]:
    yield from (f"tools/{name}.py" for name in _SIMULATOR)
    yield from application.modules()


def _measure(interpreter: list[str], folder: Path, mode: str, scans: int) -> dict[str, Any]:
    """Run `tools/virtual/heap.py`, or `weights.py`, as compiled; return what it printed."""
    limit = 60 + scans / 50
    (folder / "start.py").write_text(_START.format("weights" if mode == "modules" else "heap"))
    command = [*interpreter, "-X", "heapsize=2M", "start.py", mode, str(scans)]
    line, far_end = os.pipe()  # a serial line on which nobody speaks
    try:
        ran = subprocess.run(
            command, cwd=folder, stdin=line, capture_output=True, text=True, check=False, timeout=limit
        )
    finally:
        os.close(line)
        os.close(far_end)
    shutil.rmtree(folder / "outbox", ignore_errors=True)  # the next node begins with an empty flash
    if ran.returncode or not ran.stdout:
        raise RuntimeError(f"the heap could not be measured: {ran.stderr.strip()[-300:]}")
    measured: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])  # a node on a serial line speaks before
    return measured
