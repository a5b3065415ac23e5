"""Payloads between a node and the collector. Golden examples: tests/contract/device/.

Every signed message ends in `,"mac":"<hex>"}`: HMAC-SHA256 under the device's key over all bytes before `,"mac"`.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Annotated, Final, Literal, get_args

from pydantic import Discriminator, Field, StringConstraints, Tag, TypeAdapter, model_validator

from collector.secrecy import Secret
from collector.wire.base import LARGEST_INTEGER, Boot, CommandId, Count, FreeObject, Mac, Message, Name, Seq, Uid, once

_MAC = b',"mac":"'
_MAC_TAIL = len(_MAC) + 64 + 2
MAC_BYTES = _MAC_TAIL - 1
"""Bytes that `sign` adds."""


def sign(unsigned: bytes, key: bytes) -> bytes:
    """Return the JSON object `unsigned` (closing brace included) with its `mac` as last member."""
    body = unsigned[:-1]
    return body + _MAC + hmac.new(key, body, hashlib.sha256).hexdigest().encode() + b'"}'


def verify(payload: bytes, key: bytes) -> bool:
    """Return whether `payload` ends in the mac that `key` gives. The comparison takes constant time."""
    body, tail = payload[:-_MAC_TAIL], payload[-_MAC_TAIL:]
    expected = _MAC + hmac.new(key, body, hashlib.sha256).hexdigest().encode() + b'"}'
    return hmac.compare_digest(tail, expected)


class CardRead(Message):
    """A card came to rest on an antenna."""

    kind: Literal["card_read"] = "card_read"
    antenna: Annotated[Name, Field(description="The node's name for its coil; the log knows what it is for.")]
    uid: Secret[Uid]


class CardRemoved(Message):
    """A card left an antenna. Never a fold."""

    kind: Literal["card_removed"] = "card_removed"
    antenna: Name
    uid: Secret[Uid]


class CardMoved(Message):
    """A card lies on another antenna than before. It is one fact, so the card is never nowhere, nor in two places."""

    kind: Literal["card_moved"] = "card_moved"
    antenna: Name
    came_from: Annotated[Name, Field(description="The antenna that it left.")]
    uid: Secret[Uid]


class Fault(Message):
    """A chip, bus or antenna misbehaves, or is well again (`code` "ok")."""

    kind: Literal["fault"] = "fault"
    antenna: Name | None = None
    code: Name
    message: Annotated[str, Field(max_length=200)]


class Gone(Message):
    """The node had to drop events `first` to `last` of `origin`, and says so."""

    kind: Literal["gone"] = "gone"
    origin: Boot
    first: Seq
    last: Seq


class CommandResult(Message):
    """The result of a command to the node."""

    kind: Literal["command_result"] = "command_result"
    id: CommandId
    ok: bool
    message: Annotated[str, Field(max_length=200)] = ""


class UnknownEvent(Message):
    """An event of newer firmware that this collector does not know. It is logged as such, so nothing waits for it."""

    kind: Name


def _kind_of(event: object) -> str:
    kind = event.get("kind") if isinstance(event, dict) else getattr(event, "kind", None)
    return str(kind) if kind in _KINDS else "unknown"


DeviceFact = Annotated[
    Annotated[CardRead, Tag("card_read")]
    | Annotated[CardRemoved, Tag("card_removed")]
    | Annotated[CardMoved, Tag("card_moved")]
    | Annotated[Fault, Tag("fault")]
    | Annotated[Gone, Tag("gone")]
    | Annotated[CommandResult, Tag("command_result")]
    | Annotated[UnknownEvent, Tag("unknown")],
    Discriminator(_kind_of),
]
_KINDS: Final = {get_args(each)[1].tag for each in get_args(get_args(DeviceFact)[0])} - {"unknown"}


Frame = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{64,1400}={0,2}$")]
"""A sealed frame in base64: collector/devices/sealing.py."""


class DeviceEvents(Message):
    """Events of a node, on `dev/{device}/event`. All events of one message were detected at the same moment."""

    v: Literal[1]
    device: Name
    boot: Boot
    tx: Seq
    origin: Annotated[Boot, Field(description="The boot in which the events were seen.")]
    seq: Annotated[Seq, Field(description="Number of the first event; each next one is one more.")]
    age_ms: Annotated[Count | None, Field(description="Since detection; null: seen in an earlier boot.")]
    events: Annotated[tuple[DeviceFact, ...], Field(max_length=64)] = ()
    sealed: Annotated[tuple[Frame, ...], Field(max_length=8, description="In place of `events`.")] = ()
    mac: Mac

    @model_validator(mode="after")
    def _one_of_both(self) -> DeviceEvents:
        if bool(self.events) == bool(self.sealed):
            raise ValueError("a message holds events or sealed frames, one of both")
        if self.seq + len(self.events) + len(self.sealed) - 1 > LARGEST_INTEGER:
            raise ValueError(f"its last event has a number beyond {LARGEST_INTEGER}")
        return self


class Told(Message):
    """The log as a node knows it: its name, and the last event that was acknowledged to the node."""

    boot: Boot
    log_id: Annotated[Name | None, Field(description="The log that the node believes this collector to have.")] = None
    origin: Annotated[
        Boot | None, Field(description="The boot that `acked` speaks of; by default the one it runs.")
    ] = None
    acked: Annotated[Count, Field(description="Up to where it was told that its events are in that log.")] = 0


MOST_ANTENNAS: Final = 64
"""Of one node."""
Lying = Annotated[dict[Name, Annotated[tuple[Secret[Uid], ...], Field(max_length=64)]], Field(max_length=MOST_ANTENNAS)]
"""The tags on antennas."""


class Snapshot(Told):
    """The cards that lie on antennas, on `dev/{device}/snapshot`: all antennas in one message or several.

    A message holds for its own antennas, once every event up to `as_of` is in the log.
    """

    v: Literal[1]
    device: Name
    as_of: Annotated[Count, Field(description="Number of the last event of this boot; 0: none yet.")]
    antennas: Lying = Field(default_factory=dict)
    sealed: Annotated[tuple[Frame, ...], Field(max_length=8, description="In place of `antennas`.")] = ()
    mac: Mac


class AntennaInfo(Message):
    """An antenna as its node reports it."""

    name: Name
    chip: Annotated[str, Field(max_length=32)]


class DeviceStatus(Told):
    """Birth and will, retained, on `dev/{device}/status`. `link` counts connections of this boot."""

    v: Literal[1]
    device: Name
    link: Count
    state: Literal["online", "lost"]
    firmware: Annotated[str, Field(max_length=32)] = ""
    board: Annotated[str, Field(max_length=32)] = ""
    antennas: Annotated[tuple[AntennaInfo, ...], Field(max_length=MOST_ANTENNAS)] = ()
    mac: Mac = ""


class Heap(Message):
    """The memory of a node, in bytes."""

    free: Count | None = None
    used: Count | None = None


class OutboxHealth(Message):
    """What waits in a node's outbox, and what did not find room."""

    depth: Count = 0
    held: Count = 0
    dropped: Count = 0
    flash_faults: Count = 0


class ClockHealth(Message):
    """The clock of a node against a time server."""

    offset_ms: Annotated[int | None, Field(ge=-(2**53), le=2**53)] = None


class FieldHealth(Message):
    """The field of an antenna, as its chip measures it."""

    detuned: bool = False


class AntennaHealth(Message):
    """An antenna in figures, since the node's start."""

    looks: Count = 0
    reads: Count = 0
    errors: Count = 0
    faults: Count = 0
    ok: bool = True
    field: FieldHealth | None = None


class DeviceHealth(Message):
    """What tools read of a node's health, on `dev/{device}/health`. It holds more, and newer firmware other things."""

    uptime_ms: Count | None = None
    heap: Heap | None = None
    loop_ms: Count | None = None
    outbox: OutboxHealth | None = None
    time: ClockHealth | None = None
    antennas: Annotated[dict[Name, AntennaHealth], Field(max_length=MOST_ANTENNAS)] = Field(default_factory=dict)


class DeviceAcks(Message):
    """The acknowledgement of committed events, on `dev/{device}/ack`."""

    class Ack(Message):
        """Everything of `origin` up to and with `through` is in the log."""

        origin: Boot
        through: Seq

    v: Literal[1]
    boot: Boot
    log_id: Name
    acks: Annotated[tuple[Ack, ...], Field(max_length=64)]
    mac: Mac


class DeviceCommand(Message):
    """A command to a node, on `dev/{device}/command`."""

    v: Literal[1]
    id: CommandId
    boot: Boot
    type: Literal["resend", "snapshot", "identify", "configure", "restart", "update"]
    version: Annotated[int | None, Field(ge=1, le=2**30, description="Of `configure`: above the one the node has.")] = (
        None
    )
    config: Annotated[FreeObject | None, Field(description="Of `configure`: what is to change.")] = None
    mac: Mac


decode_event = once(TypeAdapter[DeviceFact](DeviceFact))
decode_antenna = once(TypeAdapter[dict[str, tuple[Secret[str], ...]]](Lying))
decode_events = once(TypeAdapter(DeviceEvents))
decode_snapshot = once(TypeAdapter(Snapshot))
decode_status = once(TypeAdapter(DeviceStatus))
decode_health = once(TypeAdapter(DeviceHealth))
