"""A real broker, a collector's ear, and virtual nodes."""

import asyncio
import contextlib
import json
import shutil
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
import pytest_asyncio

from collector.system import free_port
from collector.wire import device as wire
from tools.rehearsal.micropython import NoInterpreterError, ensure
from tools.virtual.node import VirtualNode

KEY = bytes(range(32))
DEVICE = "node-1"
BASE = f"ebs/v1/dev/{DEVICE}"


class Broker:
    """mosquitto on a free port; `restart` loses its memory, as in a venue."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._config = folder / "mosquitto.conf"
        self._config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence false\nset_tcp_nodelay true\n"
        )
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        program = shutil.which("mosquitto", path="/usr/local/sbin:/usr/sbin:/usr/bin:/usr/local/bin")
        if program is None:
            pytest.skip("no mosquitto")
        devnull = asyncio.subprocess.DEVNULL
        self._process = await asyncio.create_subprocess_exec(program, "-c", str(self._config), stderr=devnull)
        for _ in range(100):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 0.1).close()
                return
            await asyncio.sleep(0.02)
        raise TimeoutError

    async def stop(self) -> None:
        if self._process:
            self._process.kill()
            await self._process.wait()
            self._process = None


class Ear:
    """Hears what a node says, as the collector does, and answers it."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self.client = client
        self.statuses: list[wire.DeviceStatus] = []
        self.messages: list[wire.DeviceEvents] = []
        self.snapshots: list[wire.Snapshot] = []
        self.healths: list[dict[str, Any]] = []
        self.progress: list[dict[str, Any]] = []
        self.payloads: list[bytes] = []
        self.broken: list[bytes] = []
        self._news = asyncio.Event()

    async def listen(self) -> None:
        async for message in self.client.messages:
            payload = message.payload
            assert isinstance(payload, bytes)
            kind = message.topic.value.rsplit("/", 1)[-1]
            assert len(payload) < 2048
            self.payloads.append(payload)
            if kind != "status" and not wire.verify(payload, KEY):
                self.broken.append(payload)
                self._news.set()
                continue
            if kind == "status":
                self.statuses.append(wire.decode_status(payload))
            elif kind == "event":
                self.messages.append(wire.decode_events(payload))
            elif kind == "snapshot":
                self.snapshots.append(wire.decode_snapshot(payload))
            elif kind == "health":
                self.healths.append(json.loads(payload))
            elif kind == "progress":
                self.progress.append(json.loads(payload))
            self._news.set()

    async def until(self, condition: Callable[[], Any], seconds: float = 8) -> None:
        """Wait for something to have been heard."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._news.clear()
                await self._news.wait()

    def events(self) -> dict[int, tuple[str, Any]]:
        """Return number: (kind, event) of all events heard."""
        return {
            message.seq + place: (event.kind, event)
            for message in self.messages
            for place, event in enumerate(message.events)
        }

    async def ack(self, boot: str, through: int, log_id: str = "log-1", key: bytes = KEY) -> None:
        """Acknowledge events, as the collector does after its commit."""
        content = {"v": 1, "boot": boot, "log_id": log_id, "acks": [{"origin": boot, "through": through}]}
        await self.client.publish(f"{BASE}/ack", wire.sign(json.dumps(content).encode(), key), qos=1)

    async def command(self, boot: str, kind: str, name: str, key: bytes = KEY, **more: object) -> None:
        """Tell the node to do something."""
        content = {"v": 1, "id": name, "boot": boot, "type": kind, **more}
        await self.client.publish(f"{BASE}/command", wire.sign(json.dumps(content).encode(), key), qos=1)


@pytest_asyncio.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    made = Broker(tmp_path)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
def hear(broker: Broker) -> Callable[[], contextlib.AbstractAsyncContextManager[Ear]]:
    @contextlib.asynccontextmanager
    async def connect() -> AsyncIterator[Ear]:
        async with aiomqtt.Client("127.0.0.1", broker.port) as client:
            ear = Ear(client)
            for name in ("status", "event", "snapshot", "health", "progress"):
                await client.subscribe(f"{BASE}/{name}", qos=1)
            listening = asyncio.create_task(ear.listen())
            yield ear
            assert not ear.broken, "all that a node says is signed"
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listening

    return connect


@pytest.fixture(scope="session")
def interpreter() -> list[str]:
    try:
        return ensure()
    except NoInterpreterError as error:
        pytest.skip(str(error))


StartNode = Callable[..., Awaitable[VirtualNode]]


@pytest_asyncio.fixture
async def start_node(broker: Broker, tmp_path: Path, interpreter: list[str]) -> AsyncIterator[StartNode]:
    nodes: list[VirtualNode] = []

    async def start(**options: Any) -> VirtualNode:
        place = (tmp_path / "flash", DEVICE, KEY, "127.0.0.1", broker.port, "u", "p", interpreter)
        nodes.append(await VirtualNode.start(*place, **options))
        return nodes[-1]

    yield start
    for node in nodes:
        await node.stop()
        sys.stderr.write("\n".join(node.logs))  # shown by pytest if the test fails
