"""Carry a node's lines between a serial port and the broker: for a table without network."""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import aiomqtt
import serial  # type: ignore[import-untyped]
import typer

from collector.broker.link import Address
from tools.hardware import HardwareError
from tools.hardware.login import broker_login
from tools.hardware.shared_options import Broker, Ca, Data, PasswordFile

VERB: Final = (80, "Carry a node's lines between a serial port and the broker: a table without network.")

BAUD = 115_200
_ASK_S = 1.0
_RETRY_S = 1.0
_WILL = re.compile(rb"^!(\d+) (ebs/v1/dev/([A-Za-z0-9_-]+)/status) (\{.*\})$")
_MESSAGE = re.compile(rb"^>([01])([r-]) (ebs/v1/dev/[A-Za-z0-9_-]+/[a-z]+) (\{.*\})$")


@dataclass(frozen=True)
class Will:
    """What a node says of itself before it speaks: its link, its name, and what is said when the link breaks."""

    link: int
    topic: str
    device: str
    payload: bytes


@dataclass(frozen=True)
class Carried:
    """A message of the node."""

    qos: int
    retain: bool
    topic: str
    payload: bytes


def read_line(line: bytes) -> Will | Carried | None:
    """Return what a line of the node says, None for one that is not for the broker.

    >>> read_line(b'>1- ebs/v1/dev/node-1/event {"v":1}').topic
    'ebs/v1/dev/node-1/event'
    >>> read_line(b'{"timestamp":null}')
    """
    found = _WILL.match(line)
    if found:
        return Will(int(found[1]), found[2].decode(), found[3].decode(), found[4])
    found = _MESSAGE.match(line)
    return Carried(int(found[1]), found[2] == b"r", found[3].decode(), found[4]) if found else None


def main(  # noqa: PLR0917 - typer gives them by name
    port: Annotated[str, typer.Argument(help="Serial port of the node, as /dev/ttyUSB0.")],
    user: Annotated[str, typer.Option(help="Broker login of the node: the node's name.")],
    data: Data = Path("data"),
    broker: Broker = None,
    password_file: PasswordFile = None,
    ca: Ca = None,
) -> None:
    """Carry lines between PORT and the broker until Ctrl-C. Both may come and go.

    The node's `config.json` says `"uplink": "serial"`. Its log is printed as it comes. Exits 2 when the node at PORT is
    another than the login is for: the broker would drop all it says without a word.
    """
    try:
        address = broker_login(data, user, broker, password_file, ca)
    except HardwareError as error:
        typer.echo(f"ebs bridge: {error}", err=True)
        raise typer.Exit(2) from error
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(Bridge(port, address).run())
    except HardwareError as error:
        typer.echo(f"ebs bridge: {error}", err=True)
        raise typer.Exit(2) from error


class Bridge:
    """One node's line. Comes back by itself when port or broker does."""

    def __init__(self, port: str, address: Address) -> None:
        self._name = port
        self._address = address
        self._user = address.username
        self._port: serial.Serial
        self._lines: asyncio.Queue[Will | Carried] = asyncio.Queue()
        self._will: Will | None = None
        self._trouble = ""

    async def run(self) -> None:
        """Carry for ever; raise HardwareError when the node is another's."""
        another: HardwareError | None = None
        while another is None:
            try:
                self._port = await asyncio.to_thread(
                    serial.Serial, self._name, BAUD, timeout=0.2, exclusive=True
                )  # two at one port would each get half of the lines
                self._trouble = ""
                typer.echo(f"{self._name}: open; waiting for the node")
                with contextlib.closing(self._port):
                    async with asyncio.TaskGroup() as group:
                        group.create_task(self._listen())
                        group.create_task(self._carry())
            except* (serial.SerialException, OSError) as group:
                self._complain(f"{self._name}: {group.exceptions[0]}")
            except* HardwareError as group:
                another = HardwareError(str(group.exceptions[0]))
            await asyncio.sleep(0 if another else _RETRY_S)
        raise another

    def _complain(self, trouble: str) -> None:
        """Say it once, however often it is met."""
        if trouble != self._trouble:
            typer.echo(f"{trouble}; trying again until it works", err=True)
        self._trouble = trouble

    async def _listen(self) -> None:
        """Read the node's lines. Half a line waits for its rest."""
        held = b""
        while True:
            held += await asyncio.to_thread(self._port.read_until, b"\n", 65_536)
            if not held.endswith(b"\n"):
                continue
            line, held = held.strip(), b""
            said = read_line(line)
            if said:
                self._lines.put_nowait(said)
            elif line:
                typer.echo(line.decode(errors="replace"))

    async def _tell(self, line: bytes) -> None:
        await asyncio.to_thread(self._port.write, line + b"\n")

    async def _carry(self) -> None:
        while True:
            while self._will is None:
                await self._tell(b"^hello")
                with contextlib.suppress(TimeoutError):
                    said = await asyncio.wait_for(self._lines.get(), _ASK_S)
                    self._will = said if isinstance(said, Will) else None
            try:
                await self._serve(self._will)
            except aiomqtt.MqttError as error:
                self._complain(f"broker {self._address.host}:{self._address.port}: {self._address.trouble(error)}")
                self._will = None
                await self._tell(b"^down")
                await asyncio.sleep(_RETRY_S)

    async def _serve(self, will: Will) -> None:
        """Carry for one link of the node; return when it begins another."""
        if will.device != self._user:
            raise HardwareError(f"the node at {self._name} is {will.device}, not {self._user}: --user {will.device}")
        async with aiomqtt.Client(
            self._address.host,
            self._address.port,
            username=self._user,
            password=self._address.password,
            tls_context=self._address.tls,
            identifier=f"bridge-{will.device}-{secrets.token_hex(4)}",
            keepalive=10,
            will=aiomqtt.Will(will.topic, will.payload, qos=1, retain=True),
        ) as client:
            for name in ("ack", "command", "status"):
                await client.subscribe(f"ebs/v1/dev/{will.device}/{name}", qos=1)
            self._trouble = ""
            typer.echo(f"{will.device}: link {will.link} is with the broker")
            tasks = [asyncio.create_task(part) for part in (self._beat(will.link), self._down(client))]
            try:
                await self._up(client, tasks)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    async def _beat(self, link: int) -> None:
        while True:
            await self._tell(b"^up %d" % link)
            await asyncio.sleep(1)

    async def _down(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            if isinstance(message.payload, bytes):
                await self._tell(b"<" + message.topic.value.encode() + b" " + message.payload)

    async def _up(self, client: aiomqtt.Client, tasks: list[asyncio.Task[None]]) -> None:
        """Publish what the node says, until it introduces itself anew."""
        while True:
            waiting = asyncio.ensure_future(self._lines.get())
            await asyncio.wait([waiting, *tasks], return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                if task.done():
                    waiting.cancel()
                    task.result()
            said = await waiting
            if isinstance(said, Will):
                self._will = said
                return
            await client.publish(said.topic, said.payload, qos=said.qos, retain=said.retain)
