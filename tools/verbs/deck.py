"""Decks of tagged cards: learn one by laying it, import one from a file, find its dead cards."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer
from rich.console import Console as Terminal
from rich.live import Live

from collector.broker.keyfile import KEYS, KeyFile
from collector.broker.link import Address
from collector.broker.logins import INSTALLER
from collector.cards import DECK, Card
from collector.secrecy import Secret
from tools.hardware import HardwareError
from tools.hardware.deck_grid import DEAD, DONE, NEXT, Board
from tools.hardware.deck_list import card_of, read_deck
from tools.hardware.deck_roll import Enrolment, Inspection, check_place, write_deck
from tools.hardware.ear import Reading
from tools.hardware.login import broker_login
from tools.hardware.session import Session, read_terminal, session
from tools.hardware.shared_options import DEFAULT_TABLE, Broker, Ca, Data, Device, Login, PasswordFile, name
from tools.rehearsal.console import Console, ConsoleError
from tools.terminal import raw

VERB: Final = (130, "Decks of tagged cards: `register`, `import` from a file, `check` for dead ones.")

_TABLE_S = 2.0  # what is public of a table is retained, and comes at once

Found = TypeVar("Found")
app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
Deck = Annotated[str, typer.Argument(help="Name of the deck, as red.", callback=name)]
File = Annotated[Path, typer.Argument(help="CSV file with the columns uid,card.", metavar="FILE")]
Table = Annotated[str | None, typer.Option(help="Bring it into play at this table, too.", callback=name)]
Anew = Annotated[bool, typer.Option("--replace", help="The deck is registered, and gets these tags from now on.")]


@app.callback()
def group() -> None:
    """Decks of tagged cards. Lists of UIDs are secret: who has one and hears the table's network knows every card."""


@app.command()
def register(  # noqa: PLR0917 - typer gives them by name
    deck: Deck,
    save: Annotated[
        Path | None, typer.Option(help="Keep the list of a whole deck in this CSV file, for `check`.")
    ] = None,
    anew: Anew = False,
    table: Table = None,
    device: Device = None,
    data: Data = Path("data"),
    broker: Broker = None,
    login: Login = INSTALLER,
    password_file: PasswordFile = None,
    ca: Ca = None,
) -> None:
    """Lay 52 cards one by one, in the order asked for, on any antenna. A deck with a dead card is not registered.

    Exits 0 when the deck is registered, 1 when it was stopped, refused or a card does not read, 2 when the list cannot
    be kept where you say.
    """
    enrolment = Enrolment()
    if save:
        _checked("register", check_place, save)

    async def work(now: Session) -> None:
        await _fits(now.console, deck, table, anew=anew)
        await enrol(now, enrolment, _board)
        if len(enrolment.found) == len(DECK):
            if save:
                write_deck(save, enrolment.found)
                typer.echo(f"52 cards are in {save}; keep it as secret as the cards")
            await _register(now.console, deck, enrolment.tags, table, anew=anew)

    _run("register", work, (data, login, broker, password_file, ca), table, device)
    if len(enrolment.found) < len(DECK):
        dead = f"dead: {', '.join(sorted(enrolment.dead))}; replace them" if enrolment.dead else "it was stopped"
        typer.echo(f"ebs deck register: {len(enrolment.found)} of 52, not registered; {dead}", err=True)
        raise typer.Exit(1)


@app.command("import")
def import_(  # noqa: PLR0917 - typer gives them by name
    deck: Deck,
    file: File,
    anew: Anew = False,
    table: Table = None,
    data: Data = Path("data"),
    broker: Broker = None,
    login: Login = INSTALLER,
    password_file: PasswordFile = None,
    ca: Ca = None,
) -> None:
    """Register the deck that a maker's list, or an earlier `register --save`, describes.

    Exits 2 when the file is wrong, naming every line; 1 when the collector refuses it.
    """
    cards = _checked("import", read_deck, file, _note)

    async def work(now: Session) -> None:
        await _fits(now.console, deck, table, anew=anew)
        await _register(now.console, deck, cards, table, anew=anew)

    _run("import", work, (data, login, broker, password_file, ca), table, None)


@app.command()
def replace(  # noqa: PLR0917 - typer gives them by name
    deck: Deck,
    file: File,
    cards: Annotated[list[str], typer.Argument(help="Cards that no longer read, as Ah Td.", metavar="CARD...")],
    table: Table = None,
    device: Device = None,
    data: Data = Path("data"),
    broker: Broker = None,
    login: Login = INSTALLER,
    password_file: PasswordFile = None,
    ca: Ca = None,
) -> None:
    """Lay new cards for those of a registered deck that no longer read. Its list in FILE is kept up to date.

    Exits 0 when the deck has its new cards, 1 when it was stopped, refused or a card does not read, 2 when FILE or a
    card is wrong.
    """
    order = tuple(_checked("replace", card_of, card) for card in cards)
    kept = {card: uid for uid, card in _checked("replace", read_deck, file, _note).items() if card not in order}
    _checked("replace", check_place, file)
    enrolment = Enrolment(order, kept)

    async def work(now: Session) -> None:
        await _fits(now.console, deck, table, anew=True)
        await enrol(now, enrolment, _board)
        if len(enrolment.found) == len(DECK):
            await _register(now.console, deck, enrolment.tags, table, anew=True)
            write_deck(file, enrolment.found)
            typer.echo(f"{file} has the new cards")

    _run("replace", work, (data, login, broker, password_file, ca), table, device)
    if len(enrolment.found) < len(DECK):
        typer.echo("ebs deck replace: not every card was laid and read; the deck is as it was", err=True)
        raise typer.Exit(1)


@app.command()
def check(  # noqa: PLR0917 - typer gives them by name
    file: File,
    device: Device = None,
    data: Data = Path("data"),
    broker: Broker = None,
    login: Login = INSTALLER,
    password_file: PasswordFile = None,
    ca: Ca = None,
) -> None:
    """Lay the cards of a deck in any order, on any antenna; what is left at the end does not read.

    Exits 0 when all 52 were read and nothing else, 1 otherwise, 2 when the file is wrong.
    """
    inspection = Inspection(_checked("check", read_deck, file, _note))

    async def work(now: Session) -> None:
        await inspect(now, inspection, _board)

    _run("check", work, (data, login, broker, password_file, ca), None, device, commands=False)
    faults = [
        (f"dead or missing: {', '.join(inspection.missing)}", inspection.missing),
        (f"tags of no card of this deck: {len(inspection.foreign)}", inspection.foreign),
        (f"the same UID at two places: {', '.join(inspection.doubled)}", inspection.doubled),
    ]
    found = [text for text, is_so in faults if is_so]
    typer.echo("; ".join(found) if found else "All 52 cards read, and no other.")
    raise typer.Exit(1 if found else 0)


async def enrol(
    now: Session, enrolment: Enrolment, board: Callable[[], contextlib.AbstractContextManager[Board]]
) -> None:
    """Ask for one card after the other until the deck is through or somebody stops."""
    clock = asyncio.get_running_loop().time
    with board() as drawn:
        said = ""
        while enrolment.wanted:
            marks = {**dict.fromkeys(enrolment.found, DONE), **dict.fromkeys(enrolment.dead, DEAD)}
            ask = (
                f"Lay the {enrolment.wanted} ({len(enrolment.found) + 1}/52).   (s: it does not read, b: back, q: stop)"
            )
            drawn.show({**marks, enrolment.wanted: NEXT}, f"{said}\n{ask}" if said else ask)
            item = await now.next()
            said = ""
            if isinstance(item, Reading):
                where = (item.device, item.antenna)
                said = (enrolment.take(item.uid, item.together, where, clock()) or "") if item.came else ""
            elif item == "q":
                return
            elif item == "s":
                enrolment.skip()
            elif item == "b":
                enrolment.back()


async def inspect(
    now: Session, inspection: Inspection, board: Callable[[], contextlib.AbstractContextManager[Board]]
) -> None:
    """Tick off what is laid until all have been seen or somebody says that this is all."""
    with board() as drawn:
        while inspection.missing:
            line = f"{len(inspection.missing)} to lay, {len(inspection.foreign)} foreign tags.   (Enter: that is all)"
            drawn.show(dict.fromkeys(inspection.seen, DONE), line)
            item = await now.next()
            if not isinstance(item, Reading):
                return
            inspection.take(item.uid, (item.device, item.antenna), came=item.came)
        drawn.show(dict.fromkeys(inspection.seen, DONE), "")


async def _fits(console: Console, deck: str, table: str | None, *, anew: bool) -> None:
    """Raise HardwareError for what would be refused after all: a name that is taken, a table that is not there."""
    try:
        state = await console.until("public", lambda _: True, _TABLE_S)
    except TimeoutError:
        if table:
            raise HardwareError(
                f"--table {table}: no such table is open here; leave it out, or open it first"
            ) from None
        return
    if deck in state["decks"] and not anew:
        raise HardwareError(f"deck {deck} is registered already; --replace gives it these tags, or give another name")


async def _register(
    console: Console, deck: str, cards: dict[Secret[str], Card], table: str | None, *, anew: bool
) -> None:
    # To the collector over the installer's own login, and to nobody else.
    tags = {uid.reveal(): card for uid, card in cards.items()}
    await console.house("register_deck", deck_id=deck, cards=tags, **({"replace": True} if anew else {}))
    typer.echo(f"deck {deck} is registered" + (", and a table that plays with it needs --table" if anew else ""))
    if table:
        await console.command("use_deck", deck_id=deck)
        typer.echo(f"deck {deck} is in play at {table}")


def _note(strange: str) -> None:
    typer.echo(f"note: {strange}", err=True)


def _checked(command: str, check: Callable[..., Found], *given: object) -> Found:
    """Return what `check` makes of what was given; say what is wrong with that, and exit with 2."""
    try:
        return check(*given)
    except HardwareError as error:
        typer.echo(f"ebs deck {command}: {error}", err=True)
        raise typer.Exit(2) from error


def _run(
    command: str,
    work: Callable[[Session], Awaitable[None]],
    place: tuple[Path, str, str | None, Path | None, Path | None],
    table: str | None,
    device: str | None,
    *,
    commands: bool = True,
) -> None:
    try:
        asyncio.run(
            _in_session(work, place[0], broker_login(*place), table or DEFAULT_TABLE, device, commands=commands)
        )
    except (HardwareError, ConsoleError) as error:
        typer.echo(f"ebs deck {command}: {error}", err=True)
        raise typer.Exit(1) from error


async def _in_session(
    work: Callable[[Session], Awaitable[None]],
    data: Path,
    address: Address,
    table: str,
    device: str | None,
    *,
    commands: bool,
) -> None:
    async with session(address, table, device, KeyFile(data / KEYS), typer.echo, commands=commands) as now:
        read_terminal(now.queue, asyncio.get_running_loop())
        await work(now)


@contextlib.contextmanager
def _board() -> Iterator[Board]:
    terminal = Terminal(file=raw(sys.stdout))
    if not terminal.is_terminal:
        yield Board(None, typer.echo)
        return
    with Live(console=terminal, auto_refresh=False) as live:
        yield Board(live, typer.echo)
