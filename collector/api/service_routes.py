"""What supervisors, monitors and pages ask of the service: health, metrics, where the broker is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from pydantic import BaseModel

from collector.errors import ReadModelError
from collector.ports import HandQueries

Ready = Callable[[], Mapping[str, bool]]
"""Says of each part whether it is ready, by name."""
Config = Callable[[], Mapping[str, object]]
"""What pages need to start, but for `tables`, which the read model knows: `ws_url`."""


class Live(BaseModel):
    """The process answers."""

    live: bool = True


class Readiness(BaseModel):
    """Whether requests are answered in full, and which part is missing when not."""

    ready: bool
    checks: dict[str, bool]


def service_router(
    readmodel: HandQueries | None, *, ready: Ready, config: Config | None, registry: CollectorRegistry
) -> APIRouter:
    """Return the routes; `ready` and `config` are asked anew for each request. None: this role has no such part."""
    router = APIRouter(tags=["service"])

    @router.get("/health/live", summary="The process answers")
    async def live() -> Live:
        return Live()

    @router.get("/health/ready", summary="Every part works", responses={503: {"model": Readiness}})
    async def readiness(response: Response) -> Readiness:
        checks = {**ready(), **({"readmodel": await _answers(readmodel)} if readmodel else {})}
        complete = all(checks.values())
        response.status_code = 200 if complete else 503
        return Readiness(ready=complete, checks=checks)

    @router.get("/metrics", summary="Figures in Prometheus' format", response_class=Response)
    def metrics() -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    if config is not None and readmodel is not None:
        asked, queries = config, readmodel

        @router.get("/config.json", summary="What pages need to start", response_class=JSONResponse)
        async def page_config() -> JSONResponse:
            return JSONResponse({**asked(), "tables": await _tables(queries)})

    return router


async def _answers(readmodel: HandQueries) -> bool:
    try:
        await readmodel.ping()
    except ReadModelError:
        return False
    return True


async def _tables(readmodel: HandQueries) -> list[str]:
    """Return the ids of all tables; none while the read model is away, since pages can do without them."""
    try:
        return [table.table_id for table in await readmodel.tables()]
    except ReadModelError:
        return []
