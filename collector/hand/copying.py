"""`replace` for the frozen dataclasses of the hot path, some ten times as fast as the standard one.

Hand, Player, Play and Table have no slots, so that a copy of one is a copy of its `__dict__`. The names of the fields
are not checked, neither at run time nor by mypy: only tests find a wrong one.
"""

from __future__ import annotations

import dataclasses
from typing import TypeVar

T = TypeVar("T")
_new = object.__new__
_set = object.__setattr__


def replace(value: T, **changes: object) -> T:
    """Return a copy of `value` with some fields changed."""
    held = getattr(value, "__dict__", None)
    if held is None:  # a value with slots
        return dataclasses.replace(value, **changes)  # type: ignore[type-var]
    copy = _new(value.__class__)
    _set(copy, "__dict__", held | changes)  # set whole: updating the copy's own __dict__ takes half as long again
    return copy
