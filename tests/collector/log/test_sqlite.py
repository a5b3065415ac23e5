"""The log: what is committed stays, in order, once, chained."""

import asyncio
import contextlib
import fcntl
import sqlite3
from pathlib import Path

import pytest

from collector.errors import LogError
from collector.facts.chain import Chain, digest
from collector.facts.fact import DeviceKey, Fact, NewFact
from collector.log import sqlite as sqlite_log
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


async def test_what_waits_is_carried_over_when_nobody_commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_log, "IDLE_S", 0.05)
    log, placed = await SqliteLog.open(tmp_path / "log.db"), chain([1])
    await log.append([placed.place(new(seq=number)) for number in range(1, 51)])

    async with asyncio.timeout(10):
        while alone(tmp_path) != 50:  # noqa: ASYNC110 - a thread of the log does it
            await asyncio.sleep(0.02)

    await log.close()


def alone(folder: Path) -> int:
    """Return how many facts the log's file holds without the WAL beside it."""
    copied = folder / "copied.db"
    copied.write_bytes((folder / "log.db").read_bytes())
    with contextlib.closing(sqlite3.connect(f"file:{copied}?immutable=1", uri=True)) as copy:
        try:
            return int(copy.execute("SELECT count(*) FROM facts").fetchone()[0])
        except sqlite3.DatabaseError:
            return 0


async def test_a_reader_that_stays_makes_the_wal_grow_and_it_shrinks_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_log, "IDLE_S", 0.01)
    monkeypatch.setattr(sqlite_log, "WAL_KEEPS", 50_000)
    log, placed, numbers = await SqliteLog.open(tmp_path / "log.db"), chain([1]), iter(range(1, 10_000))
    await log.append([placed.place(new(seq=next(numbers)))])
    reader = sqlite3.connect(tmp_path / "log.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM facts").fetchone()
    for _ in range(40):
        await log.append([placed.place(new(seq=next(numbers))) for _ in range(10)])
        await asyncio.sleep(0.02)
    grown = log.waiting_bytes()
    assert grown > 200_000

    reader.close()
    async with asyncio.timeout(10):
        while log.waiting_bytes() > 50_000:
            await log.append([placed.place(new(seq=next(numbers)))])
            await asyncio.sleep(0.05)

    assert len(await log.read("table_01")) == next(numbers) - 1
    await log.close()


async def test_a_lone_commit_of_a_new_log_writes_less_and_an_old_log_keeps_its_pages(tmp_path: Path) -> None:
    written = {}
    for name, size in (("new", None), ("old", 4096)):
        path = tmp_path / name / "log.db"
        path.parent.mkdir()
        if size:
            with contextlib.closing(sqlite3.connect(path)) as made:
                made.executescript(f"PRAGMA page_size = {size}; CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT)")
        log, placed = await SqliteLog.open(path), chain([1])
        await log.append([placed.place(new(seq=number)) for number in range(1, 1001)])
        before = log.waiting_bytes()
        for number in range(1001, 1051):
            await log.append([placed.place(new(seq=number))])
        written[name] = (log.waiting_bytes() - before) / 50
        assert len(await log.read("table_01")) == 1050
        await log.close()
        with contextlib.closing(sqlite3.connect(path)) as closed:
            assert closed.execute("PRAGMA page_size").fetchone() == (size or 2048,)

    assert written["new"] < 0.7 * written["old"]


@pytest.mark.parametrize("name", ["hard", "log.other"])
async def test_a_running_log_is_refused_by_whatever_name_it_has(tmp_path: Path, name: str) -> None:
    log = await SqliteLog.open(tmp_path / "log.db")
    (tmp_path / "elsewhere").mkdir()
    other = tmp_path / "elsewhere" / name
    other.hardlink_to(tmp_path / "log.db")

    with pytest.raises(LogError, match="another collector writes to this log; stop it first"):
        await SqliteLog.open(other)
    await log.append([chain([1]).place(new(seq=1))])
    await log.close()

    again = await SqliteLog.open(other)
    assert len(await again.read("table_01")) == 1
    await again.close()


async def test_a_lock_that_an_earlier_version_holds_is_respected(tmp_path: Path) -> None:
    with (tmp_path / "log.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)

        with pytest.raises(LogError, match="another collector"):
            await SqliteLog.open(tmp_path / "log.db")

    log = await SqliteLog.open(tmp_path / "log.db")
    await log.close()


@pytest.mark.parametrize("name", ["log.db", "log.db-wal", "log.db-shm", "log.lock"])
async def test_a_log_or_what_lies_beside_it_is_never_opened_through_a_link(tmp_path: Path, name: str) -> None:
    (tmp_path / "other").touch()
    (tmp_path / name).symlink_to(tmp_path / "other")

    with pytest.raises(LogError, match=f"{name} is a link; remove it"):
        await SqliteLog.open(tmp_path / "log.db")

    assert (tmp_path / "other").read_bytes() == b""


async def damaged(tmp_path: Path, change: str) -> Path:
    path = tmp_path / "log.db"
    log, placed = await SqliteLog.open(path), chain([5])
    await log.append([placed.place(new(seq=number)) for number in (1, 2, 3)])
    await log.close()
    database = sqlite3.connect(path)
    database.executescript(f"DROP TRIGGER facts_stay; DROP TRIGGER facts_keep; {change}")
    database.close()
    return path


@pytest.mark.parametrize(
    "value",
    [
        "body = '{\"uid\": '",
        "body = '[]'",
        "body = 'null'",
        "body = x'ff00'",
        "body = printf('%.*c', 200000, '[')",
        "class = 'S9'",
        "schema = 'x'",
        "received_at = 'x'",
        "key_id = 'k1'",
        "seq = 'x'",
    ],
)
async def test_a_damaged_fact_is_told_with_its_stream_and_position(tmp_path: Path, value: str) -> None:
    log = await SqliteLog.open(await damaged(tmp_path, f"UPDATE facts SET {value} WHERE position = 2;"))

    with pytest.raises(LogError, match=r"table_01: the fact at position 2 is damaged \(.*\); restore the log from a"):
        await log.read("table_01")

    await log.close()


async def test_a_schema_version_that_is_no_number_is_told(tmp_path: Path) -> None:
    path = await damaged(tmp_path, "UPDATE meta SET value = 'x' WHERE name = 'schema_version';")

    for _ in range(2):  # the lock is free again
        with pytest.raises(LogError, match="says schema 'x', which is no number; restore the log from a backup"):
            await SqliteLog.open(path)


async def test_a_path_that_cannot_be_is_named_once(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "log.db"

    with pytest.raises(LogError) as refused:
        await SqliteLog.open(path)

    assert str(refused.value).count(str(path)) == 1
