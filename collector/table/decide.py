"""Decides whether a command is taken, and which facts it makes. Nothing is logged that would not fold."""

from __future__ import annotations

from collector.errors import Refused
from collector.facts.fact import NewFact
from collector.house.house import House
from collector.secrecy import reveal_all
from collector.table.amend.chapters import Evening
from collector.table.amend.preview import resolve_amendment
from collector.table.close import closing, put_aside
from collector.table.registration import Asked
from collector.table.registry import Commands
from collector.table.state import Table
from collector.wire.command import TableCommand


def decide(commands: Commands, evening: Evening, house: House, command: TableCommand, client: str) -> list[NewFact]:
    """Return the facts that `command` makes now, its own last; raise Refused or IllegalAction, saying what is legal.

    client: the login that the command came from. Changes nothing: `fold` applies the facts once they are committed.
    """
    table = evening.table
    _is_current(table, command)
    registered = commands.of(command)
    facts = closing(table, command.id, when=registered.when, override=command.override)
    if facts:
        table = put_aside(table)  # the command is checked against the table as its `hand_closed` fact will leave it
    if registered.amends:
        resolved = resolve_amendment(commands, evening, house, command)
    else:
        resolved = registered.may(Asked(table, house, commands, client), command)
    fact = commands.kind_of(registered).fact(
        table.table_id,
        command.id,
        {"client": client, "command": {**reveal_all(command), **resolved.fields}, **resolved.beside},
        command if resolved.value is None else resolved.value,
        cause=resolved.cause,
        client=client,
        command_id=command.id,
    )
    return [*facts, fact]


def _is_current(table: Table, command: TableCommand) -> None:
    if command.decision is not None and command.decision != table.decision:
        message = (
            f"the table has moved on from decision {command.decision} to {table.decision}; look, then decide again"
        )
        raise Refused("STALE_DECISION", message, {"decision": table.decision})
    running = table.play.hand_id if table.play else None
    if command.hand_id is not None and command.hand_id != running:
        message = f"hand {command.hand_id} is not the one on the table ({running}); look, then decide again"
        raise Refused("STALE_HAND", message, {"hand_id": running})
