"""Broker in: check, decide, commit, acknowledge, tell. In that order: what is not stored did not happen."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from pydantic import TypeAdapter, ValidationError

from collector.desk import Batch, Desk
from collector.errors import BadInput, Refused
from collector.logs import log_event, logger_of
from collector.metrics import Metrics
from collector.ports import HOUSE, DeviceKeys, Log, Solved
from collector.wire import device
from collector.wire.base import CommandId, describe
from collector.wire.commands import decode_house_command, decode_table_command
from collector.wire.topics import levels_of

log = logger_of(__name__)
_read_id = TypeAdapter(CommandId).validate_python
LARGEST_BATCH = 256
MOST_COMPLAINTS = 3
"""Alerts of one batch about payloads that were dropped; all are counted and logged."""


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
                return batch

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
                self._status(name, message)
            case ["table", table_id, "command", client]:
                self._table_command(table_id, client, message, batch)
            case ["house", "command", client]:
                self._house_command(client, message, batch)
            case _:
                self._drop(message.topic, "topic", "nothing is expected on this topic")

    def _device_events(self, name: str, message: Received, batch: Batch) -> None:
        if self._authentic(name, message):
            try:
                events = device.decode_events(message.payload)
            except ValidationError as error:
                self._drop(message.topic, "schema", describe(error))
                return
            if events.device != name:
                self._drop(message.topic, "topic", "the payload names another device than its topic")
                return
            new = self.desk.device_events(events, batch)
            self._metrics.repeats.inc(len(events.events) - new)

    def _snapshot(self, name: str, message: Received, batch: Batch) -> None:
        if self._authentic(name, message):
            try:
                snapshot = device.decode_snapshot(message.payload)
            except ValidationError as error:
                self._drop(message.topic, "schema", describe(error))
                return
            if snapshot.device == name:
                self.desk.snapshot(snapshot, batch)

    def _status(self, name: str, message: Received) -> None:
        """Keep which nodes are there. Birth and will: the will speaks only for the connection that left it."""
        try:
            status = device.decode_status(message.payload)
        except ValidationError as error:
            if message.payload:  # an empty one clears what was retained
                self._drop(message.topic, "schema", describe(error))
            return
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
            command = decode_table_command(message.payload)
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
        self._complaints.append((topic, reason, message))


def _id_of(payload: bytes) -> str | None:
    """Return the id of a command that is otherwise unreadable, if it has a good one."""
    try:
        return _read_id(json.loads(payload)["id"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
