"""`ebs live` as somebody types it. With a collector it is tested over a whole house: tests/e2e/test_doors.py."""

from __future__ import annotations

import asyncio
import json
import stat
from pathlib import Path

import pytest

from collector.access.live import LiveGrant
from collector.broker.link import CLIENT_ID
from collector.readmodel import ReadModelWriter
from collector.spool import FOLDER
from collector.system import now_ms
from collector.wire.live_requests import GrantLive, decode
from tests.tools.verbs.typed import Typed
from tools.verbs import live


@pytest.fixture
def typed(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Typed:
    monkeypatch.delenv("EBS_DATA", raising=False)
    monkeypatch.setattr(live, "WAIT_S", 0.1)
    monkeypatch.setenv("SUDO_USER", "ana")
    (tmp_path / "data").mkdir(mode=0o700)
    return Typed(tmp_path / "data", capsys)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("live grant --table t1", "give --output or --person, one of them"),
        ("live grant --table t1 --output main --person ana", "one of them"),
        ("live grant --table t/1 --person ana", "is no id of a table"),
        ("live grant --table t1 --output #", "cannot be the name of an output"),
        ("live revoke --table t1 --person Ana", "cannot be a name"),
        ("live list", "is not there"),
    ],
)
def test_what_cannot_be_asked_is_told(typed: Typed, line: str, told: str) -> None:
    assert told in typed(line, 2)
    assert not (typed.folder / FOLDER).exists()


def test_where_there_is_no_data_folder_nothing_is_made(typed: Typed) -> None:
    assert "is no data folder" in typed("live grant --table t1 --person ana", 2), "nobody has started a collector here"
    assert not list(typed.folder.iterdir())
    typed.folder.rmdir()
    assert "is no data folder" in typed("live grant --table t1 --person ana", 2)
    assert not typed.folder.exists()


def test_what_nobody_answers_waits_in_a_file_that_its_owner_alone_reads(typed: Typed) -> None:
    (typed.folder / CLIENT_ID).write_text("")
    said = typed("live grant --table t1 --output main --hours 2")

    assert said.startswith("no collector answers; it takes this up when it starts")
    (path,) = (typed.folder / FOLDER).iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    asked = decode(path.read_text())
    assert isinstance(asked, GrantLive)
    assert (asked.table_id, asked.to, asked.sudo_user, asked.rehearsal) == ("t1", "output:main", "ana", False)
    assert 0 < asked.until - now_ms() <= 2 * 3_600_000


def test_the_list_has_grants_that_hold(typed: Typed) -> None:
    writer = ReadModelWriter(f"sqlite:///{typed.folder / 'readmodel.db'}")
    until = now_ms() + 60_000
    grants = [LiveGrant("output:main", until, "system:root", "key"), LiveGrant("ana", now_ms() - 1, "system:root")]
    asyncio.run(writer.put_live("t1", "e1", grants))
    writer.close()

    (told,) = json.loads(typed("live list --json"))
    assert (told["to"], told["table_id"], told["by"]) == ("output:main", "t1", "system:root")
    assert "output:main  t1     " in typed("live list")
