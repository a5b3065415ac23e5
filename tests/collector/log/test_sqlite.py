"""The log: what is committed stays, in order, once, chained."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from collector.errors import LogError
from collector.facts.chain import Chain, digest
from collector.facts.fact import DeviceKey, Fact, NewFact
from collector.log.sqlite import SqliteLog
from collector.secrecy import Secrecy


def new(stream: str = "table_01", seq: int | None = None) -> NewFact:
    key = DeviceKey("node-01", "1-0000000000000001", seq) if seq else None
    return NewFact(stream, "card_read", Secrecy.S0, "trace", {"uid": "04aa"}, device_key=key)


def chain(at: list[int]) -> Chain:
    return Chain({}, lambda: at.pop(0) if len(at) > 1 else at[0])


async def test_what_is_appended_is_read_back_the_same_after_a_restart(tmp_path: Path) -> None:
    log = await SqliteLog.open(tmp_path / "log.db")
    placed = chain([5])
    facts = [placed.place(new(seq=1)), placed.place(new("house")), placed.place(new(seq=2))]
    await log.append(facts)
    await log.close()

    log = await SqliteLog.open(tmp_path / "log.db")

    assert await log.read("table_01") == [facts[0], facts[2]]
    assert await log.read("table_01", after=1) == [facts[2]]
    assert (await log.heads())["table_01"].digest == digest(facts[2])
    assert [key.seq for key in await log.device_keys()] == [1, 2]
    await log.close()


def test_time_never_runs_back_within_a_stream() -> None:
    placed = chain([100, 40, 70])

    times = [placed.place(new()).received_at for _ in range(3)]

    assert times == [100, 100, 100]


def test_a_changed_fact_breaks_the_chain() -> None:
    placed = chain([1])
    first, second = placed.place(new(seq=1)), placed.place(new(seq=2))

    forged = Fact(**{**{name: getattr(first, name) for name in first.__slots__}, "received_at": 2})

    assert second.prev_hash == digest(first)
    assert second.prev_hash != digest(forged)


async def test_a_batch_with_a_repeated_device_event_leaves_nothing(tmp_path: Path) -> None:
    log = await SqliteLog.open(tmp_path / "log.db")
    placed = chain([1])

    with pytest.raises(LogError, match="device"):
        await log.append([placed.place(new(seq=1)), placed.place(new(seq=1))])

    assert await log.read("table_01") == []
    await log.close()


async def test_a_second_collector_on_the_same_log_is_refused(tmp_path: Path) -> None:
    log = await SqliteLog.open(tmp_path / "log.db")

    with pytest.raises(LogError, match="another collector"):
        await SqliteLog.open(tmp_path / "log.db")

    await log.close()


async def test_facts_are_never_changed_and_the_file_is_for_the_collector_alone(tmp_path: Path) -> None:
    log = await SqliteLog.open(tmp_path / "log.db")
    await log.append([chain([1]).place(new(seq=1))])
    other = sqlite3.connect(tmp_path / "log.db")

    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        other.execute("UPDATE facts SET kind = 'x'")
    with pytest.raises(sqlite3.IntegrityError, match="never deleted"):
        other.execute("DELETE FROM facts")

    assert (tmp_path / "log.db").stat().st_mode & 0o777 == 0o600
    other.close()
    await log.close()


async def test_appends_from_many_tasks_all_land(tmp_path: Path) -> None:
    log = await SqliteLog.open(tmp_path / "log.db")
    placed = chain([1])
    facts = [placed.place(new(seq=number)) for number in range(1, 51)]

    await asyncio.gather(*(log.append([fact]) for fact in facts))

    assert len(await log.read("table_01")) == 50
    await log.close()
