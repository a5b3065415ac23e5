"""Collector and web as two users of this machine, as under systemd: real processes, a group that both are in.

Needs root, and a Python that other users may run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from collector.broker.admitted.dynsec import admin_password
from collector.broker.logins import WEB, Logins
from collector.broker.mosquitto import Mosquitto
from collector.system import free_port, make_all_private, write_private

COLLECTOR: Final = 61_001
WEB_USER: Final = 61_002
GROUP: Final = 61_003
ROOT: Final = Path(__file__).resolve().parents[2]
_HAS_ALL: Final = "import collector.service, tools.cli"
_PROGRAMS: Final = (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3")


def environment() -> dict[str, str]:
    """Return what a Python of another user needs to find EBS and its packages."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{sysconfig.get_path('purelib')}:{ROOT}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def interpreter() -> str | None:
    """Return a Python with all that EBS needs that another user may run here; None where there is none."""
    if os.geteuid() != 0:
        return None
    for program in _PROGRAMS:
        try:
            if _as(WEB_USER, [program, "-c", _HAS_ALL], stderr=subprocess.DEVNULL).wait(60) == 0:
                return program
        except OSError:
            continue
    return None


def _as(
    user: int, command: Sequence[str], *, more: dict[str, str] | None = None, **options: int
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command, env=environment() | (more or {}), user=user, group=user, extra_groups=[GROUP], cwd="/",
        start_new_session=True, umask=0o077, **options,
    )  # fmt: skip


class Venue:
    """Broker, collector and web. Each has a folder; two more are for the stores that both use."""

    def __init__(self, python: str) -> None:
        self.python = python
        self._home = tempfile.TemporaryDirectory(prefix="ebs-two-users-", ignore_cleanup_errors=True)
        self.folder = Path(self._home.name)
        self.folder.chmod(0o711)
        self.vault, self.web_data = self._made("ebs", COLLECTOR), self._made("ebs-web", WEB_USER)
        self.read, self.app = self._made("ebs-read", COLLECTOR), self._made("ebs-app", WEB_USER)
        self.http, self.health = free_port(), free_port()
        self.logins = Logins.kept_in(self.folder / "credentials.json", consoles=("operator",), nodes=())
        admin = admin_password(self.folder)
        self.broker = Mosquitto(self.folder / "broker", self.logins, admin=admin)
        self._give(self.vault / "broker-admin", admin, COLLECTOR)
        self._give(self.vault / "credentials.json", json.dumps(self.logins.passwords), COLLECTOR)
        self._give(self.web_data / "credentials.json", json.dumps({WEB: self.logins.passwords[WEB]}), WEB_USER)
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http}"

    @property
    def health_url(self) -> str:
        return f"http://127.0.0.1:{self.health}"

    def start(self, role: str) -> None:
        """Start collector or web, as its user."""
        user, data, port = (
            (COLLECTOR, self.vault, self.health) if role == "collector" else (WEB_USER, self.web_data, self.http)
        )
        command = [self.python, "-m", "tools.cli", "serve", "--role", role, "--port", str(port)]
        with (self.folder / f"{role}.log").open("ab") as log:
            self.running[role] = _as(
                user,
                command,
                more=self.settings(data),
                stdin=subprocess.DEVNULL,
                stdout=log.fileno(),
                stderr=log.fileno(),
            )

    def settings(self, data: Path) -> dict[str, str]:
        """Return the settings of both units."""
        return {
            "EBS_DATA": str(data),
            "EBS_SHARED_GROUP": str(GROUP),
            "EBS_READMODEL_DATABASE": f"sqlite:///{self.read}/readmodel.db",
            "EBS_APP_URL": f"sqlite:///{self.app}/app.db",
            "EBS_BROKER_PORT": str(self.broker.port),
            "EBS_BROKER_WS_PORT": str(self.broker.ws_port),
        }

    def verb(self, user: int, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Type a verb of `ebs` as one of the two users."""
        data = self.vault if user == COLLECTOR else self.web_data
        return subprocess.run(
            [self.python, "-m", "tools.cli", *arguments], env=environment() | self.settings(data), user=user,
            group=user, extra_groups=[GROUP], cwd="/", umask=0o077, capture_output=True, text=True, check=False,
            timeout=60,
        )  # fmt: skip

    def looks(self, program: str, *arguments: str, user: int = WEB_USER) -> str:
        """Run a program as a user, and return what it prints. That of the web: a web that was taken over."""
        done = subprocess.run(
            [self.python, "-c", program, *arguments], env=environment() | self.settings(self.web_data), user=user,
            group=user, extra_groups=[GROUP], cwd="/", capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
        return done.stdout

    def kill(self, role: str) -> None:
        """End a process as a power cut would."""
        process = self.running.pop(role)
        process.kill()
        process.wait()

    def end(self, role: str) -> int:
        """End a process in order; return its status."""
        process = self.running.pop(role)
        process.terminate()
        return process.wait(20)

    async def close(self) -> None:
        for role in list(self.running):
            self.kill(role)
        await self.broker.stop()
        self._home.cleanup()

    def _made(self, name: str, user: int) -> Path:
        path = self.folder / name
        make_all_private(path)
        os.chown(path, user, GROUP if name in {"ebs-read", "ebs-app"} else user)
        return path

    def _give(self, path: Path, text: str, user: int) -> None:
        write_private(path, text)
        os.chown(path, user, user)
