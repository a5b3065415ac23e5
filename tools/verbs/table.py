"""Set a table up: which antenna is which seat."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Final

import typer

from collector.broker.keyfile import KEYS, KeyFile
from collector.broker.link import Address
from collector.broker.logins import INSTALLER
from tools.hardware import HardwareError
from tools.hardware.login import broker_login
from tools.hardware.session import read_terminal, session
from tools.hardware.shared_options import DEFAULT_TABLE, Broker, Ca, Data, Device, Login, PasswordFile, TableName
from tools.hardware.teaching import Place, Teaching, places
from tools.rehearsal.console import ConsoleError

VERB: Final = (120, "Set a table up: `teach` which antenna is which seat.")

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.callback()
def group() -> None:
    """Set a table up."""


@app.command()
def teach(  # noqa: PLR0917 - typer gives them by name
    table: TableName = DEFAULT_TABLE,
    seats: Annotated[int, typer.Option(min=1, max=10, help="How many seats have an antenna.")] = 10,
    board: Annotated[int, typer.Option(min=0, max=5, help="How many antennas are under the board.")] = 1,
    muck: Annotated[int, typer.Option(min=0, max=2, help="How many are under the muck.")] = 1,
    up: Annotated[bool, typer.Option("--up", help="Seats have a second antenna, for up cards.")] = False,
    device: Device = None,
    data: Data = Path("data"),
    broker: Broker = None,
    login: Login = INSTALLER,
    password_file: PasswordFile = None,
    ca: Ca = None,
) -> None:
    """Lay a card on each antenna in turn: antennas become seats, board, muck and up cards.

    Exits 0 when every place was taught or said not to be there, 1 when it was stopped or refused.
    """
    try:
        address = broker_login(data, login, broker, password_file, ca)
        done = asyncio.run(_teach(data, address, table, device, places(seats, board, muck, up=up)))
    except (HardwareError, ConsoleError) as error:
        typer.echo(f"ebs table teach: {error}", err=True)
        raise typer.Exit(1) from error
    raise typer.Exit(0 if done else 1)


async def _teach(data: Path, address: Address, table: str, device: str | None, wanted: list[Place]) -> bool:
    async with session(address, table, device, KeyFile(data / KEYS), typer.echo) as now:
        read_terminal(now.queue, asyncio.get_running_loop())
        teaching = Teaching(wanted, typer.echo)
        done = await teaching.run(now)
    typer.echo(f"{len(teaching.taught)} of {len(wanted)} places of {table} have an antenna.")
    return done
