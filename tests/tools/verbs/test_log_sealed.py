"""`ebs log encrypt` and `rekey`: nothing is lost whatever happens, and the digests stay."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from collector.facts.fact import RECORD, Fact
from collector.facts.seals import HouseKeys, Sealer
from collector.log.housekey import HouseKeyFile, read_keys, sealer_of
from collector.log.keeping import Keeping
from collector.log.lock import Lock
from collector.log.sqlite import LogReader, SqliteLog
from tests.collector.table.hidden_evening import played
from tools.cli import main

ROOT = Path(__file__).parents[3]
ENCRYPTING = import_module("tools.verbs.log.encrypt")


def ebs(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[object, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["log", *words])
    out, err = capsys.readouterr()
    return ended.value.code or 0, out, err


async def keep(file: Path) -> None:
    log = await SqliteLog.open(file)
    await log.append(played(None).facts)
    await log.close()


@pytest.fixture
def clear(tmp_path: Path) -> Path:
    asyncio.run(keep(tmp_path / "log.db"))
    return tmp_path / "log.db"


def digests(capsys: pytest.CaptureFixture[str], file: Path) -> dict[str, dict[str, object]]:
    code, out, err = ebs(capsys, str(file), "--json")
    assert (code, err) == (0, "")
    report: dict[str, dict[str, object]] = json.loads(out)
    return report


def test_a_log_is_sealed_and_folds_to_the_same_digests(clear: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = digests(capsys, clear)
    with closing(sqlite3.connect(clear)) as database:
        (log_id,) = database.execute("SELECT value FROM meta WHERE name = 'log_id'").fetchone()

    code, out, err = ebs(capsys, "encrypt", str(clear))

    kept = clear.with_name("log.db.clear")
    assert sorted(each.name for each in clear.parent.iterdir()) == ["house-key", "log.db", "log.db.clear", "log.lock"]
    assert (code, err) == (0, "")
    assert out == f"{clear} is sealed; as it was, in clear, it is {kept}: remove it once you need it no more\n"
    after = digests(capsys, clear)
    assert digests(capsys, kept) == before
    for stream in before:
        assert after[stream]["head"] != before[stream]["head"]
        if stream != RECORD:
            same = {"facts", "content", "public", "live"} & before[stream].keys()
            assert {name: after[stream][name] for name in same} == {name: before[stream][name] for name in same}
    with LogReader(clear) as log:
        assert log.log_id == log_id
        *_, told = log.facts(RECORD, bodies=False)
    assert told.kind == "log_sealed"
    assert told.body == {
        "log_id": log_id,
        "heads": {stream: [lines["facts"], lines["head"]] for stream, lines in before.items()},
    }
    assert clear.stat().st_mode & 0o777 == 0o600


def test_sealed_again_a_log_says_the_same(clear: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ebs(capsys, "encrypt", str(clear))
    before = digests(capsys, clear)
    clear.with_name("log.db.clear").unlink()

    assert ebs(capsys, "encrypt", str(clear))[0] == 0

    after = digests(capsys, clear)
    assert [after[each]["content"] for each in after if each != RECORD] == [
        before[each]["content"] for each in before if each != RECORD
    ]
    assert (after[RECORD]["facts"], before[RECORD]["facts"]) == (
        after[RECORD]["facts"],
        int(str(after[RECORD]["facts"])) - 1,
    )


def test_a_log_that_a_collector_writes_is_left_alone(clear: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Lock(clear):
        held = subprocess.run(
            [sys.executable, "-m", "tools.cli", "log", "encrypt", str(clear)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    assert held.returncode == 2
    assert "another collector writes to this log; stop it first" in held.stderr
    assert not clear.with_name("log.db.clear").exists()


@pytest.mark.parametrize("step", ["_write", "_compare", "_settled"])
def test_whatever_fails_the_log_is_as_it_was(
    clear: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    before = digests(capsys, clear)
    real, calls = getattr(ENCRYPTING, step), list[object]()

    def fails(*given: object) -> object:
        calls.append(given)
        if step != "_settled" or len(calls) == 2:
            raise OSError(28, "No space left on device", "somewhere")
        return real(*given)

    monkeypatch.setattr(ENCRYPTING, step, fails)
    with pytest.raises(SystemExit):
        main(["log", "encrypt", str(clear)])
    capsys.readouterr()

    assert digests(capsys, clear) == before
    assert sorted(each.name for each in clear.parent.iterdir()) == ["house-key", "log.db", "log.lock"]


@pytest.mark.parametrize("lost", ["the last fact", "a name in the first"])
def test_a_log_that_was_not_written_as_it_was_read_takes_no_place(
    clear: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, lost: str
) -> None:
    before, real = digests(capsys, clear), ENCRYPTING._sealed

    def forgetful(old: LogReader, stream: str, sealer: Sealer) -> Iterator[tuple[Fact, Fact]]:
        pairs = list(real(old, stream, sealer))
        if stream == "house" and lost == "the last fact":
            pairs.pop()
        elif stream == "house":
            pairs[0] = pairs[0][0], replace(pairs[0][1], trace_id="")
        yield from pairs

    monkeypatch.setattr(ENCRYPTING, "_sealed", forgetful)
    code, _, err = ebs(capsys, "encrypt", str(clear))

    assert code == 2
    assert "house: it was not written as it was read; the log is as it was, try again" in err
    assert digests(capsys, clear) == before


def test_killed_between_the_two_names_the_log_is_there_and_sealed_the_next_time(
    clear: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = digests(capsys, clear)
    os.link(clear, clear.with_name("log.db.clear"))  # as far as it came

    assert digests(capsys, clear) == before
    assert ebs(capsys, "encrypt", str(clear))[0] == 0
    assert digests(capsys, clear)["house"]["content"] == before["house"]["content"]


def test_an_older_clear_log_is_never_written_over(clear: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clear.with_name("log.db.clear").write_text("of another time")

    code, _, err = ebs(capsys, "encrypt", str(clear))

    assert code == 2
    assert "log.db.clear is there already; move it away" in err
    assert clear.with_name("log.db.clear").read_text() == "of another time"


def test_without_its_house_key_a_log_says_which_fact_cannot_be_read(
    clear: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ebs(capsys, "encrypt", str(clear))
    clear.with_name("house-key").rename(clear.with_name("elsewhere"))

    code, out, err = ebs(capsys, str(clear))

    assert (code, out) == (2, "")
    assert err == (
        f"ebs log: {clear}: _record: the fact at position 1 cannot be read: {clear.parent}/house-key: "
        "there is no house key; put it back, it opens the log's hidden cards\n"
    )
    assert ebs(capsys, "--house-key", str(clear.with_name("elsewhere")), str(clear))[0] == 0


def test_the_house_key_of_a_log_at_rest_is_exchanged(clear: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ebs(capsys, "encrypt", str(clear))
    before, key = digests(capsys, clear), clear.with_name("house-key")
    (old,) = read_keys(key)

    code, out, err = ebs(capsys, "rekey", str(clear))

    assert (code, err) == (0, "")
    new, *others = read_keys(key)
    assert others == [old]
    assert f"has the house key {HouseKeys([new]).current}" in out
    assert digests(capsys, clear) == before
    with LogReader(clear) as log:
        assert log.house_keys().keys() == {HouseKeys([new]).current}

    assert ebs(capsys, "rekey", "--forget", str(clear))[1] == f"1 keys taken out of {key}, 1 left\n"
    assert read_keys(key) == [new]
    assert digests(capsys, clear) == before


def test_the_house_key_is_exchanged_while_the_collector_runs(clear: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ebs(capsys, "encrypt", str(clear))
    key = clear.with_name("house-key")

    async def running() -> tuple[int | None, str]:
        file = HouseKeyFile(key)
        log = await SqliteLog.open(clear, sealer_of(file))
        keeping = asyncio.create_task(Keeping(log, file, lambda _: None).run())
        verb = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tools.cli", "log", "rekey", str(clear)),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await verb.communicate()
        keeping.cancel()
        assert len(await log.read("house")) > 2
        await log.close()
        return verb.returncode, out.decode()

    code, out = asyncio.run(running())

    assert code == 0, out
    with closing(sqlite3.connect(clear)) as database:
        (wrapped,) = database.execute("SELECT DISTINCT house_key FROM keys").fetchall()
    assert wrapped == (HouseKeys(read_keys(key)[:1]).current,)
