"""A log restored from an older backup, and a node told what to do: the whole EBS, with the firmware on MicroPython."""

from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.e2e.conftest import House
from tests.e2e.logged import facts, read
from tests.e2e.waiting import eventually
from tools.rehearsal.demo import DEVICE

pytestmark = [pytest.mark.node, pytest.mark.broker]

CARDS = {"a01": "04a1b2c3d4e5f6", "a02": "11223344", "a03": "04112233445566", "a04": "04112233445577"}


def name_of(log: Path) -> str:
    with closing(sqlite3.connect(f"file:{log}?mode=ro", uri=True)) as database:
        return str(database.execute("SELECT value FROM meta WHERE name = 'log_id'").fetchone()[0])


async def test_a_log_restored_from_an_older_backup_gets_back_what_the_nodes_keep(house: House, tmp_path: Path) -> None:
    log, backup = tmp_path / "data" / "log.db", tmp_path / "backup.db"
    await house.node.put("a01", CARDS["a01"])
    await eventually(lambda: read(log) == {CARDS["a01"]: 1})
    with closing(sqlite3.connect(log)) as source, closing(sqlite3.connect(backup)) as target:
        source.backup(target)
    before = name_of(log)
    for antenna in ("a02", "a03"):
        await house.node.put(antenna, CARDS[antenna])
    await eventually(lambda: len(read(log)) == 3)

    killed = house.stack.collector_pid
    assert killed
    os.kill(killed, signal.SIGKILL)
    for beside in ("-wal", "-shm"):
        Path(f"{log}{beside}").unlink(missing_ok=True)
    backup.replace(log)
    await house.node.put("a04", CARDS["a04"])

    await eventually(lambda: len(read(log)) == 4, 30)
    assert read(log) == dict.fromkeys(CARDS.values(), 1)
    assert name_of(log) != before
    seqs = [body["seq"] for body in facts(log, "card_read") if "seq" in body]
    assert sorted(seqs) == sorted(set(seqs))


async def test_a_node_does_what_the_house_tells_it_and_answers(house: House, tmp_path: Path) -> None:
    log = tmp_path / "data" / "log.db"
    await house.installer.house("command_device", device=DEVICE, action="identify")
    await eventually(lambda: facts(log, "command_result"))

    [result] = facts(log, "command_result")
    assert result["ok"] is True
    assert facts(log, "command_device")[0]["boot"] == house.node.boot
