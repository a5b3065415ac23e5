"""`/api/v1/audit`: who did what, from both who write it down: the web and its verbs, and the collector's log."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from collector.access.audit import Entry, EntryPlace, Sought
from collector.access.grants import Identity
from collector.api.command_routes import events_of_tables
from collector.api.cursor import read_text, write_text
from collector.api.guarded import GuardedRoute, identity_of, takes
from collector.api.models import Answer
from collector.api.signin_routes import ERRORS
from collector.canonical import timestamp
from collector.ports import HandQueries, Tables
from collector.signin.door import Door

READ: str = "read:audit"
_BIGGEST = 2**63 - 1
_NAME = r"^[A-Za-z0-9_.:-]{1,128}$"
By = Annotated[Identity, Depends(identity_of)]


class EntryOut(Answer):
    """An entry. source: `web`, or `collector` for what stands in its log. about: what was done something to."""

    at: str
    who: str
    what: str
    about: str
    table_id: str | None = Field(description="Null for what is of the whole house.")
    source: str
    details: dict[str, Any]


class AuditPage(Answer):
    """Entries, the newest first."""

    entries: list[EntryOut]
    next_cursor: str | None


class _Place(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    a: int = Field(ge=0, le=_BIGGEST - 1)
    s: str = Field(pattern="^(web|collector)$")
    t: str = Field(max_length=80)
    n: int = Field(ge=0, le=_BIGGEST)


def audit_router(door: Door, readmodel: HandQueries) -> APIRouter:
    """Return the route."""
    router = APIRouter(prefix="/api/v1/audit", tags=["audit"], route_class=GuardedRoute, responses=dict(ERRORS))

    @router.get("", summary="Who did what, the newest first", **takes(READ))
    async def audit(  # noqa: PLR0917 - FastAPI gives them by name
        by: By,
        limit: Annotated[int, Query(ge=1, le=500, description="Entries on a page.")] = 50,
        cursor: Annotated[str | None, Query(max_length=400, description="`next_cursor` of the page before.")] = None,
        since: Annotated[AwareDatetime | None, Query(description="From this moment on.")] = None,
        until: Annotated[AwareDatetime | None, Query(description="Before this moment.")] = None,
        who: Annotated[str, Query(pattern=_NAME, description="As `alice`, `key:k_…`, `system:root`.")] = "",
        what: Annotated[str, Query(pattern=_NAME, description="As `signed_in`, `fold`, `live_granted`.")] = "",
        table_id: Annotated[str, Query(pattern=_NAME, description="Only entries of this table.")] = "",
    ) -> AuditPage:
        sought = Sought(
            limit + 1,  # one more than asked for tells whether there is a next page
            _ms(since) or 0,
            _ms(until),
            who,
            what,
            table_id,
            await _within(by, readmodel),
            None if cursor is None else read_place(cursor),
        )
        logged, written = await asyncio.gather(
            readmodel.audit(sought), door.register.ask(lambda: door.store.audit(sought))
        )
        found = sorted([*logged, *written], key=lambda entry: entry.place, reverse=True)
        page, more = found[:limit], len(found) > limit
        return AuditPage(
            entries=[entry_out(each) for each in page], next_cursor=write_place(page[-1].place) if more else None
        )

    return router


def entry_out(entry: Entry) -> EntryOut:
    """Return an entry as it is told."""
    return EntryOut(
        at=timestamp(entry.at),
        who=entry.who,
        what=entry.what,
        about=entry.about,
        table_id=entry.table_id or None,
        source=entry.source,
        details=dict(entry.details),
    )


def write_place(place: EntryPlace) -> str:
    """Return a place as the text of a cursor."""
    return write_text({"a": place.at, "s": place.source, "t": place.stream, "n": place.number})


def read_place(text: str) -> EntryPlace:
    """Return the place that a cursor names; raise BadCursor.

    >>> read_place(write_place(EntryPlace(5, "web", "", 7))).number
    7
    """
    place = read_text(text, _Place)
    return EntryPlace(place.a, place.s, place.t, place.n)


async def _within(by: Identity, readmodel: HandQueries) -> Tables:
    """Return the tables that somebody may be told of; None for all of them, and what is of the whole house."""
    if by.everywhere(READ):
        return None
    reach = by.reach(READ)
    return frozenset(table for table, event in (await events_of_tables(readmodel)).items() if reach.holds(event, table))


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else min(max(0, int(moment.timestamp() * 1000)), _BIGGEST)
