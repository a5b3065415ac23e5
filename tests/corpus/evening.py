"""An evening while it is made: whoever writes one sends what a table would send, and may look at the table between.

Only what is sent stays: the inputs of the corpus are data. Nothing here is used when they are replayed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

from tests.corpus.wiring import DECK, KEYS, Row, Stage

STRANGE, CONTROL = "0011223344556677", "0011223344556688"
EVENT = "evt_corpus"
Fields = dict[str, Any]


def uid_of(card: str, deck: int = 1) -> str:
    """Return the tag of a card."""
    return f"04{deck:02x}{[str(each) for each in DECK].index(card):010x}"


def signed(node: str, body: Fields, key: str | None = None) -> str:
    """Return a node's message with its mac."""
    text = json.dumps(body, separators=(",", ":"))[:-1]
    mac = hmac.new(bytes.fromhex(key or KEYS.get(node, "00" * 32)), text.encode(), hashlib.sha256).hexdigest()
    return f'{text},"mac":"{mac}"}}'


class Node:
    """A node as the collector hears it: its boot, and what it has counted up to."""

    def __init__(self, name: str, boot: int = 1) -> None:
        self.name = name
        self.seq = self.tx = self.link = 0
        self.boots(boot)

    def boots(self, number: int) -> None:
        """Begin a boot."""
        self.boot = f"{number}-{number:016x}"
        self.seq = self.tx = self.link = 0

    def event(self, *events: Fields, **how: Any) -> Fields:
        """Return a message of events; `how` replaces members of it."""
        self.tx += 1
        body = {"v": 1, "device": self.name, "boot": self.boot, "tx": self.tx, "origin": self.boot}
        body |= {"seq": self.seq + 1, "age_ms": 3, "events": list(events), **how}
        if body["origin"] == self.boot and "seq" not in how:
            self.seq += len(events)
        return self._message("event", {name: value for name, value in body.items() if value != ()})

    def snapshot(self, antennas: dict[str, list[str]] | None = None, **how: Any) -> Fields:
        """Return a snapshot."""
        body = {"v": 1, "device": self.name, "boot": self.boot, "as_of": self.seq, "log_id": None}
        body |= {"origin": self.boot, "acked": 0, "antennas": antennas or {}, **how}
        return self._message("snapshot", {name: value for name, value in body.items() if value != ()})

    def born(self, **how: Any) -> Fields:
        """Return the birth."""
        self.link += 1
        body = {"v": 1, "device": self.name, "boot": self.boot, "link": self.link, "state": "online"}
        body |= {"log_id": None, "origin": self.boot, "acked": 0, "firmware": "0.1.0", "board": "esp32_devkitc"}
        return self._message("status", {**body, "antennas": [{"name": "a01", "chip": "mfrc522 92"}], **how})

    def lost(self, **how: Any) -> Fields:
        """Return the will."""
        body = {"v": 1, "device": self.name, "boot": self.boot, "link": self.link, "state": "lost", **how}
        return self._message("status", body)

    def _message(self, kind: str, body: Fields) -> Fields:
        return {"topic": f"ebs/v1/dev/{self.name}/{kind}", "payload": signed(self.name, body)}


def read(antenna: str, uid: str) -> Fields:
    return {"kind": "card_read", "antenna": antenna, "uid": uid}


def removed(antenna: str, uid: str) -> Fields:
    return {"kind": "card_removed", "antenna": antenna, "uid": uid}


def moved(antenna: str, came_from: str, uid: str) -> Fields:
    return {"kind": "card_moved", "antenna": antenna, "came_from": came_from, "uid": uid}


class Evening:
    """An evening on a stage. Time goes on by a little with each batch."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.inputs: list[Fields] = []
        self.table = "table_01"
        self.node = Node("node-01")
        self._batch = self._id = 0

    async def together(self, *messages: Fields, pause: int = 150) -> list[Row]:
        """Send messages that arrive together; return what left."""
        at, known = self.stage.clock.now + pause, len(self.stage.sent)
        lines = [{"batch": self._batch, "at": at, **message} for message in messages]
        self._batch += 1
        self.inputs += lines
        await self.stage.take(lines)
        return self.stage.sent[known:]

    async def do(self, what: str) -> None:
        """Do something to the collector."""
        await self.together({"do": what})

    async def wait(self, ms: int) -> None:
        """Let time pass: the broker is there again after it."""
        await self.together({"do": "connect"}, pause=ms)

    def command_to(self, where: str, **fields: Any) -> Fields:
        """Return a command as a message."""
        self._id += 1
        client = fields.pop("client", "op")
        payload = json.dumps({"v": 1, "id": f"c{self._id}", **fields})
        return {"topic": f"ebs/v1/{where}/command/{client}", "payload": payload}

    async def house(self, **fields: Any) -> Fields:
        """Send a house command; return the reply."""
        return _reply(await self.together(self.command_to("house", **fields)))

    async def send(self, **fields: Any) -> Fields:
        """Send a command to the table, whatever becomes of it; return the reply."""
        return _reply(await self.together(self.command_to(f"table/{self.table}", **fields)))

    async def command(self, **fields: Any) -> Fields:
        """Send a command to the table that must be taken."""
        reply = await self.send(**fields)
        if not reply["accepted"]:
            raise AssertionError((fields, reply["error"]))
        return reply

    async def act(self, seat: int, kind: str, amount: int | None = None, **more: Any) -> Fields:
        """Send an act that must be taken."""
        return await self.command(type=kind, seat=seat, **({} if amount is None else {"amount": amount}), **more)

    async def refused(self, code: str, **fields: Any) -> Fields:
        """Send a command to the table that must be refused for this reason."""
        return _refused(code, fields, await self.send(**fields))

    async def house_refused(self, code: str, **fields: Any) -> Fields:
        """Send a house command that must be refused for this reason."""
        return _refused(code, fields, await self.house(**fields))

    async def reads(self, *events: Fields, **how: Any) -> list[Row]:
        """Have the table's node see something."""
        return await self.together(self.node.event(*events, **how))

    async def lay(self, seat: int | None, *cards: str, deck: int = 1, **how: Any) -> None:
        """Lay cards at a seat, or on the board."""
        for card in cards:
            await self.reads(read(antenna_of(seat), uid_of(card, deck)), **how)

    async def answer(self) -> bool:
        """Let the worker answer what is asked; return whether anything was."""
        found = self.stage.questions()
        for table_id, answered in found.items():
            await self.together({"topic": f"table/{table_id}/equity", "payload": answered})
        return bool(found)

    async def set_up(self, stacks: Sequence[int] = (10_000, 10_000, 10_000), *, number: int = 1) -> None:
        """Open a table with a deck, a node, antennas, blinds and players."""
        self.table, self.node = f"table_{number:02d}", Node(f"node-{number:02d}", number)
        if number == 1:
            await self.house(type="create_event", event_id=EVENT, name="Corpus")
        await self.house(type="open_table", table_id=self.table, event_id=EVENT, name=f"Table {number}")
        cards = {uid_of(str(card), number): str(card) for card in DECK}
        await self.house(type="register_deck", deck_id=f"deck-{number}", demo=True, cards=cards)
        await self.command(type="assign_device", device=self.node.name)
        seats = [(antenna_of(seat), "seat", seat) for seat in range(1, 11)]
        roles = [*seats, (BOARD, "board", None), (MUCK, "muck", None)]
        together = []
        for antenna, role, seat in roles:
            fields = {"device": self.node.name, "antenna": antenna, "role": role, "seat": seat}
            together.append(self.command_to(f"table/{self.table}", type="assign_antenna", **fields))
        await self.together(*together)
        await self.command(type="use_deck", deck_id=f"deck-{number}")
        await self.command(type="set_blinds", small_blind=50, big_blind=100)
        for seat, stack in enumerate(stacks, 1):
            who = {"player_id": f"p_{number}_{seat}", "name": f"Player {number}.{seat}"}
            await self.command(type="seat_player", seat=seat, **who, stack=stack)

    @property
    def now(self) -> Any:
        """The table."""
        return self.stage.desk.tables[self.table]

    @property
    def hand(self) -> Any:
        """The hand on it."""
        return self.now.play.hand if self.now.play else None


BOARD, MUCK = "a11", "a12"


def antenna_of(seat: int | None) -> str:
    """Return the antenna of a seat, or of the board."""
    return BOARD if seat is None else f"a{seat:02d}"


def _reply(left: list[Row]) -> Fields:
    (found,) = [payload for topic, _, _, payload in left if "/reply/" in topic]
    reply: Fields = json.loads(found)
    return reply


def _refused(code: str, fields: Fields, reply: Fields) -> Fields:
    got = None if reply["accepted"] else reply["error"]["code"]
    if got != code:
        raise AssertionError((code, got, str(fields)[:300], reply))
    return reply
