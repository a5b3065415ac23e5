"""Reading facts: the one door from the plain values of the log to typed bodies.

Knows how to read, not which kinds there are.

The room that owns a kind registers it: how its body is read, whether it hides cards or tags, and how a body of an older
schema becomes one of the newest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from collector.facts.fact import Body, DeviceKey, Fact, NewFact
from collector.secrecy import Secrecy

B = TypeVar("B")
Upcaster = Callable[[Body], Body]


@dataclass(frozen=True, slots=True)
class Kind(Generic[B]):
    """A kind of fact.

    read: makes its value from a body of the newest schema. It checks nothing: what is in the log has happened.
    hides: whether the body holds what is S0. upcasters: by schema, from that one to the next. clear: members of a body
    that is S0 which are not, and stay readable when it is sealed.
    """

    name: str
    read: Callable[[Body], B]
    hides: Callable[[B], bool]
    schema: int = 1
    upcasters: Mapping[int, Upcaster] = field(default_factory=dict)
    clear: tuple[str, ...] = ()

    def secrecy(self, value: B) -> Secrecy:
        """Return the class of a fact with this value."""
        return Secrecy.S0 if self.hides(value) else Secrecy.S1

    def fact(
        self,
        stream: str,
        trace_id: str,
        body: Body,
        value: B | None = None,
        *,
        cause: str | None = None,
        device_key: DeviceKey | None = None,
        client: str | None = None,
        command_id: str | None = None,
    ) -> NewFact:
        """Return a fact of this kind, in its class and schema. value: what `body` says, where it is known already."""
        said = self.read(body) if value is None else value
        return NewFact(
            stream,
            self.name,
            self.secrecy(said),
            trace_id,
            body,
            cause,
            device_key,
            client,
            command_id,
            self.schema,
            said,
            self.clear,
        )

    def newest(self, fact: Fact) -> Fact:
        """Return a fact of this kind with its body in the newest schema."""
        if fact.schema >= self.schema:
            return fact
        body = fact.body
        for old in range(fact.schema, self.schema):
            body = self.upcasters[old](body)
        return replace(fact, schema=self.schema, body=body)

    def value(self, fact: Fact) -> B:
        """Return what a fact of this kind says, whatever its schema."""
        return self.read(self.newest(fact).body)


class Kinds:
    """The kinds of fact that a fold knows, by name."""

    def __init__(self, kinds: Iterable[Kind[Any]]) -> None:
        self._kinds: dict[str, Kind[Any]] = {}
        for kind in kinds:
            if kind.name in self._kinds:
                raise AssertionError(f"two rooms register the kind {kind.name}")
            if any(old not in kind.upcasters for old in range(1, kind.schema)):
                raise AssertionError(f"kind {kind.name} lacks an upcaster to schema {kind.schema}")
            self._kinds[kind.name] = kind

    @property
    def names(self) -> tuple[str, ...]:
        """The kinds that are known."""
        return tuple(self._kinds)

    def get(self, name: str) -> Kind[Any] | None:
        """Return a kind, None for one that only newer code knows."""
        return self._kinds.get(name)

    def newest(self, fact: Fact) -> Fact:
        """Return a fact with its body in the newest schema of its kind."""
        kind = self._kinds.get(fact.kind)
        return fact if kind is None or fact.schema >= kind.schema else kind.newest(fact)

    def read(self, fact: Fact) -> Any:  # noqa: ANN401 - the kind's own type
        """Return what a fact in the newest schema says, None for a kind that only newer code knows."""
        kind = self._kinds.get(fact.kind)
        return None if kind is None else kind.read(fact.body)
