"""Outputs: how graphics programs show a table. REST has the same under /api/v1/outputs."""

from __future__ import annotations

import json
from typing import Annotated, Final

import typer

from collector.access.outputs import OutputKey
from collector.canonical import timestamp
from collector.signin.making import new_output
from collector.system import now_ms
from tools.accounts import AsJson, Data, house, print_rows, telling

VERB: Final = (26, "Outputs, pages of graphics programs: `add`, `list`, `revoke`.")

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.callback()
def group() -> None:
    """Keys of graphics pages, kept in the app store as hashes. A key shows one channel of one table."""


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="What it is called, as main.")],
    table: Annotated[str, typer.Option(help="Id of the table that it shows.")],
    owner: Annotated[str, typer.Option(help="Who answers for it.")],
    channel: Annotated[
        str, typer.Option(help="What it shows: public, delayed, or live, which takes `ebs live grant`.")
    ] = "public",
    data: Data = None,
) -> None:
    """Add an output. The address of its page is told once: only a hash of the key is kept."""
    with telling("outputs add"), house(data) as here:
        output, key = new_output(name, owner, table, channel, now_ms())
        here.store.add_output(output, here.by)
    typer.echo(
        f"output {output.id} of table {output.table_id}, told this once; put the address of the house before it:"
    )
    typer.echo(f"/overlay/?table={output.table_id}#{key}")


@app.command("list")
def list_(as_json: AsJson = False, data: Data = None) -> None:
    """Show all outputs, and where each was opened last; nothing of it opens a door."""
    with telling("outputs list"), house(data) as here:
        found = [each for _, each in sorted(here.store.outputs().items())]
    if as_json:
        typer.echo(json.dumps([_plain(each) for each in found]))
        return
    rows = [["name", "owner", "table", "channel", "last seen", "from"]]
    rows += [
        [each.id, each.owner, each.table_id, each.channel, _when(each.last_seen) or "never", each.address or "-"]
        for each in found
    ]
    print_rows(rows)


@app.command()
def revoke(
    name: Annotated[str, typer.Argument(help="Name of the output, as `ebs outputs list` shows it.")],
    data: Data = None,
) -> None:
    """End an output within a second: its page loses its connection, and gets no other."""
    with telling("outputs revoke"), house(data) as here:
        here.store.revoke_output(name, here.by, now_ms())
    typer.echo(f"{name} shows nothing any more")


def _when(at: int) -> str | None:
    return timestamp(at) if at else None


def _plain(output: OutputKey) -> dict[str, object]:
    return {
        "name": output.id,
        "owner": output.owner,
        "table_id": output.table_id,
        "channel": output.channel,
        "created_at": timestamp(output.created_at),
        "last_seen": _when(output.last_seen),
        "address": output.address or None,
    }
