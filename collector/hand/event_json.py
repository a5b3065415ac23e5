"""Events as plain JSON values and back, for histories. Hidden cards are revealed: what comes out is S0.

Every event is a class with fields; a history names the class, and its fields as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final, cast, get_args

from collector.cards import Card
from collector.hand.events import Burn, Draw, Event, HoleCard, HoleCardTaken, IrregularFlop, OutOfTurn
from collector.secrecy import Secret


def _classes(union: object) -> list[type]:
    parts = get_args(union)
    return [each for part in parts for each in _classes(part)] if parts else [cast("type", union)]


_BY_NAME: Final = {each.__name__: each for each in _classes(Event)}
_HIDDEN: Final = {HoleCard: "card", HoleCardTaken: "card", Burn: "card", IrregularFlop: "burn", Draw: "cards"}


def encode(event: object) -> dict[str, Any]:
    """Return an event as JSON values."""
    values = {field.name: _out(getattr(event, field.name)) for field in fields(cast("Any", event))}
    return {"event": type(event).__name__, **values}


def _out(value: object) -> object:
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, tuple):
        return [_out(each) for each in value]
    return encode(value) if type(value).__name__ in _BY_NAME else value


def decode(found: Mapping[str, Any]) -> Event:
    """Return the event that `encode` was given; raises KeyError, TypeError or ValueError where it is none."""
    made = _BY_NAME[found["event"]]
    values = {name: _in(value) for name, value in found.items() if name != "event"}
    hidden = _HIDDEN.get(made)
    if hidden is not None and values.get(hidden) is not None:
        value = values[hidden]
        values[hidden] = tuple(Secret(Card(card)) for card in value) if isinstance(value, tuple) else Secret(value)
    if made is OutOfTurn:
        values["act"] = decode(found["act"])
    return cast("Event", made(**values))


def _in(value: object) -> object:
    return tuple(_in(each) for each in value) if isinstance(value, list) else value
