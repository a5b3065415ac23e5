"""Control cards: tags that are no card of a deck, and give a command where they are laid."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from collector.devices.readings import Reading
from collector.errors import Refused
from collector.facts.fact import Fact
from collector.hand.copying import replace
from collector.table.effects import Effect
from collector.table.registration import Asked, Reader, Registration, Resolved
from collector.table.state import Table
from collector.wire import readings as wire
from collector.wire import seats
from collector.wire.command import type_of

Fields = dict[str, object]
_SIT_DOWN: Final = type_of(seats.SeatPlayer)
_MOVE: Final = type_of(seats.MovePlayer)


def _may_register(asked: Asked, command: wire.RegisterControl) -> Resolved:
    """A control card is no card of a deck, and gives a command that can be read; its seat may come from the antenna."""
    uid = command.uid.reveal()
    decks = asked.house.decks.values()
    if asked.table.card_of(uid) or any(uid in deck.cards.reveal() for deck in decks):
        raise Refused("TAG_IN_USE", "this tag is a card of a deck; use another for a control card")
    given = asked.commands.of_type(str(command.command.get("type")))
    seat = {"seat": 1} if given and given.seat_from_antenna else {}
    try:
        asked.commands.parse({**seat, **command.command, "id": "control"})
    except ValueError as error:
        message = "a control card holds a command of a table without `id`; see its fields"
        raise Refused("BAD_CONTROL", message) from error
    if given is None or not given.by_card:
        raise Refused("BAD_CONTROL", f"{command.command['type']} cannot be given by a card")
    return Resolved()


def _register(table: Table, fact: Fact, command: wire.RegisterControl) -> Effect:
    """Fold a tag that gives a command."""
    return Effect(replace(table, controls={**table.controls, command.uid: command.command}))


def _remove(table: Table, fact: Fact, command: wire.RemoveControl) -> Effect:
    """Fold a tag that gives a command no longer."""
    kept = {tag: given for tag, given in table.controls.items() if tag != command.uid}
    return Effect(replace(table, controls=kept))


def controlled(commands: Reader, table: Table, reading: Reading, control: Mapping[str, object]) -> list[Fields]:
    """Return what a control card commands where it was laid.

    A player's card seats the player, or moves it; any other gives its command, for the seat that it lies at.
    """
    antenna, command = table.antennas.get((reading.device, reading.antenna)), dict(control)
    given = commands.of_type(str(command["type"]))
    if command.get("seat") is None and given and given.seat_from_antenna:
        if antenna is None or antenna.seat is None:
            return []
        command["seat"] = antenna.seat
    if command["type"] != _SIT_DOWN:
        return [command]
    seated = next((seat for seat, who in table.seated.items() if who.player_id == command["player_id"]), None)
    if seated is None:
        return [command]
    return [] if seated == command["seat"] else [{"type": _MOVE, "seat": seated, "to_seat": command["seat"]}]


COMMANDS: Final[tuple[Registration[Any], ...]] = (
    Registration(
        model=wire.RegisterControl,
        label="Control card",
        word="write:decks",
        hides=True,
        may=_may_register,
        does=_register,
        by_card=False,
    ),
    Registration(
        model=wire.RemoveControl,
        label="Control card",
        word="write:decks",
        hides=True,
        does=_remove,
    ),
)
