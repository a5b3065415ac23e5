"""The collector's desk: house and tables in memory, ahead of the log by the batch that is about to be committed.

Takes what came in, decides, places facts in the chain, folds them. No I/O here.
A failed commit ends the process; the next one folds the log again, so nothing is answered from here that is not in it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from collector.devices.nodes import Nodes, Taken
from collector.devices.progress import Standing
from collector.devices.readings import age_of
from collector.equity import Answered, Question
from collector.errors import BadInput, Refused
from collector.facts.chain import Chain
from collector.facts.fact import HOUSE, UNASSIGNED, Fact, NewFact
from collector.house.commands import decide_house, fold_house
from collector.house.house import House
from collector.logs import log_event, logger_of
from collector.secrecy import Secrecy, Secret
from collector.table.amend.chapters import Evening
from collector.table.commands import COMMANDS
from collector.table.decide import decide
from collector.table.effects import Warn
from collector.table.equity import EQUITY_ANSWERED, unanswered
from collector.table.fold import TABLE_OPENED, Outcome, fold, open_table
from collector.table.readings.automatic import CLIENT, inferred
from collector.table.readings.placing import is_old
from collector.table.registry import Commands
from collector.table.state import Table
from collector.wire.amend import Amend
from collector.wire.command import HouseCommand, TableCommand
from collector.wire.device import DeviceEvents, DeviceFact, Snapshot
from collector.wire.house import CommandDevice
from collector.wire.replies import Refusal, Reply
from collector.wire.seats import SeatPlayer
from collector.wire.setup import AssignDevice

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


class Desk:
    """All tables that this collector owns."""

    def __init__(self, chain: Chain, commands: Commands = COMMANDS) -> None:
        self._chain = chain
        self._commands = commands
        self.house = House()
        self.evenings: dict[str, Evening] = {}
        self.nodes = Nodes()
        self._routes: dict[str, str] = {}
        self._replies: dict[tuple[str, str, str], Reply] = {}
        self._refusals: OrderedDict[tuple[str, str, str], Reply] = OrderedDict()

    @property
    def tables(self) -> Mapping[str, Table]:
        """The tables as they are now."""
        return {table_id: evening.table for table_id, evening in self.evenings.items()}

    def _table(self, stream: str) -> Table | None:
        evening = self.evenings.get(stream)
        return evening.table if evening else None

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
        """Take a node's events. What is in the log already is only acknowledged again."""

        def log(seq: int, event: DeviceFact, standing: Standing) -> None:
            self._device_event(self.nodes.fact(message, seq, event, standing, self.stream_of(message.device)), batch)

        def miss(first: int, last: int) -> None:
            self._follow(self._log(self.nodes.gap(message, first, last, self.stream_of(message.device)), batch), batch)

        taken = self.nodes.take(message, log, miss)
        if not taken.refused:
            batch.devices[message.device] = message.boot
            batch.origins.setdefault(message.device, set()).add(message.origin)
        return taken

    def _device_event(self, new: NewFact, batch: Batch) -> None:
        fact = self._log(new, batch)
        table = self._table(fact.stream)
        if table is None or not is_old(table, fact, age_of(new.body)):  # backlog plays no hand
            self._follow(fact, batch)

    def snapshot(self, message: Snapshot, batch: Batch) -> int:
        """Log how a snapshot differs from what the readings say; return the number of differences."""
        table = self._table(self.stream_of(message.device))
        if table is None:
            return 0
        differences = list(self.nodes.differences(message, table.present, table.table_id))
        for new in differences:
            self._follow(self._log(new, batch), batch)
        return len(differences)

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
                new = decide_house(self.house, command, client, self._chain.next_position(HOUSE), self.nodes.boots)
                known = self._accept(new, batch)
                if isinstance(command, CommandDevice):
                    batch.orders.append((command.device, batch.facts[-1]))
            except BadInput as error:
                known = self._refuse(HOUSE, client, command.id, error)
        batch.replies.append((HOUSE, client, known))
        return known

    def answered(self, table_id: str, answered: Secret[Answered], batch: Batch) -> bool:
        """Log a worker's answer, if its question is still the table's; return whether it is."""
        table = self._table(table_id)
        asked = unanswered(table) if table else None
        if table is None or asked is None or not answered.reveal().fits(asked.reveal()):
            return False
        body = answered.reveal().plain()
        new = NewFact(table_id, EQUITY_ANSWERED.name, Secrecy.S0, table.live_stamp.trace_id, body, value=answered)
        self._log(new, batch)
        return True

    def questions(self) -> dict[str, Secret[Question]]:
        """Return what tables ask that takes a worker, by table."""
        tables = self.tables
        asked = {table_id: unanswered(table) for table_id, table in tables.items()}
        return {table_id: question for table_id, question in asked.items() if question}

    def refuse(self, stream: str, client: str, command_id: str, error: BadInput, batch: Batch) -> None:
        """Answer a command that could not even be read."""
        batch.replies.append((stream, client, self._refuse(stream, client, command_id, error)))

    def stream_of(self, device: str) -> str:
        """Return the stream that a device's events go to."""
        return self._routes.get(device, UNASSIGNED)

    def _decide_table(self, table_id: str, command: TableCommand, client: str, batch: Batch) -> Reply:
        try:
            evening = self.evenings.get(table_id)
            if evening is None:
                raise Refused("UNKNOWN_TABLE", f"table {table_id} is not open; open it with a house command")
            self._check_house(table_id, command)
            new = decide(self._commands, evening, self.house, command, client)
            if isinstance(command, AssignDevice):
                begins = {"from": self.nodes.next_events(command.device)}
                new = [replace(fact, body={**fact.body, **begins}) for fact in new]
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

    def _known(self, stream: str, client: str, command_id: str) -> Reply | None:
        key = (stream, client, command_id)
        return self._replies.get(key) or self._refusals.get(key)

    def _accept(self, new: list[NewFact], batch: Batch) -> Reply:
        placed = [self._log(fact, batch) for fact in new]
        own = next(fact for fact in placed if fact.command_id)
        return self._replies[(own.stream, str(own.client), str(own.command_id))]

    def _refuse(self, stream: str, client: str, command_id: str, error: BadInput) -> Reply:
        table = self._table(stream)
        refusal = Refusal(code=error.code, message=error.message, details=error.details)
        reply = Reply(id=command_id, accepted=False, decision=table.decision if table else None, error=refusal)
        self._refusals[(stream, client, command_id)] = reply
        if len(self._refusals) > _REMEMBERED_REFUSALS:
            self._refusals.popitem(last=False)
        return reply

    def _follow(self, reading: Fact, batch: Batch) -> None:
        """Give the commands that follow from a reading: of a control card, or where nobody else runs the hands."""
        table = self._table(reading.stream)
        if table is None or not (table.automatic or table.controls):
            return
        at = len(batch.changes) - 1
        change = batch.changes[at]
        for number, fields in enumerate(inferred(self._commands, change.before, change.outcome.table, reading)):
            try:
                command = self._commands.parse({**fields, "id": f"inferred.{reading.position}.{number}"})
                self._check_house(reading.stream, command)
                new = decide(self._commands, self.evenings[reading.stream], self.house, command, CLIENT)
            except BadInput as error:
                kind = str(fields["type"]).replace("_", " ")
                where = str(reading.body["antenna"])
                warning = Warn("NOT_DONE", f"a card on antenna {where} says {kind}: {error.message}", antenna=where)
                outcome = replace(change.outcome, warnings=(*change.outcome.warnings, warning))
                batch.changes[at] = change = replace(change, outcome=outcome)
                continue
            cause = f"{reading.stream}:{reading.position}"
            self._accept([_inferred(fact, cause, reading.trace_id) for fact in new], batch)

    def _log(self, new: NewFact, batch: Batch) -> Fact:
        fact = self._chain.place(new)
        batch.facts.append(fact)
        change = self._fold(fact, new.value)
        if change:
            batch.changes.append(change)
        self._remember(fact)
        return fact

    def _fold(self, fact: Fact, value: object = None) -> Change | None:
        if fact.stream == HOUSE:
            self.house = fold_house(self.house, fact, value)
            return None
        if fact.kind == TABLE_OPENED.name:
            opened = open_table(fact)
            self.evenings[fact.stream] = opened
            return Change(fact, opened.table, Outcome(opened))
        evening = self.evenings.get(fact.stream)
        if evening is None:
            return None
        before, outcome = evening.table, fold(self._commands, evening, fact, value)
        self.evenings[fact.stream] = outcome.evening
        if fact.kind == "assign_device":
            self._routes.update(dict.fromkeys(outcome.table.devices - before.devices, fact.stream))
        return Change(fact, before, outcome)

    def _remember(self, fact: Fact) -> None:
        """Keep what makes repeats harmless: device numbers and replies by id."""
        self.nodes.remember(fact)
        if fact.client and fact.command_id:
            table = self._table(fact.stream)
            self._replies[(fact.stream, fact.client, fact.command_id)] = Reply(
                id=fact.command_id,
                accepted=True,
                seq=fact.position,
                decision=table.decision if table else None,
                hand_id=table.play.hand_id if table and table.play else None,
            )


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
