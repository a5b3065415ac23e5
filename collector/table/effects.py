"""What a fact does to a table: the table after it, what the feeds tell of it, what the floor should hear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from collector.secrecy import Secret
from collector.wire.feed_events import EVENTS, EventData

if TYPE_CHECKING:
    from collector.table.state import Table


@dataclass(frozen=True, slots=True)
class Warn:
    """Something for the floor: what is wrong, where, what to do. Names no hidden card."""

    code: str
    message: str
    severity: str = "warning"
    device: str | None = None
    antenna: str | None = None
    seat: int | None = None
    flagged: bool = False  # waits for an answer, by the position of its fact


@dataclass(frozen=True, slots=True)
class Happening:
    """Something to tell, untyped. `public` is S1. `secret` holds what only the live channel may add."""

    kind: str
    public: Mapping[str, object] | None
    secret: Mapping[str, object] = field(default_factory=dict, repr=False)

    def event(self) -> EventData:
        """Return it as the model of its kind."""
        model = _MODELS[self.kind]
        if self.public is None:
            hidden = model if model.hidden else next(each for each in model.__subclasses__() if each.hidden)
            return hidden(**self.secret)
        hidden_too = {name: Secret(value) for name, value in self.secret.items() if value != self.public.get(name)}
        return model(**{**self.public, **hidden_too})


class Effect(NamedTuple):
    """What a fact does to a table."""

    table: Table
    happenings: Sequence[EventData | Happening] = ()
    warnings: Sequence[Warn] = ()


_MODELS: Final[Mapping[str, type[EventData]]] = {model.type: model for model in EVENTS}
