"""The registry: all commands of a table, and all kinds of fact that it folds, joined from the subjects.

`decide`, `fold`, `refold` and `show/may` are given the registry as an argument. No subject imports it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from collector.facts.fact import Fact
from collector.facts.kinds import Kind, Kinds
from collector.table.effects import Effect
from collector.table.registration import Folded, Past, Registration
from collector.table.state import Table
from collector.wire.base import once
from collector.wire.command import TableCommand, union_of


class Commands:
    """The registrations of a table's commands, and of the kinds of fact beside them."""

    def __init__(self, registered: Iterable[Registration[Any]], folded: Iterable[Folded[Any]]) -> None:
        self._by_type = {each.type: each for each in registered}
        self._kind_of = {each.type: each.kind() for each in self._by_type.values()}
        folds = [*((self._kind_of[each.type], each.does) for each in self._by_type.values())]
        folds += [(each.kind, each.does) for each in folded]
        self.kinds = Kinds(kind for kind, _ in folds)
        self._folds = {kind.name: (does, kind.read) for kind, does in folds}
        self._amendable = {each.type for each in self._by_type.values() if each.past is not Past.FIXED}
        self._adapter = union_of(TableCommand, [each.model for each in self._by_type.values()])
        self._read = once(self._adapter)

    def __iter__(self) -> Iterator[Registration[Any]]:
        """Yield the registrations."""
        return iter(self._by_type.values())

    def of(self, command: TableCommand) -> Registration[Any]:
        """Return the registration of a command."""
        return self._by_type[command.type]

    def kind_of(self, registered: Registration[Any]) -> Kind[Any]:
        """Return the kind of a command's facts."""
        return self._kind_of[registered.type]

    def of_type(self, kind: str) -> Registration[Any] | None:
        """Return the registration of a type, None if there is no such command."""
        return self._by_type.get(kind)

    def decode(self, payload: bytes) -> TableCommand:
        """Return the command in a payload; raise pydantic's ValidationError if there is none."""
        command: TableCommand = self._read(payload)
        return command

    def parse(self, fields: Mapping[str, object]) -> TableCommand:
        """Return a command from plain values; raise pydantic's ValidationError, a ValueError, if they are none."""
        command: TableCommand = self._adapter.validate_python(fields, strict=False)
        return command

    def may_change(self, fact: Fact) -> bool:
        """Return whether a fact is a command that can be amended."""
        return fact.command_id is not None and fact.kind in self._amendable

    def fold(self, table: Table, fact: Fact, value: object = None) -> Effect:
        """Return the effect of a fact on a table. A fact whose kind only newer code knows changes nothing.

        value: the content of the fact, typed, if the caller has it; None reads it from the fact's body.
        """
        folds = self._folds.get(fact.kind)
        if folds is None:
            return Effect(table)
        does, read = folds
        return does(table, fact, read(fact.body) if value is None else value)
