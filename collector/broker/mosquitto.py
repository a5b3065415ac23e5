"""The embedded broker: mosquitto as a child process, configuration, logins and ACL generated. Knows no table.

Loopback only, free ports, no anonymous client, nothing persisted: the log is the truth, not the broker.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import socket
import subprocess
from pathlib import Path

from collector.broker.admitted.acl_files import ACL, PASSWORDS, write_house
from collector.broker.admitted.dynsec import plugin, write_config
from collector.broker.logins import Logins, hashed_passwords
from collector.certificates.kept import BROKER, PAGES, Kept
from collector.errors import BrokerError
from collector.system import append_private, end_process, free_port, make_all_private, program, user_name, write_private
from collector.wire.base import MESSAGE_LIMIT

_START_S = 10.0
_RUNS = re.compile(rb"mosquitto version \S+ running$", re.MULTILINE)
"""What it says when all its listeners are open."""
_PLUGIN_FILE = "dynamic-security.json"
_ONE_EACH = "use_username_as_clientid true\n"
"""Of each listener: a session belongs to a login, whatever client id its client gives. Before the first listener it
would be of another one, which mosquitto opens at port 1883 of every interface."""
_ONE_EACH_SINCE = (2, 0, 13)
"""Before, a client without a name takes whoever it names as its client id out of the broker's list of clients; when the
broker then reads its files again, it uses memory that it has given back, and dies. No password is needed for that."""


def require_installed() -> None:
    """Raise BrokerError where mosquitto, or its plugin for logins that come and go, is not installed."""
    program("mosquitto")
    plugin()


class Mosquitto:
    """A running mosquitto. `port` speaks MQTT, `ws_port` MQTT over WebSocket, both on 127.0.0.1.

    `listen` is an address of the table's network, where nodes reach `port` too.

    With `certificates`, `ws_port` speaks TLS, and so does `tls_port`: nodes at `listen` reach this one only.
    `admin` is the password of the login that lets others in while the broker runs; without it there are none but
    `logins`.
    """

    def __init__(
        self,
        folder: Path,
        logins: Logins,
        port: int | None = None,
        ws_port: int | None = None,
        listen: str | None = None,
        *,
        certificates: Kept | None = None,
        tls_port: int | None = None,
        admin: str | None = None,
    ) -> None:
        self._folder = folder
        self._listen = listen
        self._certificates = certificates
        self.tls_port = (tls_port or free_port()) if certificates else None
        self.logins = logins
        self.port = port or free_port()
        self.ws_port = ws_port or free_port()
        self._process: asyncio.subprocess.Process | None = None
        self._admin = admin
        self._one_each = ""

    @property
    def pid(self) -> int:
        """Process id; raises BrokerError before start."""
        if self._process is None:
            raise BrokerError("the broker is not started")
        return self._process.pid

    async def start(self) -> None:
        """Start, and return when it answers. Raises BrokerError with mosquitto's own words."""
        mosquitto = program("mosquitto")
        self._one_each = one_each(await asyncio.to_thread(version_of, mosquitto))
        await asyncio.to_thread(self._configure)
        log = append_private(self._folder / "mosquitto.log")
        before = os.fstat(log).st_size
        self._process = await asyncio.create_subprocess_exec(
            mosquitto,
            "-c",
            str(self._folder / "mosquitto.conf"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C in the terminal is ours to handle, in order
        )
        os.close(log)
        await self._runs(before)

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
        self.reload()

    def reload(self) -> None:
        """Have it read logins and certificates again; whoever is connected stays."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGHUP)

    def _configure(self) -> None:
        make_all_private(self._folder)
        self._write_logins()
        write_private(self._folder / "mosquitto.conf", self._configuration())
        if self._admin:
            write_config(self._folder / _PLUGIN_FILE, self._admin)

    def _write_logins(self) -> None:
        lines = hashed_passwords(self.logins.passwords)
        write_house(self._folder, lines, self.logins.acl())

    def _configuration(self) -> str:
        others = [self._listen] if self._listen and self._listen != "127.0.0.1" else []
        nodes = self._tls_listeners(("127.0.0.1", *others)) or "".join(
            f"listener {self.port} {each}\n{self._one_each}" for each in others
        )
        return f"""# Written at every start. A venue's configuration: mosquitto/ in the source.
per_listener_settings false
# Started by root it would become another user, who may not read this folder.
user {user_name()}
allow_anonymous false
password_file {self._folder / PASSWORDS}
acl_file {self._folder / ACL}
{self._lets_in()}persistence false
set_tcp_nodelay true
max_inflight_messages 1000
max_queued_messages 100000
max_packet_size {MESSAGE_LIMIT + 1024}
log_dest stderr
# The collector hears there who connects, with the login that makes logins; no other login may.
log_dest topic
log_type error
log_type warning
log_type notice
# It says so when it runs.
log_type information
listener {self.port} 127.0.0.1
{self._one_each}{nodes}listener {self.ws_port} 127.0.0.1
{self._one_each}protocol websockets
# Without this line a WebSocket listener binds every interface.
socket_domain ipv4
{self._shown(PAGES)}"""

    def _tls_listeners(self, addresses: tuple[str, ...]) -> str:
        return "".join(
            f"listener {self.tls_port} {address}\n{self._one_each}{self._shown(BROKER)}"
            for address in addresses
            if self._certificates
        )

    def _shown(self, name: str) -> str:
        """Return the lines of a listener that shows this certificate."""
        if self._certificates is None:
            return ""
        certificate, key = self._certificates.certificate(name), self._certificates.key(name)
        return f"certfile {certificate.absolute()}\nkeyfile {key.absolute()}\ntls_version tlsv1.2\n"

    def _lets_in(self) -> str:
        if not self._admin:
            return ""
        # Asked for whoever is not in the two files above.
        return f"plugin {plugin()}\nplugin_opt_config_file {self._folder / _PLUGIN_FILE}\n"

    async def _runs(self, before: int) -> None:
        """Return when it has said itself that it listens: whoever lets us in at its port may be another program.

        before: bytes of its log until this start.
        """
        deadline = asyncio.get_running_loop().time() + _START_S
        while not _RUNS.search(self._said(before)):
            ended = self._process is None or self._process.returncode is not None
            if ended or asyncio.get_running_loop().time() > deadline:
                taken = self._taken() if ended else ""
                raise BrokerError(f"mosquitto did not start: {self._last_words()}{taken}")
            await asyncio.sleep(0.02)

    def _said(self, before: int) -> bytes:
        with (self._folder / "mosquitto.log").open("rb") as log:
            log.seek(before)
            return log.read()

    def _taken(self) -> str:
        """Return what to do where another program has one of its ports, else ""."""
        places = [
            (address, port)
            for address in {"127.0.0.1", self._listen or "127.0.0.1"}
            for port in (self.port, self.ws_port, self.tls_port)
            if port
        ]
        taken = [f"{address}:{port}" for address, port in sorted(places) if not _is_free(address, port)]
        return f"; another program has {', '.join(taken)}: end it, or start again with another port" if taken else ""

    def _last_words(self) -> str:
        lines = (self._folder / "mosquitto.log").read_text(errors="replace").splitlines()
        return " / ".join(lines[-3:]) or f"no answer in {_START_S:.0f} s"


def version_of(mosquitto: str) -> tuple[int, ...]:
    """Return the version of a mosquitto, () where it tells none."""
    asked = [mosquitto, "-h"]
    said = subprocess.run(asked, capture_output=True, text=True, timeout=_START_S, check=False).stdout  # noqa: S603
    found = re.match(r"mosquitto version (\d+)\.(\d+)\.(\d+)", said)
    return tuple(int(part) for part in found.groups()) if found else ()


def one_each(version: tuple[int, ...]) -> str:
    """Return the line of each listener that gives a session to a login; "" for a version where it does harm."""
    return _ONE_EACH if version >= _ONE_EACH_SINCE else ""


def _is_free(address: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((address, port))
        return True
    return False
