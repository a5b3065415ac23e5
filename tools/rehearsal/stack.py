"""A whole EBS on this machine: mosquitto, collector, web and node as child processes on loopback and free ports.

Starts them, starts again what dies, stops exactly what it started. Every start is told: `collector pid N`.
Collector and web are two processes, so that whoever reads hands holds up no card (ADR 20).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import ssl
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from collector.broker.admitted.dynsec import admin_password
from collector.broker.keyfile import KEYS, keep_key, new_key, read_keys
from collector.broker.link import Address
from collector.broker.logins import INSTALLER, Logins
from collector.broker.mosquitto import Mosquitto
from collector.certificates.contexts import trusting
from collector.certificates.kept import AUTHORITY, PAGES, SERVERS, Kept
from collector.errors import BrokerError, CollectorError
from collector.system import append_private, end_process, keep_short, private_folder
from tools.rehearsal.demo import DEVICE
from tools.rehearsal.held import held_anywhere, port_of
from tools.virtual.node import VirtualNode

_READY_S = 20.0
_AGAIN_S = 0.2
_LOOK_S = 10.0
LARGEST_LOG = 64 * 1024 * 1024
"""Bytes of a log of the folder; the one before is kept beside it."""
DEALER = "dealer"
OPERATOR = "operator"
FELT = "felt"
"""The login of the people at a virtual table, who see their cards."""
HAND = "installer-2"
"""The login of whoever moves the readers of a virtual table."""


class StackError(Exception):
    """A part of the stack did not start, or died and cannot be started again."""


@dataclass(frozen=True)
class Ports:
    """Where a stack listens, on loopback. 0, None: wherever there is room.

    http, health: the sockets of web and collector, which the stack closes at its end.
    """

    http: socket.socket | None = None
    health: socket.socket | None = None
    mqtt: int = 0
    ws: int = 0
    tls: int = 0


class _Service:
    """One role of `ebs serve`, with its log beside the data. Started again and again, it stays the same object.

    listener: its port, which this process holds: nobody else can answer there.
    """

    def __init__(
        self,
        role: str,
        folder: Path,
        listener: socket.socket,
        environment: Mapping[str, str],
        *,
        say: Callable[[str], None],
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self.role = role
        scheme = "https" if "EBS_HTTP_CERTIFICATE" in environment else "http"
        self.url = f"{scheme}://127.0.0.1:{port_of(listener)}"
        self.listener = listener
        self._log = folder / f"{role}.log"
        self._environment = {**environment, "EBS_HTTP_PORT": str(port_of(listener))}
        self._say = say
        self._trust = trust
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start the process; it may take a while until it is ready."""
        others = {name: value for name, value in os.environ.items() if not name.startswith("EBS_")}
        with os.fdopen(append_private(self._log), "ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "tools.cli", "serve", "--role", self.role, "--listener", str(self.listener.fileno())),
                env={**others, **self._environment},
                pass_fds=[self.listener.fileno()],
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._say(f"{self.role} pid {self.process.pid}")

    async def ready(self) -> None:
        """Return when every part of it works. Raises StackError with its last words.

        A collector that folds a long log says so, and is waited for.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _READY_S
        while True:
            ready, checks = await asyncio.to_thread(_readiness, self.url, self._trust)
            if ready:
                return
            if checks.get("log") is False:
                deadline = loop.time() + _READY_S
            ended = self.process is None or self.process.returncode is not None
            if ended or loop.time() > deadline:
                raise StackError(f"the {self.role} did not start: {self._last_words()}; see {self._log}")
            await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """End it as a power cut would."""
        if self.process and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    async def keep(self, stopping: Callable[[], bool]) -> None:
        """Start it again whenever it ends, until `stopping`. One that dies at once, again and again, is given up."""
        quick_deaths = 0
        while self.process is not None:
            began = asyncio.get_running_loop().time()
            status = await self.process.wait()
            if stopping():
                return
            quick_deaths = quick_deaths + 1 if asyncio.get_running_loop().time() - began < 1 else 0
            if quick_deaths > 5:  # noqa: PLR2004 - five are no accident
                raise StackError(f"the {self.role} ended with {status} again and again: {self._last_words()}")
            await asyncio.sleep(_AGAIN_S if quick_deaths else 0)
            await self.start()

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            lines = self._log.read_text(errors="replace").splitlines()
            return lines[-1][:300] if lines else "no word in its log"
        return "no log"


class Stack:
    """Broker, collector and web in `folder`. `say` gets a line for every process that starts.

    tls: pages are served over TLS, with the certificates of the folder, and so is the broker to browsers and to nodes.
    """

    def __init__(
        self,
        folder: Path,
        *,
        say: Callable[[str], None],
        ports: Ports | None = None,
        listen: str | None = None,
        tls: bool = False,
    ) -> None:
        self.folder = folder.absolute()
        if trouble := private_folder(self.folder):
            say(trouble)
        ports = ports or Ports()
        self._say = say
        self.listen = listen
        self._keys_seen = _changed(self.folder / KEYS)
        self._kept = Kept.of(self.folder) if tls else None
        trust, shown = None, {}
        if self._kept:
            self._kept.for_this_machine(listen, datetime.now(UTC))
            trust = trusting(self._kept.certificate(AUTHORITY))
            shown = {
                "EBS_HTTP_CERTIFICATE": str(self._kept.certificate(PAGES)),
                "EBS_HTTP_KEY": str(self._kept.key(PAGES)),
            }
        self._shown_seen = self._certificates_changed()
        self.broker = Mosquitto(
            self.folder / "broker", logins_of(self.folder), ports.mqtt, ports.ws, listen,
            certificates=self._kept, tls_port=ports.tls, admin=admin_password(self.folder),
        )  # fmt: skip
        pages, health = ports.http or held_anywhere(), ports.health or held_anywhere()
        self._collector = _Service("collector", self.folder, health, self._settings(), say=say)
        self._web = _Service("web", self.folder, pages, {**self._settings(), **shown}, say=say, trust=trust)
        self._stopping = False

    @property
    def url(self) -> str:
        """Where pages and REST are."""
        return self._web.url

    @property
    def http_port(self) -> int:
        """The port of pages and REST."""
        return port_of(self._web.listener)

    @property
    def collector_url(self) -> str:
        """Where the collector's health and metrics are."""
        return self._collector.url

    @property
    def collector_pid(self) -> int | None:
        """The collector's process, None while there is none."""
        return self._collector.process.pid if self._collector.process else None

    def login(self, user: str) -> Address:
        """Return what a client of this stack connects with."""
        return Address("127.0.0.1", self.broker.port, user, self.broker.logins.passwords[user])

    def device_key(self) -> bytes:
        """Return the demo node's key, made once per folder."""
        key = read_keys(self.folder / KEYS).get(DEVICE)
        return key or keep_key(self.folder / KEYS, DEVICE, new_key())

    async def start(self) -> None:
        """Start broker, collector and web; return when all are ready. Raises StackError with what to do."""
        try:
            await self.broker.start()
        except BrokerError as error:
            raise StackError(str(error)) from error
        self._say(f"mosquitto pid {self.broker.pid}")
        self.device_key()
        await self._collector.start()
        await self._web.start()
        await self._collector.ready()
        await self._web.ready()

    async def supervise(self) -> None:
        """Start again what dies, until cancelled. What dies at once, again and again, is given up."""
        async with asyncio.TaskGroup() as group:
            for service in (self._collector, self._web):
                group.create_task(service.keep(lambda: self._stopping))
            group.create_task(self._keep_broker())
            group.create_task(self._keep_logins())
            if self._kept:
                group.create_task(self._keep_certificates())
            group.create_task(self._keep_logs_short())

    async def stop(self) -> None:
        """Stop what this stack started, in order: web, collector, broker."""
        self._stopping = True
        for service in (self._web, self._collector):
            await end_process(service.process)
            service.listener.close()
        await self.broker.stop()

    async def restart_collector(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Kill the collector as a power cut would, call `meanwhile`, start it again. Not beside `supervise`."""
        await self._collector.kill()
        meanwhile()
        await self._collector.start()
        await self._collector.ready()

    async def restart_broker(self) -> None:
        """Kill the broker and start it again. Not beside `supervise`."""
        assert self.broker.pid is not None
        os.kill(self.broker.pid, signal.SIGKILL)
        await self.broker.wait()
        await self.broker.start()

    def _settings(self) -> Mapping[str, str]:
        return {
            "EBS_DATA": str(self.folder),
            "EBS_BROKER_PORT": str(self.broker.port),
            "EBS_BROKER_WS_PORT": str(self.broker.ws_port),
            # On loopback, for whoever sits here: hands without sign-in, as often as anybody likes.
            "EBS_ANONYMOUS": "hands",
            "EBS_LIMIT_ANONYMOUS": "0",
            "EBS_SECOND_FACTOR": "nobody",
            "EBS_LOG_LEVEL": os.environ.get("EBS_LOG_LEVEL", "INFO"),
        }

    async def _keep_broker(self) -> None:
        while True:
            status = await self.broker.wait()
            if self._stopping:
                return
            self._say(f"mosquitto ended with {status}, starting it again")
            await asyncio.sleep(_AGAIN_S)
            await self.broker.start()
            self._say(f"mosquitto pid {self.broker.pid}")

    async def _keep_logins(self) -> None:
        """A node that is provisioned may connect at once."""
        while True:
            await asyncio.sleep(_AGAIN_S)
            if (now := _changed(self.folder / KEYS)) != self._keys_seen:
                self._keys_seen = now
                try:
                    await self.broker.renew(logins_of(self.folder))
                except CollectorError as error:
                    self._say(f"no new logins: {error}")
                else:
                    self._say("the broker took new logins")

    async def _keep_certificates(self) -> None:
        """A certificate that was renewed is shown to the next that connects."""
        while True:
            await asyncio.sleep(_LOOK_S)
            if (now := self._certificates_changed()) != self._shown_seen:
                self._shown_seen = now
                self.broker.reload()
                self._say("the broker read its certificates again; browsers get the new one at its next start")

    def _certificates_changed(self) -> list[int]:
        return [_changed(self._kept.certificate(name)) for name in SERVERS] if self._kept else []

    async def _keep_logs_short(self) -> None:
        """Nobody rotates the logs of a folder, and what fills them comes from outside, too."""
        while True:
            for log in ("collector.log", "web.log", "run.log", "broker/mosquitto.log"):
                with contextlib.suppress(OSError):
                    await asyncio.to_thread(keep_short, self.folder / log, LARGEST_LOG)
            await asyncio.sleep(_LOOK_S)


async def start_node(
    stack: Stack,
    interpreter: Sequence[str],
    *,
    report: Callable[[str], None],
    queued: Callable[[str, int, int], None] | None = None,
) -> VirtualNode:
    """Start the demo node of a stack. It ends with this process, or by its own `stop`. `queued`: see VirtualNode."""
    user = stack.login(DEVICE)
    return await VirtualNode.start(
        stack.folder / "node", DEVICE, stack.device_key(), user.host, user.port, user.username, user.password,
        interpreter, report=report, queued=queued,
    )  # fmt: skip


def logins_of(folder: Path) -> Logins:
    """Return the logins of a data folder: the roles, the consoles, and every node that has a key."""
    nodes = {DEVICE, *read_keys(folder / KEYS)}
    return Logins.kept_in(
        folder / "credentials.json",
        consoles=(OPERATOR, DEALER),
        nodes=tuple(sorted(nodes)),
        further={FELT: "programme", HAND: INSTALLER},
    )


def _changed(path: Path) -> int:
    with contextlib.suppress(OSError):
        return path.stat().st_mtime_ns
    return 0


def _readiness(url: str, trust: ssl.SSLContext | None) -> tuple[bool, Mapping[str, bool]]:
    """Return whether a role is ready, and which of its parts are."""
    try:
        with urllib.request.urlopen(f"{url}/health/ready", timeout=2, context=trust) as answer:  # noqa: S310 - our own address
            return True, json.load(answer)["checks"]
    except urllib.error.HTTPError as error:
        with error, contextlib.suppress(ValueError, KeyError):
            return False, json.load(error)["checks"]
    except OSError:
        pass
    return False, {}
