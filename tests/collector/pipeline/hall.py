"""A collector's pipeline without broker and disk, for tests: a set-up table, a node that sends, and what leaves."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import edge
from collector.facts.chain import Chain
from collector.facts.fact import DeviceKey, Fact, Head
from collector.facts.seals import Sealer
from collector.metrics import Metrics
from collector.pipeline.deciding import Deciding
from collector.pipeline.desk import Batch, Desk
from collector.pipeline.floor import Floor
from collector.pipeline.intake import Intake
from collector.pipeline.outgoing import Outgoing
from collector.table.commands import COMMANDS
from edge import envelope, envelope_birth
from edge.seal import Seal
from edge.seal_frames import Frames
from tests.collector.table.dealer import BOOT, NODE, Dealer, renderer, uid_of

KEY = bytes(range(32))
NEXT_BOOT = "2-0000000000000002"
ROOM = len(edge.IN) - 4
"""Bytes for topic and payload in a packet that a node takes."""


@dataclass
class Message:
    """As it comes from the broker."""

    topic: str
    payload: bytes = field(repr=False, default=b"")
    retained: bool = False


class Keys:
    """One node is known."""

    def key(self, device: str) -> bytes | None:
        return KEY if device == NODE else None


@dataclass
class Store:
    """A log in memory."""

    log_id: str = "log-1"
    facts: list[Fact] = field(default_factory=list)
    waiting: int = 0
    sealer: Sealer | None = None

    async def append(self, facts: Sequence[Fact]) -> None:
        self.facts += facts

    async def read(self, stream: str, after: int = 0, limit: int = 10_000) -> list[Fact]:
        return [fact for fact in self.facts if fact.stream == stream and fact.position > after][:limit]

    async def heads(self) -> dict[str, Head]:
        return {fact.stream: Head(fact.position, fact.received_at, "") for fact in self.facts}

    async def renew(self) -> None:
        self.log_id = "log-2"

    def waiting_bytes(self) -> int:
        return self.waiting

    async def device_keys(self) -> list[DeviceKey]:
        return [fact.device_key for fact in self.facts if fact.device_key]


class Link:
    """Keeps what is published."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.nudged: list[int] = []  # how many messages had left

    async def publish(self, topic: str, payload: bytes, *, qos: int = 0, retain: bool = False) -> bool:
        assert len(topic) + len(payload) <= ROOM or not topic.startswith("ebs/v1/dev/")
        self.sent.append((topic.removeprefix("ebs/v1/"), json.loads(payload)))
        return True

    def flush(self) -> None:
        """What was published is kept here already."""

    def nudge(self) -> None:
        self.nudged.append(len(self.sent))

    def to(self, ending: str) -> list[dict[str, Any]]:
        """Return what was published on topics that end so."""
        return [content for topic, content in self.sent if topic.endswith(ending)]


class Hall:
    """A set-up table and its node. `take` decides and commits a message; nothing but complaints is published then."""

    def __init__(self) -> None:
        self.dealer = Dealer()
        self.store = Store()
        self.metrics = Metrics()
        self.link = Link()
        self.tx = 0
        self.renderer = renderer()
        self.floor = Floor(self.link, self.renderer, self.metrics)
        self.deciding = Deciding(
            self.dealer.desk,
            Intake(Keys(), self.floor, COMMANDS),
            self.store,
            self.floor,
            self.metrics,
            reload=self.reload,
        )

    async def reload(self) -> Desk:
        raise AssertionError("a payload broke us")

    @property
    def desk(self) -> Desk:
        return self.deciding.desk

    @property
    def told(self) -> list[str]:
        """Codes of the alerts so far."""
        return [alert["code"] for alert in self.link.to("/alert")]

    async def take(self, kind: str, body: str | bytes) -> Batch:
        """Take a message of the node, signed if it is not bytes."""
        payload = body if isinstance(body, bytes) else Seal(KEY).close(body)
        return await self.take_all([Message(f"ebs/v1/dev/{NODE}/{kind}", payload)])

    async def take_all(self, messages: Sequence[Message]) -> Batch:
        """Take messages as one batch."""
        batch = await self.deciding.decide(messages)
        await self.store.append(batch.facts)
        await self.floor.tell(self.desk)
        return batch

    async def event(self, seq: int, event: str, *, boot: str = BOOT, origin: str | None = None, tx: int = 0) -> Batch:
        """Take an event of the node, in the next transmission or in `tx`."""
        self.tx += 1
        age = 3 if origin in (None, boot) else None
        body = envelope.events_body(NODE, boot, tx or self.tx, origin or boot, seq, age, [event])
        return await self.take("event", body)

    async def acknowledged(self, batch: Batch) -> list[dict[str, Any]]:
        """Return the acknowledgements to the node that a batch leads to."""
        outgoing = Outgoing(self.link, self.renderer, Keys(), self.store, self.metrics)
        before = len(self.link.to("/ack"))
        await outgoing.acknowledge(batch, self.desk)
        return self.link.to("/ack")[before:]

    def dropped(self, reason: str) -> float:
        """Return how many payloads were dropped for a reason."""
        return self.metrics.dropped.labels(reason)._value.get()

    def acks(self, batch: Batch) -> dict[str, int]:
        """Return by boot up to where a batch has events acknowledged."""
        progress = self.desk.nodes.progress
        return {o: progress[NODE, o].through for o in batch.origins.get(NODE, ()) if (NODE, o) in progress}


def restarted(hall: Hall) -> Hall:
    """Return a hall whose desk is folded from the log of another."""
    again = Hall()
    again.deciding.desk = Desk(Chain({}, lambda: 1), COMMANDS)
    again.desk.load([*hall.dealer.facts, *hall.store.facts])
    return again


def read(card: str, antenna: str = "a01") -> str:
    """Return the event of a card that is read."""
    return envelope.card_event("card_read", antenna, bytes.fromhex(uid_of(card)))


def kinds(batch: Batch) -> list[str]:
    """Return the kinds of the facts of a batch."""
    return [fact.kind for fact in batch.facts]


def warnings(batch: Batch) -> list[str]:
    """Return the codes of what a batch warns of."""
    return [each.warning.code for each in batch.warned]


def snapshot(as_of: int, acked: int, log_id: str = "log-1") -> str:
    """Return a snapshot of the node: nothing lies on its one antenna."""
    return envelope.snapshot_body(NODE, BOOT, as_of, envelope.told_of(log_id, BOOT, acked), ['"a01":[]'])


def born(boot: str, origin: str, acked: int, log_id: str = "log-1") -> str:
    """Return the birth of the node."""
    return envelope_birth.status_body(
        NODE, boot, 1, envelope.told_of(log_id, origin, acked), "0.1.0", "esp32_devkitc", []
    )


def sealed(seq: int, event: str, *, key: bytes = KEY, boot: str = BOOT, device: str = NODE) -> bytes:
    """Return an event as a sealed frame."""
    return Frames(key, device, boot).event(seq, event)
