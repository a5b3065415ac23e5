"""`/api/v1/events/{event_id}/hands`: finished hands, a page or one."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response

from collector.api.cursor import read_cursor, write_cursor
from collector.api.errors import ErrorAnswer, NotFound, require_event
from collector.api.models import HandOut, HandsPage, hand_out
from collector.errors import BadInput
from collector.histories.formats import SUFFIXES, write
from collector.histories.native import story_in
from collector.ports import HandQueries
from collector.records.hands import HandPlace, HandRecord

ID = r"^[A-Za-z0-9_.-]{1,80}$"
Format = Literal["phh", "ohh", "pokerstars", "json"]
_TYPES = {"phh": "application/toml", "ohh": "application/json", "pokerstars": "text/plain", "json": "application/json"}
EventId = Annotated[str, Path(pattern=ID, examples=["evt_wsop2026_me"])]
HandId = Annotated[str, Path(pattern=ID, examples=["h_table_01_7"])]


def hands_router(hands: HandQueries) -> APIRouter:
    """Return the routes over `hands`."""
    router = APIRouter(
        prefix="/api/v1/events/{event_id}/hands",
        tags=["hands"],
        responses={404: {"model": ErrorAnswer}, 422: {"model": ErrorAnswer}, 503: {"model": ErrorAnswer}},
    )

    @router.get("", summary="Hands of an event, in the order in which they ended")
    async def list_hands(
        event_id: EventId,
        limit: Annotated[int, Query(ge=1, le=500, description="Hands on a page.")] = 50,
        cursor: Annotated[str | None, Query(max_length=400, description="`next_cursor` of the page before.")] = None,
        order: Annotated[Literal["newest", "oldest"], Query(description="Which comes first.")] = "newest",
        table_id: Annotated[str | None, Query(pattern=ID, description="Only hands of this table.")] = None,
    ) -> HandsPage:
        after = None if cursor is None else read_cursor(cursor)
        # One more than asked for tells whether there is a next page.
        found = await hands.hands(
            event_id, limit=limit + 1, newest_first=order == "newest", after=after, table_id=table_id
        )
        if not found:
            await require_event(hands, event_id)
        page, more = found[:limit], len(found) > limit
        return HandsPage(
            hands=[hand_out(record) for record in page],
            next_cursor=write_cursor(HandPlace.of(page[-1])) if more else None,
        )

    @router.get("/{hand_id}", summary="One hand")
    async def one_hand(event_id: EventId, hand_id: HandId) -> HandOut:
        return hand_out(await _hand(hands, event_id, hand_id))

    @router.get("/{hand_id}/export", summary="One hand as a file", response_class=Response)
    async def export(
        event_id: EventId,
        hand_id: HandId,
        form: Annotated[Format, Query(alias="format", description="PHH, Open Hand History, card-room text, JSON.")],
    ) -> Response:
        record = await _hand(hands, event_id, hand_id)
        text = await hands.story(event_id, hand_id)
        if record.void or text is None:
            raise BadInput("NOTHING_TO_EXPORT", f"hand {hand_id} is void: it has no end that a history could tell")
        plain = json.loads(text)
        whole = {**hand_out(record).model_dump(), "story": plain}
        name = f"{hand_id}.{SUFFIXES[form]}"
        return Response(
            json.dumps(whole, ensure_ascii=False) if form == "json" else write(story_in(plain, hand_id), form),
            media_type=_TYPES[form],
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    return router


async def _hand(hands: HandQueries, event_id: str, hand_id: str) -> HandRecord:
    record = await hands.hand(event_id, hand_id)
    if record is None:
        await require_event(hands, event_id)
        raise NotFound(
            "HAND_NOT_FOUND",
            f"event {event_id} has no finished hand {hand_id}; "
            f"a running hand comes when it has ended, and /api/v1/events/{event_id}/hands lists the others",
            {"event_id": event_id, "hand_id": hand_id},
        )
    return record
