"""Reads a log stream by stream, page by page. Knows no store: whatever has `heads` and `read` is a log to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Final, Protocol

from collector.facts.fact import HOUSE, Fact, Head

PAGE: Final = 5000
"""Facts that are read at once."""


class Reader(Protocol):
    """The part of a log that is read. Each call may raise LogError."""

    async def heads(self) -> dict[str, Head]:
        """Return the end of every stream."""

    async def read(self, stream: str, after: int = 0, limit: int = PAGE) -> list[Fact]:
        """Return up to `limit` facts of a stream behind position `after`, in order."""


async def pages(log: Reader, stream: str) -> AsyncIterator[list[Fact]]:
    """Yield the facts of a stream in order, up to PAGE of them at a time. No page is empty."""
    after = 0
    while facts := await log.read(stream, after, PAGE):
        yield facts
        after = facts[-1].position


async def every_stream(log: Reader) -> dict[str, list[Fact]]:
    """Return all facts of a log by stream. The streams are in the order of their names; none is empty."""
    return {
        stream: [fact async for page in pages(log, stream) for fact in page] for stream in sorted(await log.heads())
    }


async def since(log: Reader, stream: str, head: int, at: int) -> list[Fact]:
    """Return the facts of a stream that came at `at` (ms since 1970) or later, in order. head: its last position.

    It reads from the end, so that the time does not grow with the stream.
    """
    found: list[Fact] = []
    while head > 0:
        after = max(0, head - PAGE)
        page = await log.read(stream, after, head - after)
        found = [fact for fact in page if fact.received_at >= at] + found
        if not page or page[0].received_at < at:
            break
        head = after
    return found


def house_first(heads: Iterable[str]) -> list[str]:
    """Return the streams in the order in which a desk folds them: tables need to know the decks of the house."""
    return sorted(heads, key=lambda name: (name != HOUSE, name))
