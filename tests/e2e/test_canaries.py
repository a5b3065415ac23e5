"""Canaries: tags that are told apart in any file. None is in the data folder; all are in the log, once it is opened."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from collector.log.sqlite import LogReader
from tests.e2e.conftest import House
from tests.e2e.logged import facts, read
from tests.e2e.waiting import eventually
from tools.opener import opener_of

pytestmark = [pytest.mark.node, pytest.mark.broker]
TAGS = {"a01": "04c0ffee0000a1", "a02": "04c0ffee0000a2", "a03": "04c0ffee0000a3", "a04": "04c0ffee0000a4"}
OF_THE_NODE = "node/"
"""Its own folder. What a node keeps on its flash it seals where the house asks for it."""


def held(folder: Path) -> dict[str, bytes]:
    """Return what is in every file of the data folder but the node's."""
    found = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not name.startswith(OF_THE_NODE)}


def holding(files: dict[str, bytes], *canaries: str) -> set[tuple[str, str]]:
    """Return in which file each canary is, as text or as bytes."""
    forms = {each: (each.encode(), each.upper().encode(), bytes.fromhex(each)) for each in canaries}
    return {
        (name, each) for name, text in files.items() for each in canaries if any(form in text for form in forms[each])
    }


async def test_no_file_of_the_data_folder_holds_a_tag_and_the_opened_log_holds_all(
    house: House, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    log = folder / "log.db"
    tags = {*TAGS.values(), *facts(log, "use_deck")[0]["cards"]}  # and all of the decks
    for antenna in ("a01", "a02"):
        await house.node.put(antenna, TAGS[antenna])
    await eventually(lambda: len(read(log)) == 2)
    killed = house.stack.collector_pid
    assert killed
    os.kill(killed, signal.SIGKILL)
    for antenna in ("a03", "a04"):
        await house.node.put(antenna, TAGS[antenna])
    await eventually(lambda: read(log) == dict.fromkeys(TAGS.values(), 1), 30)

    files = held(folder)

    assert {"log.db", "log.db-wal", "collector.log", "web.log", "readmodel.db", "app.db", "house-key"} <= files.keys()
    assert holding(files, *tags) == set()
    with LogReader(log, opener_of(log, None)) as opened:
        readings = [fact for name in opened.streams for fact in opened.facts(name) if fact.kind == "card_read"]
    assert {fact.body["uid"] for fact in readings} == set(TAGS.values())
    assert len({str(fact.key_id).split(".")[0] for fact in readings}) == 2, "two runs of the collector"


async def test_the_scan_finds_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "broker").mkdir()
    for number, form in enumerate((b"04c0ffee0000a1", b"04C0FFEE0000A1", bytes.fromhex("04c0ffee0000a1"))):
        (tmp_path / "broker" / f"{number}.log").write_bytes(b"x" + form + b"y")

    assert holding(held(tmp_path), "04c0ffee0000a1", "04c0ffee0000a2") == {
        (f"broker/{number}.log", "04c0ffee0000a1") for number in range(3)
    }
