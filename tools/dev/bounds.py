"""The bounds of all payloads and settings, read from their models. Writes their table: python -m tools.dev.bounds."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, NamedTuple, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, InstanceOf
from pydantic.fields import FieldInfo

import collector.wire
from collector.records.hands import HandRecord
from collector.secrecy import Secret
from collector.settings import Settings
from collector.wire.base import LARGEST_INTEGER, MAX_AMOUNT, MOST_PROSE, AtMost, FreeObject, Message

GUIDE: Final = Path(__file__).parents[2] / "docs" / "integrate.md"
BEGIN, END = "<!-- bounds: python -m tools.dev.bounds -->", "<!-- end of bounds -->"
_COMMON: Final = {
    "number": frozenset({MAX_AMOUNT, LARGEST_INTEGER, 10, 10_000}),
    "text": frozenset({32, 60, 64, 200, MOST_PROSE}),
}
"""Bounds that the guide tells in words, beside the table."""
_OURS: Final = (HandRecord,)
"""What the collector makes and never reads, with bounds that follow from a hand's."""
_FREE: Final = get_args(FreeObject)[-1]
_FEW: Final = 12
"""Lists up to here follow from the ten seats of a table, or from the cards of a hand."""


class Bound(NamedTuple):
    """A value of a payload, and its bound. kind: text, number, list or object. most: None if there is no bound."""

    place: str
    kind: str
    most: int | None
    pattern: str | None = None


def models() -> list[type[BaseModel]]:
    """Return all payloads, the settings, and every model that they are made of."""
    for module in pkgutil.iter_modules(collector.wire.__path__):
        importlib.import_module(f"collector.wire.{module.name}")
    return [*_below(Message), Settings]


def _below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for each in model.__subclasses__():
        if each.__module__.startswith("collector.") and "[" not in each.__name__:
            yield each
            yield from _below(each)


def bounds_of(model: type[BaseModel]) -> Iterator[Bound]:
    """Yield every text, number, list and object that the fields of a model may hold."""
    for name, field in model.model_fields.items():
        yield from _bounds(name, field.annotation, field.metadata)


def _bounds(place: str, annotation: Any, metadata: Iterable[Any]) -> Iterator[Bound]:  # noqa: C901 - a list of types
    """Yield what a value of this type may hold. metadata: what stands beside the type in `Annotated`."""
    given = [each for held in metadata for each in (held.metadata if isinstance(held, FieldInfo) else (held,))]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from _bounds(place, arguments[0], (*given, *arguments[1:]))
    elif origin in (Union, UnionType):
        for each in arguments:
            yield from _bounds(place, each, given)
    elif origin is Secret:
        yield from _bounds(place, arguments[0], given)
    elif origin in (tuple, list) and (origin is list or arguments[-1] is Ellipsis):
        yield Bound(place, "list", _most(given))
        yield from _bounds(f"{place}[]", arguments[0], ())
    elif origin is tuple:
        for each in arguments:
            yield from _bounds(f"{place}[]", each, ())
    elif origin is dict:
        yield Bound(place, "object", _most(given))
        held_small = _FREE in given or place == "details"  # what a refusal is about: the reply is cut
        if not (arguments[1] is Any and held_small):
            yield from _bounds(f"{place}.*", arguments[0], ())
            yield from _bounds(f"{place}.*", arguments[1], ())
    elif annotation is str:
        yield Bound(place, "text", _most(given), _pattern(given))
    elif annotation is int:
        yield Bound(place, "number", _most(given))
    elif not _is_closed(annotation):
        yield Bound(place, "object", None)


def _is_closed(annotation: Any) -> bool:
    """Tell whether a type has no value without a bound, or is a model of its own."""
    if get_origin(annotation) is Literal or annotation in (bool, NoneType, Path, *_OURS):
        return True
    if isinstance(annotation, TypeVar):  # a model, each of which is walked by itself
        return True
    if any(type(each) is InstanceOf for each in getattr(annotation, "__metadata__", ())):
        return True
    return isinstance(annotation, type) and issubclass(annotation, Enum | BaseModel | Secret)


def _most(metadata: Iterable[Any]) -> int | None:
    found = [getattr(each, name, None) for each in metadata for name in ("max_length", "le")]
    found += [each.bound for each in metadata if isinstance(each, AtMost)]
    known = [each for each in found if isinstance(each, int)]
    return min(known) if known else None


def _pattern(metadata: Iterable[Any]) -> str | None:
    found = (getattr(each, "pattern", None) for each in metadata)
    return next((str(each) for each in found if each is not None), None)


def is_bounded(bound: Bound) -> bool:
    """Tell whether a value has a bound: a number, or a pattern that repeats nothing for ever."""
    closed = bound.pattern is not None and bound.pattern.endswith("$") and not set("*+") & set(_outside(bound.pattern))
    return bound.most is not None or closed


def _outside(pattern: str) -> str:
    """Return a pattern without its classes of characters."""
    kept, inside = [], False
    for sign in pattern:
        inside = sign == "[" or (inside and sign != "]")
        if not inside:
            kept.append(sign)
    return "".join(kept)


def rows() -> list[str]:
    """Return the rows of the guide's table: of each payload what it has beside names, amounts, seats and cards."""
    units = {"text": " characters", "list": " members", "object": " members", "number": ""}
    told = set()
    for model in models():
        named = (each for each in bounds_of(model) if each.most is not None and each.pattern is None)
        found = [f"`{each.place}` {each.most:,}{units[each.kind]}" for each in named if not _told_in_words(each)]
        if found and model is not Settings:
            name = model.model_fields["type"].default if "type" in model.model_fields else None
            told.add(f"| `{name if isinstance(name, str) else model.__name__}` | {'; '.join(found)} |")
    return sorted(told)


def _told_in_words(each: Bound) -> bool:
    return each.most in _COMMON.get(each.kind, range(_FEW + 1))


def table() -> str:
    """Return the table as it stands in the guide."""
    return "\n".join([BEGIN, "", "| payload | bounds |", "|---|---|", *rows(), "", END])


if __name__ == "__main__":
    before, rest = GUIDE.read_text().split(BEGIN)
    GUIDE.write_text(before + table() + rest.split(END)[1])
