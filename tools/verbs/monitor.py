"""Watch nodes live on the terminal: health, antennas, last readings. UIDs only where they are asked for."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console as Terminal
from rich.console import Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from collector.broker.keyfile import KEYS, KeyFile
from collector.broker.link import Address
from collector.broker.logins import MONITOR
from collector.ports import DeviceKeys
from collector.texts import shown
from tools.choices import finite
from tools.hardware import HardwareError
from tools.hardware.ear import Ear, Reading
from tools.hardware.login import broker_login
from tools.hardware.session import connected, ended
from tools.hardware.shared_options import Broker, Ca, Data, Device, Login, PasswordFile
from tools.terminal import raw

VERB: Final = (140, "Watch nodes live: health, antennas, last readings.")

_REDRAW_S: Final = 0.5


def main(  # noqa: PLR0917 - typer gives them by name
    device: Device = None,
    uids: Annotated[
        bool, typer.Option("--uids", help="Show UIDs. Who sees them and has the deck's list knows every card.")
    ] = False,
    once: Annotated[
        float | None,
        typer.Option(min=0.1, max=86_400, callback=finite, help="Listen for so many seconds, print once, and end."),
    ] = None,
    data: Data = Path("data"),
    broker: Broker = None,
    login: Login = MONITOR,
    password_file: PasswordFile = None,
    ca: Ca = None,
) -> None:
    """Show each node's state, figures and antennas, and the last readings. Ctrl-C ends it."""
    try:
        address = broker_login(data, login, broker, password_file, ca)
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_watch(address, device, Picture(show_uids=uids), once, KeyFile(data / KEYS)))
    except HardwareError as error:
        typer.echo(f"ebs monitor: {error}", err=True)
        raise typer.Exit(1) from error


@dataclass
class Picture:
    """What is on the screen."""

    show_uids: bool = False
    readings: deque[tuple[str, Reading]] = field(default_factory=lambda: deque(maxlen=12))
    count: int = 0

    def note(self, reading: Reading) -> None:
        """Keep a reading and the time of day."""
        self.count += 1
        self.readings.appendleft((time.strftime("%H:%M:%S"), reading))

    def draw(self, ear: Ear) -> RenderableType:
        """Return everything as it stands."""
        parts: list[RenderableType] = []
        if not ear.link.connected.is_set():
            parts.append(Text("The broker is gone. What stands here is old; trying again.", style="bold red"))
        for device in sorted({*ear.statuses, *ear.healths}):
            parts += [_head(device, ear), _antennas(ear, device)]
        if not parts:
            parts.append(Text("No node has spoken to this broker, or this login may not hear them."))
        parts += [Text(shown(notice), style="yellow") for notice in ear.notices]
        parts.append(self._last())
        return Group(*parts)

    def _last(self) -> RenderableType:
        if not self.readings:
            return Text("No readings: no card moved, or this login may not hear them.", style="dim")
        table = Table("time", "node", "antenna", "", *(("uid",) if self.show_uids else ()), title="last readings")
        for at, reading in self.readings:
            uid = (reading.uid.reveal(),) if self.show_uids else ()
            table.add_row(at, reading.device, reading.antenna, "card" if reading.came else "gone", *uid)
        return table


def _head(device: str, ear: Ear) -> Text:
    status, health = ear.statuses.get(device), ear.healths.get(device, {})
    state = status.state if status else "never born"
    outbox, heap = health.get("outbox") or {}, (health.get("heap") or {}).get("free")
    figures = [
        f"firmware {shown(status.firmware)}" if status else "",
        f"up {health['uptime_ms'] // 60_000} min" if "uptime_ms" in health else "",
        f"heap {heap // 1000} KB free" if isinstance(heap, int) else "",
        f"loop {health['loop_ms']} ms" if "loop_ms" in health else "",
        f"outbox {outbox.get('depth', 0)}, dropped {outbox.get('dropped', 0)}" if outbox else "",
    ]
    style = "bold green" if state == "online" else "bold red"
    return Text(f"{device} {state}   ", style=style) + Text(
        "   ".join(part for part in figures if part), style="default"
    )


def _antennas(ear: Ear, device: str) -> Table:
    table = Table("antenna", "chip", "looks", "reads", "errors", "faults", "")
    status = ear.statuses.get(device)
    chips = {antenna.name: antenna.chip for antenna in status.antennas} if status else {}
    figures: dict[str, dict[str, Any]] = ear.healths.get(device, {}).get("antennas") or {}
    for name in sorted({*chips, *figures}):
        row = figures.get(name, {})
        well = Text("ok", style="green") if row.get("ok", True) else Text("FAULT", style="bold red")
        counts = [str(row.get(count, "-")) for count in ("looks", "reads", "errors", "faults")]
        table.add_row(name, Text(shown(chips.get(name, "?"))), *counts, well)
    return table


async def _watch(
    address: Address, device: str | None, picture: Picture, once: float | None, keys: DeviceKeys | None = None
) -> None:
    ear = Ear(address, picture.note, device, keys)
    listening = asyncio.create_task(ear.run())
    try:
        await connected(ear.link, address)
        if once is not None:
            await asyncio.sleep(once)
            Terminal(file=raw(sys.stdout), width=100).print(picture.draw(ear))
            return
        terminal = Terminal(file=raw(sys.stdout))
        with Live(picture.draw(ear), console=terminal, screen=True, auto_refresh=False) as live:
            while True:
                await asyncio.sleep(_REDRAW_S)
                live.update(picture.draw(ear), refresh=True)
    finally:
        await ended(listening)
