"""What the verbs about people and keys share: the app store of this machine, and who types."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.engine import make_url

from collector.access.grants import Grant
from collector.appstore import AppStore
from collector.errors import BadInput, CollectorError, reason
from collector.settings import load_settings
from collector.system import private_folder, user_name

Data = Annotated[Path | None, typer.Option(help="Folder of everything that is kept; default: EBS_DATA, else data.")]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
Events = Annotated[list[str] | None, typer.Option("--event", help="For this event only; may come several times.")]
Tables = Annotated[list[str] | None, typer.Option("--table", help="For this table only; may come several times.")]
PasswordFile = Annotated[
    Path | None, typer.Option(help="File with the password in its first line; without it one is made and told once.")
]


@dataclass(frozen=True)
class House:
    """The people of a data folder, and the name under which changes go on record."""

    store: AppStore
    folder: Path
    by: str


@contextlib.contextmanager
def house(data: Path | None, *, make: bool = False, changes: bool = True) -> Iterator[House]:
    """Open the app store; `make`: also where there is none yet. Raises BadInput where there is none.

    changes: whether it is to be written. Raises BadInput where it is another user's then.
    """
    settings = load_settings(data=data)
    url = make_url(settings.app_store_url)
    if not make and url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise BadInput(
            "NO_STORE", f"{url.database or 'the URL'} is not there: start EBS, or let somebody in with `ebs users add`"
        )
    if make and (told := private_folder(settings.data)):
        typer.echo(told, err=True)
    sharing = settings.sharing("web")
    if changes and not sharing.ours:
        owner = user_name(Path(url.database or "").stat().st_uid)
        raise BadInput("NOT_YOURS", f"{url.database} is {owner}'s; type this as that user: sudo -u {owner} ...")
    store = AppStore(settings.app_store_url, sharing)
    try:
        yield House(store, settings.data, f"system:{user_name()}")
    finally:
        store.close()


@contextlib.contextmanager
def telling(verb: str) -> Iterator[None]:
    """Tell what goes wrong in a line. Wrong input exits 2, what failed 1."""
    try:
        yield
    except BadInput as error:
        typer.echo(f"ebs {verb}: {error.message}", err=True)
        raise typer.Exit(2) from error
    except CollectorError as error:
        typer.echo(f"ebs {verb}: {error}", err=True)
        raise typer.Exit(1) from error


def read_password(path: Path) -> str:
    """Return the first line of a file. Raises BadInput where there is none."""
    try:
        return (path.read_text(encoding="utf-8").splitlines() or [""])[0]
    except (OSError, UnicodeError, ValueError) as error:
        raise BadInput("NO_PASSWORD", f"{path}: {reason(error)}") from error


def place_text(grant: Grant) -> str:
    """Return a grant as a person reads it."""
    words = [grant.role, *sorted(grant.words)]
    where = [
        f"{what} {' '.join(sorted(names))}"
        for what, names in (("events", grant.place.events), ("tables", grant.place.tables))
        if names is not None
    ]
    return " ".join([*filter(None, words), *(f"({each})" for each in where)])


def print_rows(rows: list[list[str]]) -> None:
    """Print rows in columns, the first one being their heads."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
