"""An evening, and a house full of tables: what a table waits for, and what a collector costs.

Three parts. A collector alone plays hands at one table. Another takes commands in houses of more and more tables. Then
a house with broker, collector and web starts from the first log: a lone WebSocket listens, readers page through the
hands, and eighty tables play as people do.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from tools.bench import session_alone, session_house
from tools.bench.report import Figure, Progress
from tools.bench.session_house import Measured, Size, late

HANDS: Final = 1500
HOUSES: Final = ((56, 72), (120, 136), (248, 264))
"""Tables just below and just above 64, 128 and 256: where something that has room for so many would show."""
FULL: Final = Size(quiet_s=30, commands=300, tables=80, paced_s=40)
_STEP: Final = 1.25
"""More is a step: a command may cost a little more in a larger house, whose memory is larger."""


def run(progress: Progress) -> list[Figure]:
    """Return the figures of a long evening and of a house full of tables."""
    return figures(progress, HANDS, HOUSES, FULL)


def figures(progress: Progress, hands: int, houses: tuple[tuple[int, int], ...], size: Size) -> list[Figure]:
    """Measure with so many hands and tables."""
    with tempfile.TemporaryDirectory(prefix="ebs-bench-") as name:
        played, other = Path(name) / "evening", Path(name) / "houses"
        progress(f"{hands} hands of one table")
        evening = _alone(played, "evening", hands)
        counts = [count for pair in houses for count in pair]
        progress(f"houses of {', '.join(map(str, counts))} tables")
        costs = _alone(other, "houses", *counts)
        measured = asyncio.run(session_house.measure(played, size, session_alone.TABLE, progress))
    return [*_of_evening(evening), *_of_houses(costs, houses), *_of_house(measured)]


def _alone(folder: Path, what: str, *numbers: int) -> dict[str, float]:
    folder.mkdir()
    command = [sys.executable, "-m", "tools.bench.session_alone", str(folder), what, *map(str, numbers)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _of_evening(evening: dict[str, float]) -> list[Figure]:
    longest = max(evening["longest_collection_ms"], evening["longest_batch_ms"])
    return [
        Figure.at_most("longest_pause_ms", round(longest, 2), "ms", 20),
        Figure.told("longest_collection_ms", round(evening["longest_collection_ms"], 2), "ms"),
        Figure.at_most("memory_kb_a_hand", round(evening["memory_kb_a_hand"], 1), "kB", 88),
        Figure.told("us_a_fact", round(evening["us_a_fact"]), "us"),
        Figure.told("facts", evening["facts"], "facts"),
    ]


def _of_houses(costs: dict[str, float], houses: tuple[tuple[int, int], ...]) -> list[Figure]:
    steps = [
        Figure.at_most(
            f"step_above_{(few + many) // 2}_tables", round(costs[str(many)] / costs[str(few)], 2), "x", _STEP
        )
        for few, many in houses
    ]
    return [*steps, *(Figure.told(f"command_us_{count}_tables", round(cost), "us") for count, cost in costs.items())]


def _of_house(measured: Measured) -> list[Figure]:
    return [
        Figure.told("start_s", round(measured.start_s, 2), "s"),
        Figure.at_most("websocket_p99_ms", round(late(measured.websocket_ms), 2), "ms", 10),
        Figure.at_most("command_reply_p99_ms", round(late(measured.command_ms), 2), "ms", 10),
        Figure.told("pages_read", measured.pages, "pages"),
        Figure.at_most("cpu_share_80_tables", round(measured.cpu_share, 3), "", 0.15),
        Figure.told("command_us_at_lifes_pace", round(measured.us_a_command), "us"),
        Figure.told("reply_80_tables_p99_ms", round(late(measured.paced_ms), 2), "ms"),
    ]
