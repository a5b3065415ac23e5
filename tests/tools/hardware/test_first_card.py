"""From a bare board to the first card in the collector's log, with no hardware: every step an installer takes."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from collector.broker.keyfile import read_keys
from collector.broker.logins import INSTALLER
from tests.e2e.waiting import eventually
from tests.tools.hardware.conftest import Plug, digest
from tests.tools.hardware.typed import ebs
from tools.rehearsal.stack import KEYS, Stack
from tools.verbs.doctor import examine
from tools.virtual.node import VirtualNode

pytestmark = [pytest.mark.node, pytest.mark.broker]
ACE = "04a1b2c3d4e5f6"


def facts(data: Path) -> list[tuple[str, str]]:
    """Return device and kind of every fact."""
    with closing(sqlite3.connect(f"file:{data / 'log.db'}?mode=ro", uri=True)) as log:
        return log.execute("SELECT device, kind FROM facts ORDER BY stream, position").fetchall()


async def test_flash_provision_boot_and_the_first_card_is_in_the_log(
    plug: Plug, image: Path, tmp_path: Path, interpreter: list[str]
) -> None:
    data = tmp_path / "data"
    stack = Stack(data, say=print)
    node = None
    secret = tmp_path / "wifi"
    secret.write_text("correct horse\n")
    try:
        await stack.start()
        supervising = asyncio.create_task(stack.supervise())
        with plug() as board:
            flashed = await ebs("flash", "--port", board.port, "--image", str(image), "--sha256", digest(image))
            told = await ebs(
                "provision", "--port", board.port, "--device", "node-1", "--wifi", "table", "--wifi-password-file",
                str(secret), "--broker", f"127.0.0.1:{stack.broker.port}", "--data", str(data),
            )  # fmt: skip
        key = read_keys(data / KEYS)["node-1"]
        await eventually(lambda: "user node-1" in (data / "broker" / "acl").read_text())

        node = await VirtualNode.from_flash(board.folder, "node-1", interpreter)
        await node.put("a01", ACE)
        await eventually(lambda: ("node-1", "card_read") in facts(data))
        findings = await examine(stack.login(INSTALLER), "node-1", 12)
    finally:
        if node:
            await node.stop()
        supervising.cancel()
        await stack.stop()

    assert [found for found in findings if not found.ok] == [], "born on a real broker, and well"
    assert "3/3 Verified" in flashed
    held = json.loads((board.folder / "config.json").read_text())
    assert held["key"] == key.hex()
    assert held["wifi"] == {"ssid": "table", "password": "correct horse"}
    for kept in (held["key"], held["broker"]["password"], "correct horse"):
        assert kept not in told, "a secret was shown"
    assert node.boot.startswith("1-")
    assert not (board.folder / "edge" / "node.py").exists(), "what ran is what mpy-cross made"
