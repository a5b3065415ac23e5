"""Canonical JSON: one value, one run of bytes. What is compared, hashed or repeated goes through here."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

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
