"""`ebs log`: what is wrong with a log is told with its place; one without facts says so."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path

import pytest

from collector.log.sqlite import SqliteLog
from tests.collector.table.dealer import TABLE, Dealer
from tools.cli import main


def ebs(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[object, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["log", *words])
    out, err = capsys.readouterr()
    return ended.value.code or 0, out, err


async def keep(file: Path, dealer: Dealer) -> None:
    log = await SqliteLog.open(file)
    await log.append(dealer.facts)
    await log.close()


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    dealer = Dealer()
    dealer.command(type="start_hand", button=1)
    asyncio.run(keep(tmp_path / "log.db", dealer))
    return tmp_path / "log.db"


def change(file: Path, statement: str, *values: object) -> None:
    database = sqlite3.connect(file)
    database.executescript("DROP TRIGGER facts_stay; DROP TRIGGER facts_keep;")
    database.execute(statement, values)
    database.commit()
    database.close()


def last_position(file: Path) -> int:
    with sqlite3.connect(file) as database:
        return int(database.execute("SELECT max(position) FROM facts WHERE stream = ?", (TABLE,)).fetchone()[0])


def test_a_log_is_told_stream_by_stream(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = ebs(capsys, str(kept), "--json")

    assert (code, err) == (0, "")
    report = json.loads(out)
    assert list(report) == ["house", TABLE]
    assert report[TABLE]["facts"] == last_position(kept)


def test_a_log_without_facts_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def make() -> None:
        await (await SqliteLog.open(tmp_path / "new.db")).close()

    asyncio.run(make())

    code, out, err = ebs(capsys, str(tmp_path / "new.db"))

    assert (code, out) == (0, "")
    assert err == f"{tmp_path / 'new.db'}: a log without facts; nothing was written to it yet\n"


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("body", b'{"client": "op', "is damaged (Unterminated string"),
        ("body", b"[1]", "is damaged (its body is no JSON object)"),
        ("class", "S9", "is damaged ('S9' is not a valid Secrecy)"),
        ("body", b'{"client": "op"}', "cannot be folded (KeyError: 'seats')"),
    ],
)
def test_damage_at_the_end_of_a_stream_is_told_with_its_place(
    kept: Path, capsys: pytest.CaptureFixture[str], column: str, value: object, why: str
) -> None:
    last = last_position(kept)
    change(kept, f"UPDATE facts SET {column} = ? WHERE stream = ? AND position = ?", value, TABLE, last)

    code, out, err = ebs(capsys, str(kept))

    assert (code, out) == (2, "")
    assert f"{TABLE}: the fact at position {last}" in err
    assert why in err
    assert "restore the log from a backup" in err
    assert "Traceback" not in err
    assert len(err.splitlines()) == 1


def test_damage_within_a_stream_breaks_the_chain(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(kept, "UPDATE facts SET client = 'x' WHERE stream = ? AND position = 5", TABLE)

    assert ebs(capsys, str(kept)) == (
        2, "", f"ebs log: {TABLE}: the chain breaks at position 6; restore the log from a backup\n"
    )  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0" + b"x" * 500, b"no database at all" * 50])
def test_what_is_no_log_is_told_once_and_left_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    file = tmp_path / "some.db"
    file.write_bytes(content)

    code, _, err = ebs(capsys, str(file))

    assert code == 2
    assert err.count(str(file)) == 1
    assert "give a log" in err
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("some.db", content)]
