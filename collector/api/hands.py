"""`/api/v1/events/{event_id}/hands`: finished hands, a page or one."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query

from collector.api.cursor import read_cursor, write_cursor
from collector.api.errors import ErrorAnswer, NotFound
from collector.api.models import HandOut, HandsPage, hand_out
from collector.ports import HandPlace, HandQueries

_ID = r"^[A-Za-z0-9_.-]{1,80}$"
EventId = Annotated[str, Path(pattern=_ID, examples=["evt_wsop2026_me"])]
HandId = Annotated[str, Path(pattern=_ID, examples=["h_table_01_7"])]


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
        table_id: Annotated[str | None, Query(pattern=_ID, description="Only hands of this table.")] = None,
    ) -> HandsPage:
        after = None if cursor is None else read_cursor(cursor)
        # One more than asked for tells whether there is a next page.
        found = await hands.hands(
            event_id, limit=limit + 1, newest_first=order == "newest", after=after, table_id=table_id
        )
        if not found:
            await _require_event(hands, event_id)
        page, more = found[:limit], len(found) > limit
        return HandsPage(
            hands=[hand_out(record) for record in page],
            next_cursor=write_cursor(HandPlace.of(page[-1])) if more else None,
        )

    @router.get("/{hand_id}", summary="One hand")
    async def one_hand(event_id: EventId, hand_id: HandId) -> HandOut:
        record = await hands.hand(event_id, hand_id)
        if record is None:
            await _require_event(hands, event_id)
            raise NotFound(
                "HAND_NOT_FOUND",
                f"event {event_id} has no finished hand {hand_id}; "
                f"a running hand comes when it has ended, and /api/v1/events/{event_id}/hands lists the others",
                {"event_id": event_id, "hand_id": hand_id},
            )
        return hand_out(record)

    return router


async def _require_event(hands: HandQueries, event_id: str) -> None:
    if not await hands.knows_event(event_id):
        raise NotFound(
            "EVENT_NOT_FOUND",
            f"no event {event_id}; check the id with the operator, who creates events at the console",
            {"event_id": event_id},
        )
