"""The desk that a log folds to: at the start, and again when a payload has broken the desk that was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from collector.access.household import NO_PEOPLE
from collector.access.refusals import KEPT_MS
from collector.facts.chain import Chain
from collector.facts.fact import RECORD, odds_of, of_odds
from collector.facts.streams import house_first, pages, since
from collector.pipeline.desk import Desk
from collector.pipeline.garbage import settle
from collector.pipeline.projector import Ended, Released, hands_of
from collector.ports import Log, Permissions
from collector.table.registry import Commands

AT_ONCE: Final = 100
"""Facts that are folded before others have their turn: some 10 ms. Somebody asks whether this process still lives."""


async def load_desk(
    store: Log,
    commands: Commands,
    clock_ms: Callable[[], int],
    access: Permissions = NO_PEOPLE,
    wall: Callable[[], Sequence[str]] = tuple,
) -> tuple[Desk, list[Ended | Released]]:
    """Return the desk that the log folds to, the finished hands in it, and their releases. Raises LogError."""
    heads = await store.heads()
    desk = Desk(Chain(heads, clock_ms, store.sealer), commands, access, wall)
    ended: list[Ended | Released] = []
    if RECORD in heads:
        desk.load_record(await since(store, RECORD, heads[RECORD].position, clock_ms() - KEPT_MS))
    for stream in house_first(name for name in heads if name != RECORD and not of_odds(name)):
        answers = odds_of(stream)
        if answers in heads:
            desk.load_answers(stream, [fact async for facts in pages(store, answers) for fact in facts])
        async for facts in pages(store, stream):
            for begin in range(0, len(facts), AT_ONCE):
                changes = desk.load(facts[begin : begin + AT_ONCE])
                ended += [each for change in changes for each in hands_of(change)]
                await asyncio.sleep(0)
            settle()
    return desk, ended


async def desk_of(
    store: Log,
    commands: Commands,
    clock_ms: Callable[[], int],
    access: Permissions = NO_PEOPLE,
    wall: Callable[[], Sequence[str]] = tuple,
) -> Desk:
    """Return the desk that the log folds to. Raises LogError."""
    desk, _ = await load_desk(store, commands, clock_ms, access, wall)
    return desk
