"""A board that runs the application of commit 502560e takes this one, over the network and by cable, and loses nothing.

`flash_502560e.json` was recorded from a board with that application: what it had put on its flash in two boots (four
events, the first of them acknowledged, then two sealed ones), the names of its application's files, the two files that
start it, and, packed, the sources of its modules that take an update. Nothing of it may be changed: boards out there
are what it stands for.
"""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from collector.devices.sealing import Opener
from tests.tools.hardware.conftest import Plug, image_for
from tests.tools.virtual.conftest import DEVICE, KEY, broker, hear
from tools.hardware.application import build_modules, modules
from tools.verbs import flash
from tools.verbs.update import bundle
from tools.virtual.node import VirtualNode

pytestmark = [pytest.mark.node, pytest.mark.broker]

RECORDED: dict[str, Any] = json.loads((Path(__file__).parent / "flash_502560e.json").read_text())
FIRST, SECOND = "1-57dc771f673b04e1", "2-73464de67c4997bd"
ACE, KING = "04a1b2c3d4e5f6", "11223344"
UPDATE = """
import asyncio, binascii, json, os, sys
sys.path[:] = ["{old}", ".frozen"]
from edge.update import Update
size = os.stat("{bundle}")[6]
update = Update(".", bytes(range(32)))
update.take({{"step": "begin", "size": size, "sha256": "{digest}"}})
with open("{bundle}", "rb") as file:
    complete = False
    while not complete:
        piece = binascii.b2a_base64(file.read(384)).decode()
        complete = update.take({{"step": "piece", "offset": update.offset, "data": piece}})
asyncio.run(update.install("u-1"))
"""


def lay(folder: Path, port: int, **settings: object) -> None:
    """Lay the old board's files into `folder`, its flash; whatever loads one of its modules fails."""
    for path in RECORDED["application"]:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(b"of 502560e: not for this application to load")
    (folder / "outbox").mkdir()
    for path, text in RECORDED["text"].items():
        (folder / path).write_text(text)
    for path, packed in RECORDED["base64"].items():
        (folder / path).write_bytes(base64.b64decode(packed))
    config = json.loads(RECORDED["text"]["config.json"])
    config["broker"]["port"] = port
    (folder / "config.json").write_text(json.dumps({**config, **settings}))


def updated_by_old(folder: Path, work: Path, interpreter: list[str]) -> None:
    """Have the modules of 502560e take this application, as they do on a board."""
    for path, source in json.loads(zlib.decompress(base64.b64decode(RECORDED["updater"]))).items():
        (work / "old" / path).parent.mkdir(parents=True, exist_ok=True)
        (work / "old" / path).write_text(source)
    build_modules(work / "new")
    whole = bundle(work / "new", KEY)
    (work / "bundle").write_bytes(whole)
    digest = hashlib.sha256(whole).hexdigest()
    (work / "take.py").write_text(UPDATE.format(old=work / "old", bundle=work / "bundle", digest=digest))
    done = subprocess.run(
        [*interpreter, str(work / "take.py")], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def told_before(messages: list[Any]) -> dict[tuple[str, int], dict[str, Any]]:
    """Return (boot, number) -> event of what earlier boots saw, opened where it was sealed."""
    told: dict[tuple[str, int], dict[str, Any]] = {}
    for message in messages:
        if message.origin == message.boot:
            continue
        for place, event in enumerate(message.events):
            told[message.origin, message.seq + place] = {"kind": event.kind, "antenna": event.antenna}
        opener = Opener(KEY, DEVICE, message.origin)
        for place, frame in enumerate(message.sealed):
            told[message.origin, message.seq + place] = json.loads(opener.event(message.seq + place, frame) or b"")
    return told


async def check(node: VirtualNode, ear: Any) -> None:
    """Look that the node goes on where the old application stopped."""
    await ear.until(lambda: len(told_before(ear.messages)) == 6, 20)
    told = told_before(ear.messages)

    assert node.boot.startswith("3-"), "the counter of boots goes on"
    assert [(told[FIRST, seq]["kind"], told[FIRST, seq]["antenna"]) for seq in range(1, 5)] == [
        ("card_read", "a01"), ("card_read", "a02"), ("card_moved", "a03"), ("fault", "a05"),
    ]  # fmt: skip
    assert {(told[SECOND, seq]["kind"], told[SECOND, seq]["uid"]) for seq in (1, 2)} == {
        ("card_read", ACE), ("card_read", KING),
    }  # fmt: skip
    assert all(b'"log_id":"log-1"' in payload for payload in ear.payloads if b'"state":"online"' in payload)


async def test_a_board_of_502560e_takes_this_application_by_update_and_goes_on(
    broker: Any, hear: Callable[[], Any], tmp_path: Path, interpreter: list[str]
) -> None:
    board = tmp_path / "flash"
    lay(board, broker.port)
    updated_by_old(board, tmp_path / "work", interpreter)
    assert json.loads((board / "active").read_text())["good"] is False, "on trial"

    async with hear() as ear:
        node = await VirtualNode.from_flash(board, DEVICE, interpreter)
        try:
            await check(node, ear)
            await ear.until(lambda: b"u-1" in b"".join(opened(ear.messages, node.boot)), 20)
        finally:
            await node.stop()

    assert any(b"runs from app_a" in content for content in opened(ear.messages, node.boot))
    assert json.loads((board / "active").read_text()) == {"slot": "app_a", "good": True}


def opened(messages: list[Any], boot: str) -> list[bytes]:
    """Return the sealed events of a boot, opened."""
    frames = [
        (message.seq + n, frame)
        for message in messages
        if message.origin == boot
        for n, frame in enumerate(message.sealed)
    ]
    return [Opener(KEY, DEVICE, boot).event(seq, frame) or b"" for seq, frame in frames]


async def test_a_board_of_502560e_takes_this_application_by_cable_and_goes_on(
    plug: Plug, broker: Any, hear: Callable[[], Any], interpreter: list[str]
) -> None:
    app = typer.Typer()
    app.command()(flash.main)
    with plug(image=image_for(0)) as board:
        lay(board.folder, broker.port, sealed=False)
        done = CliRunner().invoke(app, ["--port", board.port, "--app-only"])
    assert done.exit_code == 0, done.output
    assert (board.folder / "main.py").read_text() == RECORDED["text"]["main.py"], "what starts it is as it was"
    gone = set(RECORDED["application"]) - {Path(name).with_suffix(".mpy").as_posix() for name in modules()}
    assert gone, "modules have other names now"
    assert [path for path in sorted(gone) if (board.folder / path).exists()] == []

    async with hear() as ear:
        node = await VirtualNode.from_flash(board.folder, DEVICE, interpreter)
        try:
            await check(node, ear)
        finally:
            await node.stop()


def test_what_boards_of_502560e_ask_of_an_application_is_still_there(tmp_path: Path) -> None:
    """Their `main.py` begins it, and an update replaces neither that nor `boot.py`."""
    build_modules(tmp_path)
    boards = [path for path in RECORDED["application"] if path.startswith("firmware/boards/")]

    assert len(boards) == 4
    for needed in (*boards, "edge/__init__.mpy", "firmware/__init__.mpy", "firmware/main.mpy"):
        assert needed in RECORDED["application"]
        assert (tmp_path / needed).exists()
    assert RECORDED["text"]["main.py"] == 'from firmware import main\n\nmain.start("esp32_devkitc")\n'
