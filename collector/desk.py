"""The collector's desk: house and tables in memory, ahead of the log by the batch that is about to be committed.

Takes what came in, decides, places facts in the chain, folds them. No I/O here.
A failed commit ends the process; the next one folds the log again, so nothing is answered from here that is not in it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from collector.chain import Chain
from collector.equity import Answered, Question
from collector.errors import BadInput, Refused
from collector.house import House, decide_house, fold_house
from collector.logs import log_event, logger_of
from collector.ports import HOUSE, UNASSIGNED, DeviceKey, Fact, NewFact
from collector.progress import Claims, Progress, Standing, Transmissions
from collector.secrecy import Secrecy, Secret, reveal_all
from collector.table import routing
from collector.table.decide import decide
from collector.table.fold import Outcome, fold, open_table, unanswered
from collector.table.inferring import CLIENT, inferred
from collector.table.state import Table, Warn
from collector.wire.commands import (
    Amend,
    AssignDevice,
    CommandDevice,
    HouseCommand,
    Refusal,
    Reply,
    SeatPlayer,
    TableCommand,
    read_table_command,
)
from collector.wire.device import CardRead, DeviceEvents, DeviceFact, Gone, Snapshot, UnknownEvent

log = logger_of(__name__)
_REMEMBERED_REFUSALS = 1000


@dataclass(frozen=True, slots=True)
class Change:
    """A fact, the table before it, and what it did."""

    fact: Fact
    before: Table
    outcome: Outcome


@dataclass(slots=True)
class Batch:
    """What one commit holds, and what to tell once it is durable."""

    facts: list[Fact] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    replies: list[tuple[str, str, Reply]] = field(default_factory=list)  # stream, client, reply
    devices: dict[str, str] = field(default_factory=dict)  # to acknowledge: device and its boot
    origins: dict[str, set[str]] = field(default_factory=dict)
    orders: list[tuple[str, Fact]] = field(default_factory=list)  # to send: device, and the command as a fact


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a node's message: how many of its events were new, and whether it came when it should."""

    new: int
    standing: Standing
    counts_back: bool = False
    missing: int = 0  # events before it that will not come any more


class Desk:
    """All tables that this collector owns."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self.house = House()
        self.tables: dict[str, Table] = {}
        self.progress: dict[tuple[str, str], Progress] = {}
        self.transmissions: dict[str, Transmissions] = {}
        self.claims: dict[str, Claims] = {}
        self._readings: dict[tuple[str, str, Secret[str]], str] = {}  # what lies where, and the boot that read it
        self._routes: dict[str, str] = {}
        self._replies: dict[tuple[str, str, str], Reply] = {}
        self._refusals: OrderedDict[tuple[str, str, str], Reply] = OrderedDict()

    def load(self, facts: Iterable[Fact]) -> list[Change]:
        """Fold facts that are in the log already; return the changes that put a hand away or corrected one."""
        changes = []
        for fact in facts:
            try:
                change = self._fold(fact)
            except Exception as error:  # noqa: BLE001 - what older code took must not keep newer code from starting
                log_event(log, "ERROR", "fact_not_folded", error=error, stream=fact.stream, position=fact.position)
                change = None
            self._remember(fact)
            if change and change.outcome.ended:
                changes.append(change)
        return changes

    def device_events(self, message: DeviceEvents, batch: Batch) -> Taken:
        """Take a node's events. What is in the log already is only acknowledged again.

        A message that comes behind a later one of the same boot is refused: its node sends it anew. So is one beyond
        a gap, of its boot or of one before that this log has lost, but for what it declares gone, so that the log has
        everything in order; not for ever.
        """
        progress = self.progress.setdefault((message.device, message.origin), Progress())
        sent = self.transmissions.setdefault(message.device, Transmissions())
        standing, counts_back = sent.standing(message.boot, message.tx), sent.counts_back(message.boot)
        if standing == "again" and not all(progress.holds(message.seq + n) for n in range(len(message.events))):
            return Taken(0, standing)
        batch.devices[message.device] = message.boot
        batch.origins.setdefault(message.device, set()).add(message.origin)
        new, claims = self._take((Gone,), message, standing, batch), self._claims(message.device)
        missing = progress.lacks(message.seq) + self._lacks_before(message, claims)
        if missing and not progress.has_waited(message.seq, message.tx, in_step=claims.in_step):
            return Taken(new, "ahead", counts_back)
        if missing:
            claims.drop()
        sent.note(message.boot, message.tx)
        new += self._take((object,), message, standing, batch)
        return Taken(new, standing, counts_back, missing)

    def _claims(self, device: str) -> Claims:
        return self.claims.setdefault(device, Claims())

    def _lacks_before(self, message: DeviceEvents, claims: Claims) -> int:
        """Return how many events of earlier boots were in the log once, and are not."""
        told = claims.before(message.origin)
        known = [(self.progress.get((message.device, boot), Progress()), acked) for boot, acked in told]
        return sum(progress.lacks(acked + 1) for progress, acked in known)

    def told(self, device: str, origin: str, acked: int) -> bool:
        """Note that a node was told to have its events in the log up to there; tell whether they are."""
        self._claims(device).note(origin, acked)
        return acked <= self.progress.get((device, origin), Progress()).through

    def in_step(self, device: str, *, yes: bool) -> None:
        """Note whether a node knows this log, and was told of nothing that is not in it."""
        self._claims(device).in_step = yes

    def log_renewed(self) -> None:
        """No node knows this log any more."""
        for claims in self.claims.values():
            claims.in_step = False

    def _take(self, kinds: tuple[type, ...], message: DeviceEvents, standing: Standing, batch: Batch) -> int:
        """Log the events of these kinds that are not in the log; return how many."""
        progress, new = self.progress[(message.device, message.origin)], 0
        for seq, event in enumerate(message.events, message.seq):
            if isinstance(event, kinds) and progress.add(seq):
                new += 1
                self._device_event(message, seq, event, standing, batch)
        return new

    def _device_event(
        self, message: DeviceEvents, seq: int, event: DeviceFact, standing: Standing, batch: Batch
    ) -> None:
        known_age = message.origin == message.boot and standing == "new"
        body = {"device": message.device, "origin": message.origin, "seq": seq, **reveal_all(event)}
        body |= {"age_ms": message.age_ms if known_age else None, "boot": message.boot, "tx": message.tx}
        if isinstance(event, CardRead) and self._read_before(message, event):
            body["again"] = True
        if isinstance(event, Gone):
            missing = self._gone(message.device, event.origin, event.first, event.last)
            body["missing"] = missing
        secrecy = Secrecy.S0 if "uid" in body else Secrecy.S1
        key = DeviceKey(message.device, message.origin, seq)
        trace = f"{message.device}.{message.origin}.{seq}"
        kind = "unknown_event" if isinstance(event, UnknownEvent) else event.kind
        stream = self.stream_of(message.device)
        fact = self._log(NewFact(stream, kind, secrecy, trace, body, device_key=key), batch)
        table = self.tables.get(stream)
        if table is None or not routing.is_old(table, fact):  # backlog plays no hand
            self._follow(fact, batch)

    def _read_before(self, message: DeviceEvents, event: CardRead) -> bool:
        """Tell whether an earlier boot read this card where it lies: a restarted node says so of all it finds."""
        before = self._readings.get((message.device, event.antenna, event.uid))
        return before is not None and before != message.origin

    def heard(self, device: str, boot: str) -> None:
        """Note that a node runs a boot, from its birth; a boot that is over does not come back."""
        self.transmissions.setdefault(device, Transmissions()).note(boot)

    def is_over(self, device: str, boot: str) -> bool:
        """Tell whether a node runs a later boot than this one."""
        sent = self.transmissions.get(device)
        return sent is not None and sent.is_over(boot)

    @property
    def boots(self) -> dict[str, str]:
        """Of every node that was heard, the boot it runs."""
        return {device: sent.boot for device, sent in self.transmissions.items() if sent.boot}

    def snapshot(self, message: Snapshot, batch: Batch) -> int:
        """Log how a snapshot differs from what the readings say; return the number of differences.

        It holds only when it is of the boot that the node runs, and speaks of exactly the events that are in: neither
        older nor ahead of them.
        """
        if self.boots.get(message.device) != message.boot:
            return 0
        progress = self.progress.get((message.device, message.boot), Progress())
        table = self.tables.get(self.stream_of(message.device))
        if table is None or progress.through != message.as_of or progress.ahead:
            return 0
        differences = 0
        for antenna, uids in sorted(message.antennas.items()):
            there = table.present.get((message.device, antenna), frozenset())
            seen: frozenset[Secret[str]] = frozenset(uids)
            for kind, tags in (("card_removed", there - seen), ("card_read", seen - there)):
                for tag in sorted(tags, key=lambda tag: tag.reveal()):
                    self._infer(message, antenna, kind, tag, batch)
                    differences += 1
        return differences

    def table_command(self, table_id: str, command: TableCommand, client: str, batch: Batch) -> Reply:
        """Decide a table command; return the reply, the same one for the same id."""
        known = self._known(table_id, client, command.id)
        if known is None:
            known = self._decide_table(table_id, command, client, batch)
        batch.replies.append((table_id, client, known))
        return known

    def house_command(self, command: HouseCommand, client: str, batch: Batch) -> Reply:
        """Decide a command of no one table."""
        known = self._known(HOUSE, client, command.id)
        if known is None:
            try:
                new = decide_house(self.house, command, client, self._chain.next_position(HOUSE), self.boots)
                known = self._accept(new, batch)
                if isinstance(command, CommandDevice):
                    batch.orders.append((command.device, batch.facts[-1]))
            except BadInput as error:
                known = self._refuse(HOUSE, client, command.id, error)
        batch.replies.append((HOUSE, client, known))
        return known

    def answered(self, table_id: str, answered: Secret[Answered], batch: Batch) -> bool:
        """Log a worker's answer, if its question is still the table's; return whether it is."""
        table = self.tables.get(table_id)
        asked = unanswered(table) if table else None
        if table is None or asked is None or not answered.reveal().fits(asked.reveal()):
            return False
        body = answered.reveal().plain()
        new = NewFact(table_id, "equity_answered", Secrecy.S0, table.live_stamp.trace_id, body)
        self._log(new, batch)
        return True

    def questions(self) -> dict[str, Secret[Question]]:
        """Return what tables ask that takes a worker, by table."""
        asked = {table_id: unanswered(table) for table_id, table in self.tables.items()}
        return {table_id: question for table_id, question in asked.items() if question}

    def refuse(self, stream: str, client: str, command_id: str, error: BadInput, batch: Batch) -> None:
        """Answer a command that could not even be read."""
        batch.replies.append((stream, client, self._refuse(stream, client, command_id, error)))

    def stream_of(self, device: str) -> str:
        """Return the stream that a device's events go to."""
        return self._routes.get(device, UNASSIGNED)

    def _decide_table(self, table_id: str, command: TableCommand, client: str, batch: Batch) -> Reply:
        try:
            table = self.tables.get(table_id)
            if table is None:
                raise Refused("UNKNOWN_TABLE", f"table {table_id} is not open; open it with a house command")
            self._check_house(table_id, command)
            new = decide(table, self.house, command, client)
            if isinstance(command, AssignDevice):
                new = [replace(fact, body={**fact.body, "from": self._next_events(command.device)}) for fact in new]
            return self._accept(new, batch)
        except BadInput as error:
            return self._refuse(table_id, client, command.id, error)

    def _check_house(self, table_id: str, command: TableCommand) -> None:
        """Check what one table cannot know: other tables."""
        if isinstance(command, AssignDevice) and self._routes.get(command.device, table_id) != table_id:
            message = f"node {command.device} belongs to table {self._routes[command.device]}; one table at a time"
            raise Refused("DEVICE_IN_USE", message)
        for player_id in _sits_down(command):
            for other in self.tables.values():
                seated = any(player.player_id == player_id for player in other.seated.values())
                if seated and other.table_id != table_id:
                    message = f"{player_id} sits at table {other.table_id}; ids are unique in the house"
                    raise Refused("PLAYER_SEATED", message)

    def _next_events(self, device: str) -> dict[str, int]:
        """Return from which event on a device belongs to its new table: by boot, the first number not yet logged."""
        return {
            origin: progress.through + 1 for (name, origin), progress in sorted(self.progress.items()) if name == device
        }

    def _known(self, stream: str, client: str, command_id: str) -> Reply | None:
        key = (stream, client, command_id)
        return self._replies.get(key) or self._refusals.get(key)

    def _accept(self, new: list[NewFact], batch: Batch) -> Reply:
        placed = [self._log(fact, batch) for fact in new]
        own = next(fact for fact in placed if fact.command_id)
        return self._replies[(own.stream, str(own.client), str(own.command_id))]

    def _refuse(self, stream: str, client: str, command_id: str, error: BadInput) -> Reply:
        table = self.tables.get(stream)
        refusal = Refusal(code=error.code, message=error.message, details=error.details)
        reply = Reply(id=command_id, accepted=False, decision=table.decision if table else None, error=refusal)
        self._refusals[(stream, client, command_id)] = reply
        if len(self._refusals) > _REMEMBERED_REFUSALS:
            self._refusals.popitem(last=False)
        return reply

    def _follow(self, reading: Fact, batch: Batch) -> None:
        """Give the commands that follow from a reading: of a control card, or where nobody else runs the hands."""
        table = self.tables.get(reading.stream)
        if table is None or not (table.automatic or table.controls):
            return
        at = len(batch.changes) - 1
        change = batch.changes[at]
        for number, fields in enumerate(inferred(change.before, change.outcome.table, reading)):
            try:
                command = read_table_command({**fields, "id": f"inferred.{reading.position}.{number}"}, strict=False)
                self._check_house(reading.stream, command)
                new = decide(self.tables[reading.stream], self.house, command, CLIENT)
            except BadInput as error:
                kind = str(fields["type"]).replace("_", " ")
                where = str(reading.body["antenna"])
                warning = Warn("NOT_DONE", f"a card on antenna {where} says {kind}: {error.message}", antenna=where)
                outcome = replace(change.outcome, warnings=(*change.outcome.warnings, warning))
                batch.changes[at] = change = replace(change, outcome=outcome)
                continue
            cause = f"{reading.stream}:{reading.position}"
            self._accept([_inferred(fact, cause, reading.trace_id) for fact in new], batch)

    def _infer(self, message: Snapshot, antenna: str, kind: str, tag: Secret[str], batch: Batch) -> None:
        body = {"device": message.device, "kind": kind, "antenna": antenna, "uid": tag.reveal(), "age_ms": 0}
        trace = f"{message.device}.{message.boot}.s{message.as_of}"
        body["source"] = "snapshot"
        self._follow(self._log(NewFact(self.stream_of(message.device), kind, Secrecy.S0, trace, body), batch), batch)

    def _log(self, new: NewFact, batch: Batch) -> Fact:
        fact = self._chain.place(new)
        batch.facts.append(fact)
        change = self._fold(fact)
        if change:
            batch.changes.append(change)
        self._remember(fact)
        return fact

    def _fold(self, fact: Fact) -> Change | None:
        if fact.stream == HOUSE:
            self.house = fold_house(self.house, fact)
            return None
        if fact.kind == "table_opened":
            table = open_table(fact)
            self.tables[fact.stream] = table
            return Change(fact, table, Outcome(table))
        before = self.tables.get(fact.stream)
        if before is None:
            return None
        outcome = fold(before, fact)
        self.tables[fact.stream] = outcome.table
        if fact.kind == "assign_device":
            self._routes.update(dict.fromkeys(outcome.table.devices - before.devices, fact.stream))
        return Change(fact, before, outcome)

    def _remember(self, fact: Fact) -> None:
        """Keep what makes repeats harmless: device numbers and replies by id."""
        if fact.device_key:
            key = fact.device_key
            self.progress.setdefault((key.device, key.origin), Progress()).add(key.seq)
            if "tx" in fact.body:
                sent = self.transmissions.setdefault(key.device, Transmissions())
                sent.note(str(fact.body["boot"]), int(str(fact.body["tx"])))
        if fact.kind in {"card_read", "card_removed", "card_moved"}:
            device, uid = str(fact.body["device"]), Secret(str(fact.body["uid"]))
            where = (device, str(fact.body["antenna"]), uid)
            self._readings.pop((device, str(fact.body.get("came_from", fact.body["antenna"])), uid), None)
            if fact.kind != "card_removed":
                self._readings[where] = str(fact.body.get("origin"))
        if fact.kind == "gone":
            body = fact.body
            first, last = int(str(body["first"])), int(str(body["last"]))
            self._gone(str(body["device"]), str(body["origin"]), first, last)
        if fact.client and fact.command_id:
            table = self.tables.get(fact.stream)
            self._replies[(fact.stream, fact.client, fact.command_id)] = Reply(
                id=fact.command_id,
                accepted=True,
                seq=fact.position,
                decision=table.decision if table else None,
                hand_id=table.play.hand_id if table and table.play else None,
            )

    def _gone(self, device: str, origin: str, first: int, last: int) -> int:
        return self.progress.setdefault((device, origin), Progress()).cover(first, last)


def _sits_down(command: TableCommand) -> list[str]:
    """Return whom a command seats, an amendment of the past too."""
    if isinstance(command, SeatPlayer):
        return [command.player_id]
    if not isinstance(command, Amend):
        return []
    listed = [[change.command.reveal() if change.command else {}, *change.more.reveal()] for change in command.changes]
    return [str(each.get("player_id")) for given in listed for each in given if each.get("type") == "seat_player"]


def _inferred(fact: NewFact, cause: str, trace_id: str) -> NewFact:
    """A command that a reading gave: the reading is its cause, and the fact says that nobody typed it."""
    return replace(fact, cause=fact.cause or cause, trace_id=trace_id, body={**fact.body, "source": "antenna"})
