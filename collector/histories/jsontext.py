"""Splits JSON text into the documents of hands: one, a list, `{"hands": [...]}`, or one behind the other.

Open Hand History files have a blank line between documents, which may be printed over many lines. A document that
cannot be read hides none behind it. A key that stands twice, NaN and Infinity are refused; decimals stay exact.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from collector.errors import BadHistory, CollectorError

Document = Mapping[str, Any]

_MAX_CHARACTERS: Final = 64 * 1024 * 1024
_SPACE: Final = re.compile(r"[\s,\]]*")  # of a list that broke, commas and its end are left
_BEGINS: Final = re.compile(r"^\{", re.MULTILINE)
_MOST_BROKEN: Final = 100
_NO_HAND: Final = "is no hand; give an Open Hand History document, or one of the API"


class _StrictError(CollectorError):
    """JSON that its grammar allows, and that says two things or nothing."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        twice = next(key for at, (key, _) in enumerate(pairs) if key in dict(pairs[:at]))
        raise _StrictError(f"the key {twice[:60]!r} stands twice in an object; take one of them out")
    return found


def _no_constant(name: str) -> object:
    raise _StrictError(f"{name} is no number; write digits")


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_once, parse_float=Decimal, parse_constant=_no_constant)


def documents_in(text: str, source: str) -> Iterator[tuple[str, Document | BadHistory]]:
    """Yield, for each hand, how errors name it, and its document; an error stands where one cannot be read."""
    if len(text) > _MAX_CHARACTERS:
        yield source, BadHistory(source, f"is larger than {_MAX_CHARACTERS >> 20} million characters; split it")
        return
    number = 0
    for number, found in enumerate(_values(text), 1):
        where = f"{source}, hand {number}"
        if isinstance(found, str):
            yield where, BadHistory(where, found)
        else:
            yield where, found if isinstance(found, dict) else BadHistory(where, _NO_HAND)
    if not number:
        yield source, BadHistory(source, "holds no hand; give an Open Hand History document, or one of the API")


def _values(text: str) -> Iterator[object]:
    """Yield each value that should be a document; a text says why one cannot be read."""
    at, line, broken = _after_space(text, 0), 1, 0
    counted = 0  # the place up to which lines are counted
    while at < len(text):
        line, counted = line + text.count("\n", counted, at), at
        try:
            found, at = _DECODER.raw_decode(text, at)
        except (RecursionError, ValueError, CollectorError) as error:
            yield f"(from line {line}) {_reason(error)}"
            at, broken = _next(text, at), broken + 1
        else:
            yield from _hands(found)
        at = _after_space(text, at)
        if broken == _MOST_BROKEN:
            yield f"(from line {line}) what follows is not read: {broken} documents before it cannot be read"
            return


def _reason(error: Exception) -> str:
    match error:
        case RecursionError():
            return "is nested too deep; a document of a hand has a few levels"
        case json.JSONDecodeError():
            return f"is no JSON: {error.msg} in line {error.lineno}; correct it there"
        case _StrictError():
            return str(error)
        case _:  # an integer of thousands of digits
            return f"is no JSON: {str(error)[:80]}; correct that number"


def _hands(found: object) -> Iterator[object]:
    """Yield the documents of a value: itself, those of a list, or those under `hands`."""
    listed = found.get("hands") if isinstance(found, dict) and "ohh" not in found else found
    values = listed if isinstance(listed, list) else [found]
    yield from (None if isinstance(value, str) else value for value in values)


def _after_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _next(text: str, at: int) -> int:
    """Return where the next document may begin: a line that begins with a brace."""
    found = _BEGINS.search(text, at + 1)
    return found.start() if found else len(text)
