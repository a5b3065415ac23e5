"""The cursor of a page: a place as opaque text. Readers pass it back as it came."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from collector.canonical import read_json
from collector.errors import BadInput
from collector.records.hands import HandPlace

_BIGGEST = 2**63 - 1
P = TypeVar("P", bound=BaseModel)


class _Place(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    e: int = Field(ge=-_BIGGEST, le=_BIGGEST)
    n: int = Field(ge=-_BIGGEST, le=_BIGGEST)
    h: str


class BadCursor(BadInput):
    """A cursor that we did not give."""


def write_cursor(place: HandPlace) -> str:
    """Return the text of `place`."""
    return write_text({"e": place.ended_at, "n": place.hand_number, "h": place.hand_id})


def read_cursor(text: str) -> HandPlace:
    """Return the place that `text` names; raise BadCursor.

    >>> read_cursor(write_cursor(HandPlace(1769990401123, 42, "h_table_01_7"))).hand_number
    42
    """
    place = read_text(text, _Place)
    return HandPlace(place.e, place.n, place.h)


def write_text(members: Mapping[str, object]) -> str:
    """Return the members of any place as opaque text."""
    text = json.dumps(members, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def read_text(text: str, model: type[P]) -> P:
    """Return the members that `write_text` wrote; raise BadCursor for anything else."""
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        read_json(raw)
        place = model.model_validate_json(raw)
        for _, value in place:
            str(value).encode()  # a lone surrogate is no text for a database
    except (binascii.Error, ValidationError, ValueError) as error:
        raise BadCursor(
            "BAD_CURSOR", "cursor: not one of ours; pass next_cursor of the last page on as it came, or leave it out"
        ) from error
    return place
