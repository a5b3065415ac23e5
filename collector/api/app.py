"""Puts the web application together. Knows the read model by its port only, and the pages as a folder."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from prometheus_client import CollectorRegistry

from collector.api import errors
from collector.api.hands import hands_router
from collector.api.middleware import RequestFrame
from collector.api.players import players_router, statistics_router
from collector.api.service_routes import Config, Ready, service_router
from collector.ports import HandQueries
from collector.system import program_version


def create_app(
    readmodel: HandQueries, *, ready: Ready, config: Config, registry: CollectorRegistry, static: Path | None
) -> FastAPI:
    """Return the application: REST under /api/v1, health, metrics, /config.json, and the pages of `static` at /.

    `/docs` is left out: its scripts come from elsewhere, which the security headers forbid. `/openapi.json` stays.
    """
    app = FastAPI(
        title="EBS",
        version=program_version(),
        description="Hands, players and statistics of a poker broadcast. Live feeds are on the broker, over WebSocket.",
        docs_url=None,
        redoc_url=None,
    )
    app.add_middleware(RequestFrame)
    errors.install(app)
    app.include_router(hands_router(readmodel))
    app.include_router(players_router(readmodel))
    app.include_router(statistics_router(readmodel))
    app.include_router(service_router(readmodel, ready=ready, config=config, registry=registry))
    if static is not None and static.is_dir():
        app.mount("/", StaticFiles(directory=static, html=True), name="pages")
    return app


def create_collector_app(*, ready: Ready, registry: CollectorRegistry) -> FastAPI:
    """Return what a collector without the web role serves: health and metrics, no hands and no pages."""
    app = FastAPI(title="EBS collector", version=program_version(), docs_url=None, redoc_url=None)
    app.add_middleware(RequestFrame)
    errors.install(app)
    app.include_router(service_router(None, ready=ready, config=None, registry=registry))
    return app
