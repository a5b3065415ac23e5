"""`/api/v1/events/{event_id}/players` and `…/statistics`: who plays, and how, in figures."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from collector.access.grants import Identity
from collector.api.cursor import read_cursor, write_cursor
from collector.api.errors import ErrorAnswer, NotFound, require_event
from collector.api.guarded import GuardedRoute, takes
from collector.api.hands import ID, By, EventId
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
from collector.api.sight import Sight
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
    router = APIRouter(
        prefix="/api/v1/events/{event_id}/players", tags=["players"], route_class=GuardedRoute, responses=dict(_ERRORS)
    )

    @router.get("", summary="Players of an event", **takes("read:players"))
    async def list_players(event_id: EventId, by: By) -> PlayersAnswer:
        found = await _players(readmodel, by, event_id)
        return PlayersAnswer(players=[player_out(player) for player in found])

    @router.get("/{player_id}", summary="One player", **takes("read:players"))
    async def one_player(event_id: EventId, player_id: PlayerId, by: By) -> PlayerAnswer:
        return player_out(await _player(readmodel, by, event_id, player_id))

    @router.get("/{player_id}/statistics", summary="A player's statistics", **takes("read:players"))
    async def one_players_statistics(event_id: EventId, player_id: PlayerId, by: By) -> PlayerStatistics:
        return statistics_out(await _player(readmodel, by, event_id, player_id))

    return router


def statistics_router(readmodel: HandQueries) -> APIRouter:
    """Return the routes of an event's statistics."""
    router = APIRouter(
        prefix="/api/v1/events/{event_id}/statistics",
        tags=["statistics"],
        route_class=GuardedRoute,
        responses=dict(_ERRORS),
    )

    @router.get("", summary="An event in figures", **takes("read:statistics"))
    async def statistics(event_id: EventId, by: By) -> EventStatistics:
        return await _event(readmodel, by, event_id)

    @router.get("/summary", summary="The same", **takes("read:statistics"))
    async def summary(event_id: EventId, by: By) -> EventStatistics:
        return await _event(readmodel, by, event_id)

    @router.get("/hands", summary="Hands in figures, newest first", **takes("read:statistics"))
    async def hands(
        event_id: EventId,
        by: By,
        limit: Annotated[int, Query(ge=1, le=500, description="Hands on a page.")] = 50,
        cursor: Annotated[str | None, Query(max_length=400, description="`next_cursor` of the page before.")] = None,
    ) -> HandsFigures:
        after = None if cursor is None else read_cursor(cursor)
        sight = Sight(by, event_id, "read:statistics")
        sight.require_event()
        found = await readmodel.hands(event_id, limit=limit + 1, newest_first=True, after=after, within=sight.tables)
        if not found:
            await require_event(readmodel, event_id, sight.tables)
        page, more = found[:limit], len(found) > limit
        figures: list[HandFigures] = [figures_out(record) for record in page]
        return HandsFigures(hands=figures, next_cursor=write_cursor(HandPlace.of(page[-1])) if more else None)

    @router.get("/players", summary="Statistics of every player", **takes("read:players"))
    async def players(event_id: EventId, by: By) -> PlayersStatistics:
        found = await _players(readmodel, by, event_id)
        return PlayersStatistics(players=[statistics_out(player) for player in found])

    return router


async def _players(readmodel: HandQueries, by: Identity, event_id: str) -> list[PlayerRecord]:
    sight = Sight(by, event_id, "read:players")
    sight.require_event()
    found = await readmodel.players(event_id, sight.tables)
    if not found:
        await require_event(readmodel, event_id, sight.tables)
    return found


async def _player(readmodel: HandQueries, by: Identity, event_id: str, player_id: str) -> PlayerRecord:
    sight = Sight(by, event_id, "read:players")
    sight.require_event()
    found = await readmodel.player(event_id, player_id, sight.tables)
    if found is None:
        await require_event(readmodel, event_id, sight.tables)
        raise NotFound(
            "PLAYER_NOT_FOUND",
            f"event {event_id} has no player {player_id}; /api/v1/events/{event_id}/players lists them",
            {"event_id": event_id, "player_id": player_id},
        )
    return found


async def _event(readmodel: HandQueries, by: Identity, event_id: str) -> EventStatistics:
    sight = Sight(by, event_id, "read:statistics")
    sight.require_event()
    figures = await readmodel.figures(event_id, sight.tables)
    if not figures.hands and not figures.seated:
        await require_event(readmodel, event_id, sight.tables)
    return event_out(event_id, figures)
