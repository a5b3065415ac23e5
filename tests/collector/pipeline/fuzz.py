"""A house under messages made from the models of its payloads: at their bounds, one beyond, twice named, nested, valid.

    python -m tests.collector.pipeline.fuzz [seed [messages]]

prints what it found, one line a kind. Nothing of it may be found; `test_fuzz` says so, and that it finds what it looks
for in a copy whose bounds are taken out.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import sys
import time
from collections.abc import Iterator, Sequence
from enum import Enum
from functools import partial
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from collector.cards import DECK
from collector.facts.chain import Chain
from collector.house.commands import COMMANDS as HOUSE_COMMANDS
from collector.pipeline.desk import Batch, Desk
from collector.pipeline.outgoing import Outgoing
from collector.pipeline.repeats import Repeats
from collector.secrecy import Secret
from collector.table.commands import COMMANDS
from collector.wire.base import FreeObject
from collector.wire.command import Command
from edge.seal import Seal
from tests.collector.pipeline.hall import KEY, Hall, Keys, Message
from tests.collector.table.dealer import BOOT, NODE, TABLE, uid_of

LIMIT: Final = 65_536
"""What the broker takes, whatever the code under test thinks of it."""
EXACT: Final = 2**53 - 1
"""What a browser counts exactly."""
LONGEST_KEPT: Final = 400
"""Characters of what a message was called by whoever sent it, that may be kept in memory."""
TOLD_APART: Final = 1000
DEEP: Final = 40
BLINDS: Final = {"small_blind": 50, "big_blind": 100}
_FREE: Final = get_args(FreeObject)[-1]
_MODELS: Final = {each.type: each.model for each in (*COMMANDS, *HOUSE_COMMANDS)}
_PLAIN: Final = [
    "fold",
    "call",
    "raise_to",
    "seat_player",
    "set_stack",
    "set_levels",
    "deal_card",
    "end_hand",
    "misdeal",
]
_HOUSE: Final = {each.type for each in HOUSE_COMMANDS}


class Maker:
    """Makes values for the types of models. wild: how often one is at its bound, beyond it, or of another type."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.wild = 0.1
        self.ids = 0

    def payload(self, model: type[BaseModel]) -> dict[str, Any]:
        """Return the members of an object of a model; those that may be absent often are."""
        made = {}
        for name, field in model.model_fields.items():
            if field.is_required() or name in {"type", "id"} or self.chance.random() < 0.4:
                made[name] = self.value(field.annotation, field.metadata)
        if issubclass(model, Command):
            self.ids += 1
            made["id"] = f"f-{self.ids}"
        return made

    def value(self, annotation: Any, metadata: Sequence[Any] = ()) -> Any:
        """Return a JSON value for a type."""
        given = [each for held in metadata for each in (held.metadata if isinstance(held, FieldInfo) else (held,))]
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return self.value(arguments[0], (*given, *arguments[1:]))
        if origin in (Union, UnionType):
            return self.value(self.chance.choice([each for each in arguments if each is not NoneType]), given)
        if origin is Secret:
            return self.value(arguments[0], given)
        if self.chance.random() < self.wild / 20:
            return self.chance.choice([None, [], {}, "x", -1, 2**63, 1.5, True, "??", [None]])
        if origin in (tuple, list):
            return self._list(arguments, given)
        return self._object(arguments, given) if origin is dict else self._single(annotation, given)

    def _single(self, annotation: Any, given: list[Any]) -> Any:
        if get_origin(annotation) is Literal:
            return self.chance.choice(get_args(annotation))
        if annotation is bool:
            return self.chance.random() < 0.5
        if annotation is int:
            return self._number(given)
        if annotation is str:
            return self._text(given)
        if issubclass(annotation, Enum):
            return self.chance.choice(list(annotation)).value
        return self.payload(annotation)

    def _bounds(self, given: list[Any], *names: str) -> Iterator[int]:
        yield from (found for each in given for name in names if isinstance(found := getattr(each, name, None), int))

    def _edge(self, least: int, most: int) -> int:
        return self.chance.choice([least, most, most, most + 1, least - 1, most * 10])

    def _number(self, given: list[Any]) -> int:
        least, most = max(self._bounds(given, "ge"), default=0), min(self._bounds(given, "le", "bound"), default=2**70)
        if self.chance.random() < self.wild:
            return self._edge(least, most)
        return self.chance.randint(least, min(most, self.chance.choice([10, 200, 5000])))

    def _length(self, given: list[Any], usual: int) -> int:
        most = min(self._bounds(given, "max_length", "bound"), default=2000)
        return (
            max(0, self._edge(0, most))
            if self.chance.random() < self.wild
            else self.chance.randint(0, min(most, usual))
        )

    def _list(self, arguments: Sequence[Any], given: list[Any]) -> list[Any]:
        if arguments[-1] is not Ellipsis and len(arguments) > 1:
            return [self.value(each) for each in arguments]
        count = self._length(given, 3)
        first = [self.value(arguments[0]) for _ in range(min(count, 30))]
        return (first * (count // 30 + 1))[:count]  # long ones are made of the same thirty

    def _object(self, arguments: Sequence[Any], given: list[Any]) -> dict[str, Any]:
        if _FREE in given:
            model = _MODELS[self.chance.choice(_PLAIN)]
            wild = {"x": self.chance.choice(["y" * 1001, [1] * 101, EXACT + 1])} if self.chance.random() < 0.1 else {}
            return {**self.payload(model), **wild}
        if self.chance.random() < 0.7:  # a whole deck
            deck = self.chance.randint(1, 5)
            return {uid_of(str(card), deck): str(card) for card in DECK}
        return {str(self.value(arguments[0])): self.value(arguments[1]) for _ in range(self._length(given, 52))}

    def _text(self, given: list[Any]) -> str:
        pattern = next((str(found) for each in given if (found := getattr(each, "pattern", None))), "")
        for opening, choices in self._known():
            if pattern.startswith(opening):
                return self.chance.choice(choices)
        signs = self.chance.choice(["x", "\u00e9", "\U0001f0a1", '"\\', "\n"])
        return (signs * 2000)[: self._length(given, 12)]

    def _known(self) -> list[tuple[str, list[str]]]:
        names = [
            TABLE,
            NODE,
            "evt",
            "deck-1",
            "a01",
            "a11",
            "house",
            "_unassigned",
            f"n{self.chance.randint(0, 99)}",
            "n" * 64,
            "n" * 65,
        ]
        cards = [str(card) for card in DECK]
        return [
            ("^[A-Za-z0-9_-]{1,64}", names),
            ("^p_", [f"p_{number}" for number in range(1, 13)] + ["p_" + "x" * 62, "p_" + "x" * 63]),
            ("^[A-Za-z0-9_.:-]", ["id", "i" * 80, "i" * 81]),
            ("^(?:[2-9TJQKA][cdhs]|", [*cards, "??"]),
            ("^[2-9TJQKA][cdhs]", cards),
            ("^[2-9TJQKA]{2,6}", ["72", "AKQJT9", "AKQJT98", "7"]),
            ("^(?:[0-9a-f]{8}", [uid_of(self.chance.choice(cards)), "04010203", "0" * 20, "g" * 8]),
        ]


class Fuzz:
    """Sends messages to a house, and looks at everything that comes out."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.maker = Maker(self.chance)
        self.hall = Hall()
        self.hall.deciding._reload = self._reload
        self.hall.link.publish = self._published  # type: ignore[method-assign]
        self.outgoing = Outgoing(self.hall.link, self.hall.renderer, Keys(), self.hall.store, self.hall.metrics)
        self.found: dict[str, str] = {}
        self.accepted = 0
        self._forbidden: dict[str, str] = {}  # ids of commands that may not be taken, and why
        self._tx = 0
        self._last = ""

    async def run(self, messages: int) -> dict[str, str]:
        """Send as many messages; return what was found, by kind."""
        sent = 0
        while sent < messages:
            batch = [self._message() for _ in range(self.chance.choice([1, 1, 1, 4, 30]))]
            sent += len(batch)
            self._last = repr([(each.topic[:80], each.payload[:300]) for each in batch])[:3000]
            try:
                await self._take(batch)
            except Exception as error:  # noqa: BLE001 - whatever it is, it would have ended the process
                self._note("the process would have ended", f"{error!r:.300} {self._last}")
        return self.found

    @property
    def hands(self) -> int:
        """How many hands were put away."""
        return sum(fact.kind == "hand_closed" for fact in self.hall.store.facts)

    async def _take(self, messages: Sequence[Message]) -> None:
        hall = self.hall
        batch = await hall.deciding.decide(messages)
        await hall.store.append(batch.facts)
        for channel in ("public", "live"):
            await self.outgoing.feed(channel, batch, hall.desk)
        await self.outgoing.replies(batch)
        await self.outgoing.acknowledge(batch, hall.desk)
        await self.outgoing.orders(batch)
        await hall.floor.warn(batch.warned)
        await hall.floor.tell(hall.desk)
        if self.chance.random() < 0.02:
            await Repeats(hall.link, hall.renderer, "main", lambda: hall.desk.tables, hall.floor).connected()
        self._look(batch)

    def _look(self, batch: Batch) -> None:
        for _, _, reply in batch.replies:
            self.accepted += reply.accepted
            if reply.accepted and reply.id in self._forbidden:
                self._note(self._forbidden[reply.id], reply.id)
        kept = self.hall.floor._dropped._passed
        newest = len(str(next(reversed(kept), "")))
        if len(kept) > TOLD_APART or newest > LONGEST_KEPT:
            self._note("S6: kept for ever", f"{len(kept)} topics, one of {newest} characters")
        if "_unassigned" in self.hall.desk.tables or "house" in self.hall.desk.tables:
            self._note("S12: a stream of our own is a table", "")

    async def _published(self, topic: str, payload: bytes, *, qos: int = 0, retain: bool = False) -> bool:
        if len(payload) > LIMIT:
            self._note("S1: too large to send", f"{topic}: {len(payload)} bytes")
        beyond = [number for number in integers(json.loads(payload)) if abs(number) > EXACT]
        if beyond:
            self._note("S12: a number that no browser counts", f"{topic}: {beyond[0]}")
        return True

    async def _reload(self) -> Desk:
        self._note("a payload broke us", self._last)
        desk = Desk(Chain(await self.hall.store.heads(), lambda: 1), COMMANDS)
        desk.load([*self.hall.dealer.facts, *self.hall.store.facts])
        return desk

    def _note(self, kind: str, what: str) -> None:
        self.found.setdefault(kind, what)

    def _message(self) -> Message:
        makers = (
            *[self._playing] * 12,
            self._long,
            self._known_attack,
            self._likely,
            self._likely,
            self._any,
            self._any,
            self._broken,
            self._nowhere,
            self._of_the_node,
        )
        self.maker.wild = self.chance.choice([0, 0.1, 0.5])
        while True:
            made = self.chance.choice(makers)()
            if len(made.payload) <= LIMIT:  # the broker lets nothing larger through
                return made

    def _command(self, kind: str, members: dict[str, Any], text: str | None = None) -> Message:
        where = "house/command/op" if kind in _HOUSE else f"table/{TABLE}/command/op"
        return Message(f"ebs/v1/{where}", (text or json.dumps(members)).encode("utf-8", "surrogatepass"))

    def _likely(self) -> Message:
        """A command that the table says may come, with a seat that it may name."""
        table = self.hall.desk.tables[TABLE]
        state = json.loads(self.hall.renderer.state(table, "public"))
        may = {**state["may"], **((state["hand"] or {}).get("may", {}))}
        kind = self.chance.choice(sorted(may))
        if self.chance.random() < 0.3 and "end_hand" in may:
            kind = "end_hand"
        members = self.maker.payload(_MODELS[kind])
        members.pop("decision", None)
        members.pop("hand_id", None)
        if may[kind]:
            members["seat"] = self.chance.choice(may[kind])
        legal = (state["hand"] or {}).get("legal") or {}
        if kind in {"bet", "raise_to"} and legal.get("min_to"):
            members["amount"] = self.chance.choice([legal["min_to"], legal["min_to"], legal["max_to"]])
        return self._command(kind, members)

    def _playing(self) -> Message:
        """The command that a dealer would give now, so that hands are played to their end."""
        table = self.hall.desk.tables[TABLE]
        state = json.loads(self.hall.renderer.state(table, "public"))
        hand = state["hand"] or {}
        may = {**state["may"], **hand.get("may", {})}
        members = self._next(state, hand, may)
        self.maker.ids += 1
        return self._command(members["type"], {**members, "id": f"f-{self.maker.ids}"})

    def _next(self, state: dict[str, Any], hand: dict[str, Any], may: dict[str, Any]) -> dict[str, Any]:
        legal = hand.get("legal")
        if state["flow"] == "automatic":
            return {"type": "set_flow", "flow": "operator"}
        if legal:
            acts = [kind for kind in ("fold", "check", "call", "bet", "raise_to", "all_in") if kind in may]
            kind = self.chance.choice(acts)
            amount = {"amount": legal["min_to"] or 1} if kind in {"bet", "raise_to"} else {}
            return {"type": kind, "seat": legal["seat"], **amount}
        if hand and hand["street"] != "complete":
            return self._after_the_betting(hand, may)
        return self._between_hands(state, may)

    def _after_the_betting(self, hand: dict[str, Any], may: dict[str, Any]) -> dict[str, Any]:
        late = [kind for kind in ("show", "muck", "award", "draw", "misdeal") if kind in may]
        if hand["waiting_for"] == "board" or not late or self.chance.random() < 0.2:
            return {"type": "deal_card", "card": str(self.chance.choice(DECK))}
        kind = self.chance.choice(late)
        pot = [{"seat": hand["pots"][0]["eligible"][0], "amount": hand["pot"]}] if hand["pots"] else []
        more = {"award": {"amounts": pot, "reason": "r"}, "draw": {"count": 0}}.get(kind, {})
        seats = {} if kind in {"award", "misdeal"} else {"seat": self.chance.choice(may[kind] or [1])}
        return {"type": kind, **seats, **more}

    def _between_hands(self, state: dict[str, Any], may: dict[str, Any]) -> dict[str, Any]:
        """Seat players, heap up chips, begin a hand."""
        seat, rich = self.chance.randint(2, 10), [each for each in state["seats"] if each["stack"]]
        if seat in may.get("seat_player", ()) and (len(rich) < 2 or self.chance.random() < 0.2):
            return {"type": "seat_player", "seat": seat, "player_id": f"p_{seat}", "name": "P", "stack": 5000}
        if len(rich) < 2 or self.chance.random() < 0.3:
            return {"type": "set_stack", "seat": seat, "stack": self.chance.choice([5000, 10**15])}
        if self.chance.random() < 0.2:
            giver = max(state["seats"][1:], key=lambda each: each["stack"])
            given = {"seat": giver["seat"], "to_seat": 1, "amount": giver["stack"], "reason": "r"}
            return {"type": "transfer_chips", **given}
        return {"type": self.chance.choice(["start_hand", "start_hand", "end_hand", "set_blinds"]), **BLINDS}

    def _long(self) -> Message:
        """A command with a list that is as long as it may be, one longer, or as long as a message holds."""
        lists: dict[str, tuple[str, int, Any]] = {
            "set_levels": ("levels", 200, {"small_blind": 1, "big_blind": 2}),
            "set_tournament": ("payouts", 2000, 10**15),
            "set_side_games": ("bounties", 50, {"name": "n" * 60, "ranks": "72", "amount": 10**15}),
        }
        kind = self.chance.choice(sorted(lists))
        name, most, each = lists[kind]
        fits = (LIMIT - 200) // (len(json.dumps(each)) + 2)
        self.maker.ids += 1
        count = self.chance.choice([0, 1, most, most + 1, fits])
        return self._command(kind, {"type": kind, "id": f"f-{self.maker.ids}", name: [each] * min(count, fits)})

    def _known_attack(self) -> Message:
        """What was done to earlier versions: a table of a stream of ours, numbers of events that add up too far."""
        self.maker.ids += 1
        self._tx += 1
        named = {"table_id": self.chance.choice(["_unassigned", "house"]), "event_id": "evt", "name": "T"}
        gone = {"kind": "gone", "origin": BOOT, "first": 1, "last": EXACT}
        seq, events = self.chance.choice([(self._tx, [gone]), (EXACT, [{"kind": "x"}] * 3), (EXACT, [{"kind": "x"}])])
        head = f'{{"v":1,"device":"{NODE}","boot":"{BOOT}","tx":{self._tx},"origin":"{BOOT}"'
        event = Seal(KEY).close(f'{head},"seq":{seq},"age_ms":1,"events":{json.dumps(events)}')
        opening = self._command("open_table", {"type": "open_table", "id": f"f-{self.maker.ids}", **named})
        return self.chance.choice([opening, Message(f"ebs/v1/dev/{NODE}/event", event)])

    def _any(self) -> Message:
        kind = self.chance.choice(sorted(_MODELS))
        return self._command(kind, self.maker.payload(_MODELS[kind]))

    def _broken(self) -> Message:
        """A command with a name twice, or nested without an end; or no JSON at all."""
        kind = self.chance.choice(["set_button", "sit_out", "create_event", "set_odds", "seat_player"])
        members = self.maker.payload(_MODELS[kind])
        text = json.dumps(members)
        form = self.chance.choice(["twice", "deep", "deep", "cut", "bytes"])
        if form == "twice":
            self._forbidden[members["id"]] = "S12: a name twice in one object"
            text = text[:-1] + f',"type":"{kind}"' + "}"
        elif form == "deep":
            self._forbidden[members["id"]] = "S12: nested without an end"
            depth = self.chance.choice([DEEP, DEEP, DEEP, 30_000])
            text = text[:-1] + ',"x":' + "[" * depth + "]" * depth + "}"
        elif form == "cut":
            text = text[: self.chance.randint(0, len(text))]
        else:
            text = text[:-1] + "\udcff" * 20
        return self._command(kind, members, text)

    def _nowhere(self) -> Message:
        """A message on a topic that is none of ours, of any length."""
        level = self.chance.choice(["a", "\u00e9", "", "a" * 65, "+", "a" * 60_000]) + str(self.chance.random())
        topic = self.chance.choice(
            [
                f"table/{level}/command/op",
                f"dev/{level}/event",
                f"house/command/{level}",
                f"table/{TABLE}/command/{level}",
            ]
        )
        return Message(f"ebs/v1/{topic}", self.chance.choice([b"x"] * 9 + [b'{"type":"undo","id":"1"}']))

    def _of_the_node(self) -> Message:
        """A message of the node, signed: with its key an attacker could send these."""
        self._tx += 1
        card = uid_of(self.chance.choice([str(card) for card in DECK]), self.chance.choice([1, 1, 7]))
        antenna = f"a{self.chance.randint(1, 12):02d}"
        seq = self.chance.choice([self._tx, self._tx, 1, EXACT, EXACT + 1])
        head = f'{{"v":1,"device":"{NODE}","boot":"{BOOT}"'
        events = [
            {"kind": self.chance.choice(["card_read", "card_removed"]), "antenna": antenna, "uid": card},
            {"kind": "fault", "antenna": antenna, "code": "x", "message": "m" * self.chance.choice([1, 200, 201])},
            {"kind": "gone", "origin": BOOT, "first": self._tx, "last": self.chance.choice([self._tx, EXACT])},
            {"kind": "n" * self.chance.choice([1, 64, 65])},
        ]
        chosen = [self.chance.choice(events)] * self.chance.choice([1, 1, 64, 65])
        bodies = {
            "event": f'{head},"tx":{self._tx},"origin":"{BOOT}","seq":{seq},"age_ms":1,"events":{json.dumps(chosen)}',
            "snapshot": f'{head},"as_of":{self._tx},"acked":{seq},"antennas":{{"{antenna}":["{card}"]}}',
            "status": f'{head},"link":{seq},"state":"online","acked":{self._tx}',
        }
        kind = self.chance.choice(["event", "event", "snapshot", "status"])
        return Message(f"ebs/v1/dev/{NODE}/{kind}", Seal(KEY).close(bodies[kind]))


def integers(value: Any) -> Iterator[int]:
    """Yield every integer of a JSON value."""
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from integers(each)
    elif isinstance(value, int):
        yield value


def main(seed: int = 1, messages: int = 20_000) -> int:
    """Run it; say what was found. Return how many kinds."""
    logging.disable()  # ten lines a second are for people who look after a house
    say = partial(print, flush=True)
    fuzz, began = Fuzz(seed), time.monotonic()
    found = asyncio.run(fuzz.run(messages))
    say(
        f"seed {seed}: {messages} messages, {fuzz.accepted} commands taken, {fuzz.hands} hands, "
        f"{time.monotonic() - began:.0f} s"
    )
    for kind, what in sorted(found.items()):
        say(f"{kind}: {what}")
    return len(found)


if __name__ == "__main__":
    sys.exit(1 if main(*map(int, sys.argv[1:])) else 0)
