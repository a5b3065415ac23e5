"""A whole EBS on this machine: mosquitto, collector and node as child processes on loopback and free ports.

Starts them, starts again what dies, stops exactly what it started. Every start is told: `collector pid N`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from collector.broker.keyfile import KEYS, keep_key, new_key, read_keys
from collector.broker.link import Address
from collector.broker.logins import Logins
from collector.broker.mosquitto import Mosquitto
from collector.errors import BrokerError, CollectorError
from collector.system import end_process, free_port
from tools.rehearsal.demo import DEVICE
from tools.virtual.node import VirtualNode

_READY_S = 20.0
_AGAIN_S = 0.2
DEALER = "dealer"
OPERATOR = "operator"


class StackError(Exception):
    """A part of the stack did not start, or died and cannot be started again."""


@dataclass(frozen=True)
class Ports:
    """Where a stack listens, on loopback. 0: wherever there is room."""

    http: int = 0
    mqtt: int = 0
    ws: int = 0


class Stack:
    """Broker and collector in `folder`. `say` gets a line for every process that starts."""

    def __init__(
        self, folder: Path, *, say: Callable[[str], None], ports: Ports | None = None, listen: str | None = None
    ) -> None:
        self.folder = folder.absolute()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        ports = ports or Ports()
        self.http_port = ports.http or free_port()
        self._say = say
        self.listen = listen
        self._keys_seen = _changed(self.folder / KEYS)
        self.broker = Mosquitto(self.folder / "broker", logins_of(self.folder), ports.mqtt, ports.ws, listen)
        self._collector: asyncio.subprocess.Process | None = None
        self._stopping = False

    @property
    def url(self) -> str:
        """Where pages and REST are."""
        return f"http://127.0.0.1:{self.http_port}"

    @property
    def collector_pid(self) -> int | None:
        """The collector's process, None while there is none."""
        return self._collector.pid if self._collector else None

    def login(self, user: str) -> Address:
        """Return what a client of this stack connects with."""
        return Address("127.0.0.1", self.broker.port, user, self.broker.logins.passwords[user])

    def device_key(self) -> bytes:
        """Return the demo node's key, made once per folder."""
        key = read_keys(self.folder / KEYS).get(DEVICE)
        return key or keep_key(self.folder / KEYS, DEVICE, new_key())

    async def start(self) -> None:
        """Start broker and collector; return when pages answer. Raises StackError with what to do."""
        try:
            await self.broker.start()
        except BrokerError as error:
            raise StackError(str(error)) from error
        self._say(f"mosquitto pid {self.broker.pid}")
        self.device_key()
        await self._start_collector()
        await self._ready()

    async def supervise(self) -> None:
        """Start again what dies, until cancelled. A collector that dies at once, again and again, is given up."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_collector())
            group.create_task(self._keep_broker())
            group.create_task(self._keep_logins())

    async def stop(self) -> None:
        """Stop what this stack started, in order: collector, then broker."""
        self._stopping = True
        await end_process(self._collector)
        await self.broker.stop()

    async def restart_collector(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Kill the collector as a power cut would, call `meanwhile`, start it again. Not beside `supervise`."""
        if self._collector and self._collector.returncode is None:
            self._collector.kill()
            await self._collector.wait()
        meanwhile()
        await self._start_collector()
        await self._ready()

    async def restart_broker(self) -> None:
        """Kill the broker and start it again. Not beside `supervise`."""
        assert self.broker.pid is not None
        os.kill(self.broker.pid, signal.SIGKILL)
        await self.broker.wait()
        await self.broker.start()

    async def _start_collector(self) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("EBS_")}
        environment |= {
            "EBS_DATA": str(self.folder),
            "EBS_BROKER_PORT": str(self.broker.port),
            "EBS_BROKER_WS_PORT": str(self.broker.ws_port),
            "EBS_HTTP_PORT": str(self.http_port),
            "EBS_LOG_LEVEL": os.environ.get("EBS_LOG_LEVEL", "INFO"),
        }
        with os.fdopen(_private(self.folder / "collector.log"), "ab") as log:
            self._collector = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "tools.cli",
                "serve",
                env=environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._say(f"collector pid {self._collector.pid}")

    async def _ready(self) -> None:
        deadline = asyncio.get_running_loop().time() + _READY_S
        while not await asyncio.to_thread(_answers, f"{self.url}/health/ready"):
            ended = self._collector is None or self._collector.returncode is not None
            if ended or asyncio.get_running_loop().time() > deadline:
                raise StackError(f"the collector did not start: {self._last_words()}; see {self.folder}/collector.log")
            await asyncio.sleep(0.05)

    async def _keep_collector(self) -> None:
        quick_deaths = 0
        while self._collector is not None:
            began = asyncio.get_running_loop().time()
            status = await self._collector.wait()
            if self._stopping:
                return
            quick_deaths = quick_deaths + 1 if asyncio.get_running_loop().time() - began < 1 else 0
            if quick_deaths > 5:  # noqa: PLR2004 - five are no accident
                raise StackError(f"the collector ended with {status} again and again: {self._last_words()}")
            await asyncio.sleep(_AGAIN_S if quick_deaths else 0)
            await self._start_collector()

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

    def _last_words(self) -> str:
        with contextlib.suppress(OSError):
            lines = (self.folder / "collector.log").read_text(errors="replace").splitlines()
            return lines[-1][:300] if lines else "no word in its log"
        return "no log"


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
    return Logins.kept_in(folder / "credentials.json", consoles=(OPERATOR, DEALER), nodes=tuple(sorted(nodes)))


def _changed(path: Path) -> int:
    with contextlib.suppress(OSError):
        return path.stat().st_mtime_ns
    return 0


def _private(path: Path) -> int:
    """Open a file to append to, for its owner alone."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)  # noqa: PLR2004 - OK
    except OSError:
        return False
