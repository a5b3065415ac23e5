"""API keys: how other systems come in. REST has the same under /api/v1/keys."""

from __future__ import annotations

import json
from typing import Annotated, Final

import typer

from collector.access.people import ApiKey
from collector.access.vocabulary import shortened
from collector.canonical import timestamp
from collector.errors import BadInput
from collector.signin.making import new_key, scopes_of
from collector.system import now_ms
from tools.accounts import AsJson, Data, house, print_rows, telling

VERB: Final = (24, "API keys of other systems: `create`, `list`, `revoke`.")

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
_DAY = slice(10)


@app.callback()
def group() -> None:
    """API keys, kept in the app store as hashes. A key holds its scopes, as far as its owner holds them."""


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="What it is for, as broadcaster.")],
    owner: Annotated[str, typer.Option(help="Whose rights it has a part of.")],
    scope: Annotated[list[str], typer.Option(help="A permission, as read:hands; may come several times.")],
    days: Annotated[int, typer.Option(min=1, max=3650, help="How long it holds.")] = 90,
    data: Data = None,
) -> None:
    """Make a key. It is told once: only its hash is kept."""
    with telling("keys create"), house(data) as here:
        user = here.store.users().get(owner)
        if user is None:
            raise BadInput("USER_NOT_FOUND", f"there is no user {owner}; `ebs users list` shows them")
        key, text = new_key(name, owner, scopes_of(scope, user), now_ms(), days)
        here.store.add_key(key, here.by, key.created_at)
    typer.echo(f"key {key.id} of {owner}, until {timestamp(key.expires_at)[_DAY]}, told this once:")
    typer.echo(text)


@app.command("list")
def list_(as_json: AsJson = False, data: Data = None) -> None:
    """Show all keys, the newest first; none of them opens a door."""
    with telling("keys list"), house(data) as here:
        found = sorted(here.store.keys().values(), key=lambda key: (-key.created_at, key.id))
    if as_json:
        typer.echo(json.dumps([_plain(key) for key in found]))
        return
    rows = [["id", "name", "owner", "scopes", "until", "last used", "state"]]
    now = now_ms()
    for key in found:
        state = "revoked" if key.revoked_at else "expired" if key.expires_at <= now else "in"
        used = timestamp(key.last_used) if key.last_used else "never"
        until = timestamp(key.expires_at)[_DAY]
        rows.append([key.id, key.name, key.owner, " ".join(shortened(key.scopes)), until, used, state])
    print_rows(rows)


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(help="Id of the key, as `ebs keys list` shows it.", metavar="ID")],
    data: Data = None,
) -> None:
    """End a key within a second."""
    with telling("keys revoke"), house(data) as here:
        here.store.revoke_key(key_id, here.by, now_ms())
    typer.echo(f"{key_id} opens nothing any more")


def _plain(key: ApiKey) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "owner": key.owner,
        "scopes": shortened(key.scopes),
        "expires_at": timestamp(key.expires_at),
        "last_used": timestamp(key.last_used) if key.last_used else None,
        "revoked_at": timestamp(key.revoked_at) if key.revoked_at else None,
    }
