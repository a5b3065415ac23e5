"""Play recorded hands through the engine and print how they ended."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from collector.cards import Card
from collector.errors import BadHistory
from collector.hand import board
from collector.hand.model import Hand
from collector.histories.phh.actions import History
from collector.histories.phh.read import read_histories
from collector.histories.phh.replay import replay

VERB: Final = (30, "Replay hand-history files through the hand engine and print how they ended.")

_BROKEN = 2  # exit status when a hand could not be played


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a hand ended, by player number (1-based, as pN in the file), wherever it was played."""

    final_stacks: tuple[int, ...]
    total_pot: int
    pots: tuple[tuple[int, tuple[int, ...]], ...]  # amount, players who could win it
    uncalled: Mapping[int, int]
    board: tuple[Card, ...]
    reached_showdown: bool
    winners: Mapping[int, int]
    rulings: tuple[str, ...]


def main(
    files: Annotated[list[Path], typer.Argument(help="Hand histories: .phh or .phhs files.")],
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line, for programs.")] = False,
) -> None:
    """Replay FILES and print one line a hand. Exits 2 if a hand could not be played; the others are still printed."""
    broken = False
    for history in histories(files):
        try:
            if isinstance(history, BadHistory):
                raise history
            record = outcome_record(history, outcome_of(history, replay(history)))
        except BadHistory as error:
            typer.echo(error.message, err=True)
            broken = True
        else:
            typer.echo(json_line(record) if json else readable_line(history, record))
    if broken:
        raise typer.Exit(_BROKEN)


def histories(files: Iterable[Path]) -> Iterator[History | BadHistory]:
    """Yield the hands of all files, in order; an error stands where a hand cannot be read."""
    for file in files:
        yield from read_histories(file)


def outcome_of(history: History, hand: Hand) -> Outcome:
    """Return the outcome of a finished hand of the engine, seats as player numbers."""
    result = hand.result
    if result is None:
        raise BadHistory(history.where(), "is not finished; replay it to the end first")
    number = {seat.seat: at for at, seat in enumerate(history.setup.seats, 1)}
    return Outcome(
        final_stacks=tuple(result.final_stacks[seat.seat] for seat in history.setup.seats),
        total_pot=result.total_pot,
        pots=tuple((pot.amount, tuple(number[seat] for seat in pot.eligible)) for pot in result.pots),
        uncalled={number[seat]: amount for seat, amount in result.uncalled.items()},
        board=board(hand),
        reached_showdown=result.reached_showdown,
        winners={number[win.seat]: win.amount for win in result.wins},
        rulings=hand.rulings,
    )


def outcome_record(history: History, outcome: Outcome) -> dict[str, Any]:
    """Return the object that is printed for a hand, with amounts as the file writes them."""
    amount = history.amount
    players = range(1, len(history.players) + 1)
    return {
        "id": history.id,
        "file": history.file,
        "section": history.section,
        "variant": history.variant,
        "starting_stacks": [amount(seat.stack) for seat in history.setup.seats],
        "final_stacks": [amount(stack) for stack in outcome.final_stacks],
        "total_pot": amount(outcome.total_pot),
        "pots": [{"amount": amount(chips), "eligible": sorted(eligible)} for chips, eligible in outcome.pots],
        "uncalled_returned": [amount(outcome.uncalled.get(player, 0)) for player in players],
        "board": list(outcome.board),
        "reached_showdown": outcome.reached_showdown,
        "winners": [{"player": p, "amount": amount(outcome.winners[p])} for p in players if outcome.winners.get(p)],
        "rulings": list(outcome.rulings),
    }


def json_line(record: Mapping[str, Any]) -> str:
    """Return a record as one line of JSON."""
    return jsonlib.dumps(record, separators=(", ", ": "), ensure_ascii=False)


def readable_line(history: History, record: Mapping[str, Any]) -> str:
    """Return a record as one line for people."""
    won = ", ".join(f"{history.players[win['player'] - 1]} wins {win['amount']:,}" for win in record["winners"])
    cards = " ".join(record["board"]) or "no board"
    ruled = f"  {len(record['rulings'])} rulings" if record["rulings"] else ""
    return f"{record['id']:<28} {record['variant']:<4} pot {record['total_pot']:>12,}  {cards:<14}  {won}{ruled}"


if __name__ == "__main__":
    typer.run(main)
