"""An entry of the log, and one that is about to be. Knows the envelope, not which kinds there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from collector.secrecy import Secrecy

Body = Mapping[str, Any]
"""What a fact says, as plain JSON values."""
HOUSE = "house"
"""The stream of the house."""
UNASSIGNED = "_unassigned"
"""The stream of nodes that belong to no table."""


RECORD = "_record"
"""The stream of what was asked and not done. No table folds it (ADR 18)."""
_ODDS = "_odds-"


def odds_of(table_id: str) -> str:
    """Return the stream of the answers of the equity worker to a table.

    Whether a table asks follows from hidden cards. In the stream of the table an answer would take a position, and
    everybody reads positions: in replies, alerts, ids of hands. So each answer says behind which position it stands.
    """
    return f"{_ODDS}{table_id}"


def of_odds(stream: str) -> bool:
    """Return whether a stream is one of answers of the equity worker."""
    return stream.startswith(_ODDS)


def table_of(stream: str) -> str:
    """Return the table that a stream is about: its own name, unless it holds answers of the equity worker."""
    return stream.removeprefix(_ODDS)


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """Identity of a device event, unique in the log."""

    device: str
    origin: str
    seq: int


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact about to be logged. `body` holds plain JSON values; of an S0 fact they are secret.

    `trace_id`: of a reading `{device}.{origin}.{seq}`, of a command its id. `cause`: `{stream}:{position}` of the
    fact that led to this one, or None. `client` and `command_id` make a command's identity in its stream. `value`: what
    the body says, typed (facts/kinds.py), where whoever made the fact knows it; else it is read from the body. `clear`:
    members of the body that stay in clear when it is sealed.
    """

    stream: str
    kind: str
    secrecy: Secrecy
    trace_id: str
    body: Body = field(repr=False)
    cause: str | None = None
    device_key: DeviceKey | None = None
    client: str | None = None
    command_id: str | None = None
    schema: int = 1
    value: object = field(default=None, repr=False, compare=False)
    clear: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """An entry of the log. `position` counts from 1 in its stream, without gaps; `received_at` is in ms since 1970.

    key_id: of the key that its body is sealed under on the disk (facts/codec.py), None: in clear. sealed: those bytes.
    """

    stream: str
    position: int
    kind: str
    schema: int
    secrecy: Secrecy
    key_id: str | None
    trace_id: str
    cause: str | None
    received_at: int
    prev_hash: str
    body: Body = field(repr=False)
    device_key: DeviceKey | None = None
    client: str | None = None
    command_id: str | None = None
    sealed: bytes = field(default=b"", repr=False)


def sealed_as(fact: Fact, key_id: str, sealed: bytes) -> Fact:
    """Return a fact as it is kept under a key."""
    return _remade(fact, fact.body, key_id, fact.prev_hash, sealed)


def with_body(fact: Fact, body: Body) -> Fact:
    """Return a fact with another body: the whole one, of a fact that was sealed."""
    return _remade(fact, body, fact.key_id, fact.prev_hash, fact.sealed)


def unchained(fact: Fact) -> Fact:
    """Return a fact as memory keeps it: without what only the log looks at, the hash of the fact before and its seal.

    An evening keeps tens of thousands of facts (ADR 8). Each hash would take 113 bytes.
    """
    return _remade(fact, fact.body, fact.key_id, "", b"")


def _remade(fact: Fact, body: Body, key_id: str | None, prev_hash: str, sealed: bytes) -> Fact:
    """Return a fact with other members. Written out: `replace` takes as long as the cipher ten times over."""
    return Fact(
        fact.stream,
        fact.position,
        fact.kind,
        fact.schema,
        fact.secrecy,
        key_id,
        fact.trace_id,
        fact.cause,
        fact.received_at,
        prev_hash,
        body,
        fact.device_key,
        fact.client,
        fact.command_id,
        sealed,
    )


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a stream: what the next fact follows."""

    position: int = 0
    received_at: int = 0
    digest: str = "0" * 64
