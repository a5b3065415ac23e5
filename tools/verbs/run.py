"""Start everything on this machine: broker, collector, pages, and a virtual table that plays by itself."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Final, TextIO

import typer

from collector.broker.logins import INSTALLER
from collector.broker.mosquitto import require_installed
from collector.canonical import read_json
from collector.errors import CollectorError, reason
from collector.files import read_at_most
from collector.logs import setup_logging
from collector.settings import load_settings
from collector.signin.first import FILE
from collector.system import append_private, free_port, private_folder, write_private
from tools.choices import finite
from tools.rehearsal import demo, micropython, picture
from tools.rehearsal.console import Console
from tools.rehearsal.felt import Felt
from tools.rehearsal.held import held, held_anywhere, port_of
from tools.rehearsal.house_game import HouseGame
from tools.rehearsal.pace import Pace
from tools.rehearsal.stack import DEALER, FELT, Ports, Stack, StackError, start_node
from tools.virtual.node import NodeError

VERB: Final = (10, "Start everything here: broker, collector, pages, and a virtual table that plays by itself.")

_AGAIN_S = 2.0
_TAKEN = "port {port} of {what} is in use; taking another this time"
_WANTED = "wanted"
_LARGEST_PORTS = 4096
_EVERYWHERE = "0.0.0.0"  # noqa: S104 - it is what we refuse


def main(  # noqa: PLR0917 - typer gives them by name
    empty: Annotated[bool, typer.Option("--empty", help="Without the virtual table: enter hands yourself.")] = False,
    listen: Annotated[
        str | None, typer.Option(help="Address of this machine in the table's network: real nodes connect there.")
    ] = None,
    tls: Annotated[
        bool, typer.Option("--tls", help="Pages over https, and nodes over TLS, with the house's own certificates.")
    ] = False,
    data: Annotated[Path, typer.Option(envvar="EBS_DATA", help="Folder of everything that is kept.")] = Path("data"),
    port: Annotated[
        int | None,
        typer.Option(envvar="EBS_HTTP_PORT", min=1, max=65535, help="Port of pages; default: last time's, else 8080."),
    ] = None,
    speed: Annotated[
        float, typer.Option(min=0.1, max=100, callback=finite, help="How fast the virtual table plays.")
    ] = 4,
    seed: Annotated[int, typer.Option(help="Another seed is another game.")] = 1,
    players: Annotated[int, typer.Option(min=2, max=10, help="Players at the virtual table.")] = 7,
) -> None:
    """Start EBS here and print its addresses. Ctrl-C stops everything it started, and nothing else.

    Everything listens on this machine only, but for what --listen opens to nodes. The address of the overlay holds the
    key of its output; the pages of people at work take a sign-in.
    """
    try:
        # What cannot be had is told before anything is written: a start that fails leaves nothing behind.
        _check_listen(listen)
        pages = None if port is None else _named(port)
        load_settings()  # a misspelt EBS_... is named here; the parts get their settings from this command
        require_installed()
        interpreter = [] if empty else micropython.ensure()
        if told := private_folder(data):
            _say(told)
        with os.fdopen(append_private(data / "run.log"), "a") as log:
            _be_the_only_one(log, data)
            setup_logging("WARNING", log)
            asyncio.run(_run(data, pages, (listen, tls), None if empty else _Show(speed, seed, players), interpreter))
    except (StackError, CollectorError, micropython.NoInterpreterError) as error:
        typer.echo(f"ebs run: {error}", err=True)
        raise typer.Exit(1) from error
    except BaseExceptionGroup as group:
        for fault in group.exceptions:
            typer.echo(f"ebs run: {fault}", err=True)
        raise typer.Exit(1) from group


class _Show:
    """How the virtual table plays."""

    def __init__(self, speed: float, seed: int, players: int) -> None:
        self.speed = speed
        self.seed = seed
        self.players = players


async def _run(
    data: Path,
    pages: socket.socket | None,
    doors: tuple[str | None, bool],
    show: _Show | None,
    interpreter: list[str],
) -> None:
    listen, tls = doors
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    stack = Stack(data, say=_say, ports=_ports(data, pages, tls=tls), listen=listen, tls=tls)
    known = picture.first_password(stack.folder)
    try:
        await stack.start()
        _print_addresses(stack, show, anew=known is None)
        async with _tasks(stack, show, interpreter) as tasks:
            waiting = asyncio.ensure_future(stop.wait())
            done, _ = await asyncio.wait((*tasks, waiting), return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            for task in done - {waiting}:
                task.result()
    finally:
        _say("stopping")
        await stack.stop()


@contextlib.asynccontextmanager
async def _tasks(stack: Stack, show: _Show | None, interpreter: list[str]) -> AsyncIterator[list[asyncio.Task[None]]]:
    tasks = [
        asyncio.create_task(stack.supervise(), name="supervise"),
        asyncio.create_task(_table(stack, show, interpreter), name="table"),
    ]
    try:
        yield tasks
    finally:
        for task in reversed(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _table(stack: Stack, show: _Show | None, interpreter: list[str]) -> None:
    """Open the table; with a show, keep a node and a game going: a node that dies is started again."""
    commands = Console(stack.login(DEALER), demo.TABLE)
    sees = Console(stack.login(FELT), demo.TABLE, channels=("live",))
    async with asyncio.TaskGroup() as group:
        group.create_task(commands.run())
        group.create_task(sees.run())
        await demo.set_up(stack.login(INSTALLER), event_name="EBS Demo", table_name="Feature Table")
        group.create_task(picture.keep_live(stack.folder, demo.TABLE, _say))
        seed = show.seed if show else 0
        while show:
            await _one_game(stack, show, interpreter, commands=commands, sees=sees, seed=seed)
            seed += 1
            await asyncio.sleep(_AGAIN_S)


async def _one_game(
    stack: Stack, show: _Show, interpreter: list[str], *, commands: Console, sees: Console, seed: int
) -> None:
    try:
        node = await start_node(stack, interpreter, report=_say)
    except NodeError as error:
        _say(f"the virtual node did not start: {error}")
        return
    pace = Pace(show.speed, seed)
    felt = Felt(node, sees, pace, seed)
    game = asyncio.create_task(HouseGame(commands, felt, pace, seed=seed, players=show.players).run())
    try:
        await asyncio.wait((game, node.died), return_when=asyncio.FIRST_COMPLETED)
        if game.done() and game.exception():
            _say(f"the virtual table stopped ({game.exception()!r}), it starts again")
    finally:
        game.cancel()
        await asyncio.gather(game, return_exceptions=True)
        await node.stop()


def _ports(data: Path, named: socket.socket | None, *, tls: bool) -> Ports:
    """Return the ports of last time where they are free: pasted addresses and open pages then go on.

    named: the port of pages that was named. The file of them tells other commands where to go: to what is ours now. A
    port that is another program's now is wanted again next time.
    """
    kept = data / "ports.json"
    known = _known(kept)
    pages = named or _held_or_other(known.get("http", 8080), "pages")
    health = _held_or_other(known["health"], "health") if "health" in known else held_anywhere()
    broker = {
        name: _free_or_other(known[name], name) if name in known else free_port()
        for name in ("mqtt", "ws", *(("tls",) if tls else ()))
    }
    chosen = {"http": port_of(pages), "health": port_of(health), **broker}
    wanted = {name: port for name, port in known.items() if port != chosen.get(name, port)}
    if named:
        wanted.pop("http", None)
    write_private(kept, json.dumps({**known, **chosen, **({_WANTED: wanted} if wanted else {})}))
    return Ports(pages, health, **broker)


def _known(kept: Path) -> dict[str, int]:
    """Return the ports that are wanted: those of last time, or those that were to be had then."""
    with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
        found = dict(read_json(read_at_most(kept, _LARGEST_PORTS)))
        wanted = found.pop(_WANTED, {})
        return {str(name): int(port) for name, port in {**found, **wanted}.items()}
    return {}


def _be_the_only_one(log: TextIO, data: Path) -> None:
    """Keep the folder's log until the end of this process. Raises StackError where another one has it."""
    try:
        fcntl.flock(log, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise StackError(f"{data}: another `ebs run` has this folder; end it, or name another with --data") from error


def _check_listen(address: str | None) -> None:
    """Nodes get one address, which this machine must have."""
    if address is None:
        return
    if address == _EVERYWHERE:
        raise StackError(f"--listen {address} opens every network; give the one address that the table's network has")
    try:
        with socket.socket() as probe:
            probe.bind((address, 0))
    except (OSError, TypeError) as error:  # TypeError: what no name of a host can be
        raise StackError(f"--listen {address}: not an address of this machine; `hostname -I` shows them") from error


def _named(port: int) -> socket.socket:
    """Return the port of pages that was named, held from now on."""
    try:
        return held(port)
    except OSError as error:
        why = "another program has it" if error.errno == errno.EADDRINUSE else reason(error)
        raise StackError(f"--port {port}: {why}; name another, or leave it out") from error


def _held_or_other(port: int, what: str) -> socket.socket:
    try:
        return held(port)
    except (OSError, OverflowError):
        _say(_TAKEN.format(port=port, what=what))
        return held_anywhere()


def _free_or_other(port: int, what: str) -> int:
    try:
        held(port).close()
    except (OSError, OverflowError):
        _say(_TAKEN.format(port=port, what=what))
        return free_port()
    return port


def _sign_in(folder: Path, *, anew: bool) -> str:
    """Return who may sign in. The first password is shown once, on a terminal; a file or a journal would keep it."""
    password = picture.first_password(folder)
    if password is None:
        return "as admin, or whom you let in: ebs users"
    if anew and sys.stdout.isatty():
        return f"as admin with {password}   (told this once; it is in {folder / FILE} until you set another)"
    return f"as admin; the password: cat {folder / FILE}"


def _print_addresses(stack: Stack, show: _Show | None, *, anew: bool) -> None:
    typer.echo("")
    typer.echo(f"  Overlay   {stack.url}{picture.overlay_path(stack.folder, demo.TABLE)}")
    typer.echo(f"  Operator  {stack.url}/operator/?table={demo.TABLE}")
    typer.echo(f"  Readers   {stack.url}/nodes/?table={demo.TABLE}")
    typer.echo(f"  Sign in   {_sign_in(stack.folder, anew=anew)}")
    typer.echo(f"  REST      {stack.url}/api/v1/events/{demo.EVENT}/hands   (OpenAPI: {stack.url}/openapi.json)")
    typer.echo(f"  Health    {stack.url}/health/ready   {stack.collector_url}/health/ready (collector)")
    typer.echo(f"  Metrics   {stack.collector_url}/metrics")
    tls = stack.broker.tls_port
    scheme = "wss" if tls else "ws"
    typer.echo(f"  Broker    mqtt://127.0.0.1:{stack.broker.port}   {scheme}://127.0.0.1:{stack.broker.ws_port}")
    if stack.listen:
        how = f"--tls --broker {stack.listen}" if tls else f"--broker {stack.listen}"
        typer.echo(f"  Nodes     {stack.listen}:{tls or stack.broker.port}   (ebs provision {how})")
    typer.echo(f"  Data      {stack.folder}")
    typer.echo("")
    if show:
        typer.echo(f"  A virtual table plays at {show.speed:g} times the speed of life. Ctrl-C stops everything.")
    else:
        typer.echo("  An empty table: seat players on the operator page. Ctrl-C stops everything.")


def _say(line: str) -> None:
    typer.echo(line, err=True)
