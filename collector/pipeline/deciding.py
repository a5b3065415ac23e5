"""From messages to a batch: hands what was read to the desk. Changes memory only; nothing is durable or told yet."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from collector.devices.online import Online
from collector.devices.restored import Comparison, RestoredLog
from collector.equity import Answered
from collector.facts.fact import HOUSE, NewFact
from collector.logs import log_event, logger_of
from collector.metrics import Metrics
from collector.pipeline.desk import Batch, Desk
from collector.pipeline.floor import Floor
from collector.pipeline.intake import Intake, Received, ToGate, ToHouse, ToTable, Unreadable
from collector.ports import Log
from collector.release import Anchor
from collector.secrecy import Secret
from collector.table.effects import Warn
from collector.wire import device, live_requests
from collector.wire.gate_requests import Request
from collector.wire.topics import levels_of, topic

log = logger_of(__name__)


@dataclass(frozen=True, slots=True)
class Solved:
    """A worker's answer to what a table asked. It came over no broker, so there is nothing to acknowledge."""

    table_id: str
    found: Secret[Answered] = field(repr=False)


@dataclass(frozen=True, slots=True)
class OnMachine:
    """A request of this machine about a live channel. It came over no broker either.

    by: the user of this machine who asks. key: the digest of the key of the output that it is about, "" for a person.
    answer: is called once the answer is durable.
    """

    request: live_requests.Request
    by: str
    key: str = field(repr=False)
    answer: Callable[[live_requests.LiveAnswer], object] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Noted:
    """Something that goes on record, and that nobody waits for: a login that was given, a day of the audit."""

    new: NewFact = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tick:
    """The clock: something is due, or the time of facts is tied to this boot of the machine."""

    anchor: Anchor | None = None


Own = Solved | OnMachine | Noted | Tick
"""What comes from within this machine: there is nothing to acknowledge."""


class Deciding:
    """Decides batches at a desk. `reload` folds the log to a new desk, when a payload has broken the one that is.

    gate: takes what a web process asks of the gatekeeper; False: it has no room.
    """

    def __init__(
        self,
        desk: Desk,
        intake: Intake,
        store: Log,
        floor: Floor,
        metrics: Metrics,
        *,
        reload: Callable[[], Awaitable[Desk]],
        gate: Callable[[str, Request], bool] = lambda _login, _request: False,
    ) -> None:
        self.desk = desk
        self._intake = intake
        self._store = store
        self._floor = floor
        self._metrics = metrics
        self._reload = reload
        self._gate = gate
        self._online = Online()
        self._restored = RestoredLog()

    async def decide(self, messages: Sequence[Received | Own]) -> Batch:
        """Decide all messages. One that breaks our own code is dropped, and the rest decided on a desk from the log."""
        poisoned: set[int] = set()
        while True:
            batch = Batch()
            for number, message in enumerate(messages):
                if number in poisoned:
                    continue
                try:
                    self._one(message, batch)
                except Exception as error:  # noqa: BLE001 - no payload whatever stops the collector
                    where = _place_of(message)
                    log_event(log, "ERROR", "payload_broke_us", error=error, topic=where)
                    self._floor.drop(where, "internal", "this payload met a fault of ours; report it with the log")
                    poisoned.add(number)
                    self.desk = await self._reload()
                    break
            else:
                await self._renew_log()
                for warning in batch.complaints:
                    self._floor.complain(warning)
                for login, request in batch.asked:
                    if not self._gate(login, request):
                        where = topic(HOUSE, "command", login)
                        self._floor.drop(where, "gate", "more is asked of the gatekeeper than it can answer")
                return batch

    async def _renew_log(self) -> None:
        if self._restored.found:
            await self._store.renew()
            self._restored.renewed()
            self.desk.nodes.log_renewed()
            log_event(log, "WARNING", "log_renewed", log_id=self._store.log_id)

    def _one(self, message: Received | Own, batch: Batch) -> None:
        if isinstance(message, Own):
            self._own(message, batch)
            return
        match self._intake.read(message, self.desk.house.sealed):
            case device.DeviceEvents() as events:
                taken = self.desk.device_events(events, batch)
                self._metrics.repeats.inc(len(events.events) - taken.count)
                self._floor.took(message.topic, events, taken)
            case device.Snapshot() as snapshot:
                self._snapshot(message.topic, snapshot, batch)
            case device.DeviceStatus() as status:
                self._status(levels_of(message.topic)[1], status, batch)
            case ToTable(table_id, sender, command):
                self.desk.table_command(table_id, command, sender, batch)
            case ToHouse(sender, house_command):
                self.desk.house_command(house_command, sender, batch)
            case ToGate(login, request):
                batch.asked.append((login, request))
            case Unreadable(stream, sender, command_id, refusal, payload):
                self.desk.refuse(stream, sender, command_id, refusal, batch, payload=payload)
            case None:
                pass  # dropped, and the floor hears of it; or an empty payload, which says nothing
            case unread:
                assert_never(unread)

    def _own(self, message: Own, batch: Batch) -> None:
        if isinstance(message, Solved):
            self.desk.equity_answer(message.table_id, message.found, batch)
        elif isinstance(message, Noted):
            self.desk.note(message.new, batch)
        elif isinstance(message, Tick):
            if message.anchor:
                self.desk.anchor(message.anchor, batch)
            self.desk.release(batch)
        else:
            answer = self.desk.live_request(message.request, message.by, message.key, batch)
            batch.answers.append((message.answer, answer))

    def _snapshot(self, where: str, snapshot: device.Snapshot, batch: Batch) -> None:
        name, nodes = snapshot.device, self.desk.nodes
        if nodes.is_over(name, snapshot.boot):
            problem = f"node {name}, snapshot of boot {snapshot.boot}, which is over, came; it moved no card"
            self._floor.drop(where, "replayed", problem)
            return
        compared = self._compare(name, snapshot, batch)
        nodes.in_step(name, yes=compared.holds and snapshot.log_id == self._store.log_id)
        opened = self._intake.opened(where, snapshot)
        if opened:
            self.desk.snapshot(opened, batch)

    def _status(self, name: str, status: device.DeviceStatus, batch: Batch) -> None:
        """Keep which nodes are there. Birth and will: the will speaks only for the connection that left it."""
        if status.state == "online":
            if self.desk.nodes.heard(name, status.boot):
                self._floor.counts_anew(name, status.boot)
            if not self.desk.nodes.is_over(name, status.boot):
                compared = self._compare(name, status, batch)
                batch.acknowledge(name, status.boot, compared.origin)  # a node on trial waits for a signed word
        if not self._online.note(name, status):
            return
        self._metrics.nodes.set(self._online.count())
        if status.state == "lost":
            problem = f"node {name} is lost; check its power and network"
            self._floor.complain(Warn("NODE_LOST", problem, "error", name))

    def _compare(self, name: str, told: device.Told, batch: Batch) -> Comparison:
        """Compare what a node was told with the log; a node that knows another log than this one is told of it."""
        compared = self._restored.compare(self.desk.nodes, name, told, self._store.log_id)
        if compared.older:
            problem = f"node {name} was told of {told.acked} events of {compared.origin} that this log has not all"
            problem += ": it is an older one; nodes send again what they keep"
            self._floor.complain(Warn("LOG_RESTORED", problem, "error"))
        if compared.to_tell:
            batch.acknowledge(name, told.boot, compared.origin)
        return compared


def _place_of(message: Received | Own) -> str:
    """Return where a message came from, as the log names it."""
    match message:
        case Solved(table_id=table_id):
            return f"table/{table_id}/equity"
        case OnMachine(request=request):
            return f"table/{request.table_id}/live"
        case Tick():
            return "clock"
        case Noted(new=new):
            return f"{new.stream}/{new.kind}"
        case received:
            return received.topic
