"""The start of a hand and its events as plain JSON values, and back. Hidden cards are revealed: what comes out is S0.

An event is an object that names its class under `event`, with the fields of that class: a new event needs no code here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, cast, get_args

from pydantic import TypeAdapter, ValidationError

from collector.hand.events import Event, OutOfTurn
from collector.hand.model import HandSetup
from collector.secrecy import REVEALED, describe

Json = dict[str, Any]


def _classes(union: object) -> list[type]:
    parts = get_args(union)
    return [each for part in parts for each in _classes(part)] if parts else [cast("type", union)]


_SETUP: Final = TypeAdapter(HandSetup)
_EVENTS: Final[Mapping[str, TypeAdapter[Event]]] = {each.__name__: TypeAdapter(each) for each in _classes(Event)}
_YOUNGER: Final = {
    *("antes_dead", "by", "by_choice", "contests", "edition", "pair_uncapped", "sleepers_lapse", "stand_away"),
    *("time_bank", "time_chip_seconds", "to_seat", "unposted", "onward", "forced", "high"),
}
"""Fields that are younger than the stories in read models, which stay as they are. `by` and `contests` say how a live
table takes cards; a recorded hand has none of them."""


def encode_setup(setup: HandSetup) -> Json:
    """Return the start of a hand as JSON values."""
    found: Json = _SETUP.dump_python(setup, mode="json", context=REVEALED)
    if found["stand_up"]:
        found["stand_up"]["standing"].sort()  # a set has no order of its own
    return _recorded(found)


def _recorded(found: Json) -> Json:
    """Return the values without those of `_YOUNGER` that say nothing."""
    return {name: value for name, value in found.items() if value or name not in _YOUNGER}


def decode_setup(found: object) -> HandSetup:
    """Return the start that `encode_setup` was given; raise ValueError, naming the field, where it is none."""
    try:
        return _SETUP.validate_python(found)
    except ValidationError as error:
        raise ValueError(f"setup: {describe(error)}") from error


def encode(event: Event) -> Json:
    """Return an event as JSON values."""
    name = type(event).__name__
    if isinstance(event, OutOfTurn):
        beside = {"condition": event.condition, "free": event.free, "passive": event.passive}
        return {"event": name, "act": encode(event.act), **{key: value for key, value in beside.items() if value}}
    return {"event": name, **_recorded(_EVENTS[name].dump_python(event, mode="json", context=REVEALED))}


def decode(found: Mapping[str, Any]) -> Event:
    """Return the event that `encode` was given; raise ValueError, naming the field, where it is none."""
    name = found["event"]
    if name not in _EVENTS:
        raise ValueError(f"event {name!r} is not known")
    values = {key: value for key, value in found.items() if key != "event"}
    if name == OutOfTurn.__name__:  # its act names its class
        act, values = cast("Any", decode(values["act"])), {**values, "act": {"seat": 0}}
    try:
        event = _EVENTS[name].validate_python(values)
        return replace(event, act=act) if isinstance(event, OutOfTurn) else event
    except ValidationError as error:
        raise ValueError(f"{name}: {describe(error)}") from error
