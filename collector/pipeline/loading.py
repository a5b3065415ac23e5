"""The desk that a log folds to: at the start, and again when a payload has broken the desk that was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from collector.facts.chain import Chain
from collector.facts.streams import house_first, pages
from collector.pipeline.desk import Desk
from collector.pipeline.projector import Ended, ended_by
from collector.ports import Log
from collector.table.registry import Commands


async def load_desk(store: Log, commands: Commands, clock_ms: Callable[[], int]) -> tuple[Desk, list[Ended]]:
    """Return the desk that the log folds to, and the finished hands in it. Raises LogError."""
    heads = await store.heads()
    desk = Desk(Chain(heads, clock_ms), commands)
    ended: list[Ended] = []
    for stream in house_first(heads):
        async for facts in pages(store, stream):
            ended += [each for change in desk.load(facts) for each in ended_by(change)]
            await asyncio.sleep(0)  # the connection to the broker wants its turn
    return desk, ended


async def desk_of(store: Log, commands: Commands, clock_ms: Callable[[], int]) -> Desk:
    """Return the desk that the log folds to. Raises LogError."""
    desk, _ = await load_desk(store, commands, clock_ms)
    return desk
