"""A node: how long it looks, what it misses, what memory it takes, and what survives a broker that was away.

Times are modelled: a bus transaction costs 80 us, as from Python on an ESP32, a frame what it takes in the air, and
nothing else; so they are the same on every machine. Memory is that of a 32-bit MicroPython. The rest runs in real time.
"""

from __future__ import annotations

import asyncio
from typing import Final

from tools.bench import edge_heap, edge_link, edge_scans
from tools.bench.report import Figure, Progress
from tools.virtual.world import OPERATION_US

SCANS: Final = 2_000
FULL: Final = 100_000


def run(progress: Progress) -> list[Figure]:
    """Return the figures of 2,000 seeded scans a case."""
    return _run(progress, SCANS)


def run_full(progress: Progress) -> list[Figure]:
    """Return the figures of 100,000 seeded scans a case."""
    return _run(progress, FULL)


def _run(progress: Progress, scans: int) -> list[Figure]:
    return [
        Figure.told("bus_transaction_us", OPERATION_US, "us"),
        Figure.told("scans_per_case", scans, "scans"),
        *edge_scans.figures(progress, scans),
        *asyncio.run(edge_heap.figures(progress, scans)),
        *asyncio.run(edge_link.figures(progress)),
    ]
