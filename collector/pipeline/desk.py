"""The collector's desk: house and tables in memory, ahead of the log by the batch that is about to be committed.

It takes messages that were read, decides, places facts in the chain, folds them. No I/O, but for a line of the log.
A failed commit ends the process. The next process folds the log again, so nothing is answered that is not in the log.
"""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from secrets import token_hex
from typing import NamedTuple

from collector.access import live, refusals
from collector.access.audit import AUDIT_DAY
from collector.access.household import NO_PEOPLE, unknown_table
from collector.access.refusals import Refusals
from collector.access.senders import Sender, Where
from collector.devices.nodes import NewEvent, Nodes, Taken
from collector.devices.readings import age_of
from collector.equity import Answered, Question
from collector.errors import BadInput, Refused
from collector.facts.chain import Chain
from collector.facts.fact import HOUSE, RECORD, UNASSIGNED, Fact, NewFact, of_odds, table_of, unchained
from collector.house import rounds
from collector.house.commands import Asked, decide_house, event_of, fold_house, hidden_in, opens, word_of
from collector.house.house import House
from collector.house.standings import Standing
from collector.logs import log_event, logger_of
from collector.pipeline.scopes import scope_of
from collector.pipeline.trailing import Trailing
from collector.ports import Permissions
from collector.release import Anchor
from collector.release.showtime import CLOCK_ANCHORED
from collector.secrecy import Secret, reveal_all
from collector.table.airing import require_mode
from collector.table.amend.chapters import Evening
from collector.table.amend.permissions import words_of
from collector.table.decide import decide
from collector.table.effects import Warn
from collector.table.equity import answer_fact, unanswered
from collector.table.fold import Outcome, fold, open_table, opens_table
from collector.table.lagging import Played
from collector.table.live import decide_live
from collector.table.readings.automatic import CLIENT, inferred
from collector.table.readings.placing import is_old
from collector.table.registry import Commands
from collector.table.releasing import is_due, releases
from collector.table.show.fitting import require_room, worth_weighing
from collector.table.show.renderer import Renderer
from collector.table.standings import standing_of
from collector.table.state import SECURE, Table
from collector.wire.airing import SetMode
from collector.wire.amend import Amend
from collector.wire.command import HouseCommand, TableCommand, names_a_list, type_of
from collector.wire.device import DeviceEvents, Snapshot
from collector.wire.gate_requests import Request
from collector.wire.house import CommandDevice
from collector.wire.live_requests import GrantLive, LiveAnswer, RevokeLive
from collector.wire.replies import Refusal, Reply
from collector.wire.seats import SeatPlayer
from collector.wire.setup import AssignDevice
from collector.wire.start import StartHand

log = logger_of(__name__)
_Taken = tuple[int, int | None, str | None]
"""All that the reply to a command that was taken says: `seq`, `decision`, `hand_id`. A reply itself is ten times as
large, and an evening has tens of thousands.
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A fact, the table before it, and what it did."""

    fact: Fact
    before: Table
    outcome: Outcome

    @property
    def stream(self) -> str:
        """The stream of the table that it is of."""
        return self.before.table_id

    @property
    def aside(self) -> bool:
        """Whether the fact stands beside the stream of its table: then only the live channel may hear of it."""
        return of_odds(self.fact.stream)


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning for the floor: the fact behind it, and the table after that fact."""

    fact: Fact
    table: Table
    warning: Warn


@dataclass(slots=True)
class Batch:
    """What one commit holds, and what to tell once it is durable."""

    facts: list[Fact] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    warned: list[Warned] = field(default_factory=list)
    asked: list[tuple[str, Request]] = field(default_factory=list)  # of the gatekeeper: login of a web process, request
    replies: list[tuple[str, str, Reply]] = field(default_factory=list)  # stream, login, reply
    devices: dict[str, str] = field(default_factory=dict)  # to acknowledge: device and its boot
    origins: dict[str, set[str]] = field(default_factory=dict)  # of these devices: boots to acknowledge events of
    orders: list[tuple[str, Fact]] = field(default_factory=list)  # to send: device, and the command as a fact
    answers: list[tuple[Callable[[LiveAnswer], object], LiveAnswer]] = field(default_factory=list)  # to this machine
    complaints: list[Warn] = field(default_factory=list)  # for the floor, without a fact of a table behind them
    played: list[Played] = field(default_factory=list)  # on delayed channels: by the time, or put right by a fact

    def acknowledge(self, device: str, boot: str, origin: str) -> None:
        """Have a node that runs `boot` told up to where its events of `origin` are in the log."""
        self.devices[device] = boot
        self.origins.setdefault(device, set()).add(origin)


class _Tried(NamedTuple):
    """A command that was refused: whom it was for, who sent it, and what of it goes on record."""

    to: str
    client: str
    command_id: str
    digest: str
    hidden: bool


class Desk:
    """All tables that this collector owns. access: which login may give which command.

    wall: says what stands against the mode secure on this machine.
    """

    def __init__(
        self,
        chain: Chain,
        commands: Commands,
        access: Permissions = NO_PEOPLE,
        wall: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        self._chain = chain
        self._commands = commands
        self._renderer = Renderer(commands)  # of states that are weighed, and never told
        self._access = access
        self._wall = wall
        self.house = House()
        self.evenings: dict[str, Evening] = {}
        self.tables: dict[str, Table] = {}  # of the evenings
        self.nodes = Nodes()
        self._trailing = Trailing(commands)
        self._routes: dict[str, str] = {}
        self._replies: dict[tuple[str, str], dict[str, _Taken]] = {}  # by stream and client, then by id
        self._refusals = Refusals()
        self._to_fold: dict[str, deque[Fact]] = {}  # answers of the equity worker, while a log is loaded

    @property
    def events(self) -> dict[str, str]:
        """The event of each table."""
        return {name: table.event_id for name, table in self.tables.items()}

    @property
    def positions(self) -> dict[str, int]:
        """The last position of every stream."""
        return self._chain.positions

    @property
    def latest(self) -> int:
        """The time of the newest fact, in ms since 1970."""
        return self._chain.latest

    @property
    def lagging(self) -> Mapping[str, Table]:
        """The tables that have a delayed channel, as it shows them."""
        return self._trailing.tables

    @property
    def live(self) -> live.Grants:
        """Who may hear the live channel of which table: grants that may have ended are among them."""
        return {name: table.live for name, table in self.tables.items() if table.live}

    def load(self, facts: Iterable[Fact]) -> list[Change]:
        """Fold facts that are in the log already; return the changes that end, correct or release a hand."""
        changes = []
        for fact in self._with_answers(facts):
            try:
                change = self._fold(fact)
            except Exception as error:  # noqa: BLE001 - what older code took must not keep newer code from starting
                log_event(log, "ERROR", "fact_not_folded", error=error, stream=fact.stream, position=fact.position)
                change = None
            self.nodes.remember(fact)
            if fact.command_id:
                self._reply_to(fact)
            if change and (change.outcome.ended or change.outcome.released):
                changes.append(change)
        self._trailing.taken()  # it was told when it was played
        return changes

    def load_answers(self, stream: str, answers: Iterable[Fact]) -> None:
        """Keep the answers of the equity worker to a table that is to be loaded: each is folded where it stands."""
        self._to_fold[stream] = deque(answers)

    def _with_answers(self, facts: Iterable[Fact]) -> Iterator[Fact]:
        for fact in facts:
            yield fact
            answers = self._to_fold.get(fact.stream)
            while answers and answers[0].body["after"] <= fact.position:
                yield answers.popleft()

    def load_record(self, facts: Iterable[Fact]) -> None:
        """Take in the last entries of the record: a repeat of a refused command gets the same answer."""
        for fact in facts:
            self._refusals.remember(fact)

    def device_events(self, message: DeviceEvents, batch: Batch) -> Taken:
        """Take a node's events. What is in the log already is only acknowledged again."""
        taken = self.nodes.take(message)
        for new in taken.gone:
            self._device_event(message, new, taken, batch)
        for first, last in taken.gaps:
            self._log(self.nodes.gap(message, first, last, self.stream_of(message.device)), batch)
        for new in taken.new:
            self._device_event(message, new, taken, batch)
        if not taken.refused:
            batch.acknowledge(message.device, message.boot, message.origin)
        return taken

    def _device_event(self, message: DeviceEvents, new: NewEvent, taken: Taken, batch: Batch) -> None:
        fact = self._log(self.nodes.fact(message, new, taken.standing, self.stream_of(message.device)), batch)
        table = self.tables.get(fact.stream)
        if table is None or not is_old(table, fact, age_of(fact.body)):  # backlog plays no hand
            self._follow(fact, batch)

    def snapshot(self, message: Snapshot, batch: Batch) -> int:
        """Log how a snapshot differs from what the readings say; return the number of differences."""
        table = self.tables.get(self.stream_of(message.device))
        if table is None:
            return 0
        differences = list(self.nodes.differences(message, table.present, table.table_id))
        for new in differences:
            self._follow(self._log(new, batch), batch)
        return len(differences)

    def table_command(self, table_id: str, command: TableCommand, sender: Sender, batch: Batch) -> Reply:
        """Decide a table command; return the reply, the same one for the same id of the same person."""
        known = self._known(table_id, sender.client, command.id)
        if known is None:
            known = self._decide_table(table_id, command, sender, batch)
        batch.replies.append((table_id, sender.login, known))
        return known

    def house_command(self, command: HouseCommand, sender: Sender, batch: Batch) -> Reply:
        """Decide a command of no one table."""
        client = sender.client
        known = self._known(HOUSE, client, command.id)
        if known is None:
            try:
                event = event_of(command)
                self._access.require(sender, word_of(command), command.type, Where(event, "") if event else None)
                new = decide_house(command, client, self._asked_of_house())
                opened = opens(self.house, command)
                known = self._accept(new, batch)
                batch.complaints += [self._opened(opened, sender)] if opened else []
                if isinstance(command, CommandDevice):
                    batch.orders.append((command.device, batch.facts[-1]))
            except BadInput as error:
                asked = _Tried(HOUSE, client, command.id, _digest(command), hidden_in(command))
                known = self._refuse(asked, error, batch)
        batch.replies.append((HOUSE, sender.login, known))
        return known

    def _asked_of_house(self) -> Asked:
        return Asked(
            self.house, self._chain.next_position(HOUSE), self.nodes.boots, self._standings, lambda: token_hex(16)
        )

    def _standings(self, event_id: str) -> list[Standing]:
        """Return the tournament tables of an event, as far as this collector runs them."""
        tables = [self.tables[table_id] for table_id in self.house.tables_of(event_id) if table_id in self.tables]
        return [standing_of(table) for table in tables if table.house.profile == "tournament"]

    def _opened(self, device: str, sender: Sender) -> Warn:
        """Return the floor's word on a seal that was taken off: for the node's table, else for all."""
        who = sender.client if sender.person else f"the login {sender.client}"
        message = f"{who} took the seal off node {device}: from now on its readings may come in clear, and "
        message += "whoever listens can read the cards; seal it again, or find out why"
        return Warn("NODE_UNSEALED", message, "error", device if self.stream_of(device) in self.tables else None)

    def equity_answer(self, table_id: str, found: Secret[Answered], batch: Batch) -> bool:
        """Log what the worker found, if the table still asks for it; return whether it does."""
        evening = self.evenings.get(table_id)
        asked = unanswered(evening.table, evening.memory.chances) if evening else None
        if evening is None or asked is None or not found.reveal().fits(asked.reveal()):
            return False
        self._log(answer_fact(evening.table, found), batch)
        return True

    def live_request(self, asked: GrantLive | RevokeLive, by: str, key: str, batch: Batch) -> LiveAnswer:
        """Decide who may hear the live channel of a table. by, key: as `decide_live` takes them."""
        try:
            if asked.table_id not in self.tables:
                raise unknown_table(asked.table_id)
            now = self._chain.now(asked.table_id)
            new = decide_live(self.tables[asked.table_id], asked, by, key, now)
        except BadInput as error:
            told = Refusal(code=error.code, message=error.message, details=error.details)
            return LiveAnswer(id=asked.id, accepted=False, error=told)
        seq = self._log(new, batch).position if new else None
        return LiveAnswer(id=asked.id, accepted=True, seq=seq)

    def note(self, new: NewFact, batch: Batch) -> None:
        """Put something on record. A day of the audit that does not follow the one before was noted already."""
        if new.kind == AUDIT_DAY.name:
            through = self.house.audited.through if self.house.audited else 0
            if AUDIT_DAY.read(new.body).first != through + 1:
                return
        fact = self._place(new)
        batch.facts.append(fact)
        self._fold(fact)

    def anchor(self, anchor: Anchor, batch: Batch) -> None:
        """Tie the times of all streams that have delays to a boot of the machine."""
        self.note(anchor.fact(HOUSE), batch)
        for table_id in self.tables:
            self._log(anchor.fact(table_id), batch)

    def release(self, batch: Batch) -> None:
        """Release what is due by now, at every table, and play what its delayed channel is to show by now."""
        for table_id, table in self.tables.items():
            if table.waiting or table_id in self._trailing:
                now = self._chain.now(table_id)
                self._trailing.play(table, now)
                self._release(table_id, batch, now)
        self._take_played(batch)

    def due(self, now: int) -> bool:
        """Return whether something is due. now: ms since 1970."""
        tables = self.tables.values()
        return any((table.waiting and is_due(table, now)) or self._trailing.is_due(table, now) for table in tables)

    def questions(self, streams: Iterable[str]) -> dict[str, Secret[Question] | None]:
        """Return what each table of `streams` asks that takes a worker; None: nothing, or nothing any more."""
        asked = {stream: self.evenings[stream] for stream in streams if stream in self.evenings}
        return {
            stream: None if evening.table.mode == SECURE else unanswered(evening.table, evening.memory.chances)
            for stream, evening in asked.items()
        }

    def refuse(
        self, stream: str, sender: Sender, command_id: str, error: BadInput, batch: Batch, *, payload: bytes = b""
    ) -> None:
        """Answer a command that could not even be read. Nobody knows what its payload names, so its entry is secret."""
        known = self._known(stream, sender.client, command_id)
        if known is None:
            asked = _Tried(stream, sender.client, command_id, hashlib.sha256(payload).hexdigest(), hidden=True)
            known = self._refuse(asked, error, batch)
        batch.replies.append((stream, sender.login, known))

    def stream_of(self, device: str) -> str:
        """Return the stream that a device's events go to."""
        return self._routes.get(device, UNASSIGNED)

    def _decide_table(self, table_id: str, command: TableCommand, sender: Sender, batch: Batch) -> Reply:
        client = sender.client
        try:
            evening = self.evenings.get(table_id)
            if evening is None:
                raise unknown_table(table_id)
            where = Where(evening.table.event_id, table_id)
            for kind, words in words_of(self._commands, evening, command):
                self._permit(sender, words, kind, where)
            require_mode(self._commands, evening.table, command)
            self._check_house(table_id, command)
            self._check_wall(command)
            new = decide(self._commands, evening, self.house, command, client)
            if isinstance(command, AssignDevice):
                begins = {"from": self.nodes.next_events(command.device)}
                new = [replace(fact, body={**fact.body, **begins}) for fact in new]
            self._require_room(evening, command, new)
            return self._accept(new, batch)
        except BadInput as error:
            hidden = self._commands.of(command).hidden(command)
            return self._refuse(_Tried(table_id, client, command.id, _digest(command), hidden), error, batch)

    def _permit(self, sender: Sender, words: Sequence[str], what: str, where: Where) -> None:
        """Raise Refused if a sender holds none of these words. The refusal names the first."""
        first, *others = words
        for word in others:
            with suppress(Refused):
                return self._access.require(sender, word, what, where)
        return self._access.require(sender, first, what, where)

    def _check_wall(self, command: TableCommand) -> None:
        """Raise Refused where the mode secure would be a setting and no wall."""
        faults = self._wall() if isinstance(command, SetMode) and command.mode == SECURE else ()
        if faults:
            raise Refused("NO_WALL", f"this machine has no wall between the cards and everybody: {'; '.join(faults)}")

    def _check_house(self, table_id: str, command: TableCommand) -> None:
        """Check what one table cannot know: other tables."""
        if isinstance(command, AssignDevice) and self._routes.get(command.device, table_id) != table_id:
            message = f"node {command.device} belongs to table {self._routes[command.device]}; one table at a time"
            raise Refused("DEVICE_IN_USE", message)
        if isinstance(command, StartHand):
            self._check_seal()
            if not command.override:
                self._check_round(self.tables[table_id])
        for player_id in _sits_down(command):
            for other in self.tables.values():
                seated = any(player.player_id == player_id for player in other.seated.values())
                if seated and other.table_id != table_id:
                    message = f"{player_id} sits at table {other.table_id}; ids are unique in the house"
                    raise Refused("PLAYER_SEATED", message)

    def _check_seal(self) -> None:
        """Start no hand whose cards could not be read again. An override is of rules of play, and not of this."""
        if self._chain.sealer and (problem := self._chain.sealer.unsafe()):
            raise Refused("HOUSE_KEY_MISSING", f"no hand starts: {problem}")

    def _check_round(self, table: Table) -> None:
        of = self.house.rounds.get(table.event_id)
        rounds.require_turn(of, table.table_id, table.hands_dealt, redeal=table.redeal is not None)

    def _require_room(self, evening: Evening, command: TableCommand, new: list[NewFact]) -> None:
        """Raise Refused if the table after the new facts of a command could not be shown in one message."""
        before = evening.table
        if not names_a_list(type(command)) and not worth_weighing(before):
            return
        for number, each in enumerate(new):
            evening = fold(self._commands, evening, self._chain.would_be(each, number), each.value).evening
        if worth_weighing(evening.table):
            old, now = (self._renderer.parts(table, "public") for table in (before, evening.table))
            refused_when_large = self._commands.of(command).refused_when_large
            require_room(old, now, table_id=before.table_id, refused_when_large=refused_when_large)

    def _known(self, stream: str, client: str, command_id: str) -> Reply | None:
        taken = self._replies.get((stream, client), {}).get(command_id)
        if taken is not None:
            return _reply(command_id, taken)
        refused = self._refusals.find(stream, client, command_id)
        return _reply_of(refused) if refused else None

    def _accept(self, new: list[NewFact], batch: Batch) -> Reply:
        """Log the facts of a command; return the reply to it, as of the command's own fact."""
        replies = []
        for each in new:
            fact = self._log(each, batch)
            if fact.command_id:
                replies.append(self._reply_to(fact))
        return replies[0]

    def _refuse(self, tried: _Tried, error: BadInput, batch: Batch) -> Reply:
        """Put a refusal on record; return the reply. It leaves behind the commit, as every reply does."""
        table = self.tables.get(tried.to)
        answer = Refusal(code=error.code, message=error.message, details=error.details).model_dump(mode="json")
        hidden = tried.hidden or refusals.names_card(answer)
        refusal = refusals.Refusal(
            tried.to,
            tried.client,
            tried.command_id,
            tried.digest,
            **answer,
            decision=table.decision if table else None,
            hidden=hidden,
        )
        entry = self._refusals.note(refusal, self._chain.now(RECORD))
        if entry:
            batch.facts.append(self._place(entry))
        return _reply_of(refusal)

    def _follow(self, reading: Fact, batch: Batch) -> None:
        """Give the commands that follow from a reading: of a control card, or where nobody else runs the hands.

        The last change of the batch is that of the reading.
        """
        table = self.tables.get(reading.stream)
        if table is None or not (table.automatic or table.controls):
            return
        change, refused, heard = batch.changes[-1], [], len(batch.warned)
        for number, fields in enumerate(inferred(self._commands, change.before, change.outcome.table, reading)):
            try:
                command = self._commands.parse({**fields, "id": f"inferred.{reading.position}.{number}"})
                self._check_house(reading.stream, command)
                evening = self.evenings[reading.stream]
                new = decide(self._commands, evening, self.house, command, CLIENT)
                self._require_room(evening, command, new)
            except BadInput as error:
                refused.append(Warned(reading, change.outcome.table, _not_done(fields, reading, error)))
                continue
            cause = f"{reading.stream}:{reading.position}"
            self._accept([_inferred(fact, cause, reading.trace_id) for fact in new], batch)
        batch.warned[heard:heard] = refused  # the floor hears of the reading before it hears of its commands

    def _release(self, stream: str, batch: Batch, now: int | None = None) -> None:
        evening = self.evenings.get(stream)
        if evening and evening.table.waiting:
            now = self._chain.now(stream) if now is None else now
            for new in releases(evening.table, evening.closed, now):
                self._put(new, batch)

    def _log(self, new: NewFact, batch: Batch) -> Fact:
        """Place a fact and fold it. What is due by then comes before it, so that a late timer changes nothing.

        But before an anchor: only the anchor tells how the time since the last fact counts.
        """
        if new.kind != CLOCK_ANCHORED.name:
            self._release(new.stream, batch)
        fact = self._put(new, batch)
        if opens_table(fact) and self.house.anchor:
            self._put(self.house.anchor.fact(fact.stream), batch)
        return fact

    def _put(self, new: NewFact, batch: Batch) -> Fact:
        fact = self._place(new)
        batch.facts.append(fact)
        change = self._fold(fact, new.value)
        if change:
            batch.changes.append(change)
            batch.warned += [Warned(fact, change.outcome.table, each) for each in change.outcome.warnings]
        self._take_played(batch)
        self.nodes.remember(fact)
        return fact

    def _place(self, new: NewFact) -> Fact:
        return self._chain.place(new, scope_of(new, self.evenings))

    def _take_played(self, batch: Batch) -> None:
        played, complaints = self._trailing.taken()
        batch.played += played
        batch.complaints += complaints

    def _fold(self, fact: Fact, value: object = None) -> Change | None:
        if fact.stream == HOUSE:
            self.house = fold_house(self.house, fact, value)
            return None
        if opens_table(fact):
            opened = open_table(fact)
            self._keep(fact.stream, opened)
            return Change(fact, opened.table, Outcome(opened))
        stream = table_of(fact.stream)
        evening = self.evenings.get(stream)
        if evening is None:
            return None
        self._trailing.before(fact, evening.table)
        before, outcome = evening.table, fold(self._commands, evening, unchained(fact), value)
        self._keep(stream, outcome.evening)
        if fact.stream == stream:  # what stands beside it moves no picture
            self._trailing.behind(unchained(fact), outcome, evening)
        if outcome.table.devices is not before.devices:
            self._routes.update(dict.fromkeys(outcome.table.devices - before.devices, fact.stream))
        return Change(fact, before, outcome)

    def _keep(self, stream: str, evening: Evening) -> None:
        self.evenings[stream] = evening
        self.tables[stream] = evening.table

    def _reply_to(self, command: Fact) -> Reply:
        """Return the reply to a command that was just folded, and keep it: a repeat of the command gets it again."""
        table, command_id = self.tables.get(command.stream), str(command.command_id)
        hand_id = table.play.hand_id if table and table.play else None
        taken = (command.position, table.decision if table else None, hand_id)
        self._replies.setdefault((command.stream, str(command.client)), {})[command_id] = taken
        return _reply(command_id, taken)


def _reply(command_id: str, taken: _Taken) -> Reply:
    seq, decision, hand_id = taken
    return Reply(id=command_id, accepted=True, seq=seq, decision=decision, hand_id=hand_id)


def _digest(command: TableCommand | HouseCommand) -> str:
    plain = json.dumps(reveal_all(command), sort_keys=True, separators=(",", ":"))  # it may hold what is not canonical
    return hashlib.sha256(plain.encode()).hexdigest()


def _reply_of(refused: refusals.Refusal) -> Reply:
    error = Refusal(code=refused.code, message=refused.message, details=dict(refused.details))
    return Reply(id=refused.id, accepted=False, decision=refused.decision, error=error)


def _sits_down(command: TableCommand) -> list[str]:
    """Return whom a command seats, an amendment of the past too."""
    if isinstance(command, SeatPlayer):
        return [command.player_id]
    if not isinstance(command, Amend):
        return []
    listed = [[change.command.reveal() if change.command else {}, *change.more.reveal()] for change in command.changes]
    return [str(each.get("player_id")) for given in listed for each in given if each.get("type") == type_of(SeatPlayer)]


def _inferred(fact: NewFact, cause: str, trace_id: str) -> NewFact:
    """A command that a reading gave: the reading is its cause, and the fact says that nobody typed it."""
    return replace(fact, cause=fact.cause or cause, trace_id=trace_id, body={**fact.body, "source": "antenna"})


def _not_done(fields: Mapping[str, object], reading: Fact, error: BadInput) -> Warn:
    """The floor's word on a command that followed from a reading and was refused."""
    kind, where = str(fields["type"]).replace("_", " "), str(reading.body["antenna"])
    return Warn("NOT_DONE", f"a card on antenna {where} says {kind}: {error.message}", antenna=where)
