"""Play hand histories on the virtual table, and print what the API says of them."""

from __future__ import annotations

import asyncio
import json as jsonlib
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from collector.cards import Card
from collector.errors import BadHistory
from collector.histories.phh.actions import History
from tools.choices import finite
from tools.rehearsal import demo, micropython
from tools.rehearsal.console import Console, ConsoleError
from tools.rehearsal.felt import Felt, FeltError
from tools.rehearsal.pace import Pace
from tools.rehearsal.rehearsal import rehearsal
from tools.rehearsal.scripted import ScriptedHand, Seating
from tools.rehearsal.stack import Stack, StackError
from tools.verbs.replay import Outcome, histories, json_line, outcome_record, readable_line
from tools.virtual.node import NodeError

VERB: Final = (50, "Play hand-history files on the virtual table: firmware, broker, log, database and API.")

_RECORD_S = 20.0


class PlayError(Exception):
    """The play cannot go on."""


def main(
    files: Annotated[list[Path], typer.Argument(help="Hand histories: .phh or .phhs files.")],
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")] = False,
    speed: Annotated[
        float, typer.Option(min=0, callback=finite, help="1 is life, 20 is twenty times; 0: as fast as is correct.")
    ] = 0,
) -> None:
    """Play FILES in a private stack: cards on simulated antennas, read by the firmware, keys sent as commands.

    Prints the lines of `ebs replay`, read back from the API, with the device events and facts each hand took.
    Exits 1 if a hand is missing, 2 if a file cannot be read.
    """
    wanted = [_for_the_table(item) for item in histories(files)]
    broken = [item for item in wanted if isinstance(item, BadHistory)]
    for error in broken:
        typer.echo(error.message, err=True)
    played = 0
    hands = [item for item in wanted if isinstance(item, History)]
    try:
        played = asyncio.run(_play(hands, Pace(speed), _printer(json))) if hands else 0
    except (PlayError, StackError, NodeError, FeltError, ConsoleError, micropython.NoInterpreterError) as error:
        typer.echo(f"ebs play: {error}", err=True)
    if played < len(hands):
        typer.echo(f"ebs play: {len(hands) - played} of {len(hands)} hands are missing", err=True)
        raise typer.Exit(1)
    if broken:
        raise typer.Exit(2)


def _for_the_table(item: History | BadHistory) -> History | BadHistory:
    """The live table plays no-limit Hold'em only."""
    if isinstance(item, BadHistory) or item.variant == "NT":
        return item
    return BadHistory(item.where(), f"variant {item.variant} is not played at the table yet; it plays NT")


def _printer(as_json: bool) -> Callable[[History, dict[str, Any]], None]:
    def show(history: History, record: dict[str, Any]) -> None:
        typer.echo(json_line(record) if as_json else readable_line(history, record))
        sys.stdout.flush()

    return show


async def _play(hands: list[History], pace: Pace, show: Callable[[History, dict[str, Any]], None]) -> int:
    """Play all hands; return how many came back."""
    with tempfile.TemporaryDirectory(prefix="ebs-play-") as name:
        async with rehearsal(Path(name), say=_say) as table:
            felt, node = Felt(table.node, table.sees, pace), table.node
            work = asyncio.create_task(_all(hands, table.stack, _Hands(table.console, felt, pace), show))
            await asyncio.wait((work, node.died), return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                work.cancel()
                raise PlayError(f"node {node.pid} died with status {node.died.result()}; no card is read without it")
            return await work


@dataclass(frozen=True)
class _Hands:
    """Whoever plays: keys, cards and pace."""

    console: Console
    felt: Felt
    pace: Pace


async def _all(hands: list[History], stack: Stack, by: _Hands, show: Callable[[History, dict[str, Any]], None]) -> int:
    seating = Seating(by.console)
    for number, history in enumerate(hands, 1):
        if sys.stderr.isatty():
            typer.echo(f"hand {number} of {len(hands)}: {history.id}", err=True)
        if number > 1:
            await by.pace.wait("between_hands")
        hand_id = await ScriptedHand(history, by.console, by.felt, by.pace).play(seating)
        record = await _record(stack, hand_id)
        show(history, _line(history, record, seating.ids))
    return len(hands)


def _say(line: str) -> None:
    typer.echo(line, err=True)


async def _record(stack: Stack, hand_id: str) -> dict[str, Any]:
    """Return a finished hand from the API; it is there shortly after its end."""
    url = f"{stack.url}/api/v1/events/{demo.EVENT}/hands/{hand_id}"
    deadline = asyncio.get_running_loop().time() + _RECORD_S
    while asyncio.get_running_loop().time() < deadline:
        record = await asyncio.to_thread(_get, url)
        if record:
            return record
        await asyncio.sleep(0.02)
    raise PlayError(f"{url} has no record of a hand that was played")


def _get(url: str) -> dict[str, Any] | None:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
            found: dict[str, Any] = jsonlib.load(answer)
            return found
    except (urllib.error.URLError, OSError):
        return None


def _line(history: History, record: dict[str, Any], ids: list[str]) -> dict[str, Any]:
    """Return what is printed: the keys of `ebs replay`, players by number, and where the hand is in the log."""
    number = {player_id: at for at, player_id in enumerate(ids, 1)}
    outcome = Outcome(
        final_stacks=tuple(record["final_stacks"][player_id] for player_id in ids),
        total_pot=record["total_pot"],
        pots=tuple((pot["amount"], tuple(number[who] for who in pot["eligible"])) for pot in record["pots"]),
        uncalled={number[who]: amount for who, amount in record["uncalled_returned"].items()},
        board=tuple(Card(card) for card in record["board"]),
        reached_showdown=record["reached_showdown"],
        winners={number[win["player"]]: win["amount"] for win in record["winners"]},
        rulings=tuple(record["rulings"]),
    )
    line = outcome_record(history, outcome)
    line["starting_stacks"] = [history.amount(record["starting_stacks"][player_id]) for player_id in ids]
    return {**line, "device_events": record["device_events"], "facts": record["facts"], "hand_id": record["hand_id"]}
