"""`/api/v1/events/{event_id}/players` and `…/statistics`: who plays, and how, in figures."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from collector.api.cursor import read_cursor, write_cursor
from collector.api.errors import ErrorAnswer, NotFound, require_event
from collector.api.hands import ID, EventId
from collector.api.player_models import (
    EventStatistics,
    HandFigures,
    HandsFigures,
    PlayerAnswer,
    PlayersAnswer,
    PlayersStatistics,
    PlayerStatistics,
    event_out,
    figures_out,
    player_out,
    statistics_out,
)
from collector.ports import HandQueries
from collector.records.hands import HandPlace
from collector.records.players import PlayerRecord

PlayerId = Annotated[str, Path(pattern=ID, examples=["p_negreanu"])]
_ERRORS: dict[int | str, dict[str, Any]] = {
    404: {"model": ErrorAnswer},
    422: {"model": ErrorAnswer},
    503: {"model": ErrorAnswer},
}


def players_router(readmodel: HandQueries) -> APIRouter:
    """Return the routes of players."""
    router = APIRouter(prefix="/api/v1/events/{event_id}/players", tags=["players"], responses=dict(_ERRORS))

    @router.get("", summary="Players of an event")
    async def list_players(event_id: EventId) -> PlayersAnswer:
        found = await readmodel.players(event_id)
        if not found:
            await require_event(readmodel, event_id)
        return PlayersAnswer(players=[player_out(player) for player in found])

    @router.get("/{player_id}", summary="One player")
    async def one_player(event_id: EventId, player_id: PlayerId) -> PlayerAnswer:
        return player_out(await _player(readmodel, event_id, player_id))

    @router.get("/{player_id}/statistics", summary="A player's statistics")
    async def one_players_statistics(event_id: EventId, player_id: PlayerId) -> PlayerStatistics:
        return statistics_out(await _player(readmodel, event_id, player_id))

    return router


def statistics_router(readmodel: HandQueries) -> APIRouter:
    """Return the routes of an event's statistics."""
    router = APIRouter(prefix="/api/v1/events/{event_id}/statistics", tags=["statistics"], responses=dict(_ERRORS))

    @router.get("", summary="An event in figures")
    async def statistics(event_id: EventId) -> EventStatistics:
        return await _event(readmodel, event_id)

    @router.get("/summary", summary="The same")
    async def summary(event_id: EventId) -> EventStatistics:
        return await _event(readmodel, event_id)

    @router.get("/hands", summary="Hands in figures, newest first")
    async def hands(
        event_id: EventId,
        limit: Annotated[int, Query(ge=1, le=500, description="Hands on a page.")] = 50,
        cursor: Annotated[str | None, Query(max_length=400, description="`next_cursor` of the page before.")] = None,
    ) -> HandsFigures:
        after = None if cursor is None else read_cursor(cursor)
        found = await readmodel.hands(event_id, limit=limit + 1, newest_first=True, after=after, table_id=None)
        if not found:
            await require_event(readmodel, event_id)
        page, more = found[:limit], len(found) > limit
        figures: list[HandFigures] = [figures_out(record) for record in page]
        return HandsFigures(hands=figures, next_cursor=write_cursor(HandPlace.of(page[-1])) if more else None)

    @router.get("/players", summary="Statistics of every player")
    async def players(event_id: EventId) -> PlayersStatistics:
        found = await readmodel.players(event_id)
        if not found:
            await require_event(readmodel, event_id)
        return PlayersStatistics(players=[statistics_out(player) for player in found])

    return router


async def _player(readmodel: HandQueries, event_id: str, player_id: str) -> PlayerRecord:
    found = await readmodel.player(event_id, player_id)
    if found is None:
        await require_event(readmodel, event_id)
        raise NotFound(
            "PLAYER_NOT_FOUND",
            f"event {event_id} has no player {player_id}; /api/v1/events/{event_id}/players lists them",
            {"event_id": event_id, "player_id": player_id},
        )
    return found


async def _event(readmodel: HandQueries, event_id: str) -> EventStatistics:
    figures = await readmodel.figures(event_id)
    if not figures.hands and not figures.seated:
        await require_event(readmodel, event_id)
    return event_out(event_id, figures)
