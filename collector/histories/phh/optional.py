"""The optional fields of PHH: their types and ranges by the standard, and what EBS takes from them.

A field of the standard with a wrong value is refused by name. Fields of users begin with `_`; a field that neither the
standard nor a user's mark explains is kept as a user's, as the standard wishes for fields of its later versions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, tzinfo
from decimal import Decimal
from typing import Final, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from collector.histories.phh.fields import Fields
from collector.histories.story import About

_PLAYED: Final = frozenset(
    (
        *("variant", "ante_trimming_status", "antes", "blinds_or_straddles", "bring_in", "small_bet", "big_bet"),
        *("min_bet", "starting_stacks", "actions", "seats", "players", "finishing_stacks", "winnings"),
        *("_id", "_late_posts", "_chip", "_real_chips", "_rake"),
    )
)
"""What the hand itself is made of or compared with; the writer makes these anew."""
_TIME: Final = ("time", "time_zone", "time_zone_abbreviation", "day", "month", "year")
_LEFT: Final = ("table", "currency")
"""Fields that `About` has a place for."""

_Check = Callable[[object], bool]


def _text(value: object) -> bool:
    return isinstance(value, str)


def _whole(low: int, high: int) -> _Check:
    return lambda value: type(value) is int and low <= value <= high


def _name_or_number(value: object) -> bool:
    return isinstance(value, str) or type(value) is int


def _span(value: object) -> bool:
    """Return whether a value is a number of seconds; `inf` stands for no limit."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return False
    return not (isinstance(value, Decimal) and value.is_nan()) and value >= 0


_KINDS: Final[Mapping[str, tuple[_Check, str]]] = {
    **dict.fromkeys(
        ("author", "event", "url", "venue", "address", "city", "region", "postal_code", "country"),
        (_text, "text in quotes"),
    ),
    "time": (lambda value: isinstance(value, time), "a local time, as in 19:30:00"),
    "time_zone": (lambda value: _text(value) and _is_zone(str(value)), "an IANA time zone, as in 'America/Toronto'"),
    "time_zone_abbreviation": (_text, "text in quotes, as in 'UTC'"),
    "day": (_whole(1, 31), "a day from 1 to 31"),
    "month": (_whole(1, 12), "a month from 1 to 12"),
    "year": (_whole(1, 9999), "a year from 1 to 9999"),
    "hand": (_name_or_number, "text in quotes, or an integer"),
    "level": (_whole(0, 10**6), "an integer"),
    "seat_count": (_whole(2, 10**3), "an integer, the seats of the table"),
    "table": (_name_or_number, "text in quotes, or an integer"),
    "currency": (
        lambda value: isinstance(value, str) and len(value) == 3 and value.isascii() and value.isupper(),  # noqa: PLR2004 - ISO 4217
        "three letters of ISO 4217, as in 'EUR'",
    ),
    "currency_symbol": (lambda value: isinstance(value, str) and len(value) == 1, "one character, as in '$'"),
    "time_limit": (_span, "seconds from 0, or inf"),
}


def about_of(fields: Fields, count: int) -> About:
    """Return what the optional fields tell of a hand; raise BadHistory, naming the field, for a wrong value."""
    for key, (fits, wanted) in _KINDS.items():
        if fields.has(key) and not fits(fields.raw(key)):
            raise fields.bad(f"{key} is {str(fields.raw(key))[:40]!r}; it must be {wanted}")
    if fields.has("time_banks"):
        banks = fields.listed("time_banks", count)
        if not all(map(_span, banks)):
            raise fields.bad("time_banks must be seconds from 0, one entry per player")
    if fields.has("seat_count") and not count <= int(str(fields.raw("seat_count"))):
        raise fields.bad(f"seat_count is {fields.raw('seat_count')} for {count} players; it counts all seats")
    started = _started(fields)
    known = _LEFT if started is None else (*_LEFT, *_TIME)
    rest = {key: fields.raw(key) for key in fields.keys if key not in _PLAYED and key not in known}
    return About(
        table=str(fields.raw("table")) if fields.has("table") else "",
        started=started,
        currency=str(fields.raw("currency")) if fields.has("currency") else "",
        rest=rest,
    )


def _started(fields: Fields) -> int | None:
    """Return the hand's start in ms since 1970; None where date, time or zone is not known for certain."""
    if not all(fields.has(key) for key in ("time", "day", "month", "year")):
        return None
    at, day, month, year = (cast("int", fields.raw(key)) for key in ("time", "day", "month", "year"))
    try:
        local = datetime.combine(date(year, month, day), cast("time", at))
    except ValueError as error:
        raise fields.bad(f"day, month and year are no date: {error}") from error
    zone = _zone(fields)
    if zone is None:
        return None
    try:
        return round(local.replace(tzinfo=zone).timestamp() * 1000)
    except (OverflowError, ValueError):
        return None


def _zone(fields: Fields) -> tzinfo | None:
    if fields.has("time_zone"):
        return _named(str(fields.raw("time_zone")))
    if fields.has("time_zone_abbreviation"):
        return UTC if fields.raw("time_zone_abbreviation") in ("UTC", "GMT", "Z") else None
    if all(fields.has(key) for key in ("city", "region", "country")):
        return None  # the local time of that place, which no table here knows
    return UTC


def _named(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _is_zone(name: str) -> bool:
    """Return whether a zone is known; a machine without a list of zones takes every name."""
    return _named(name) is not None or _named("UTC") is None
