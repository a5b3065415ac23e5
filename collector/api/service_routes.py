"""What supervisors, monitors and pages ask of the service: health, metrics, where the broker is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from pydantic import BaseModel

from collector.access.grants import Identity
from collector.access.vocabulary import OPEN
from collector.api.guarded import GuardedRoute, identity_of, takes
from collector.errors import ReadModelError
from collector.ports import HandQueries

Ready = Callable[[], Mapping[str, bool]]
"""Says of each part whether it is ready, by name."""
Warned = Callable[[], Sequence[str]]
"""Says what will stop working soon, and what to do."""
Config = Callable[[], Mapping[str, object]]
"""What pages need to start, but for `tables`, which the read model knows: `ws_url`."""


class Live(BaseModel):
    """The process answers."""

    live: bool = True


class Readiness(BaseModel):
    """Whether requests are answered in full, and which part is missing when not.

    `warnings`, which is there only if there are some, names certificates that end soon, and what to do.
    """

    ready: bool
    checks: dict[str, bool]
    warnings: list[str] = []


def service_router(
    readmodel: HandQueries | None, *, ready: Ready, warned: Warned, config: Config | None, registry: CollectorRegistry
) -> APIRouter:
    """Return the routes; the functions are asked anew for each request. None: this role has no such part."""
    router = APIRouter(tags=["service"], route_class=GuardedRoute)

    @router.get("/health/live", summary="The process answers", **takes(OPEN))
    async def live() -> Live:
        return Live()

    @router.get(
        "/health/ready",
        summary="Every part works",
        responses={503: {"model": Readiness}},
        response_model_exclude_defaults=True,
        **takes(OPEN),
    )
    async def readiness(response: Response) -> Readiness:
        checks = {**ready(), **({"readmodel": await _answers(readmodel)} if readmodel else {})}
        complete = all(checks.values())
        response.status_code = 200 if complete else 503
        return Readiness(ready=complete, checks=checks, warnings=list(warned()))

    @router.get("/metrics", summary="Figures in Prometheus' format", response_class=Response, **takes(OPEN))
    def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    if config is not None and readmodel is not None:
        asked, queries = config, readmodel

        @router.get("/config.json", summary="What pages need to start", response_class=JSONResponse, **takes(OPEN))
        async def page_config(request: Request) -> JSONResponse:
            return JSONResponse({**asked(), "tables": await _tables(queries, identity_of(request))})

    return router


async def _answers(readmodel: HandQueries) -> bool:
    try:
        await readmodel.ping()
    except ReadModelError:
        return False
    return True


async def _tables(readmodel: HandQueries, by: Identity) -> list[str]:
    """Return the ids of tables that somebody may know; none while the read model is away: pages can do without."""
    reaches = [by.reach(word) for word in ("read:hands", "read:tables")]
    try:
        found = await readmodel.tables()
        return [each.table_id for each in found if any(reach.holds(each.event_id, each.table_id) for reach in reaches)]
    except ReadModelError:
        return []
