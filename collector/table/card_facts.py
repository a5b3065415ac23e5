"""What facts about decks, flagged readings and control cards do to a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from collector.cards import Card
from collector.errors import Refused
from collector.facts.fact import Fact
from collector.hand.copying import replace
from collector.hand.events import Event
from collector.secrecy import Secret
from collector.table.routing import Told, answered, with_step
from collector.table.state import Flag, Happening, Table

Command = Mapping[str, object]


def _command(fact: Fact) -> Command:
    return cast("Command", fact.body["command"])


def use_deck(table: Table, fact: Fact) -> Told:
    """Fold a deck that comes into the rotation."""
    cards = cast("Mapping[str, Card]", fact.body["cards"])
    return replace(table, decks={**table.decks, str(_command(fact)["deck_id"]): Secret(cards)}), [], []


def change_deck(table: Table, fact: Fact) -> Told:
    """Fold which deck is dealt from: by the running hand, else by the next one."""
    deck = str(_command(fact)["deck_id"])
    if table.running is None or table.play is None:
        return replace(table, deck=deck), [], []
    return replace(table, play=replace(table.play, deck=deck)), [], []


def retire_deck(table: Table, fact: Fact) -> Told:
    """Fold a deck that leaves the rotation."""
    gone = str(_command(fact)["deck_id"])
    decks = {deck_id: cards for deck_id, cards in table.decks.items() if deck_id != gone}
    return replace(table, decks=decks, deck=None if table.deck == gone else table.deck), [], []


def resolve_flag(table: Table, fact: Fact) -> Told:
    """Fold the answer to a flagged reading: what it does to the hand stands under the answer's position."""
    command = _command(fact)
    flag = flag_of(table, command)
    for event in answers(table, command):
        table = with_step(table, fact, event, by_command=True)
    flags = tuple(each for each in table.flags if each is not flag)
    return replace(table, flags=flags), [Happening("table_update", {})], []


def flag_of(table: Table, command: Command) -> Flag:
    """Return the flag that an answer is about; raise Refused where nothing is asked."""
    found = next((flag for flag in table.flags if flag.position == command["flag"]), None)
    if found is None:
        raise Refused("NO_FLAG", f"nothing is asked under {command['flag']}: it was answered, or its hand is over")
    return found


def answers(table: Table, command: Command) -> list[Event]:
    """Return what an answer does to the running hand."""
    given = command.get("card")
    flag, card = flag_of(table, command), None if given is None else Card(str(given))
    return answered(table.play, flag, str(command["take"]), card) if table.play else []


def register_control(table: Table, fact: Fact) -> Told:
    """Fold a tag that gives a command."""
    command = _command(fact)
    given = cast("Command", command["command"])
    return replace(table, controls={**table.controls, Secret(str(command["uid"])): given}), [], []


def remove_control(table: Table, fact: Fact) -> Told:
    """Fold a tag that gives a command no longer."""
    gone = Secret(str(_command(fact)["uid"]))
    return replace(table, controls={tag: given for tag, given in table.controls.items() if tag != gone}), [], []


def set_flow(table: Table, fact: Fact) -> Told:
    """Fold who runs the hands."""
    return replace(table, automatic=_command(fact)["flow"] == "automatic"), [Happening("table_update", {})], []
