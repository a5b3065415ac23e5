"""The commands of the house: events, tables, decks, nodes. One registration holds all that there is to a command.

Facts of the stream `house` are folded here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, NamedTuple, TypeVar

from collector.access.audit import AUDIT_DAY
from collector.access.household import unknown_event
from collector.errors import Refused
from collector.facts.fact import HOUSE, Body, Fact, NewFact
from collector.facts.kinds import Kind, Kinds
from collector.hand.copying import replace
from collector.house import balance, rounds
from collector.house.deck_tags import impossible
from collector.house.house import Deck, Drawn, House, Mark, Round, TablePlan
from collector.house.standings import Standing
from collector.release.showtime import CLOCK_ANCHORED
from collector.secrecy import Secret, reveal_all
from collector.texts import cleaned
from collector.wire import house as wire
from collector.wire import to_node
from collector.wire.base import once
from collector.wire.command import HouseCommand, either, type_of, union_of

C = TypeVar("C", bound=HouseCommand)


PROPOSAL: Final = "FLOOR_PROPOSAL"
"""The code of an answer to the floor: what the rules want of the tables of an event, with the commands for it."""
MOST_SAID: Final = 5
"""Proposals that the message of an answer has."""
MOST_PROPOSED: Final = 40
"""Proposals that an answer has: it goes in one message, and once these are done the next question finds the rest."""
MOST_EVENTS: Final = 10_000
MOST_TABLES: Final = 2_000
MOST_DECKS: Final = 1_000
MOST_NODES: Final = 2_000
"""Of one house. Each takes memory for ever, and a table two messages a second."""


class Opened(NamedTuple):
    """The content of a `table_opened` fact, the first fact of a table's stream."""

    event_id: str
    event_name: str
    name: str
    mode: str


def _opened(body: Body) -> Opened:
    return Opened(body["event_id"], cleaned(body["event_name"]), cleaned(body["name"]), body["mode"])


TABLE_OPENED: Final = Kind("table_opened", _opened, hides=lambda _: False)
"""A command of the house makes this fact, and the table that it opens folds it."""


def _no_tables(_event_id: str) -> Sequence[Standing]:
    return ()


def _no_chance() -> str:
    return ""


class Asked(NamedTuple):
    """The surroundings that a command is checked in. next_position: that of its fact. boots: node to running boot.

    tables: the tournament tables of an event. chance: makes what nobody can know before.
    """

    house: House
    next_position: int
    boots: Mapping[str, str]
    tables: Callable[[str], Sequence[Standing]] = _no_tables
    chance: Callable[[], str] = _no_chance


@dataclass(frozen=True, slots=True)
class Resolved:
    """The meaning of a command. beside: further members of its fact's body. follows: further facts that it makes."""

    beside: Mapping[str, object] = field(default_factory=dict)
    follows: tuple[NewFact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration(Generic[C]):
    """A command of the house. Its fields are those of a table's command: see collector/table/registration.py.

    does: None for a command that only asks: its answer is a refusal, and there are no facts of it.
    """

    model: type[C]
    label: str
    word: str
    hides: bool | Callable[[C], bool]
    may: Callable[[Asked, C], Resolved]
    does: Callable[[House, Fact, C], House] | None = None

    @property
    def type(self) -> str:
        """The command's type, which is the kind of its fact."""
        return type_of(self.model)

    def kind(self) -> Kind[C]:
        """Return the kind of its facts."""
        return Kind(self.type, self._logged, self._hidden)

    def _logged(self, body: Body) -> C:
        return self.model.logged(body["command"])

    def _hidden(self, command: C) -> bool:
        return self.hides if isinstance(self.hides, bool) else self.hides(command)


def _may_create(asked: Asked, command: wire.CreateEvent) -> Resolved:
    _unless(command.event_id in asked.house.events, "EVENT_EXISTS", f"event {command.event_id} exists already")
    _unless(len(asked.house.events) >= MOST_EVENTS, "HOUSE_FULL", f"this house has {MOST_EVENTS} events already")
    return Resolved()


def _create(house: House, fact: Fact, command: wire.CreateEvent) -> House:
    return replace(house, events={**house.events, command.event_id: command.name})


def _may_open(asked: Asked, command: wire.OpenTable) -> Resolved:
    name = asked.house.events.get(command.event_id)
    if name is None:
        raise unknown_event(command.event_id)
    _unless(command.table_id in asked.house.tables, "TABLE_EXISTS", f"table {command.table_id} is open already")
    own = command.table_id == HOUSE or command.table_id.startswith("_")
    _unless(own, "BAD_NAME", f"a table cannot be called {command.table_id}; choose another name")
    _unless(len(asked.house.tables) >= MOST_TABLES, "HOUSE_FULL", f"this house has {MOST_TABLES} tables already")
    opened = Opened(command.event_id, name, command.name, command.mode)
    cause = f"{HOUSE}:{asked.next_position}"
    fact = TABLE_OPENED.fact(command.table_id, command.id, opened._asdict(), opened, cause=cause)
    return Resolved(follows=(fact,))


def _open(house: House, fact: Fact, command: wire.OpenTable) -> House:
    return replace(house, tables={**house.tables, command.table_id: command.event_id})


def _may_register(asked: Asked, command: wire.RegisterDeck) -> Resolved:
    decks = asked.house.decks
    known = command.deck_id in decks
    if command.replace:
        _unless(not known, "UNKNOWN_DECK", f"deck {command.deck_id} is not registered; there is nothing to replace")
    else:
        _unless(known, "DECK_EXISTS", f"deck {command.deck_id} is registered already; `replace` changes its tags")
        _unless(len(decks) >= MOST_DECKS, "HOUSE_FULL", f"this house has {MOST_DECKS} decks already; replace one")
    tags = command.cards.reveal().keys()
    if why := impossible(set(tags)):
        raise Refused("IMPOSSIBLE_TAGS", f"this cannot be a deck: {why}")
    others = (deck.cards.reveal() for deck in decks.values() if deck.deck_id != command.deck_id)
    # Neither how many tags nor which deck: whoever guesses tags learns nothing from lists that hold some of them.
    message = "a tag of this list belongs to another deck already, and a tag belongs to one deck; scan the deck anew"
    _unless(any(not tags.isdisjoint(other) for other in others), "TAG_IN_USE", message)
    return Resolved()


def _register(house: House, fact: Fact, command: wire.RegisterDeck) -> House:
    deck = Deck(command.deck_id, command.demo, Secret(command.cards.reveal()), fact.position)
    return replace(house, decks={**house.decks, deck.deck_id: deck})


def _may_order(asked: Asked, command: wire.CommandDevice) -> Resolved:
    boot = asked.boots.get(command.device)
    if boot is None:
        raise Refused("DEVICE_SILENT", f"node {command.device} was not heard yet; check its power and network")
    complete = command.config is not None and command.version is not None
    if complete != (command.action == "configure"):
        raise Refused("BAD_CONFIGURATION", "`configure` needs version and config, and no other action has them")
    _order(command, command.id, boot)  # raises: it has to fit
    return Resolved(beside={"boot": boot})


def _order(command: wire.CommandDevice, command_id: str, boot: str) -> bytes:
    """Return an order to a node, unsigned. S0: a configuration may hold passwords."""
    plain = reveal_all(command)
    fields = {name: plain[name] for name in ("version", "config") if plain[name] is not None}
    return to_node.command(command.device, command_id, boot, command.action, fields)


def order_to(fact: Fact) -> bytes:
    """Return the order that a `command_device` fact sends its node, unsigned."""
    return _order(KINDS.read(KINDS.newest(fact)), str(fact.command_id), str(fact.body["boot"]))


def _unchanged(house: House, fact: Fact, command: wire.CommandDevice) -> House:
    return house


def _may_seal(asked: Asked, command: wire.SealDevice) -> Resolved:
    full = command.sealed and len(asked.house.sealed) >= MOST_NODES
    _unless(full, "HOUSE_FULL", f"this house seals {MOST_NODES} nodes already; unseal one that is gone")
    return Resolved()


def _seal(house: House, fact: Fact, command: wire.SealDevice) -> House:
    device = frozenset({command.device})
    if command.sealed:
        return replace(house, sealed=house.sealed | device, unsealed=house.unsealed - device)
    opened = device & house.sealed
    return replace(house, sealed=house.sealed - device, unsealed=house.unsealed | opened)


def _may_plan(asked: Asked, command: wire.SetTablePlan) -> Resolved:
    _require_event(asked, command)
    strays = set(command.order) - set(asked.house.tables_of(command.event_id))
    message = f"table {min(strays, default='')} is not open for event {command.event_id}; open it, or leave it out"
    _unless(bool(strays), "UNKNOWN_TABLE", message)
    twice = len(set(command.order)) < len(command.order)
    _unless(twice, "BAD_PLAN", "a table is named twice in the order; name each once")
    return Resolved()


def _require_event(asked: Asked, command: wire.EventCommand) -> None:
    if command.event_id not in asked.house.events:
        raise unknown_event(command.event_id)


def _plan(house: House, fact: Fact, command: wire.SetTablePlan) -> House:
    plan = TablePlan(command.seats, command.halt, command.order)
    return replace(house, plans={**house.plans, command.event_id: plan})


def _may_break(asked: Asked, command: wire.BreakTable) -> Resolved:
    _require_event(asked, command)
    stray = asked.house.tables.get(command.table_id) != command.event_id
    _unless(stray, "UNKNOWN_TABLE", f"table {command.table_id} is no table of event {command.event_id}; name one of it")
    if not command.breaks:
        still = command.table_id not in asked.house.breaking
        _unless(still, "NOT_BREAKING", f"table {command.table_id} does not break; there is nothing to take back")
        return Resolved()
    tables = asked.tables(command.event_id)
    draw = balance.drawn(asked.house, command.event_id, tables, command.table_id, asked.chance())
    return Resolved(beside={"draw": [list(each) for each in draw]})


def _break(house: House, fact: Fact, command: wire.BreakTable) -> House:
    others = {table: draw for table, draw in house.breaking.items() if table != command.table_id}
    if not command.breaks:
        return replace(house, breaking=others)
    draw = tuple(Drawn(*each) for each in fact.body["draw"])
    return replace(house, breaking={**others, command.table_id: draw})


def _may_begin_round(asked: Asked, command: wire.HandForHand) -> Resolved:
    _require_event(asked, command)
    before = asked.house.rounds.get(command.event_id)
    if not command.on:
        if before is None:
            raise rounds.no_round(command.event_id)
        return Resolved()
    found = rounds.begun(command.event_id, asked.tables(command.event_id), before, command.remaining)
    begun = {table: list(mark) for table, mark in found.begun.items()}
    return Resolved(beside={"number": found.number, "left": found.left, "begun": begun})


def _begin_round(house: House, fact: Fact, command: wire.HandForHand) -> House:
    others = {event: of for event, of in house.rounds.items() if event != command.event_id}
    if not command.on:
        return replace(house, rounds=others)
    body = fact.body
    found = Round(body["number"], body["left"], {table: Mark(*mark) for table, mark in body["begun"].items()})
    return replace(house, rounds={**others, command.event_id: found})


def _propose_moves(asked: Asked, command: wire.ProposeMoves) -> Resolved:
    _require_event(asked, command)
    raise _proposal(balance.proposals(asked.house, command.event_id, asked.tables(command.event_id)))


def _propose_places(asked: Asked, command: wire.ProposePlaces) -> Resolved:
    _require_event(asked, command)
    of, tables = asked.house.rounds.get(command.event_id), asked.tables(command.event_id)
    if of is None:
        raise rounds.no_round(command.event_id)
    found = rounds.places(of, tables, command.elsewhere)
    raise _proposal(rounds.proposals(of, found, tables, command.elsewhere))


def _proposal(found: Sequence[Mapping[str, object]]) -> Refused:
    """Return what was asked as a refusal: nothing has changed (ADR 18), and nothing does until somebody does it."""
    said = "; ".join(str(each["say"]) for each in found[:MOST_SAID]) or "the rules want nothing of these tables now"
    more = f"; and {len(found) - MOST_SAID} more" if len(found) > MOST_SAID else ""
    return Refused(PROPOSAL, said + more, {"proposals": list(found[:MOST_PROPOSED])})


def _unless(bad: bool, code: str, message: str) -> None:
    if bad:
        raise Refused(code, message)


COMMANDS: Final[tuple[Registration[Any], ...]] = (
    Registration(
        model=wire.CreateEvent,
        label="create an event",
        word="manage:events",
        hides=False,
        may=_may_create,
        does=_create,
    ),
    Registration(
        model=wire.OpenTable,
        label="open a table",
        word="manage:events",
        hides=False,
        may=_may_open,
        does=_open,
    ),
    Registration(
        model=wire.RegisterDeck,
        label="register a deck",
        word="write:decks",
        hides=True,
        may=_may_register,
        does=_register,
    ),
    Registration(
        model=wire.CommandDevice,
        label="command a node",
        word="write:devices",
        hides=lambda said: bool(said.config),
        may=_may_order,
        does=_unchanged,
    ),
    Registration(
        model=wire.SealDevice,
        label="seal a node",
        word="write:devices",
        hides=False,
        may=_may_seal,
        does=_seal,
    ),
    Registration(
        model=wire.SetTablePlan,
        label="plan the tables of an event",
        word="write:tables",
        hides=False,
        may=_may_plan,
        does=_plan,
    ),
    Registration(
        model=wire.BreakTable,
        label="break a table",
        word="write:tables",
        hides=False,
        may=_may_break,
        does=_break,
    ),
    Registration(
        model=wire.HandForHand,
        label="hand for hand",
        word="write:tables",
        hides=False,
        may=_may_begin_round,
        does=_begin_round,
    ),
    Registration(
        model=wire.ProposeMoves,
        label="ask who moves",
        word="write:tables",
        hides=False,
        may=_propose_moves,
    ),
    Registration(
        model=wire.ProposePlaces,
        label="ask for the places of a round",
        word="write:tables",
        hides=False,
        may=_propose_places,
    ),
)
_BY_TYPE: Final = {each.type: each for each in COMMANDS}
_KIND_OF: Final = {each.type: each.kind() for each in COMMANDS}
KINDS: Final = Kinds(_KIND_OF[each.type] for each in COMMANDS if each.does)
_OF_EVENT: Final = [each.model for each in COMMANDS if issubclass(each.model, wire.EventCommand)]
_OF_HOUSE: Final = [each.model for each in COMMANDS if each.model not in _OF_EVENT]
_READ: Final = either(once(union_of(HouseCommand, _OF_HOUSE)), once(union_of(HouseCommand, _OF_EVENT)))


def decode(payload: bytes) -> HouseCommand:
    """Return the command in a payload; raise pydantic's ValidationError if there is none.

    Of a type that is not there, the error names those of the whole house: its words are in logs and kept answers.
    """
    command: HouseCommand = _READ(payload)
    return command


def word_of(command: HouseCommand) -> str:
    """Return the permission word that a command takes."""
    return _BY_TYPE[command.type].word


def event_of(command: HouseCommand) -> str | None:
    """Return the event that a command is about; None for the whole house. Whoever has its permission there may."""
    return command.event_id if isinstance(command, wire.EventCommand) else None


def hidden_in(command: HouseCommand) -> bool:
    """Return whether a command holds tags or passwords, so that what is kept of it is S0."""
    return _KIND_OF[command.type].hides(command)


def opens(house: House, command: HouseCommand) -> str | None:
    """Return the node whose readings a command lets come in clear, None if it lets none. The floor has to hear it."""
    if isinstance(command, wire.SealDevice) and not command.sealed and command.device in house.sealed:
        return command.device
    if isinstance(command, wire.CommandDevice) and command.config and command.config.reveal().get("sealed") is False:
        return command.device
    return None


def decide_house(command: HouseCommand, client: str, asked: Asked) -> list[NewFact]:
    """Return the facts that a command makes, its own first; raise Refused, saying what to do.

    client: the login that the command came from.
    """
    registered = _BY_TYPE[command.type]
    resolved = registered.may(asked, command)
    first = _KIND_OF[registered.type].fact(
        HOUSE,
        command.id,
        {"client": client, "command": reveal_all(command), **resolved.beside},
        command,
        client=client,
        command_id=command.id,
    )
    return [first, *resolved.follows]


def fold_house(house: House, fact: Fact, value: object = None) -> House:
    """Return the house after `fact`. A fact whose kind only newer code knows changes nothing."""
    if fact.kind == AUDIT_DAY.name:
        return replace(house, audited=AUDIT_DAY.value(fact))
    if fact.kind == CLOCK_ANCHORED.name:
        return replace(house, anchor=CLOCK_ANCHORED.value(fact))
    registered = _BY_TYPE.get(fact.kind)
    if registered is None or registered.does is None:
        return house
    fact = KINDS.newest(fact)
    return registered.does(house, fact, KINDS.read(fact) if value is None else value)
