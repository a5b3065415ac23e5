"""People: who may come in, what they may do, and where. REST has the same under /api/v1/users."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Final

import typer

from collector.access.apikeys import digest
from collector.access.changes import disabled, with_grants, with_password, with_role, with_second_factor
from collector.access.grants import grant_of
from collector.access.people import User, check_name, check_password
from collector.access.rights import ROLES
from collector.canonical import timestamp
from collector.signin.first import forget_first_password
from collector.signin.passwords import drawn_password, hashed
from collector.signin.second_factor import address_of, new_seed, recovery_codes
from collector.system import now_ms
from tools.accounts import (
    AsJson,
    Data,
    Events,
    PasswordFile,
    Tables,
    house,
    place_text,
    print_rows,
    read_password,
    telling,
)

VERB: Final = (22, "People: `add`, `list`, `role`, `grant`, `password`, `totp`, `disable`.")

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
Name = Annotated[str, typer.Argument(help="Name of the person, as ana.")]
Role = Annotated[str, typer.Option(help=f"One of {', '.join(ROLES)}.")]


@app.callback()
def group() -> None:
    """People, kept in the app store. What changes here acts within a second, also on who is in."""


@app.command()
def add(  # noqa: PLR0917 - typer gives them by name
    name: Name,
    role: Role,
    events: Events = None,
    tables: Tables = None,
    password_file: PasswordFile = None,
    data: Data = None,
) -> None:
    """Let somebody in, with a role for all events and tables, or for those that are named."""
    with telling("users add"):
        password, made = _password(password_file, name)
        grant, now = grant_of(role, events=events or (), tables=tables or ()), now_ms()
        user = User(check_name(name), role, (grant,), hashed(password), now)
        with house(data, make=True) as here:  # what is wrong is told before anything is written
            here.store.add_user(user, here.by, now)
        typer.echo(f"{name} may come in as {place_text(grant)}")
        _tell(password, made)


@app.command("list")
def list_(as_json: AsJson = False, data: Data = None) -> None:
    """Show everybody."""
    with telling("users list"), house(data) as here:
        everybody = [user for _, user in sorted(here.store.users().items())]
    if as_json:
        typer.echo(json.dumps([_plain(user) for user in everybody]))
        return
    rows = [["name", "role", "second factor", "state", "may"]]
    for user in everybody:
        state = "disabled" if user.disabled else "in"
        may = "; ".join(place_text(grant) for grant in user.grants) or "nothing"
        rows.append([user.name, user.role, "yes" if user.seed else "no", state, may])
    print_rows(rows)


@app.command()
def role(
    name: Name, role: Annotated[str, typer.Argument(help=f"One of {', '.join(ROLES)}.")], data: Data = None
) -> None:
    """Give somebody another role, wherever they had the one before."""
    with telling("users role"), house(data) as here:
        user = here.store.edit_user(name, with_role(role), "role_set", here.by, now_ms())
        typer.echo(f"{name} may: {'; '.join(place_text(grant) for grant in user.grants)}")


@app.command()
def grant(  # noqa: PLR0917 - typer gives them by name
    name: Name,
    role: Annotated[str, typer.Option(help="A role, for the events and tables named here.")] = "",
    words: Annotated[
        list[str] | None, typer.Option("--word", help="read:holecards, read:delayed or read:audit; several times.")
    ] = None,
    events: Events = None,
    tables: Tables = None,
    only: Annotated[bool, typer.Option("--only", help="In place of every grant that was there.")] = False,
    nothing: Annotated[bool, typer.Option("--nothing", help="Take every grant away.")] = False,
    data: Data = None,
) -> None:
    """Give somebody a role, or words by their name, for events and tables."""
    with telling("users grant"):
        given = [] if nothing else [grant_of(role, words or (), events or (), tables or ())]
    with telling("users grant"), house(data) as here:
        change = with_grants(given, only=only or nothing)
        user = here.store.edit_user(name, change, "grants_set", here.by, now_ms())
        typer.echo(f"{name} may: {'; '.join(place_text(each) for each in user.grants) or 'nothing'}")


@app.command()
def password(name: Name, password_file: PasswordFile = None, data: Data = None) -> None:
    """Set somebody's password; everybody who was in by the old one is out."""
    with telling("users password"):
        chosen, made = _password(password_file, name)
    with telling("users password"), house(data) as here:
        here.store.edit_user(name, with_password(hashed(chosen)), "password_set", here.by, now_ms())
        forget_first_password(here.folder, name)
        typer.echo(f"{name} has a new password")
        _tell(chosen, made)


@app.command()
def totp(
    name: Name,
    off: Annotated[bool, typer.Option("--off", help="Take the second factor away.")] = False,
    data: Data = None,
) -> None:
    """Give somebody a second factor, and recovery codes; both are told once."""
    with telling("users totp"), house(data) as here:
        if off:
            change = with_second_factor("", ())
            here.store.edit_user(name, change, "second_factor_taken", here.by, now_ms())
            typer.echo(f"{name} has no second factor")
            return
        seed, codes = new_seed(), recovery_codes()
        change = with_second_factor(seed, [digest(code) for code in codes])
        here.store.edit_user(name, change, "second_factor_set", here.by, now_ms())
    typer.echo(f"{name} has a second factor; put this into an application for codes, it is not shown again:")
    typer.echo(address_of(seed, name))
    typer.echo("recovery codes, each for one sign-in:")
    for code in codes:
        typer.echo(f"  {code}")


@app.command()
def disable(
    name: Name,
    again: Annotated[bool, typer.Option("--enable", help="Let them in again.")] = False,
    data: Data = None,
) -> None:
    """Let somebody in no more. Whatever they are in by ends within a second."""
    with telling("users disable"), house(data) as here:
        what = "user_enabled" if again else "user_disabled"
        here.store.edit_user(name, disabled(is_so=not again), what, here.by, now_ms())
        typer.echo(f"{name} may come in again" if again else f"{name} is out")


def _password(file: Path | None, name: str) -> tuple[str, bool]:
    """Return a password, and whether it was made here. Raises BadInput for a weak one."""
    if file is None:
        return drawn_password(), True
    return check_password(read_password(file), name), False


def _tell(password: str, made: bool) -> None:
    if made:
        typer.echo(f"password, told this once: {password}")


def _plain(user: User) -> dict[str, object]:
    return {
        "name": user.name,
        "role": user.role,
        "disabled": user.disabled,
        "second_factor": bool(user.seed),
        "created_at": timestamp(user.created_at),
        "grants": [place_text(grant) for grant in user.grants],
    }
