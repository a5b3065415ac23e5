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
import signal
import socket
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from collector.errors import BrokerError
from collector.wire.base import MESSAGE_LIMIT

_START_S = 10.0
INSTALLER = "installer"
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
    "read dev/+/status",
    "read dev/+/health",
    "write table/+/command/{user}",
    "read table/+/reply/{user}",
    "write house/command/{user}",
    "read house/reply/{user}",
)
_INSTALLER = (*_CONSOLE, "read dev/+/event")
"""Sets tables and decks up, so it hears tags. Not for whoever runs a table."""
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
        users = (*_ROLES, INSTALLER, *consoles, *nodes)
        made = {user: secrets.token_urlsafe(24) for user in users if user not in known}
        if made:
            write_private(path, json.dumps({**known, **made}, indent=1))
        return cls({user: {**known, **made}[user] for user in users}, consoles, nodes)

    def acl(self) -> str:
        """Return mosquitto's ACL: deny by default, one block a user. No `pattern` lines: they hold for everybody."""
        rules = [(role, _ROLES[role]) for role in _ROLES] + [(INSTALLER, _INSTALLER)]
        rules += [(user, _CONSOLE) for user in self.consoles] + [(user, _NODE) for user in self.nodes]
        return "\n\n".join(_block(user, lines) for user, lines in rules) + "\n"


HOUSE_LOGINS = (*_ROLES, INSTALLER)
"""Users that are no node and no console."""


def node_block(device: str) -> str:
    """Return the ACL block of a node: it may speak under its own name only."""
    return _block(device, _NODE)


def _block(user: str, lines: tuple[str, ...]) -> str:
    allowed = [line.format(user=user).split(" ") for line in lines]
    return "\n".join([f"user {user}", *(f"topic {way} ebs/v1/{name}" for way, name in allowed)])


def new_login(path: Path, user: str, password: str) -> None:
    """Give `user` this password in a file of logins."""
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    write_private(path, json.dumps({**known, user: password}, indent=1))


def hashed_passwords(passwords: Mapping[str, str], scratch: Path) -> str:
    """Return mosquitto's password file for these logins; `scratch` holds the plain words for a moment."""
    write_private(scratch, "".join(f"{user}:{word}\n" for user, word in passwords.items()))
    subprocess.run([_program("mosquitto_passwd"), "-U", str(scratch)], check=True, capture_output=True)  # noqa: S603
    return scratch.read_text()


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
    """A running mosquitto. `port` speaks MQTT, `ws_port` MQTT over WebSocket, both on 127.0.0.1.

    `listen` is an address of the table's network, where nodes reach `port` too.
    """

    def __init__(
        self,
        folder: Path,
        logins: Logins,
        port: int | None = None,
        ws_port: int | None = None,
        listen: str | None = None,
    ) -> None:
        self._folder = folder
        self._listen = listen
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

    async def renew(self, logins: Logins) -> None:
        """Take other logins without letting go of whoever is connected."""
        self.logins = logins
        await asyncio.to_thread(self._write_logins)
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGHUP)

    def _configure(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._write_logins()
        write_private(self._folder / "mosquitto.conf", self._configuration())

    def _write_logins(self) -> None:
        passwords = self._folder / "passwords"
        write_private(passwords, hashed_passwords(self.logins.passwords, self._folder / "plain"))
        (self._folder / "plain").unlink()
        write_private(self._folder / "acl", self.logins.acl())

    def _configuration(self) -> str:
        user = pwd.getpwuid(os.getuid()).pw_name
        nodes = f"listener {self.port} {self._listen}\n" if self._listen not in {None, "127.0.0.1"} else ""
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
{nodes}listener {self.ws_port} 127.0.0.1
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
