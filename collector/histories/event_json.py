"""Events as plain JSON values and back, for histories. Hidden cards are revealed: what comes out is S0.

Every event is a class with fields; a history names the class, and its fields as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast, get_args

from collector.hand.events import Event, OutOfTurn
from collector.histories.plain import from_plain, to_plain


def _classes(union: object) -> list[type]:
    parts = get_args(union)
    return [each for part in parts for each in _classes(part)] if parts else [cast("type", union)]


_BY_NAME: Final = {each.__name__: each for each in _classes(Event)}


def encode(event: object) -> dict[str, Any]:
    """Return an event as JSON values."""
    values = {"act": encode(event.act)} if isinstance(event, OutOfTurn) else to_plain(event)
    return {"event": type(event).__name__, **values}


def decode(found: Mapping[str, Any]) -> Event:
    """Return the event that `encode` was given; raises KeyError, TypeError or ValueError where it is none."""
    made = _BY_NAME[found["event"]]
    if made is OutOfTurn:
        return OutOfTurn(cast("Any", decode(found["act"])))
    values = {name: value for name, value in found.items() if name != "event"}
    return cast("Event", from_plain(made, values))
