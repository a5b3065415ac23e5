"""A node whose broker is away for a thousand events: how soon it is back, and whether each card was told once.

Real firmware on MicroPython, real mosquitto, and a peer that acknowledges as the collector does after its commit.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tools.bench.edge_peer import DEVICE, Peer, listening
from tools.bench.report import Figure, Progress
from tools.rehearsal import micropython
from tools.virtual.node import VirtualNode

_BACKLOG: Final = 1000
_CARDS: Final = 60  # that come and go at once, five an antenna
_PATIENCE_S: Final = 60.0
_AGAIN_S: Final = 0.05


async def figures(progress: Progress) -> list[Figure]:
    """Return seconds, and events lost and doubled."""
    interpreter = await asyncio.to_thread(micropython.ensure)
    with tempfile.TemporaryDirectory(prefix="ebs-bench-") as name:
        folder = Path(name)
        async with listening(folder) as peer:
            queued: set[int] = set()
            node = await VirtualNode.start(
                folder / "node", DEVICE, peer.key, "127.0.0.1", peer.broker.port, DEVICE, peer.password,
                interpreter, report=progress, queued=lambda _origin, seq, _at: queued.add(seq),
            )  # fmt: skip
            try:
                return await _cut(progress, peer, node, queued)
            finally:
                await node.stop()


async def _cut(progress: Progress, peer: Peer, node: VirtualNode, queued: set[int]) -> list[Figure]:
    loop = asyncio.get_running_loop()
    await node.trace(on=True)
    await _come_and_go(node, queued)
    await _until(lambda: queued <= set(peer.events), peer.changed)
    progress("broker: away")
    await peer.broker.stop()
    before = len(queued)
    while len(queued) - before < _BACKLOG:
        await _come_and_go(node, queued)
        progress(f"broker: away, {len(queued) - before} events wait")
    waiting = set(queued)
    peer.first_at = None
    await peer.broker.start()
    back = loop.time()
    await node.put("a01", "04ffffffffffff")
    await _until(lambda: waiting <= set(peer.events), peer.changed)
    told = loop.time()
    await _until(lambda: queued <= set(peer.events), peer.changed)
    return [
        Figure.at_most("first_event_after_broker_s", round((peer.first_at or told) - back, 3), "s", 2),
        Figure.at_most("backlog_1000_s", round(told - back, 3), "s", 10),
        Figure.at_most("lost", len(queued - set(peer.events)), "events", 0),
        Figure.at_most("doubled", _doubled(peer), "events", 0),
    ]


async def _come_and_go(node: VirtualNode, queued: set[int]) -> None:
    """Lay cards down and take them away; return when the node has noticed all of it."""
    begun = len(queued)
    for number in range(_CARDS):
        await node.put(f"a{number % 12 + 1:02}", f"04{number * 2654435761 % 2**48:012x}")
    await _until(lambda: len(queued) >= begun + _CARDS)
    await node.clear()
    await _until(lambda: len(queued) >= begun + 2 * _CARDS)


async def _until(condition: Callable[[], bool], changed: asyncio.Event | None = None) -> None:
    """Wait for something, but not for ever: what has not come by then counts as lost."""
    changed = changed or asyncio.Event()
    deadline = asyncio.get_running_loop().time() + _PATIENCE_S
    while not condition() and asyncio.get_running_loop().time() < deadline:
        changed.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), _AGAIN_S)


def _doubled(peer: Peer) -> int:
    """Return how many events told again what had been told."""
    lying: set[tuple[str, str]] = set()
    doubled = 0
    for _, (kind, antenna, uid, left) in sorted(peer.events.items()):
        came, place = kind != "card_removed", (antenna, uid)
        lying.discard((left, uid))
        doubled += (place in lying) == came
        (lying.add if came else lying.discard)(place)
    return doubled
