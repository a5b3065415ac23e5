"""Where the lines of the guides are typed: a checkout for each page, and a venue's broker. Knows no line."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pty
import shutil
import tty
import urllib.request
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from collector.system import free_port
from tests.guides.pages import ROOT
from tests.tools.hardware.conftest import UsbBoard, image_for

IMAGE = "ESP32_GENERIC-20250415-v1.25.0.bin"


def fetched(url: str) -> str:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return str(answer.read().decode())


class Room:
    """A checkout of its own for a page: links to ours, and a folder `dev` with the serial port."""

    def __init__(self, folder: Path, board: UsbBoard) -> None:
        self.folder = folder / "ebs"
        self.folder.mkdir(parents=True)
        for entry in ROOT.iterdir():
            if entry.name not in {"data", ".git"}:
                (self.folder / entry.name).symlink_to(entry)
        for name in ("dev", "etc"):
            (folder / name).mkdir()
        self.dev, self.etc = folder / "dev", folder / "etc"
        self.board = board
        self.plug(board.port)
        (self.folder / IMAGE).write_bytes(image_for(0))

    def plug(self, port: str) -> None:
        """Let /dev/ttyUSB0 be another port."""
        (self.dev / "ttyUSB0").unlink(missing_ok=True)
        (self.dev / "ttyUSB0").symlink_to(port)


class Venue:
    """mosquitto with the configuration of a page, on free ports, and the collector's password beside it."""

    def __init__(self, folder: Path, text: str, environment: dict[str, str]) -> None:
        self.folder = folder
        self._environment = environment
        (folder / "data").mkdir(parents=True)
        (folder / ".venv").symlink_to(ROOT / ".venv")
        mqtt, websocket = free_port(), free_port()
        self.settings = {"EBS_BROKER_PORT": str(mqtt), "EBS_BROKER_WS_PORT": str(websocket)}
        for old, new in (("/etc/mosquitto", str(folder)), ("1883", str(mqtt)), ("9001", str(websocket))):
            assert old in text
            text = text.replace(old, new)
        (folder / "venue.conf").write_text(text + ("\nuser root\n" if os.geteuid() == 0 else "\n"))
        shutil.copy(ROOT / "mosquitto" / "acl.example", folder / "ebs.acl")
        credentials = folder / "data" / "credentials.json"
        credentials.write_text(json.dumps({"collector": "collector"}))
        credentials.chmod(0o600)

    async def start(self) -> None:
        await passwords_at(self.folder / "ebs.passwords", self._environment)
        for name in ("ebs.passwords", "ebs.acl"):
            (self.folder / name).chmod(0o644 if os.geteuid() == 0 else 0o600)
        program = shutil.which("mosquitto", path=self._environment["PATH"])
        assert program
        self._process = await asyncio.create_subprocess_exec(
            program, "-c", str(self.folder / "venue.conf"), stderr=asyncio.subprocess.DEVNULL
        )

    async def stop(self) -> None:
        self._process.terminate()
        await self._process.wait()


async def passwords_at(file: Path, environment: dict[str, str]) -> None:
    """Make a password file with the collector's login, whose password is its name."""
    program = shutil.which("mosquitto_passwd", path=environment["PATH"])
    assert program
    file.touch(mode=0o600)
    process = await asyncio.create_subprocess_exec(program, "-b", str(file), "collector", "collector")
    assert await process.wait() == 0


@contextlib.asynccontextmanager
async def on_the_wire(flash: Path, config: Mapping[str, object], interpreter: list[str]) -> AsyncIterator[str]:
    """Run a node that speaks over a serial line, a card on its table; yield the port."""
    flash.mkdir()
    (flash / "config.json").write_text(json.dumps(config))
    end, port = pty.openpty()
    tty.setraw(end)
    tty.setraw(port)
    process = await asyncio.create_subprocess_exec(
        *interpreter, str(ROOT / "tests" / "tools" / "serial_inside.py"), "1",
        cwd=flash, env={**os.environ, "MICROPYPATH": f"{ROOT}:.frozen"}, stdin=end, stdout=end, stderr=end,
    )  # fmt: skip
    try:
        yield os.ttyname(port)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        os.close(end)
        os.close(port)
