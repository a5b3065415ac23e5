"""JSON. Out: one value, one run of bytes, for what is compared, hashed or repeated. In: what no text may hold."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from collector.errors import CollectorError

_PLAIN: Final = frozenset((str, int, bool, type(None)))
"""What most values are: nothing is looked for in them."""
_ENCODER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical(value: object) -> bytes:
    """Return `value` as JSON with sorted keys and no white space. Floats are refused: use integers or basis points.

    >>> canonical({"b": 1, "a": [2]})
    b'{"a":[2],"b":1}'
    """
    _refuse_floats(value)
    return compact(value)


def compact(value: object) -> bytes:
    """Return what `canonical` does, unchecked: for values of a model that has no field for a float."""
    return _ENCODER.encode(value).encode()


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError(f"{value!r} is a float; canonical JSON holds integers and basis points")
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    for each in inner:
        if type(each) not in _PLAIN:
            _refuse_floats(each)


@lru_cache(maxsize=64)  # every message of a commit has the same
def timestamp(ms: int) -> str:
    """Return milliseconds since 1970 as the specification writes time.

    >>> timestamp(1769990401123)
    '2026-02-02T00:00:01.123Z'
    """
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z"


LARGEST: Final = 256 * 1024 * 1024
"""Of a text: an evening of a large house in one file has a tenth of it."""
DEEPEST: Final = 16
"""Objects and lists of a JSON text that may stand in each other."""


def fault_of_json(text: bytes | str) -> str | None:
    """Return what is wrong with a JSON text from outside that parsers let pass; None: nothing, or it is no JSON at all.

    A name that stands twice in one object is read one way here and another way elsewhere. A text that is nested beyond
    DEEPEST is no message of ours.

    >>> fault_of_json('{"type":"fold","type":"undo"}')
    'a name stands twice in one object'
    """
    try:
        value = json.loads(text, object_pairs_hook=_once)
    except _Twice:
        return "a name stands twice in one object"
    except RecursionError:
        return f"it is nested deeper than {DEEPEST}"
    except ValueError:
        return None  # whoever parses it says what is wrong
    braces, brackets = ("{", "[") if isinstance(text, str) else (b"{", b"[")
    few = text.count(braces) + text.count(brackets) <= DEEPEST  # type: ignore[arg-type]
    return None if few or not _deeper(value, DEEPEST) else f"it is nested deeper than {DEEPEST}"


def read_json(text: bytes | str) -> Any:  # noqa: ANN401 - JSON
    """Return the value of a JSON text from outside. Raises ValueError, for what `fault_of_json` finds too."""
    fault = fault_of_json(text) if len(text) <= LARGEST else f"it has more than {LARGEST} bytes"
    if fault:
        raise ValueError(fault)
    return json.loads(text)


class _Twice(CollectorError):  # it never leaves this module
    """A name stands twice in one object."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Twice
    return found


def _deeper(value: object, left: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    if inner is None:
        return False
    return left == 0 or any(_deeper(each, left - 1) for each in inner)
