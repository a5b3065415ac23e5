"""The read model on real files: what is put comes back, in order, and never goes back a revision."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from collector.errors import ReadModelError
from collector.ports import HandQueries, HandStore
from collector.readmodel import ReadModelQueries, ReadModelWriter
from collector.records.hands import HandDetails, HandPlace
from collector.records.players import TableRecord
from collector.records.statistics import Counts
from tests.collector.hands import ROYAL, hand

EVENT = ROYAL.event_id


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'readmodel.db'}"


@pytest.fixture
def writer(url: str) -> Iterator[ReadModelWriter]:
    writer = ReadModelWriter(url)
    yield writer
    writer.close()


@pytest.fixture
def queries(writer: ReadModelWriter, url: str) -> Iterator[ReadModelQueries]:
    queries = ReadModelQueries(url)
    yield queries
    queries.close()


def test_the_two_sides_meet_their_ports(writer: ReadModelWriter, queries: ReadModelQueries) -> None:
    store: HandStore = writer
    questions: HandQueries = queries

    assert store
    assert questions


async def test_a_hand_comes_back_as_it_was_put(writer: ReadModelWriter, queries: ReadModelQueries) -> None:
    await writer.put([ROYAL])

    assert await queries.hand(EVENT, ROYAL.hand_id) == ROYAL


async def test_a_hand_belongs_to_its_event_only(writer: ReadModelWriter, queries: ReadModelQueries) -> None:
    await writer.put([ROYAL])

    assert await queries.hand("evt_other", ROYAL.hand_id) is None


async def test_a_correction_replaces_the_hand(writer: ReadModelWriter, queries: ReadModelQueries) -> None:
    await writer.put([ROYAL])
    corrected = replace(ROYAL, revision=2, total_pot=130_000)

    await writer.put([corrected])

    assert await queries.hand(EVENT, ROYAL.hand_id) == corrected
    assert len(await queries.hands(EVENT, limit=10)) == 1


async def test_an_older_revision_never_comes_back(writer: ReadModelWriter, queries: ReadModelQueries) -> None:
    corrected = replace(ROYAL, revision=2, total_pot=130_000)
    await writer.put([corrected])

    await writer.put([ROYAL])

    assert await queries.hand(EVENT, ROYAL.hand_id) == corrected


async def test_two_revisions_in_one_call_end_with_the_higher(
    writer: ReadModelWriter, queries: ReadModelQueries
) -> None:
    corrected = replace(ROYAL, revision=2, total_pot=130_000)

    await writer.put([corrected, ROYAL])

    assert await queries.hand(EVENT, ROYAL.hand_id) == corrected


async def test_a_player_of_two_events_is_counted_in_each_by_itself(
    writer: ReadModelWriter, queries: ReadModelQueries
) -> None:
    elsewhere = replace(hand(2, "table_09"), event_id="evt_other")
    await writer.put([hand(1)], details={hand(1).hand_id: HandDetails({"p_ivey": Counts(hands=1, vpip=1)}, "{}")})
    await writer.put([elsewhere], details={elsewhere.hand_id: HandDetails({"p_ivey": Counts(hands=1)}, "{}")})

    here, there = await queries.player(EVENT, "p_ivey"), await queries.player("evt_other", "p_ivey")

    assert here is not None
    assert there is not None
    assert (here.counts, there.counts) == (Counts(hands=1, vpip=1), Counts(hands=1))
    assert {each.player_id for each in await queries.players("evt_other")} == {"p_negreanu", "p_ivey"}


async def test_putting_a_hand_again_changes_nothing(writer: ReadModelWriter, queries: ReadModelQueries) -> None:
    await writer.put([ROYAL])
    await writer.put([ROYAL])

    assert await queries.hands(EVENT, limit=10) == [ROYAL]


async def test_putting_nothing_changes_nothing(writer: ReadModelWriter, queries: ReadModelQueries) -> None:
    await writer.put([ROYAL])

    await writer.put([])

    assert await queries.hands(EVENT, limit=10) == [ROYAL]


@pytest.mark.parametrize("newest_first", [True, False])
async def test_pages_follow_each_other_without_gap_or_repeat(
    writer: ReadModelWriter, queries: ReadModelQueries, newest_first: bool
) -> None:
    played = [hand(number, table) for number in range(1, 8) for table in ("table_01", "table_02")]
    await writer.put(played)
    expected = sorted(played, key=lambda record: (record.ended_at, record.hand_number, record.hand_id))

    seen, after = [], None
    while page := await queries.hands(EVENT, limit=3, newest_first=newest_first, after=after):
        seen += page
        after = HandPlace.of(page[-1])

    assert seen == (expected[::-1] if newest_first else expected)


async def test_hands_that_end_in_the_same_millisecond_keep_their_numbers_order(
    writer: ReadModelWriter, queries: ReadModelQueries
) -> None:
    await writer.put([hand(number, ended_at=5) for number in (10, 9, 11)])

    found = await queries.hands(EVENT, limit=10, newest_first=False)

    assert [record.hand_number for record in found] == [9, 10, 11]


async def test_one_table_can_be_asked_for(writer: ReadModelWriter, queries: ReadModelQueries) -> None:
    await writer.put([hand(1, "table_01"), hand(1, "table_02")])

    found = await queries.hands(EVENT, limit=10, within=frozenset({"table_02"}))

    assert [record.table_id for record in found] == ["table_02"]


async def test_an_event_is_known_by_its_record_or_by_its_hands(
    writer: ReadModelWriter, queries: ReadModelQueries
) -> None:
    assert not await queries.knows_event("evt_new")

    await writer.put_event("evt_new", "Friday game")
    await writer.put([ROYAL])

    assert await queries.knows_event("evt_new")
    assert await queries.knows_event(EVENT)
    assert not await queries.knows_event("evt_newer")


async def test_a_table_can_move_to_another_event(writer: ReadModelWriter, queries: ReadModelQueries) -> None:
    await writer.put_table("table_01", "evt_a", "Feature table")
    await writer.put_table("table_01", "evt_b", "Feature table")

    assert await queries.tables() == [TableRecord("table_01", "evt_b", "Feature table")]


async def test_the_cursor_moves_with_its_hands_and_never_back(writer: ReadModelWriter) -> None:
    assert await writer.cursor("table_01") == 0

    await writer.put([hand(2)])
    await writer.put([hand(1)])
    assert await writer.cursor("table_01") == 250

    await writer.put([], through={"table_01": 400})
    assert await writer.cursor("table_01") == 400


async def test_a_failed_put_leaves_neither_hands_nor_cursor(writer: ReadModelWriter, queries: ReadModelQueries) -> None:
    unstorable = hand(3, hand_number=2**70)

    with pytest.raises((ReadModelError, OverflowError)):
        await writer.put([hand(2), unstorable])

    assert await queries.hands(EVENT, limit=10) == []
    assert await writer.cursor("table_01") == 0


async def test_what_was_put_is_there_after_reopening(writer: ReadModelWriter, url: str) -> None:
    await writer.put([ROYAL])
    writer.close()

    again = ReadModelWriter(url)
    queries = ReadModelQueries(url)
    try:
        assert await again.cursor("table_01") == 31
        assert await queries.hand(EVENT, ROYAL.hand_id) == ROYAL
    finally:
        again.close()
        queries.close()


async def test_readers_are_not_held_up_by_the_writer(writer: ReadModelWriter, queries: ReadModelQueries) -> None:
    async def write() -> None:
        for number in range(1, 60):
            await writer.put([hand(number)])

    async def read() -> None:
        for _ in range(60):
            await queries.hands(EVENT, limit=5)

    await asyncio.gather(write(), read())

    assert len(await queries.hands(EVENT, limit=100)) == 59


async def test_the_files_are_for_their_owner_alone_and_in_wal_mode(writer: ReadModelWriter, tmp_path: Path) -> None:
    await writer.put([ROYAL])

    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    with sqlite3.connect(tmp_path / "readmodel.db") as connection:
        journal = connection.execute("PRAGMA journal_mode").fetchone()
    connection.close()

    assert set(modes.values()) == {0o600}, modes
    assert journal == ("wal",)


async def test_a_page_is_one_statement_over_one_index(writer: ReadModelWriter, queries: ReadModelQueries) -> None:
    await writer.put([hand(number) for number in range(1, 30)])
    statements: list[tuple[str, Any]] = []
    engine = queries._worker.engine
    event.listen(engine, "before_cursor_execute", lambda _c, _cur, text, values, *_: statements.append((text, values)))

    await queries.hands(EVENT, limit=5, after=HandPlace.of(hand(20)))

    [(text, values)] = statements
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values).fetchall()
    told = " ".join(str(row[-1]) for row in plan)
    assert "hands_of_an_event" in told
    assert "TEMP B-TREE" not in told
    assert "SCAN" not in told


def test_a_store_of_another_schema_is_refused_with_what_to_do(
    writer: ReadModelWriter, tmp_path: Path, url: str
) -> None:
    with sqlite3.connect(tmp_path / "readmodel.db") as connection:
        connection.execute("UPDATE schema_version SET version = 99")
    connection.close()

    with pytest.raises(ReadModelError, match="schema 99.*rebuilt from the log"):
        ReadModelQueries(url)


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "sqlite:////proc/nowhere/x.db", "nonsense", "postgresql+absent://x/y"]
)
def test_a_store_that_cannot_be_opened_is_our_error(url: str) -> None:
    with pytest.raises(ReadModelError, match="read model"):
        ReadModelWriter(url)


def test_a_file_that_is_no_database_is_our_error(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"no database" * 100)

    with pytest.raises(ReadModelError, match="not a database"):
        ReadModelWriter(f"sqlite:///{tmp_path / 'x.db'}")


def test_collector_and_web_can_start_together(tmp_path: Path) -> None:
    for number in range(10):  # of ten starts, one or two failed before they waited for each other
        url = f"sqlite:///{tmp_path / str(number) / 'readmodel.db'}"

        with ThreadPoolExecutor(8) as threads:
            opened = list(threads.map(lambda _, url=url: ReadModelQueries(url), range(8)))

        for queries in opened:
            queries.close()
        assert len(opened) == 8
