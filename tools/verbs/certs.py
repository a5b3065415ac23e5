"""Certificates of a house's own: make them, renew them, look at them. For TLS to pages, REST and the broker."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer
from cryptography.hazmat.primitives import hashes

from collector.certificates.authority import spoken_for
from collector.certificates.kept import AUTHORITY, RENEW, SERVERS, Kept, load
from collector.certificates.speakers import of_this_machine, speakers
from collector.certificates.watch import warning
from collector.errors import CollectorError
from collector.system import private_folder

VERB: Final = (28, "Certificates of the house's own: `make`, `renew`, `list`.")

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
Data = Annotated[Path, typer.Option(envvar="EBS_DATA", help="The data folder; they are in its folder `certs`.")]
Made = TypeVar("Made")


@app.callback()
def group() -> None:
    """Certificates of the house's own authority. Whoever trusts its ca.crt is sure to speak to this house.

    The authority's key, ca.key, is as secret as the log: who has it can be this house to every browser that trusts it.
    """


@app.command()
def make(
    name: Annotated[
        list[str] | None,
        typer.Option(help="Name or address that the house is asked for by; repeat it. Default: those of this machine."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="New keys and certificates in the place of those that are there.")
    ] = False,
    new_authority: Annotated[
        bool, typer.Option("--new-authority", help="A new authority too: browsers and nodes need its ca.crt anew.")
    ] = False,
    data: Data = Path("data"),
) -> None:
    """Make the house's authority if there is none, and certificates for the broker and for the pages.

    Nothing is overwritten without --replace. Exits 2 when something is wrong.
    """
    kept = Kept.of(data)

    def making() -> list[Path]:
        wanted = speakers([*(name or ()), *of_this_machine()])
        if told := private_folder(data):
            typer.echo(f"note: {told}", err=True)
        return kept.make(socket.gethostname(), wanted, _now(), replace=replace, anew=new_authority)

    for path in _checked("make", making):
        typer.echo(f"made {path}")
    typer.echo(f"Give {kept.certificate(AUTHORITY)} to browsers and tools; keep the .key files to yourself.")


@app.command()
def renew(
    within: Annotated[int, typer.Option(min=0, max=397, help="Renew what ends within so many days.")] = RENEW.days,
    data: Data = Path("data"),
) -> None:
    """Give certificates that end soon more time, with the same key and names. `ebs serve` does so by itself.

    Exits 0 also when nothing was due, 2 when something is wrong.
    """
    written = _checked("renew", lambda: Kept.of(data).renew(_now(), timedelta(days=within)))
    for path in written:
        typer.echo(f"renewed {path}, until {load(path).not_valid_after_utc:%Y-%m-%d}")
    if not written:
        typer.echo(f"nothing ends within {within} days")


@app.command("list")
def list_(
    data: Data = Path("data"),
    as_json: Annotated[bool, typer.Option("--json", help="Tell it as JSON.")] = False,
) -> None:
    """Show each certificate: until when it holds, for which names, and the authority's digest (SHA-256).

    Exits 1 when one ends soon, 2 when there is none.
    """
    found = _checked("list", lambda: [_described(Kept.of(data), name) for name in (AUTHORITY, *SERVERS)])
    if as_json:
        typer.echo(json.dumps(found))
    else:
        for each in found:
            typer.echo(f"{each['file']}  until {each['until']}  {' '.join(each['names']) or 'the authority'}")
            typer.echo(f"    SHA-256 {each['sha256']}")
    for each in found:
        if each["warning"]:
            typer.echo(f"ebs certs list: {each['warning']}", err=True)
    raise typer.Exit(1 if any(each["warning"] for each in found) else 0)


def _described(kept: Kept, name: str) -> dict[str, str | list[str]]:
    path = kept.certificate(name)
    certificate = load(path)
    ends = certificate.not_valid_after_utc
    said = warning(path, ends, _now())
    return {
        "file": str(path),
        "until": f"{ends:%Y-%m-%d}",
        "names": [str(each) for each in spoken_for(certificate)],
        "sha256": certificate.fingerprint(hashes.SHA256()).hex(),
        "warning": said.text if said else "",
    }


def _now() -> datetime:
    return datetime.now(UTC)


def _checked(command: str, work: Callable[[], Made]) -> Made:
    try:
        return work()
    except CollectorError as error:
        typer.echo(f"ebs certs {command}: {error}", err=True)
        raise typer.Exit(2) from error
