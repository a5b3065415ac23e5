"""Who may hear hidden cards while a hand is played. Only on the collector's machine: REST and the broker have no such.

The verb writes a request into the data folder, where the collector takes it up; `collector/spool.py` has the form.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
from pathlib import Path
from typing import Annotated, Final

import typer
from sqlalchemy.engine import make_url

from collector.access.live import LIVE, LivePlace, output_holder
from collector.access.outputs import check_output, check_table
from collector.access.people import check_name
from collector.broker.link import CLIENT_ID
from collector.canonical import timestamp
from collector.errors import BadInput
from collector.readmodel import ReadModelQueries
from collector.settings import load_settings
from collector.spool import ask
from collector.system import now_ms
from collector.wire.live_requests import GrantLive, LiveAnswer, Request, RevokeLive
from tools.accounts import AsJson, Data, print_rows, telling

VERB: Final = (27, "Grants of the live channel, with hidden cards: `grant`, `list`, `revoke`.")
WAIT_S: Final = 5.0
_HOUR_MS: Final = 3_600_000

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
Table = Annotated[str, typer.Option(help="Id of the table.")]
Output = Annotated[str | None, typer.Option(help="To this output, which was added with `--channel live`.")]
Person = Annotated[str | None, typer.Option(help="To the pages of this person.")]


@app.callback()
def group() -> None:
    """Who may hear the live channel of a table: its hidden cards, while they are played. A grant is on record."""


@app.command()
def grant(
    table: Table,
    output: Output = None,
    person: Person = None,
    hours: Annotated[int, typer.Option(min=1, max=168, help="For so long from now.")] = 12,
    data: Data = None,
) -> None:
    """Let one output or one person hear a table live. Another grant to the same one takes the place of the first."""
    with telling("live grant"):
        to, until = holder(output, person, table), now_ms() + hours * _HOUR_MS
        asked = GrantLive(id=_new_id(), table_id=table, to=to, until=until, sudo_user=_sudo_user())
        _tell(_asked(asked, data), f"{to} may hear table {table} live until {timestamp(until)}")


@app.command()
def revoke(table: Table, output: Output = None, person: Person = None, data: Data = None) -> None:
    """Take a grant back. Within a second its pages lose their connection."""
    with telling("live revoke"):
        to = holder(output, person, table)
        asked = RevokeLive(id=_new_id(), table_id=table, to=to, sudo_user=_sudo_user())
        _tell(_asked(asked, data), f"{to} may not hear table {table} live any more")


@app.command("list")
def list_(as_json: AsJson = False, data: Data = None) -> None:
    """Show who may hear which table live, as the read model has it."""
    with telling("live list"):
        found = _listed(data)
    if as_json:
        typer.echo(json.dumps([_plain(each) for each in found]))
        return
    rows = [["to", "table", "until", "given by"]]
    rows += [[each.grant.to, each.table_id, timestamp(each.grant.until), each.grant.by] for each in found]
    print_rows(rows)


def holder(output: str | None, person: str | None, table: str) -> str:
    """Return whom a grant is to. Raises BadInput where that is not said, or could be nobody, or nowhere."""
    if (output is None) == (person is None):
        raise BadInput("TO_WHOM", "say to whom: give --output or --person, one of them")
    if person is not None:
        check_table(table)
        return check_name(person)
    check_output(str(output), table, LIVE)
    return output_holder(str(output))


def _asked(request: Request, data: Path | None) -> LiveAnswer | None:
    folder = load_settings(data=data).data
    if not (folder / CLIENT_ID).is_file():  # log and app store may be elsewhere, this file is not
        raise BadInput("NO_FOLDER", f"{folder} is no data folder; give the collector's with --data, or start EBS once")
    return ask(folder, request, WAIT_S)


def _tell(answer: LiveAnswer | None, done: str) -> None:
    if answer is None:
        typer.echo("no collector answers; it takes this up when it starts, and `ebs live list` tells then")
    elif answer.error:
        raise BadInput(answer.error.code, answer.error.message)
    else:
        typer.echo(done if answer.seq else f"{done}: so it was already")


def _listed(data: Path | None) -> list[LivePlace]:
    settings = load_settings(data=data)
    url = settings.readmodel_url
    if (path := make_url(url)).get_backend_name() == "sqlite" and not Path(path.database or "").is_file():
        raise BadInput("NO_STORE", f"{path.database or 'the URL'} is not there: the collector makes it when it starts")
    readmodel = ReadModelQueries(url, settings.sharing("collector"))
    try:
        found = asyncio.run(readmodel.live())
    finally:
        readmodel.close()
    now = now_ms()
    return sorted((each for each in found if each.grant.holds(now)), key=lambda each: (each.table_id, each.grant.to))


def _plain(place: LivePlace) -> dict[str, object]:
    return {
        "to": place.grant.to,
        "table_id": place.table_id,
        "event_id": place.event_id,
        "until": timestamp(place.grant.until),
        "by": place.grant.by,
    }


def _new_id() -> str:
    return f"live-{secrets.token_hex(8)}"


def _sudo_user() -> str:
    """Return who called sudo, where the name could stand in a request."""
    name = os.environ.get("SUDO_USER", "")
    return name if len(name) <= 64 and name.replace("-", "").replace("_", "").isalnum() else ""  # noqa: PLR2004
