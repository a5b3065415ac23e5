"""Check wiring, network, broker, time, memory and keys of a node, and say in words what to do."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from collector.broker.keyfile import KEYS, KeyFile
from collector.broker.link import Address
from collector.broker.logins import MONITOR
from collector.ports import DeviceKeys
from tools.choices import finite
from tools.hardware import HardwareError
from tools.hardware.application import version
from tools.hardware.ear import Ear
from tools.hardware.enrolment import is_known
from tools.hardware.findings import Finding, as_json, collecting, figures, presence, signature, this_side, wiring
from tools.hardware.login import broker_login
from tools.hardware.port import check_port
from tools.hardware.session import connected, ended
from tools.hardware.shared_options import Broker, Ca, Data, Login, PasswordFile, name

VERB: Final = (150, "Check wiring, network, broker, time, memory and keys, and say what to do.")


def main(  # noqa: PLR0917 - typer gives them by name
    device: Annotated[str, typer.Option(help="The node's name.", callback=name)],
    port: Annotated[str | None, typer.Option(help="Check this serial port, too.")] = None,
    wait: Annotated[
        float, typer.Option(min=1, max=60, callback=finite, help="Seconds to wait for the node's figures.")
    ] = 12,
    data: Data = Path("data"),
    broker: Broker = None,
    login: Login = MONITOR,
    password_file: PasswordFile = None,
    ca: Ca = None,
    json: Annotated[bool, typer.Option("--json", help="Tell it as JSON.")] = False,
) -> None:
    """Examine a node and what it depends on. Exits 0 when all is well, 1 when something is not."""
    findings = [*_port(port), *_here(data, device)]
    if not json:
        typer.echo(f"listening to {device}, at most {wait:g} s", err=True)
    try:
        findings += asyncio.run(
            examine(broker_login(data, login, broker, password_file, ca), device, wait, KeyFile(data / KEYS))
        )
    except HardwareError as error:
        findings.append(
            Finding("broker", ok=False, what=str(error), advice="start it: ebs run, or systemctl start mosquitto")
        )
    if json:
        typer.echo(as_json(findings))
    else:
        for found in findings:
            typer.echo(found.line())
    raise typer.Exit(0 if all(found.ok for found in findings) else 1)


async def examine(address: Address, device: str, wait: float, keys: DeviceKeys | None = None) -> list[Finding]:
    """Listen to a node until it has said how it is, at most `wait` seconds; raise HardwareError without a broker."""
    ear = Ear(address, lambda _: None, device, keys)
    listening = asyncio.create_task(ear.run())
    try:
        await connected(ear.link, address)
        found = [Finding("broker", ok=True, what=f"{address.host}:{address.port} takes {address.username}")]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                while device not in ear.healths or device not in ear.statuses:
                    await ear.news()
    finally:
        await ended(listening)
    found += collecting(ear.collectors)
    status = ear.statuses.get(device)
    if status is not None or ear.forged:
        found += signature(device, ear.forged, has_key=keys is not None and keys.key(device) is not None)
    found += presence(device, status, version())
    if status is not None:
        health = ear.healths.get(device)
        found += [*wiring(status, health), *figures(health)]
    return found


def _port(port: str | None) -> Iterator[Finding]:
    if port is None:
        return
    try:
        check_port(port)
        yield Finding("port", ok=True, what=f"{port} can be used")
    except HardwareError as error:
        yield Finding("port", ok=False, what=str(error))


def _here(data: Path, device: str) -> Iterator[Finding]:
    if not data.is_dir():
        return
    fault = ""
    known = None
    try:
        known = is_known(data, device)
    except HardwareError as error:
        fault = str(error)
    yield from this_side(known, fault, shutil.disk_usage(data).free)
