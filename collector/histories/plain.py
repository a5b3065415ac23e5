"""Frozen values of a hand as plain JSON values, and back, by their type hints: a new event needs no code here."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from collector.secrecy import Secret


def to_plain(value: object) -> Any:  # noqa: ANN401 - JSON values
    """Return a value as JSON values. Hidden cards are revealed: what comes out is S0 until it is released."""
    if isinstance(value, Secret):
        return to_plain(value.reveal())
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: to_plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_plain(inner) for key, inner in value.items()}
    if isinstance(value, frozenset):
        return sorted(to_plain(each) for each in value)
    return [to_plain(each) for each in value] if isinstance(value, (tuple, list)) else value


def from_plain(kind: Any, value: Any) -> Any:  # noqa: ANN401, PLR0911 - one shape of a hint a line
    """Return the value of type `kind` that `to_plain` wrote; a TypeError, KeyError or ValueError where it is none."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        return from_plain(next(each for each in inner if each is not type(None)), value)
    if origin is Secret:
        return Secret(from_plain(inner[0], value))
    if origin is tuple and inner[-1] is Ellipsis:
        return tuple(from_plain(inner[0], each) for each in value)
    if origin is tuple:
        return tuple(from_plain(each, part) for each, part in zip(inner, value, strict=True))
    if origin is frozenset:
        return frozenset(from_plain(inner[0], each) for each in value)
    if is_dataclass(kind):
        hints = _hints(kind)  # type: ignore[arg-type]
        return kind(**{name: from_plain(hints[name], given) for name, given in value.items() if name in hints})  # type: ignore[operator]
    if isinstance(kind, type) and issubclass(kind, (Enum, str)):
        return kind(value)
    if isinstance(kind, type) and not isinstance(value, kind):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
