"""Broker in: check, decide, commit, acknowledge, tell. In that order: what is not stored did not happen."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from pydantic import TypeAdapter, ValidationError

from collector.devices.nodes import Taken
from collector.devices.sealing import Opener
from collector.equity import Answered
from collector.errors import BadInput, Refused
from collector.facts.fact import HOUSE
from collector.house.commands import decode as decode_house_command
from collector.logs import log_event, logger_of
from collector.metrics import Metrics
from collector.pipeline.desk import Batch, Desk
from collector.ports import DeviceKeys, Log
from collector.secrecy import Secret, describe
from collector.table.commands import COMMANDS
from collector.wire import device
from collector.wire.base import CommandId
from collector.wire.topics import levels_of

T = TypeVar("T")
log = logger_of(__name__)
_read_id = TypeAdapter(CommandId).validate_python
LARGEST_BATCH = 256
COMPLAIN_AGAIN_S = 2.0
"""Between two alerts of one kind from one topic: what repeats a hundred times a second is one thing to look at."""
MOST_COMPLAINTS = 3
"""Alerts of one batch about payloads that were dropped; all are counted and logged."""


@dataclass(frozen=True, slots=True)
class Solved:
    """A worker's answer to what a table asked."""

    table_id: str
    answered: Secret[Answered] = field(repr=False)

    @property
    def topic(self) -> str:
        """Where it came from, as a message has a topic."""
        return f"table/{self.table_id}/equity"


class Received(Protocol):
    """A message from the broker."""

    @property
    def topic(self) -> str:
        """Its topic."""

    @property
    def payload(self) -> bytes:
        """Its bytes, unchecked."""


class Ingest:
    """Takes messages in batches. `complain(device, code, message)` tells the floor of a payload that was dropped."""

    def __init__(
        self,
        desk: Desk,
        store: Log,
        keys: DeviceKeys,
        metrics: Metrics,
        *,
        reload: Callable[[], Awaitable[Desk]],
        complain: Callable[[str, str, str], Awaitable[None]],
    ) -> None:
        self.desk = desk
        self._store = store
        self._keys = keys
        self._metrics = metrics
        self._reload = reload
        self._complain = complain
        self._complaints: list[tuple[str, str, str]] = []
        self._restored = False
        self._told_at: dict[tuple[str, str], float] = {}
        self.nodes: dict[str, device.DeviceStatus] = {}

    async def commit(self, batch: Batch) -> None:
        """Make a batch durable. Raises LogError: nothing of it is in the log then."""
        if batch.facts:
            began = time.monotonic()
            await self._store.append(batch.facts)
            self._metrics.commit.observe(time.monotonic() - began)
            self._metrics.batch.observe(len(batch.facts))

    async def report(self, batch: Batch) -> None:
        """Log and count what was committed, tell the floor what was dropped. Behind the feeds: nobody waits for it."""
        for fact in batch.facts:
            self._metrics.facts.labels(fact.kind).inc()
            log_event(log, "INFO", fact.kind, trace_id=fact.trace_id, stream=fact.stream, position=fact.position)
        complaints, self._complaints = self._complaints, []
        for where, code, message in complaints[:MOST_COMPLAINTS]:
            await self._complain(where, code, message)

    async def decide(self, messages: Sequence[Received | Solved]) -> Batch:
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
                    log_event(log, "ERROR", "payload_broke_us", error=error, topic=message.topic)
                    self._drop(message.topic, "internal", "this payload met a fault of ours; report it with the log")
                    poisoned.add(number)
                    self.desk = await self._reload()
                    break
            else:
                await self._renew_log()
                return batch

    async def _renew_log(self) -> None:
        if self._restored:
            self._restored = False
            await self._store.renew()
            self.desk.nodes.log_renewed()
            log_event(log, "WARNING", "log_renewed", log_id=self._store.log_id)

    def _one(self, message: Received | Solved, batch: Batch) -> None:
        if isinstance(message, Solved):
            fits = self.desk.answered(message.table_id, message.answered, batch)
            self._metrics.answers.labels("taken" if fits else "stale").inc()
            return
        match levels_of(message.topic):
            case ["dev", name, "event"]:
                self._device_events(name, message, batch)
            case ["dev", name, "snapshot"]:
                self._snapshot(name, message, batch)
            case ["dev", name, "status"]:
                self._status(name, message, batch)
            case ["table", table_id, "command", client]:
                self._table_command(table_id, client, message, batch)
            case ["house", "command", client]:
                self._house_command(client, message, batch)
            case _:
                self._drop(message.topic, "topic", "nothing is expected on this topic")

    def _device_events(self, name: str, message: Received, batch: Batch) -> None:
        if not self._authentic(name, message):
            return
        try:
            events = device.decode_events(message.payload)
        except ValidationError as error:
            self._drop(message.topic, "schema", describe(error))
            return
        if events.device != name:
            self._drop(message.topic, "topic", "the payload names another device than its topic")
            return
        if self._as_agreed(name, message, sealed=bool(events.sealed)):
            opened = self._opened_events(message, events)
            if opened:
                self._told(message, opened, self.desk.device_events(opened, batch))

    def _told(self, message: Received, events: device.DeviceEvents, taken: Taken) -> None:
        """Count repeats, and tell the floor of what an honest node on an honest network does not do."""
        count = len(events.events)
        self._metrics.repeats.inc(count - taken.new)
        where = f"node {events.device}, transmission {events.tx} of boot {events.boot}"
        if taken.standing == "again":
            self._drop(message.topic, "replayed", f"{where} came again, or behind a later one; nothing of it was taken")
        elif taken.standing == "earlier" and not taken.new:
            self._drop(message.topic, "replayed", f"{where}, which is over, came again; nothing of it was taken")
        elif taken.standing == "ahead":
            self._metrics.dropped.labels("ahead").inc()
        if taken.missing:
            problem = f"node {events.device} has not sent {taken.missing} events before {events.seq} of {events.origin}"
            problem += " and does not say why; compare the table with the picture"
            self._complaints.append((message.topic, "EVENTS_MISSING", problem))
        if taken.counts_back:
            self._counts_anew(message.topic, events.device, events.boot)

    def _counts_anew(self, where: str, name: str, boot: str) -> None:
        problem = f"node {name} counts its boots anew at {boot}; was its flash wiped, or is it a copy?"
        self._complaints.append((where, "BOOT_BACK", problem))

    def _as_agreed(self, name: str, message: Received, *, sealed: bool) -> bool:
        if name in self.desk.house.sealed and not sealed:
            self._drop(message.topic, "unsealed", f"node {name} speaks in clear but is to seal; configure it")
            return False
        return True

    def _opened_events(self, message: Received, events: device.DeviceEvents) -> device.DeviceEvents | None:
        """Return a message with its events in clear, None where a frame is not what it should be."""
        if not events.sealed:
            return events
        opener = self._opener(events.device, events.origin)
        opened = []
        for place, frame in enumerate(events.sealed):
            content = opener.event(events.seq + place, frame)
            event = self._content(message, events.device, content, device.decode_event)
            if event is None:
                return None
            opened.append(event)
        return events.model_copy(update={"events": tuple(opened), "sealed": ()})

    def _content(self, message: Received, name: str, content: bytes | None, decode: Callable[[bytes], T]) -> T | None:
        """Return what a frame holds; None, and why is said, if it was not opened or holds something else."""
        if content is None:
            self._drop(message.topic, "frame", f"a sealed frame of node {name} is not its own; check its key")
            return None
        try:
            return decode(content)
        except ValidationError as error:
            self._drop(message.topic, "schema", describe(error))
            return None

    def _opener(self, name: str, boot: str) -> Opener:
        key = self._keys.key(name)
        if key is None:
            raise KeyError(name)  # it was authentic a moment ago
        return Opener(key, name, boot)

    def _snapshot(self, name: str, message: Received, batch: Batch) -> None:
        if not self._authentic(name, message):
            return
        try:
            snapshot = device.decode_snapshot(message.payload)
        except ValidationError as error:
            self._drop(message.topic, "schema", describe(error))
            return
        if snapshot.device != name or not self._as_agreed(name, message, sealed=bool(snapshot.sealed)):
            return
        if self.desk.nodes.is_over(name, snapshot.boot):
            where = f"node {name}, snapshot of boot {snapshot.boot}"
            self._drop(message.topic, "replayed", f"{where}, which is over, came; it moved no card")
            return
        known = self._compare_logs(name, snapshot, batch)
        self.desk.nodes.in_step(name, yes=known and snapshot.log_id == self._store.log_id)
        opened = self._opened_snapshot(message, snapshot)
        if opened:
            self.desk.snapshot(opened, batch)

    def _opened_snapshot(self, message: Received, snapshot: device.Snapshot) -> device.Snapshot | None:
        if not snapshot.sealed:
            return snapshot
        opener = self._opener(snapshot.device, snapshot.boot)
        antennas = {}
        for frame in snapshot.sealed:
            content = opener.antenna(snapshot.as_of, frame)
            antenna = self._content(message, snapshot.device, content, device.decode_antenna)
            if antenna is None:
                return None
            antennas.update(antenna)
        return snapshot.model_copy(update={"antennas": antennas, "sealed": ()})

    def _compare_logs(self, name: str, told: device.Told, batch: Batch) -> bool:
        """See from what a node was told whether this log is the one that told it, and has it still.

        A node that was told of more than is in here spoke to this log before it was restored; one that knows another
        log has to hear of this one, so that it sends again what it keeps.
        """
        origin = told.origin or told.boot
        known = self.desk.nodes.told(name, origin, told.acked)
        if told.log_id == self._store.log_id and not known:
            self._restored = True
            problem = f"node {name} was told of {told.acked} events of {origin} that this log has not all"
            self._complaints.append(
                ("", "LOG_RESTORED", f"{problem}: it is an older one; nodes send again what they keep")
            )
        if self._restored or (told.log_id and told.log_id != self._store.log_id):
            batch.devices[name] = told.boot
            batch.origins.setdefault(name, set()).add(origin)
        return known

    def _status(self, name: str, message: Received, batch: Batch) -> None:
        """Keep which nodes are there. Birth and will: the will speaks only for the connection that left it."""
        if not message.payload or not self._authentic(name, message):  # an empty one clears what was retained
            return
        try:
            status = device.decode_status(message.payload)
        except ValidationError as error:
            self._drop(message.topic, "schema", describe(error))
            return
        if status.state == "online":
            if self.desk.nodes.heard(name, status.boot):
                self._counts_anew(message.topic, name, status.boot)
            if not self.desk.nodes.is_over(name, status.boot):
                self._compare_logs(name, status, batch)
        known = self.nodes.get(name)
        if status.state == "lost" and known and (known.boot, known.link) != (status.boot, status.link):
            return
        self.nodes[name] = status
        self._metrics.nodes.set(sum(1 for node in self.nodes.values() if node.state == "online"))
        if status.state == "lost":
            self._complaints.append((message.topic, "NODE_LOST", f"node {name} is lost; check its power and network"))

    def _authentic(self, name: str, message: Received) -> bool:
        key = self._keys.key(name)
        if key is None:
            self._drop(message.topic, "unknown_device", f"node {name} is not provisioned; give it a key")
            return False
        if not device.verify(message.payload, key):
            self._drop(message.topic, "mac", f"a message of node {name} does not carry its signature; check its key")
            return False
        return True

    def _table_command(self, table_id: str, client: str, message: Received, batch: Batch) -> None:
        try:
            command = COMMANDS.decode(message.payload)
        except ValidationError as error:
            self._unreadable(table_id, client, message, error, batch)
            return
        self.desk.table_command(table_id, command, client, batch)

    def _house_command(self, client: str, message: Received, batch: Batch) -> None:
        try:
            command = decode_house_command(message.payload)
        except ValidationError as error:
            self._unreadable(HOUSE, client, message, error, batch)
            return
        self.desk.house_command(command, client, batch)

    def _unreadable(self, stream: str, client: str, message: Received, error: ValidationError, batch: Batch) -> None:
        """Answer a bad command where it has an id to answer to."""
        self._drop(message.topic, "schema", describe(error))
        command_id = _id_of(message.payload)
        if command_id:
            refusal: BadInput = Refused("BAD_COMMAND", f"this command cannot be read: {describe(error)}")
            self.desk.refuse(stream, client, command_id, refusal, batch)

    def _drop(self, topic: str, reason: str, message: str) -> None:
        self._metrics.dropped.labels(reason).inc()
        log_event(log, "WARNING", "payload_dropped", topic=topic, reason=reason, problem=message)
        now, before = time.monotonic(), self._told_at.get((topic, reason), -COMPLAIN_AGAIN_S)
        if now - before >= COMPLAIN_AGAIN_S:
            self._told_at[topic, reason] = now
            self._complaints.append((topic, reason, message))


def _id_of(payload: bytes) -> str | None:
    """Return the id of a command that is otherwise unreadable, if it has a good one."""
    try:
        return _read_id(json.loads(payload)["id"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
