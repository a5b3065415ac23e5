"""`/api/v1/events/{event_id}/hands`: finished hands, a page or one."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Response

from collector.access.grants import Identity
from collector.api.cursor import read_cursor, write_cursor
from collector.api.errors import ErrorAnswer, NotFound, require_event
from collector.api.guarded import GuardedRoute, identity_of, takes
from collector.api.models import HandOut, HandsPage, hand_out
from collector.api.sight import Sight
from collector.errors import BadInput
from collector.histories.formats import SUFFIXES, write
from collector.histories.hiding import without_hidden
from collector.histories.storyjson import story_in
from collector.ports import HandQueries
from collector.records.hands import HandPlace, HandRecord
from collector.texts import cleaned

ID = r"^[A-Za-z0-9_.-]{1,80}$"
Format = Literal["phh", "ohh", "pokerstars", "json"]
_TYPES = {"phh": "application/toml", "ohh": "application/json", "pokerstars": "text/plain", "json": "application/json"}
EventId = Annotated[str, Path(pattern=ID, examples=["evt_wsop2026_me"])]
By = Annotated[Identity, Depends(identity_of)]
HandId = Annotated[str, Path(pattern=ID, examples=["h_table_01_7"])]


def hands_router(hands: HandQueries) -> APIRouter:
    """Return the routes over `hands`."""
    router = APIRouter(
        prefix="/api/v1/events/{event_id}/hands",
        tags=["hands"],
        route_class=GuardedRoute,
        responses={404: {"model": ErrorAnswer}, 422: {"model": ErrorAnswer}, 503: {"model": ErrorAnswer}},
    )

    @router.get("", summary="Hands of an event, in the order in which they ended", **takes("read:hands"))
    async def list_hands(  # noqa: PLR0917 - FastAPI gives them by name
        event_id: EventId,
        by: By,
        limit: Annotated[int, Query(ge=1, le=500, description="Hands on a page.")] = 50,
        cursor: Annotated[str | None, Query(max_length=400, description="`next_cursor` of the page before.")] = None,
        order: Annotated[Literal["newest", "oldest"], Query(description="Which comes first.")] = "newest",
        table_id: Annotated[str | None, Query(pattern=ID, description="Only hands of this table.")] = None,
    ) -> HandsPage:
        after = None if cursor is None else read_cursor(cursor)
        sight = Sight(by, event_id, "read:hands")
        sight.require_event()
        # One more than asked for tells whether there is a next page.
        found = await hands.hands(
            event_id, limit=limit + 1, newest_first=order == "newest", after=after, within=sight.tables_and(table_id)
        )
        if not found:
            await require_event(hands, event_id, sight.tables)
        page, more = found[:limit], len(found) > limit
        return HandsPage(
            hands=[hand_out(record, hidden=sight.hidden(record.table_id)) for record in page],
            next_cursor=write_cursor(HandPlace.of(page[-1])) if more else None,
        )

    @router.get("/{hand_id}", summary="One hand", **takes("read:hands"))
    async def one_hand(event_id: EventId, hand_id: HandId, by: By) -> HandOut:
        sight = Sight(by, event_id, "read:hands")
        record = await _hand(hands, sight, hand_id)
        return hand_out(record, hidden=sight.hidden(record.table_id))

    @router.get("/{hand_id}/export", summary="One hand as a file", response_class=Response, **takes("read:hands"))
    async def export(
        event_id: EventId,
        hand_id: HandId,
        by: By,
        form: Annotated[Format, Query(alias="format", description="PHH, Open Hand History, card-room text, JSON.")],
    ) -> Response:
        sight = Sight(by, event_id, "read:hands")
        record = await _hand(hands, sight, hand_id)
        hidden = sight.hidden(record.table_id)
        text = await hands.story(event_id, hand_id)
        if record.void or text is None:
            raise BadInput("NOTHING_TO_EXPORT", f"hand {hand_id} is void: it has no end that a history could tell")
        plain = json.loads(text)
        for seat in plain["setup"]["seats"]:
            seat["name"] = cleaned(seat["name"])  # an older version took names as they came
        if not hidden:
            plain = without_hidden(plain)
        whole = {**hand_out(record, hidden=hidden).model_dump(), "story": plain}
        name = f"{hand_id}.{SUFFIXES[form]}"
        told = story_in(plain, hand_id)
        told = replace(told, about=replace(told.about, table=record.table_id, started=record.started_at))
        return Response(
            json.dumps(whole, ensure_ascii=False) if form == "json" else write(told, form),
            media_type=_TYPES[form],
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    return router


async def _hand(hands: HandQueries, sight: Sight, hand_id: str) -> HandRecord:
    sight.require_event()
    event_id = sight.event_id
    record = await hands.hand(event_id, hand_id)
    if record is None or not sight.sees(record.table_id):
        await require_event(hands, event_id, sight.tables)
        raise NotFound(
            "HAND_NOT_FOUND",
            f"event {event_id} has no finished hand {hand_id}; "
            f"a running hand comes when it has ended, and /api/v1/events/{event_id}/hands lists the others",
            {"event_id": event_id, "hand_id": hand_id},
        )
    return record
