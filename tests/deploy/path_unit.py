"""Stands for systemd: does what deploy/ebs-logins.path and ebs-logins.service say, with another folder."""

from __future__ import annotations

import asyncio
import re
import shlex
from collections.abc import Callable
from pathlib import Path

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
FOLDER = "/var/lib/ebs-logins"
RELOAD = "/bin/systemctl reload mosquitto.service"


def said(unit: str, name: str) -> list[str]:
    """Return the values of a setting in a unit."""
    return re.findall(rf"^{name}=(.+)$", (DEPLOY / unit).read_text(), re.MULTILINE)


class PathUnit:
    """Run `run` as a task. reload: has mosquitto read again; returns False where none runs.

    A program that fails ends the service, as with Type=oneshot. When the service has ended, the path is looked at anew.
    """

    def __init__(self, folder: Path, reload: Callable[[], bool]) -> None:
        assert said("ebs-logins.service", "Type") == ["oneshot"]
        assert said("ebs-logins.service", "StartLimitIntervalSec") == ["0"], "else systemd stops after five changes"
        (path,) = said("ebs-logins.path", "PathExists")
        self._path = Path(path.replace(FOLDER, str(folder)))
        self._lines = [line.replace(FOLDER, str(folder)) for line in said("ebs-logins.service", "ExecStart")]
        self._reload = reload

    async def run(self) -> None:
        while True:
            if self._path.exists():
                await self._serve()
            await asyncio.sleep(0.01)

    async def _serve(self) -> None:
        for line in self._lines:
            if line == RELOAD:
                if not self._reload():
                    return
                continue
            process = await asyncio.create_subprocess_exec(*shlex.split(line))
            if await process.wait():
                return
