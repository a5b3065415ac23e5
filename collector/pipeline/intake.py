"""Bytes in: what a message from the broker says, if it is to be believed. Decodes and authenticates; decides nothing.

What cannot be read, or is not signed and sealed as agreed, is dropped: the floor hears of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeVar

from pydantic import TypeAdapter, ValidationError

from collector.access.senders import Sender, is_web, sender_for, sender_of
from collector.canonical import read_json
from collector.devices.sealing import Opener
from collector.errors import Refused
from collector.facts.fact import HOUSE
from collector.house.commands import decode as decode_house_command
from collector.pipeline.floor import Floor
from collector.ports import DeviceKeys
from collector.secrecy import describe
from collector.table.registry import Commands
from collector.wire import device, gate_requests, topics
from collector.wire.base import CommandId
from collector.wire.command import HouseCommand, TableCommand

T = TypeVar("T")
LISTENS_TO: Final = (
    topics.DEVICE_EVENTS,
    topics.DEVICE_SNAPSHOTS,
    topics.DEVICE_STATUS,
    topics.TABLE_COMMANDS,
    topics.HOUSE_COMMANDS,
)
"""What a collector subscribes to."""
_HOUSE: Final = f"{topics.PREFIX}/{HOUSE}/"
_read_id = TypeAdapter(CommandId).validate_python


class Received(Protocol):
    """A message from the broker."""

    @property
    def topic(self) -> str:
        """Its topic."""

    @property
    def payload(self) -> bytes:
        """Its bytes, unchecked."""

    @property
    def retained(self) -> bool:
        """Whether the broker had kept it, and handed it over because this collector subscribed."""


@dataclass(frozen=True, slots=True)
class ToTable:
    """A command to a table; the topic says which table, and which login sent it."""

    table_id: str
    sender: Sender
    command: TableCommand = field(repr=False)


@dataclass(frozen=True, slots=True)
class ToHouse:
    """A command of no one table."""

    sender: Sender
    command: HouseCommand = field(repr=False)


@dataclass(frozen=True, slots=True)
class ToGate:
    """A request of a web process to the gatekeeper. login: of the web process; the answer goes there."""

    login: str
    request: gate_requests.Request = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A command that cannot be read, but for the `id` to answer to."""

    stream: str
    sender: Sender
    command_id: str
    refusal: Refused
    payload: bytes = field(repr=False)


Read = device.DeviceEvents | device.Snapshot | device.DeviceStatus | ToTable | ToHouse | ToGate | Unreadable


class Intake:
    """Reads messages. It needs the key of a node to believe it. commands: what tables can be told."""

    def __init__(self, keys: DeviceKeys, floor: Floor, commands: Commands) -> None:
        self._keys = keys
        self._commands = commands
        self._floor = floor

    def read(self, message: Received, to_seal: AbstractSet[str]) -> Read | None:
        """Return what a message says; None for one that is dropped, and for one that says nothing.

        Events come with their sealed frames opened, a snapshot still sealed. `to_seal`: nodes that must not speak in
        clear.
        """
        if message.retained and not message.topic.endswith("/status"):
            self._retained(message)
            return None
        return self._fresh(message, to_seal)

    def _fresh(self, message: Received, to_seal: AbstractSet[str]) -> Read | None:
        match topics.levels_of(message.topic):
            case ["dev", name, "event"]:
                return self._events(name, message, to_seal)
            case ["dev", name, "snapshot"]:
                return self._snapshot(name, message, to_seal)
            case ["dev", name, "status"]:
                # An empty payload clears a status that the broker has retained.
                return self._signed(name, message, device.decode_status) if message.payload else None
            # An empty payload clears a command that the broker has retained.
            case ["table", table_id, "command", login]:
                return self._command(table_id, login, message) if message.payload else None
            case ["house", "command", login]:
                return self._command(HOUSE, login, message) if message.payload else None
            case _:
                self._nowhere(message.topic)
                return None

    def _nowhere(self, where: str) -> None:
        """Drop a message that nobody here expects: one of a client of ours is told of."""
        if topics.levels_of(where):
            self._floor.drop(where, "topic", "nothing is expected on this topic")
        else:
            self._floor.nonsense(where)

    def opened(self, where: str, snapshot: device.Snapshot) -> device.Snapshot | None:
        """Return a snapshot in clear; None where a frame is not what it should be. `where`: its topic."""
        if not snapshot.sealed:
            return snapshot
        opener = self._opener(snapshot.device, snapshot.boot)
        antennas = {}
        for frame in snapshot.sealed:
            content = opener.antenna(snapshot.as_of, frame)
            antenna = self._content(where, snapshot.device, content, device.decode_antenna)
            if antenna is None:
                return None
            antennas.update(antenna)
        return snapshot.model_copy(update={"antennas": antennas, "sealed": ()})

    def _retained(self, message: Received) -> None:
        """Drop what the broker had kept: nobody knows from when it is, and a table has moved on since then."""
        problem = f"a retained message on {message.topic} came from the broker, and nothing of it was done; whoever "
        problem += "sent it clears it there with an empty retained message, and sends without the retain flag"
        self._floor.drop(message.topic, "retained", problem, to_all=message.topic.startswith(_HOUSE))

    def _events(self, name: str, message: Received, to_seal: AbstractSet[str]) -> device.DeviceEvents | None:
        events = self._signed(name, message, device.decode_events)
        if events is None:
            return None
        if events.device != name:
            self._floor.drop(message.topic, "topic", "the payload names another device than its topic")
            return None
        if not self._as_agreed(name, message, to_seal, sealed=bool(events.sealed)):
            return None
        return self._opened_events(message.topic, events) if events.sealed else events

    def _opened_events(self, where: str, events: device.DeviceEvents) -> device.DeviceEvents | None:
        opener = self._opener(events.device, events.origin)
        opened = []
        for place, frame in enumerate(events.sealed):
            content = opener.event(events.seq + place, frame)
            event = self._content(where, events.device, content, device.decode_event)
            if event is None:
                return None
            opened.append(event)
        return events.model_copy(update={"events": tuple(opened), "sealed": ()})

    def _snapshot(self, name: str, message: Received, to_seal: AbstractSet[str]) -> device.Snapshot | None:
        snapshot = self._signed(name, message, device.decode_snapshot)
        if snapshot is None or snapshot.device != name:
            return None
        return snapshot if self._as_agreed(name, message, to_seal, sealed=bool(snapshot.sealed)) else None

    def _signed(self, name: str, message: Received, decode: Callable[[bytes], T]) -> T | None:
        """Return what a node says, if it is the node that says it."""
        key = self._keys.key(name)
        if key is None:
            self._floor.drop(message.topic, "unknown_device", f"node {name} is not provisioned; give it a key")
            return None
        if not device.verify(message.payload, key):
            problem = f"a message of node {name} does not carry its signature; check its key"
            self._floor.drop(message.topic, "mac", problem)
            return None
        return self._decoded(message.topic, message.payload, decode)

    def _decoded(self, where: str, content: bytes, decode: Callable[[bytes], T]) -> T | None:
        try:
            return decode(content)
        except ValidationError as error:
            self._floor.drop(where, "schema", describe(error))
            return None

    def _as_agreed(self, name: str, message: Received, to_seal: AbstractSet[str], *, sealed: bool) -> bool:
        if name in to_seal and not sealed:
            problem = f"node {name} speaks in clear but is to seal; configure it"
            self._floor.drop(message.topic, "unsealed", problem)
            return False
        return True

    def _content(self, where: str, name: str, content: bytes | None, decode: Callable[[bytes], T]) -> T | None:
        """Return what a frame holds; None, and why is said, if it was not opened or holds something else."""
        if content is None:
            self._floor.drop(where, "frame", f"a sealed frame of node {name} is not its own; check its key")
            return None
        return self._decoded(where, content, decode)

    def _opener(self, name: str, boot: str) -> Opener:
        key = self._keys.key(name)
        if key is None:
            raise KeyError(name)  # its signature was right a moment ago
        return Opener(key, name, boot)

    def _command(self, stream: str, login: str, message: Received) -> ToTable | ToHouse | ToGate | Unreadable | None:
        sender, payload = sender_of(login), message.payload
        try:
            if is_web(login):
                told = _object_of(payload)
                if stream == HOUSE and told.get("type") in gate_requests.TYPES:
                    return ToGate(login, gate_requests.decode(told))
                sender, payload = _on_behalf(login, told) if told else (sender, payload)
            if stream == HOUSE:
                return ToHouse(sender, decode_house_command(payload))
            return ToTable(stream, sender, self._commands.decode(payload))
        except ValidationError as error:
            self._floor.drop(message.topic, "schema", describe(error))
            refusal = Refused("BAD_COMMAND", f"this command cannot be read: {describe(error)}")
        except Refused as error:
            self._floor.drop(message.topic, "schema", error.message)
            refusal = error
        command_id = id_of(message.payload)  # a bad command without one is answered to nobody
        return Unreadable(stream, sender, command_id, refusal, message.payload) if command_id else None


def _object_of(payload: bytes) -> dict[str, Any]:
    """Return the object that a payload holds; {} for anything else, of which its decoder says what is wrong."""
    try:
        told = read_json(payload)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _on_behalf(login: str, told: dict[str, Any]) -> tuple[Sender, bytes]:
    """Return whom a web process sends a command for, and the command without its principal.

    Raises Refused, code BAD_PRINCIPAL.
    """
    sender = sender_for(login, told.pop("principal", None))
    return sender, json.dumps(told).encode()


def id_of(payload: bytes) -> str | None:
    """Return the id of a command that is otherwise unreadable, if it has a good one."""
    try:
        return _read_id(json.loads(payload)["id"]) or None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
