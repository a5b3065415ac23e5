"""The embedded broker: mosquitto as a child process, configuration, logins and ACL generated. Knows no table.

Loopback only, free ports, no anonymous client, nothing persisted: the log is the truth, not the broker.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pwd
import secrets
import shutil
import socket
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from collector.errors import BrokerError
from collector.wire.base import MESSAGE_LIMIT

_START_S = 10.0
_ROLES: Mapping[str, tuple[str, ...]] = {
    "collector": (
        "read dev/+/event",
        "read dev/+/snapshot",
        "read dev/+/status",
        "read dev/+/health",
        "read dev/+/progress",
        "write dev/+/ack",
        "write dev/+/command",
        "read table/+/command/+",
        "read house/command/+",
        "write table/+/reply/+",
        "write house/reply/+",
        "write table/+/public/+",
        "write table/+/live/+",
        "write table/+/alert",
        "write collector/+/status",
    ),
    "programme": ("read table/+/live/+", "read table/+/public/+", "read table/+/alert", "read collector/+/status"),
    "public": ("read table/+/public/+", "read collector/+/status"),
}
_CONSOLE = (
    "read table/+/public/+",
    "read table/+/alert",
    "read collector/+/status",
    "write table/+/command/{user}",
    "read table/+/reply/{user}",
    "write house/command/{user}",
    "read house/reply/{user}",
)
_NODE = (
    "write dev/{user}/status",
    "write dev/{user}/event",
    "write dev/{user}/snapshot",
    "write dev/{user}/health",
    "write dev/{user}/progress",
    "read dev/{user}/status",
    "read dev/{user}/ack",
    "read dev/{user}/command",
)


@dataclass(frozen=True)
class Logins:
    """User names and passwords. `consoles` may command tables, `nodes` are devices."""

    passwords: dict[str, str] = field(repr=False)
    consoles: tuple[str, ...]
    nodes: tuple[str, ...]

    @classmethod
    def kept_in(cls, path: Path, *, consoles: tuple[str, ...], nodes: tuple[str, ...]) -> Logins:
        """Return the logins of a data folder; whoever is missing gets a password, made once. Mode 0600."""
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        users = (*_ROLES, *consoles, *nodes)
        made = {user: secrets.token_urlsafe(24) for user in users if user not in known}
        if made:
            write_private(path, json.dumps({**known, **made}, indent=1))
        return cls({user: {**known, **made}[user] for user in users}, consoles, nodes)

    def acl(self) -> str:
        """Return mosquitto's ACL: deny by default, one block a user. No `pattern` lines: they hold for everybody."""
        rules = [(role, _ROLES[role]) for role in _ROLES]
        rules += [(user, _CONSOLE) for user in self.consoles] + [(user, _NODE) for user in self.nodes]
        blocks = []
        for user, lines in rules:
            allowed = [line.format(user=user).split(" ") for line in lines]
            blocks.append("\n".join([f"user {user}", *(f"topic {way} ebs/v1/{name}" for way, name in allowed)]))
        return "\n\n".join(blocks) + "\n"


def write_private(path: Path, text: str) -> None:
    """Write a file that its owner alone may read, in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    beside.replace(path)


def free_port() -> int:
    """Return a TCP port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Mosquitto:
    """A running mosquitto. `port` speaks MQTT, `ws_port` MQTT over WebSocket, both on 127.0.0.1."""

    def __init__(self, folder: Path, logins: Logins, port: int | None = None, ws_port: int | None = None) -> None:
        self._folder = folder
        self.logins = logins
        self.port = port or free_port()
        self.ws_port = ws_port or free_port()
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """Process id; raises BrokerError before start."""
        if self._process is None:
            raise BrokerError("the broker is not started")
        return self._process.pid

    async def start(self) -> None:
        """Start, and return when it answers. Raises BrokerError with mosquitto's own words."""
        program = _program("mosquitto")
        await asyncio.to_thread(self._configure)
        log = (self._folder / "mosquitto.log").open("ab")
        self._process = await asyncio.create_subprocess_exec(
            program,
            "-c",
            str(self._folder / "mosquitto.conf"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C in the terminal is ours to handle, in order
        )
        log.close()
        await self._answers()

    async def wait(self) -> int:
        """Return its exit status when it has ended."""
        if self._process is None:
            raise BrokerError("the broker is not started")
        return await self._process.wait()

    async def stop(self) -> None:
        """Stop this one process and wait for it."""
        await end_process(self._process)

    def _configure(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        passwords = self._folder / "passwords"
        write_private(passwords, "".join(f"{user}:{word}\n" for user, word in self.logins.passwords.items()))
        subprocess.run([_program("mosquitto_passwd"), "-U", str(passwords)], check=True, capture_output=True)  # noqa: S603
        passwords.chmod(0o600)
        write_private(self._folder / "acl", self.logins.acl())
        write_private(self._folder / "mosquitto.conf", self._configuration())

    def _configuration(self) -> str:
        user = pwd.getpwuid(os.getuid()).pw_name
        return f"""# Written at every start. A venue's configuration: mosquitto/ in the source.
per_listener_settings false
# Started by root it would become another user, who may not read this folder.
user {user}
allow_anonymous false
password_file {self._folder / "passwords"}
acl_file {self._folder / "acl"}
persistence false
set_tcp_nodelay true
max_inflight_messages 1000
max_queued_messages 100000
max_packet_size {MESSAGE_LIMIT + 1024}
log_dest stdout
log_type error
log_type warning
log_type notice
listener {self.port} 127.0.0.1
listener {self.ws_port} 127.0.0.1
protocol websockets
# Without this line a WebSocket listener binds every interface.
socket_domain ipv4
"""

    async def _answers(self) -> None:
        deadline = asyncio.get_running_loop().time() + _START_S
        for port in (self.port, self.ws_port):
            while not await _accepts(port):
                ended = self._process is None or self._process.returncode is not None
                if ended or asyncio.get_running_loop().time() > deadline:
                    raise BrokerError(f"mosquitto did not start: {self._last_words()}")
                await asyncio.sleep(0.02)

    def _last_words(self) -> str:
        lines = (self._folder / "mosquitto.log").read_text(errors="replace").splitlines()
        return " / ".join(lines[-3:]) or f"no answer in {_START_S:.0f} s"


async def end_process(process: asyncio.subprocess.Process | None) -> None:
    """Stop a child of ours and wait for it: SIGTERM, then SIGKILL. One that is not there or has ended is left alone."""
    if process is None or process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), 5)
    except TimeoutError:
        process.kill()
        await process.wait()


async def _accepts(port: int) -> bool:
    with contextlib.suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        return True
    return False


def _program(name: str) -> str:
    # Debian keeps daemons in /usr/sbin, which is not on an ordinary user's path.
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin")
    if not found:
        raise BrokerError(
            f"{name} is not installed. Debian/Ubuntu: sudo apt-get install mosquitto;"
            " Fedora: sudo dnf install mosquitto;"
            " macOS: brew install mosquitto. Without it only `ebs replay`, `ebs equity` and `ebs bench equity` work."
        )
    return found
