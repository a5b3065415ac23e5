"""Entries of the audit reach the read model: those of before a start, and each as it is committed, none twice."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from collector.access.audit import Entry, Sought, entry_of
from collector.errors import ReadModelError
from collector.pipeline import auditing
from collector.pipeline.auditing import Auditing
from collector.readmodel import ReadModelQueries, ReadModelWriter
from tests.collector.pipeline.hall import Store
from tests.collector.table.dealer import TABLE, Dealer


class Model:
    """A read model, and what it holds."""

    def __init__(self, folder: Path) -> None:
        url = f"sqlite:///{folder / 'readmodel.db'}"
        self.writer, self.queries = ReadModelWriter(url), ReadModelQueries(url)

    async def entries(self) -> list[Entry]:
        return await self.queries.audit(Sought(limit=10_000))

    async def until(self, ready: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(5):
            while not await ready():  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def has(self, entries: list[Entry]) -> None:
        async def there() -> bool:
            return sorted(await self.entries(), key=lambda each: each.place) == sorted(entries, key=lambda e: e.place)

        await self.until(there)


@pytest.fixture
async def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Model]:
    monkeypatch.setattr(auditing, "PAGE", 7)
    monkeypatch.setattr(auditing, "PAUSE_S", 0.0)
    monkeypatch.setattr(auditing, "GATHER_S", 0.0)
    monkeypatch.setattr(auditing, "RETRY_S", 0.01)
    made = Model(tmp_path)
    yield made
    made.writer.close()
    made.queries.close()


@contextlib.asynccontextmanager
async def running(audit: Auditing) -> AsyncIterator[None]:
    task = asyncio.create_task(audit.run())
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def played(dealer: Dealer) -> list[Entry]:
    dealer.command(type="start_hand", button=1)
    dealer.read(1, "As")
    dealer.act(1, "fold")
    return expected(dealer)


def expected(dealer: Dealer) -> list[Entry]:
    return [entry for fact in dealer.facts if (entry := entry_of(fact))]


def positions(dealer: Dealer) -> dict[str, int]:
    return dealer.desk.positions


async def test_what_the_log_holds_at_the_start_and_what_comes_later_is_there_once(model: Model) -> None:
    dealer = Dealer()
    store = Store(facts=list(dealer.facts))
    audit = Auditing(model.writer, store)
    audit.loaded(positions(dealer))
    before = len(dealer.facts)
    played(dealer)
    audit.committed(dealer.facts[before:])

    async with running(audit):
        await model.has(expected(dealer))


async def test_the_next_start_reads_what_it_has_not_seen(model: Model) -> None:
    dealer = Dealer()
    first = Auditing(model.writer, Store(facts=list(dealer.facts)))
    first.loaded(positions(dealer))
    async with running(first):
        await model.has(expected(dealer))
        seen = await model.writer.audited(TABLE)
    assert seen == positions(dealer)[TABLE]
    played(dealer)

    store = Store(facts=list(dealer.facts))
    asked: list[int] = []
    read = store.read

    async def reading(stream: str, after: int = 0, limit: int = 10_000) -> list[object]:
        asked.append(after)
        return await read(stream, after, limit)  # type: ignore[return-value]

    store.read = reading  # type: ignore[method-assign, assignment]
    again = Auditing(model.writer, store)
    again.loaded(positions(dealer))
    async with running(again):
        await model.has(expected(dealer))
    assert 0 not in asked


async def test_a_start_that_ends_in_the_middle_loses_no_entry(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    dealer = Dealer()
    store = Store(facts=list(dealer.facts))
    first = Auditing(model.writer, store)
    first.loaded(positions(dealer))
    before = len(dealer.facts)
    played(dealer)
    first.committed(dealer.facts[before:])
    follow = asyncio.create_task(first._follow())  # it is quicker than what is read from the log
    await model.until(lambda: _count(model, 2))
    follow.cancel()
    assert await model.writer.audited(TABLE) == 0

    again = Auditing(model.writer, Store(facts=list(dealer.facts)))
    again.loaded(positions(dealer))
    async with running(again):
        await model.has(expected(dealer))


async def _count(model: Model, least: int) -> bool:
    return len(await model.entries()) >= least


async def test_a_read_model_that_is_away_for_a_while_gets_everything_later(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    dealer = Dealer()
    audit = Auditing(model.writer, Store(facts=list(dealer.facts)))
    audit.loaded(positions(dealer))
    put, away = model.writer.put_audit, [True] * 5

    async def failing(*given: object) -> None:
        if away:
            away.pop()
            raise ReadModelError("away")
        await put(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(model.writer, "put_audit", failing)
    before = len(dealer.facts)
    played(dealer)
    audit.committed(dealer.facts[before:])

    async with running(audit):
        await model.has(expected(dealer))
