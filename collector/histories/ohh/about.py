"""Where and when the hand of an Open Hand History document was played."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from collector.histories.jsonparts import Part
from collector.histories.story import About

NO_CURRENCY: Final = "XXX"
"""ISO 4217's word for chips that are no money."""
NO_TIME: Final = "1970-01-01T00:00:00Z"
"""A start that is not known: the specification wants one."""
_CODE: Final = 3
_MOST_ID: Final = 10**9


def about_of(body: Part, seats: Mapping[int, int]) -> About:
    """Return what is known beside the play. seats: the seat of each player id."""
    currency = body.text("currency", "")
    known = len(currency) == _CODE and currency.isalpha() and currency != NO_CURRENCY
    hero = body.whole("hero_player_id", 0, _MOST_ID) if body.raw("hero_player_id") is not None else None
    return About(
        table=body.text("table_name"),
        started=_started(body),
        currency=currency if known else "",
        site=body.text("site_name"),
        hero=None if hero is None else seats.get(hero),
    )


def _started(body: Part) -> int | None:
    text = body.text("start_date_utc", "")
    if text in ("", NO_TIME):
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise body.bad("start_date_utc", "it must be a date and time, as in 2026-04-07T14:32:50Z") from error
    return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
