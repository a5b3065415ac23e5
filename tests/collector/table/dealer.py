"""A dealer for tests: commands and readings into a desk, without broker or log. Time moves one ms a fact."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from typing import Any

from collector.access.rights import LOGINS, RULINGS, Access
from collector.access.senders import sender_of
from collector.access.vocabulary import PROPOSE, READ_LIVE
from collector.canonical import canonical
from collector.cards import DECK, Card
from collector.facts.chain import Chain
from collector.facts.seals import Sealer
from collector.house.commands import decode as decode_house_command
from collector.pipeline.desk import Batch, Change, Desk
from collector.records.hands import HandRecord
from collector.secrecy import Secret
from collector.table.amend.chapters import Evening
from collector.table.commands import COMMANDS
from collector.table.finished.record import record_of
from collector.table.show.renderer import Renderer
from collector.table.state import Table
from collector.wire.device import CardMoved, CardRead, CardRemoved, DeviceEvents, Fault, Gone
from collector.wire.feeds import Channel
from collector.wire.house import RegisterDeck
from collector.wire.replies import Reply

TABLE = "table_01"
NODE = "node-01"
BOOT = "1-0000000000000001"
BOARD = "a11"


class OfTests(Access):
    """A house whose floor may hear its tables live: on a real one a person with a grant does."""

    def words(self, login: str) -> frozenset[str]:
        return super().words(login) | ({READ_LIVE} if login.partition("-")[0] == "floor" else frozenset())


OP_MAY_ALL = OfTests({**LOGINS, "op": ("operator", "installer")})
"""A house in which the login of these tests sets up the table that it runs."""


def uid_of(card: str, deck: int = 1) -> str:
    """Return the tag of a card."""
    return f"04{deck:02x}{DECK.index(Card(card)):010x}"


def antenna_of(seat: int | None) -> str:
    """Return the antenna of a seat, or of the board."""
    return BOARD if seat is None else f"a{seat:02d}"


def renderer() -> Renderer:
    """Return a renderer as the collector has it, which has drawn nothing yet."""
    return Renderer(COMMANDS)


def rendered(table: Table, channel: Channel) -> bytes:
    """Return a state as another process would render it."""
    return renderer().state(table, channel)


def records_of(change: Change) -> list[HandRecord]:
    """Return the records of the hands that a fact ended or corrected."""
    return [record_of(change.outcome.table, play) for play in change.outcome.ended]


class Dealer:
    """A table with one deck and an antenna for each seat."""

    def __init__(
        self,
        stacks: Sequence[int] = (10_000, 10_000, 10_000),
        blinds: tuple[int, int] = (50, 100),
        access: Access = OP_MAY_ALL,
        sealer: Sealer | None = None,
    ) -> None:
        self.now = 1_000_000
        self._ticks = 0  # of the last command
        self.renderer = renderer()
        self.desk = Desk(Chain({}, self._clock, sealer), COMMANDS, access)
        self.changes: list[Change] = []
        self.facts: list[Any] = []
        self.warned: list[str] = []
        self.heard: list[bytes] = []
        self.floor_hears: list[tuple[str, str]] = []
        self._ids = itertools.count(1)
        self._seq = itertools.count(1)
        self.house(type="create_event", event_id="evt", name="Event")
        self.house(type="open_table", table_id=TABLE, event_id="evt", name="Table 1")
        cards = {uid_of(card): str(card) for card in DECK}
        deck = RegisterDeck(id="deck", deck_id="deck-1", demo=True, cards=Secret(cards))
        self.house_deck(deck)
        self.command(type="assign_device", device=NODE)
        for seat in (*range(1, 11), None):
            role = "board" if seat is None else "seat"
            self.command(type="assign_antenna", device=NODE, antenna=antenna_of(seat), role=role, seat=seat)
        self.command(type="use_deck", deck_id="deck-1")
        self.command(type="set_blinds", small_blind=blinds[0], big_blind=blinds[1])
        for seat, stack in enumerate(stacks, 1):
            self.command(type="seat_player", seat=seat, player_id=f"p_{seat}", name=f"Player {seat}", stack=stack)

    def _clock(self) -> int:
        self.now += 1
        self._ticks += 1
        return self.now

    def house(self, login: str = "op", **fields: Any) -> Reply:
        """Send a house command."""
        batch = Batch()
        payload = json.dumps({"v": 1, "id": f"h{next(self._ids)}", **fields}).encode()
        self._ticks = 0
        reply = self.desk.house_command(decode_house_command(payload), sender_of(login), batch)
        return self._done(batch, reply)

    def house_deck(self, deck: RegisterDeck) -> None:
        """Register a deck."""
        batch = Batch()
        self.desk.house_command(deck, sender_of("op"), batch)
        self.facts += batch.facts

    def send(self, login: str | None = None, table: str = TABLE, **fields: Any) -> Reply:
        """Send a table command, whatever becomes of it. login: unless named, the floor for what only it may."""
        batch = Batch()
        payload = json.dumps({"v": 1, "id": f"c{next(self._ids)}", **fields}).encode()
        self._ticks = 0
        command = COMMANDS.decode(payload)
        login = login or ("floor" if COMMANDS.of(command).word in {RULINGS, PROPOSE} else "op")
        reply = self.desk.table_command(table, command, sender_of(login), batch)
        return self._done(batch, reply)

    def command(self, **fields: Any) -> Reply:
        """Send a table command that must be taken."""
        reply = self.send(**fields)
        assert reply.accepted, reply.error
        return reply

    def act(self, seat: int, kind: str, amount: int | None = None) -> Reply:
        """Send an act that must be taken."""
        return self.command(type=kind, seat=seat, **({} if amount is None else {"amount": amount}))

    def read(self, seat: int | None, card: str, *, uid: str | None = None, age_ms: int = 0) -> None:
        """Lay a card on a seat's antenna, or on the board's."""
        self.event(CardRead(antenna=antenna_of(seat), uid=Secret(uid or uid_of(card))), age_ms)

    def lay(self, antenna: str, card: str) -> None:
        """Lay a card on an antenna."""
        self.event(CardRead(antenna=antenna, uid=Secret(uid_of(card))))

    def lift(self, seat: int | None, card: str, *, uid: str | None = None) -> None:
        """Take a card away."""
        self.event(CardRemoved(antenna=antenna_of(seat), uid=Secret(uid or uid_of(card))))

    def event(self, event: CardRead | CardRemoved | CardMoved | Fault | Gone, age_ms: int = 0) -> None:
        """Send any event of the node."""
        batch = Batch()
        seq = next(self._seq)
        message = DeviceEvents(
            v=1, device=NODE, boot=BOOT, tx=seq, origin=BOOT, seq=seq, age_ms=age_ms, events=(event,), mac=""
        )
        self.desk.device_events(message, batch)
        self._done(batch, None)

    def _done(self, batch: Batch, reply: Reply | None) -> Any:
        if reply is not None and not reply.accepted:
            self.now -= self._ticks  # a refused command takes no time, so that what comes behind it has the same bytes
        self.changes += batch.changes
        self.facts += batch.facts
        self.warned += [each.warning.code for each in batch.warned]
        self._hear(batch)
        return reply

    def _hear(self, batch: Batch) -> None:
        """Keep the replies and alerts that an operator hears, and the alerts that the floor alone hears."""
        self.heard += [canonical(reply.model_dump(mode="json")) for _, client, reply in batch.replies if client == "op"]
        for each in batch.warned:
            if each.warning.hidden:
                self.floor_hears.append((each.warning.code, each.warning.message))
            else:
                seq, trace = each.fact.position, each.fact.trace_id
                self.heard.append(self.renderer.alert(each.table, each.warning, seq, trace))

    @property
    def table(self) -> Any:
        """The table now."""
        return self.desk.tables[TABLE]

    @property
    def evening(self) -> Evening:
        """The table now, and what is remembered of its evening."""
        return self.desk.evenings[TABLE]

    def state(self, channel: Any = "live") -> dict[str, Any]:
        """Return what the channel shows now."""
        found: dict[str, Any] = json.loads(self.renderer.state(self.table, channel))
        return found

    def seat(self, seat: int, channel: Any = "live") -> dict[str, Any]:
        """Return what the channel shows of a seat."""
        found: dict[str, Any] = self.state(channel)["seats"][seat - 1]
        return found

    def events(self, channel: Any = "live") -> list[dict[str, Any]]:
        """Return all events of a channel since the table opened."""
        return [
            json.loads(payload)
            for change in self.changes
            for payload in self.renderer.events(change.outcome, change.before, channel)
        ]

    def output(self, channel: Any) -> list[bytes]:
        """Return every byte of a channel: events of each fact, and the state after it."""
        out = []
        for change in self.changes:
            out += self.renderer.events(change.outcome, change.before, channel)
            out.append(self.renderer.state(change.outcome.table, channel))
        return out

    def alerts(self) -> list[str]:
        """Return the codes of all warnings so far."""
        return list(self.warned)

    def records(self) -> list[Any]:
        """Return the finished hands so far."""
        return [record for change in self.changes if change.fact.kind != "amend" for record in records_of(change)]
