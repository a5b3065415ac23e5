"""Gives facts their place in their stream, and checks that they stand in it. No I/O; the clock is an argument."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping

from collector.canonical import canonical
from collector.errors import LogError
from collector.facts.fact import Fact, Head, NewFact
from collector.facts.seals import Scope, Sealer
from collector.secrecy import Secrecy


def digest(fact: Fact) -> str:
    """Return the SHA-256 of a fact, its place in the chain included: what the next fact's `prev_hash` must be.

    It is over what is on the disk: who has no key can check a chain, and a fact whose key is gone still stands in it.
    """
    key = fact.device_key
    envelope = {
        "stream": fact.stream,
        "position": fact.position,
        "kind": fact.kind,
        "schema": fact.schema,
        "class": fact.secrecy.value,
        "key_id": fact.key_id,
        "trace_id": fact.trace_id,
        "cause": fact.cause,
        "received_at": fact.received_at,
        "prev_hash": fact.prev_hash,
        "body": fact.body if fact.key_id is None else fact.sealed.hex(),
        "device": [key.device, key.origin, key.seq] if key else None,
        "client": fact.client,
        "command_id": fact.command_id,
    }
    return hashlib.sha256(canonical(envelope)).hexdigest()


def verify(facts: Iterable[Fact]) -> None:
    """Check a whole stream, in order. Raises LogError at the first fact that does not follow the one before it."""
    head = Head()
    for fact in facts:
        if (fact.position, fact.prev_hash) != (head.position + 1, head.digest):
            raise LogError(
                f"{fact.stream}: the chain breaks at position {fact.position}; restore the log from a backup"
            )
        head = Head(fact.position, fact.received_at, digest(fact))


class Chain:
    """The ends of all streams, ahead of the log by what is about to be committed.

    sealer: seals what is S0; None: everything is in clear on the disk.
    """

    def __init__(self, heads: Mapping[str, Head], clock_ms: Callable[[], int], sealer: Sealer | None = None) -> None:
        self._heads = dict(heads)
        self._clock_ms = clock_ms
        self.sealer = sealer

    def next_position(self, stream: str) -> int:
        """Return the position that the next fact of `stream` gets."""
        return self._heads.get(stream, Head()).position + 1

    @property
    def positions(self) -> dict[str, int]:
        """The last position of every stream."""
        return {stream: head.position for stream, head in self._heads.items()}

    @property
    def latest(self) -> int:
        """The time of the newest fact of all streams, in ms since 1970; 0 for an empty log."""
        return max((head.received_at for head in self._heads.values()), default=0)

    def now(self, stream: str) -> int:
        """Return the time that the next fact of `stream` gets if it comes now, in ms since 1970."""
        return max(self._heads.get(stream, Head()).received_at, self._clock_ms())

    def place(self, new: NewFact, scope: Scope | None = None) -> Fact:
        """Return `new` as the next fact of its stream. Time never runs back within a stream.

        scope: what its key is for, if it is sealed; None: for its stream and hour.
        """
        fact = self.would_be(new, now=self._clock_ms())
        if self.sealer and fact.secrecy is Secrecy.S0:
            fact = self.sealer.seal(fact, new.clear, scope)
        self._heads[new.stream] = Head(fact.position, fact.received_at, digest(fact))
        return fact

    def would_be(self, new: NewFact, behind: int = 0, now: int = 0) -> Fact:
        """Return `new` as it would be placed, `behind` others that are not in the chain; it is not placed.

        now: the time in ms since 1970; 0: that of the fact before, since nobody will see it.
        """
        head = self._heads.get(new.stream, Head())
        return Fact(
            stream=new.stream,
            position=head.position + 1 + behind,
            kind=new.kind,
            schema=new.schema,
            secrecy=new.secrecy,
            key_id=None,
            trace_id=new.trace_id,
            cause=new.cause,
            received_at=max(head.received_at, now),
            prev_hash=head.digest,
            body=new.body,
            device_key=new.device_key,
            client=new.client,
            command_id=new.command_id,
        )
