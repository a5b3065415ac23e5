"""The house: events, tables and decks, folded from the `house` stream. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from collector.errors import Refused
from collector.facts.fact import HOUSE, Fact, NewFact
from collector.secrecy import Secrecy, Secret, reveal_all
from collector.wire import to_node
from collector.wire.commands import CommandDevice, CreateEvent, HouseCommand, OpenTable, RegisterDeck


@dataclass(frozen=True, slots=True)
class Deck:
    """A registered deck: UID to card."""

    deck_id: str
    demo: bool
    cards: Secret[Mapping[str, str]]
    position: int


@dataclass(frozen=True, slots=True)
class House:
    """What exists in the house. Values are names; `tables` maps a table to its event."""

    events: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
    decks: Mapping[str, Deck] = field(default_factory=dict)
    sealed: frozenset[str] = frozenset()  # devices whose readings are taken sealed only


def fold_house(house: House, fact: Fact) -> House:
    """Return the house after `fact`."""
    command = cast("Mapping[str, object]", fact.body.get("command", {}))
    if fact.kind == "create_event":
        return replace(house, events={**house.events, str(command["event_id"]): str(command["name"])})
    if fact.kind == "open_table":
        return replace(house, tables={**house.tables, str(command["table_id"]): str(command["event_id"])})
    if fact.kind == "register_deck":
        cards = cast("Mapping[str, str]", command["cards"])
        deck = Deck(str(command["deck_id"]), bool(command["demo"]), Secret(cards), fact.position)
        return replace(house, decks={**house.decks, deck.deck_id: deck})
    if fact.kind == "seal_device":
        device = frozenset({str(command["device"])})
        return replace(house, sealed=house.sealed | device if command["sealed"] else house.sealed - device)
    return house


def decide_house(
    house: House, command: HouseCommand, client: str, next_position: int, boots: Mapping[str, str]
) -> list[NewFact]:
    """Return the facts that a command makes, the command's own first; raise Refused with what to do.

    `boots`: of every node that was heard, the boot it runs.
    """
    dumped = reveal_all(command)
    secrecy = Secrecy.S1
    follows: list[NewFact] = []
    beside: dict[str, object] = {}
    match command:
        case CreateEvent():
            _unless(command.event_id in house.events, "EVENT_EXISTS", f"event {command.event_id} exists already")
        case OpenTable():
            follows = [_opened(house, command, f"{HOUSE}:{next_position}")]
        case RegisterDeck():
            _may_register(house, command)
            secrecy = Secrecy.S0
        case CommandDevice():
            beside = {"boot": _boot_of(command, boots)}
            fields = {name: dumped[name] for name in ("version", "config") if dumped[name] is not None}
            to_node.command(command.device, command.id, str(beside["boot"]), command.action, fields)  # has to fit
            secrecy = Secrecy.S0 if command.config else Secrecy.S1
    body = {"client": client, "command": dumped, **beside}
    first = NewFact(HOUSE, str(dumped["type"]), secrecy, command.id, body, client=client, command_id=command.id)
    return [first, *follows]


def _opened(house: House, command: OpenTable, cause: str) -> NewFact:
    name = house.events.get(command.event_id)
    if name is None:
        raise Refused("UNKNOWN_EVENT", f"event {command.event_id} does not exist; create it first")
    _unless(command.table_id in house.tables, "TABLE_EXISTS", f"table {command.table_id} is open already")
    _unless(command.table_id == HOUSE, "BAD_NAME", f"a table cannot be called {HOUSE}; choose another name")
    body = {"event_id": command.event_id, "event_name": name, "name": command.name, "mode": command.mode}
    return NewFact(command.table_id, "table_opened", Secrecy.S1, command.id, body, cause=cause)


def _boot_of(command: CommandDevice, boots: Mapping[str, str]) -> str:
    boot = boots.get(command.device)
    if boot is None:
        raise Refused("DEVICE_SILENT", f"node {command.device} was not heard yet; check its power and network")
    complete = command.config is not None and command.version is not None
    if complete != (command.action == "configure"):
        raise Refused("BAD_CONFIGURATION", "`configure` needs version and config, and no other action has them")
    return boot


def _may_register(house: House, command: RegisterDeck) -> None:
    known = command.deck_id in house.decks
    if command.replace:
        _unless(not known, "UNKNOWN_DECK", f"deck {command.deck_id} is not registered; there is nothing to replace")
    else:
        _unless(known, "DECK_EXISTS", f"deck {command.deck_id} is registered already; `replace` changes its tags")
    tags = set(command.cards.reveal())
    for deck in house.decks.values():
        if deck.deck_id == command.deck_id:
            continue
        shared = len(tags & set(deck.cards.reveal()))
        message = f"{shared} tags belong to deck {deck.deck_id} already; a tag belongs to one deck"
        _unless(shared > 0, "TAG_IN_USE", message)


def _unless(bad: bool, code: str, message: str) -> None:
    if bad:
        raise Refused(code, message)
