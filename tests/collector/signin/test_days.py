"""Digests of days of the audit: each entry is in one, and one that was changed, added or taken away shows."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from collector.access.audit import AUDIT_DAY, AuditDay
from collector.appstore import AppStore
from collector.facts.fact import HOUSE, NewFact
from collector.signin import days
from collector.signin.days import DAY_MS, AuditDays, differing, over
from tests.collector.signin.house import empty

MONDAY = 20_000 * DAY_MS
TRIGGERS = ("audit_keeps_update", "audit_keeps_delete", "audit_keeps_place")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "app.db"


@pytest.fixture
def store(file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppStore]:
    monkeypatch.setattr(days, "PAGE", 3)
    made = AppStore(empty(file))
    yield made
    made.close()


def write(store: AppStore, count: int, at: int) -> None:
    for number in range(count):
        store.note(at + number, "ana", "signed_in", "ana", {"address": "::1"})


def three_days(store: AppStore) -> list[AuditDay]:
    """Return the digests of Monday, Tuesday and Wednesday, each with entries of its own."""
    known: list[AuditDay] = []
    for number, count in enumerate((4, 1, 7)):
        write(store, count, MONDAY + number * DAY_MS)
        day = over(store, known[-1] if known else None, MONDAY + (number + 1) * DAY_MS)
        assert day is not None
        known.append(day)
    return known


def past_the_triggers(file: Path, *statements: str) -> None:
    """Write as somebody does who has the file."""
    with sqlite3.connect(file) as connection:
        for name in TRIGGERS:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)


def test_each_entry_is_in_one_digest(store: AppStore) -> None:
    found = three_days(store)

    assert [(day.first, day.through) for day in found] == [(1, 4), (5, 5), (6, 12)]
    assert [day.day for day in found] == ["2024-10-04", "2024-10-05", "2024-10-06"]
    assert differing(store, found) == []


def test_the_day_that_runs_waits(store: AppStore) -> None:
    write(store, 2, MONDAY)

    assert over(store, None, MONDAY + DAY_MS - 1) is None
    assert over(store, None, MONDAY + DAY_MS) is not None
    known = over(store, None, MONDAY + DAY_MS)
    assert over(store, known, MONDAY + 5 * DAY_MS) is None, "nothing has come since"


def test_an_entry_with_the_clock_of_another_day_is_in_a_digest_too(store: AppStore) -> None:
    write(store, 1, MONDAY + 400 * DAY_MS)  # another process, with another clock
    write(store, 2, MONDAY)
    write(store, 1, MONDAY + DAY_MS)
    day = over(store, None, MONDAY + DAY_MS)

    assert day is not None
    assert (day.first, day.through) == (1, 3)
    assert differing(store, [day]) == []


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("UPDATE audit SET who = 'bob' WHERE number = 5", 1),
        ("UPDATE audit SET details = '{}' WHERE number = 2", 0),
        ("UPDATE audit SET at = at + 1 WHERE number = 12", 2),
        ("UPDATE audit SET table_id = 't1' WHERE number = 12", 2),
        ("DELETE FROM audit WHERE number = 5", 1),
        ("DELETE FROM audit WHERE number = 12", 2),
        ("DELETE FROM audit WHERE number = 8", 2),
        ("INSERT OR REPLACE INTO audit VALUES (5, 0, 'a', 'b', 'c', '{}', '')", 1),
    ],
)
def test_what_was_changed_shows_in_its_day(store: AppStore, file: Path, statement: str, wrong: int) -> None:
    found = three_days(store)

    past_the_triggers(file, statement)

    assert differing(store, found) == [found[wrong]]


def test_days_that_are_missing_in_the_log_show(store: AppStore) -> None:
    found = three_days(store)

    assert differing(store, found[1:]) == [found[1]]
    assert differing(store, [found[0], found[2]]) == [found[2]]


async def test_a_day_that_is_over_goes_on_record_once(store: AppStore) -> None:
    write(store, 2, MONDAY)
    noted: list[NewFact] = []
    known: list[AuditDay] = []

    def note(new: NewFact) -> None:
        noted.append(new)
        known.append(AUDIT_DAY.read(new.body))

    running = asyncio.create_task(
        AuditDays(store, lambda: MONDAY + DAY_MS, known=lambda: known[-1] if known else None, note=note).run()
    )
    async with asyncio.timeout(3):
        while not noted:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    (fact,) = noted
    assert (fact.stream, fact.kind, fact.body["through"]) == (HOUSE, "audit_day", 2)
