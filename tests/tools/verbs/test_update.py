"""`ebs update` against the firmware on MicroPython: sent in pieces, unpacked whole, refused where it is not signed."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from collector.broker.link import Address
from tests.tools.virtual.conftest import DEVICE, KEY, broker, hear, interpreter, start_node
from tools.verbs.update import UpdateError, bundle, update

pytestmark = [pytest.mark.node, pytest.mark.broker]


@pytest.fixture
def application(tmp_path: Path) -> Path:
    folder = tmp_path / "application"
    for path, content in {
        "edge/node.py": "APP = 2\n" * 900,
        "firmware/main.py": "MAIN = 2\n",
        "edge/notes.txt": "no",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content)
    return folder


def place(tmp_path: Path, port: int, key: bytes = KEY) -> tuple[Address, Path]:
    """Return where the broker is, and the collector's data folder."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "device-keys.json").write_text(json.dumps({DEVICE: key.hex()}))
    (data / "device-keys.json").chmod(0o600)
    return Address("127.0.0.1", port, "collector", "p"), data


async def test_a_node_takes_an_application_and_says_that_it_runs(
    start_node: Callable[..., Any],
    broker: Any,
    tmp_path: Path,
    application: Path,
) -> None:
    said: list[str] = []
    node = await start_node()
    sending = asyncio.create_task(update(*place(tmp_path, broker.port), DEVICE, application, say=said.append))
    assert await asyncio.wait_for(node.died, 30) == 0, "it restarts by itself"
    slot = tmp_path / "flash" / "app_a"
    assert (slot / "edge" / "node.py").read_text() == "APP = 2\n" * 900
    assert (slot / "firmware" / "main.py").read_text() == "MAIN = 2\n"
    assert not (slot / "edge" / "notes.txt").exists()
    assert json.loads((tmp_path / "flash" / "active").read_text())["slot"] == "app_a"

    await start_node()

    assert await asyncio.wait_for(sending, 20) == "runs from app_a"
    assert any("100 %" in line for line in said) or any("all there" in line for line in said)
    assert not (tmp_path / "flash" / "update.part").exists()


async def test_an_application_signed_by_somebody_else_is_refused(
    start_node: Callable[..., Any],
    broker: Any,
    tmp_path: Path,
    application: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    node = await start_node()
    forged = bundle(application, bytes(32))
    monkeypatch.setattr("tools.verbs.update.bundle", lambda *_: forged)

    with pytest.raises(UpdateError, match="not signed with this node's key"):
        await asyncio.wait_for(update(*place(tmp_path, broker.port), DEVICE, application, say=print), 30)

    assert not node.died.done()
    assert not (tmp_path / "flash" / "active").exists()


async def test_a_node_that_is_not_there_is_said(
    broker: Any, tmp_path: Path, application: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.verbs.update._HERE_S", 0.2)
    with pytest.raises(UpdateError, match="not online"):
        await update(*place(tmp_path, broker.port), DEVICE, application, say=print)


def test_a_folder_without_an_application_is_said(tmp_path: Path) -> None:
    with pytest.raises(UpdateError, match="holds no application"):
        bundle(tmp_path, KEY)
