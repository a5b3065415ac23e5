"""Send a node a new application over the broker, in pieces it acknowledges, and say what became of it."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final

import aiomqtt
import typer

from collector.broker.keyfile import KEYS, read_keys
from collector.broker.link import Address
from collector.broker.logins import UPDATER
from collector.canonical import compact
from collector.devices.sealing import Opener
from collector.errors import CollectorError, reason
from collector.files import read_at_most
from collector.settings import Settings, load_settings
from collector.system import Place
from collector.wire import to_node
from collector.wire.device import (
    CommandResult,
    DeviceEvents,
    DeviceFact,
    decode_event,
    decode_events,
    decode_status,
    sign,
    verify,
)
from collector.wire.topics import topic
from tools.hardware import HardwareError
from tools.hardware.application import build_modules, version
from tools.hardware.login import broker_place
from tools.hardware.shared_options import Broker, Data, name

VERB: Final = (70, "Send a node a new application, which it goes back from if it fails.")

_LARGEST_FILE = 1024 * 1024  # no module of a node comes near
PIECE = 384  # the node has to find room for each, in a heap in use for long
_AHEAD = 6  # pieces on their way
_QUIET_S = 3.0
_HERE_S = 5.0
_RESTART_S = 120.0
_SUFFIXES = (".py", ".mpy")


class UpdateError(Exception):
    """The node did not take the application. The message says why and what to do."""


def main(
    device: Annotated[str, typer.Argument(help="The node, as node-1.", callback=name)],
    application: Annotated[
        Path | None,
        typer.Option(
            help="Folder that holds another edge/ and firmware/, .mpy or .py; default: this version, compiled.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    data: Data = Path("data"),
    broker: Broker = None,
) -> None:
    """Send DEVICE this version's application, compiled as `ebs flash` does; it restarts into it.

    The node checks every file, runs the new application from its next start on, and goes back by itself to the one
    before if that does not reach the broker in three starts. Settings and MicroPython stay. Exits 0 when the node says
    that it runs the new one, 1 otherwise. Run it where the collector runs: it needs the node's key and the login
    `updater`.
    """
    try:
        settings = load_settings(data=data)
        address = _address(settings, broker)
        if application:
            asyncio.run(update(address, data, device, application, say=typer.echo))
            return
        with tempfile.TemporaryDirectory() as scratch:
            build_modules(Path(scratch))
            typer.echo(f"{device}: application {version()}, compiled")
            asyncio.run(update(address, data, device, Path(scratch), say=typer.echo, expected=version()))
    except aiomqtt.MqttError as error:
        typer.echo(f"ebs update: broker {address.host}:{address.port}: {address.trouble(error)}", err=True)
        raise typer.Exit(1) from error
    except (CollectorError, HardwareError, UpdateError, OSError) as error:
        typer.echo(f"ebs update: {error}", err=True)
        raise typer.Exit(1) from error


def _address(settings: Settings, broker: str | None) -> Address:
    """Return where the broker is: as named, else what `ebs run` started here, else as the collector's settings say."""
    if broker is None and not (settings.data / "ports.json").exists():
        broker = f"{settings.broker_host}:{settings.broker_port}"
    host, port = broker_place(settings.data, broker)
    place = Place(host, port, settings.broker_ca if broker else None)
    return Address.of_login(UPDATER, place, settings.credentials_file)


def bundle(application: Path, key: bytes) -> bytes:
    """Return the application in `application` as one run of bytes, with a manifest signed for one node."""
    files = sorted(
        path for part in ("edge", "firmware") for path in (application / part).rglob("*") if path.suffix in _SUFFIXES
    )
    if not files:
        raise UpdateError(f"{application} holds no application; give a folder with edge/ and firmware/ in it")
    try:
        contents = [read_at_most(path, _LARGEST_FILE) for path in files]
    except OSError as error:
        raise UpdateError(f"{application}: {reason(error)}; give a folder with edge/ and firmware/ in it") from error
    listed = [
        [path.relative_to(application).as_posix(), len(content), hashlib.sha256(content).hexdigest()]
        for path, content in zip(files, contents, strict=True)
    ]
    manifest = sign(compact({"files": listed}), key)
    return len(manifest).to_bytes(4, "big") + manifest + b"".join(contents)


async def update(
    address: Address, data: Path, device: str, application: Path, *, say: Callable[[str], None], expected: str = ""
) -> str:
    """Send the application and wait until it runs; return the node's word. Raises UpdateError.

    `expected` is the version that the node has to tell afterwards.
    """
    key = read_keys(data / KEYS).get(device)
    if key is None:
        raise UpdateError(f"node {device} has no key in {data / KEYS}; provision it first")
    whole = bundle(application, key)
    async with aiomqtt.Client(
        address.host,
        address.port,
        username=address.username,
        password=address.password,
        tls_context=address.tls,
        identifier=f"ebs-update-{secrets.token_hex(4)}",
    ) as client:
        for name in ("status", "progress", "event"):
            await client.subscribe(topic("dev", device, name), qos=1)
        sender = _Sender(client, device, key, whole, say)
        outcome = await sender.run()
    if expected and sender.firmware != expected:
        raise UpdateError(f"{device} {outcome} but tells version {sender.firmware}, not {expected}; flash it by cable")
    say(f"{device}: {outcome}, version {sender.firmware}")
    return outcome


class _Sender:
    """One update of one node."""

    def __init__(
        self, client: aiomqtt.Client, device: str, key: bytes, whole: bytes, say: Callable[[str], None]
    ) -> None:
        self._client = client
        self._device = device
        self._key = key
        self._whole = whole
        self._say = say
        self._run = secrets.token_hex(4)
        self._sent = 0
        self._here = 0
        self._boot = ""
        self.firmware = ""  # as it tells
        self._results: dict[str, tuple[bool, str]] = {}
        self._news = asyncio.Event()

    async def run(self) -> str:
        """Send everything and wait for the node's word."""
        listening = asyncio.create_task(self._listen())
        try:
            await self._wait(lambda: self._boot, _HERE_S, f"node {self._device} is not online; check power and network")
            self._say(f"{self._device}: {len(self._whole)} bytes to send")
            digest = hashlib.sha256(self._whole).hexdigest()
            await self._step(step="begin", size=len(self._whole), sha256=digest)
            await self._pieces()
            self._say(f"{self._device}: all there; it checks them and restarts")
            trouble = f"node {self._device} did not come back; it starts the application before after three failures"
            await self._wait(lambda: self._results, _RESTART_S, trouble)
        finally:
            listening.cancel()
        ok, message = next(iter(self._results.values()))
        if not ok:
            raise UpdateError(f"{self._device}: {message}")
        return message

    async def _pieces(self) -> None:
        """Send pieces a little ahead of what the node has; begin again where it stands when it is quiet."""
        at, told = 0, -1
        while self._here < len(self._whole):
            while at < len(self._whole) and at < self._here + _AHEAD * PIECE:
                piece = base64.b64encode(self._whole[at : at + PIECE]).decode()
                await self._step(step="piece", offset=at, data=piece)
                at += PIECE
            before = self._here
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), _QUIET_S)
            except TimeoutError:
                at = self._here
            if self._results:
                return
            percent = self._here * 100 // len(self._whole)
            if percent // 10 != told and self._here != before:
                told = percent // 10
                self._say(f"{self._device}: {percent} %")

    async def _step(self, **step: object) -> None:
        self._sent += 1
        command = f"u-{self._run}-{self._sent}"
        content = to_node.command(self._device, command, self._boot, "update", step)
        await self._client.publish(topic("dev", self._device, "command"), sign(content, self._key), qos=1)

    async def _wait(self, true: Callable[[], object], seconds: float, trouble: str) -> None:
        try:
            async with asyncio.timeout(seconds):
                while not true():
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError as error:
            raise UpdateError(trouble) from error

    async def _listen(self) -> None:
        async for message in self._client.messages:
            payload = message.payload
            if isinstance(payload, bytes) and verify(payload, self._key):
                self._heard(message.topic.value.rsplit("/", 1)[-1], payload)
                self._news.set()

    def _heard(self, kind: str, payload: bytes) -> None:
        if kind == "status":
            status = decode_status(payload)
            if status.state == "online":
                self._boot, self.firmware = status.boot, status.firmware
        elif kind == "progress":
            content: dict[str, Any] = json.loads(payload)
            if str(content["id"]).startswith(f"u-{self._run}"):
                self._here = int(content["offset"])
        else:
            for event in self._opened(decode_events(payload)):
                if isinstance(event, CommandResult) and event.id.startswith(f"u-{self._run}"):
                    self._results[event.id] = event.ok, event.message

    def _opened(self, message: DeviceEvents) -> list[DeviceFact]:
        if not message.sealed:
            return list(message.events)
        opener = Opener(self._key, self._device, message.origin)
        contents = [opener.event(message.seq + place, frame) for place, frame in enumerate(message.sealed)]
        return [decode_event(content) for content in contents if content]
