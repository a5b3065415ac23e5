"""A log on disk, and what is read back from it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from collector.facts.fact import Fact
from collector.facts.streams import every_stream
from collector.log.sqlite import SqliteLog
from collector.pipeline.desk import Desk
from collector.pipeline.loading import desk_of
from collector.table.commands import COMMANDS


async def restarted(facts: Sequence[Fact], file: Path) -> tuple[Desk, dict[str, list[Fact]]]:
    """Log facts, open the log again, and return the desk that it folds to, and all facts that are in it by stream."""
    log = await SqliteLog.open(file)
    await log.append(facts)
    await log.close()
    log = await SqliteLog.open(file)
    try:
        return await desk_of(log, COMMANDS, lambda: 0), await every_stream(log)
    finally:
        await log.close()
