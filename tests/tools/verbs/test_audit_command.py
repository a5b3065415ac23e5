"""`ebs audit verify` as somebody types it, over a log, a read model and an app store of our own making."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path

import pytest

from collector.access.audit import AUDIT_DAY, entry_of
from collector.appstore import AppStore
from collector.facts.fact import HOUSE, Fact
from collector.log.sqlite import SqliteLog
from collector.pipeline.desk import Batch
from collector.readmodel import ReadModelWriter
from collector.signin.days import DAY_MS, over
from tests.collector.signin.house import empty
from tests.collector.table.dealer import TABLE, Dealer
from tests.tools.verbs.typed import Typed

MONDAY = 20_000 * DAY_MS


@pytest.fixture
def typed(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Typed:
    for name in ("EBS_DATA", "EBS_APP_URL"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "data"
    store = AppStore(empty(folder / "app.db"))
    for number in range(5):
        store.note(MONDAY + number, "ana", "signed_in", "ana", {})
    day = over(store, None, MONDAY + DAY_MS)
    assert day is not None
    store.note(MONDAY + DAY_MS, "ana", "signed_in", "ana", {})
    store.close()
    dealer = Dealer()
    batch = Batch()
    dealer.desk.note(AUDIT_DAY.fact(HOUSE, "audit", day._asdict()), batch)
    facts = [*dealer.facts, *batch.facts]
    asyncio.run(written(folder, facts))
    return Typed(folder, capsys)


async def written(folder: Path, facts: list[Fact]) -> None:
    log = await SqliteLog.open(folder / "log.db")
    await log.append(facts)
    await log.close()
    writer = ReadModelWriter(f"sqlite:///{folder / 'readmodel.db'}")
    ends = {fact.stream: fact.position for fact in facts}
    await writer.put_audit([entry for entry in map(entry_of, facts) if entry], ends)
    writer.close()


def changed(typed: Typed, database: str, *statements: str) -> None:
    with sqlite3.connect(typed.folder / database) as connection:
        for statement in statements:
            connection.execute(statement)


def test_what_nobody_touched_is_as_the_log_has_it(typed: Typed) -> None:
    said = typed("audit verify")

    assert "2024-10-04: entries 1 to 5 of the app store are as the log has them" in said
    assert "entries 6 to 6 of the app store have no digest yet" in said
    assert f"{TABLE}: " in said
    told = json.loads(typed("audit verify --json"))
    assert (told["faults"], len(told["checked"])) == ([], 4)


@pytest.mark.parametrize(
    ("database", "statements", "told"),
    [
        (
            "app.db",
            ("DROP TRIGGER audit_keeps_update", "UPDATE audit SET who = 'bob' WHERE number = 3"),
            "entries 1 to 5 of the app store are not those that the log has the digest of",
        ),
        (
            "app.db",
            ("DROP TRIGGER audit_keeps_delete", "DELETE FROM audit WHERE number = 6"),
            "entries 6 to 6 of the app store are missing",
        ),
        (
            "readmodel.db",
            ("UPDATE audit_entries SET who = 'bob' WHERE what = 'seat_player'",),
            f"{TABLE}: the read model has other entries than the log",
        ),
        (
            "readmodel.db",
            ("DELETE FROM audit_entries WHERE what = 'seat_player'",),
            f"{TABLE}: the read model has other entries than the log",
        ),
        (
            "readmodel.db",
            (f"INSERT INTO audit_entries VALUES ('{TABLE}', 1, 1, 'bob', 'fold', '', '{TABLE}', '{{}}')",),
            f"{TABLE}: the read model has other entries than the log, the first at 1",
        ),
        (
            "log.db",
            ("DROP TRIGGER facts_stay", "UPDATE facts SET client = 'bob' WHERE kind = 'seat_player'"),
            "the chain breaks at position",
        ),
    ],
)
def test_what_was_changed_is_told(typed: Typed, database: str, statements: tuple[str, ...], told: str) -> None:
    changed(typed, database, *statements)

    assert told in typed("audit verify", 1)


def test_where_there_is_no_log_it_says_so(typed: Typed) -> None:
    (typed.folder / "log.db").unlink()

    assert "there is no such log" in typed("audit verify", 1)
    assert not (typed.folder / "log.db").exists()
