"""The embedded broker: mosquitto as a child process, configuration, logins and ACL generated. Knows no table.

Loopback only, free ports, no anonymous client, nothing persisted: the log is the truth, not the broker.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pwd
import signal
from pathlib import Path

from collector.broker.logins import Logins, hashed_passwords
from collector.errors import BrokerError
from collector.system import end_process, free_port, program, write_private
from collector.wire.base import MESSAGE_LIMIT

_START_S = 10.0


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
        mosquitto = program("mosquitto")
        await asyncio.to_thread(self._configure)
        log = (self._folder / "mosquitto.log").open("ab")
        self._process = await asyncio.create_subprocess_exec(
            mosquitto,
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


async def _accepts(port: int) -> bool:
    with contextlib.suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        return True
    return False
