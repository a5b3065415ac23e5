"""Puts the web application together. Knows the read model by its port only, and the pages as a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.staticfiles import StaticFiles
from prometheus_client import CollectorRegistry

from collector.access.grants import anonymous
from collector.access.vocabulary import OPEN
from collector.api import errors, signin_errors
from collector.api.command_routes import commands_router
from collector.api.guarded import Gate
from collector.api.hands import hands_router
from collector.api.keys import keys_router
from collector.api.middleware import RequestFrame
from collector.api.outputs import Until, outputs_router
from collector.api.page_logins import page_logins_router
from collector.api.players import players_router, statistics_router
from collector.api.rates import Limits
from collector.api.service_routes import Config, Ready, Warned, service_router
from collector.api.signin_routes import signin_router
from collector.api.users import users_router
from collector.ports import Asking, HandQueries
from collector.signin.door import Caller, Door, NotSignedIn
from collector.system import Reach, program_version

_ANYBODY_HERE: Final = Reach()


def create_app(
    readmodel: HandQueries,
    *,
    ready: Ready,
    config: Config,
    registry: CollectorRegistry,
    static: Path | None,
    reach: Reach = _ANYBODY_HERE,
    warned: Warned = tuple,
    gate: Gate,
    routers: Sequence[APIRouter] = (),
) -> FastAPI:
    """Return the application: REST under /api/v1, health, metrics, /config.json, and the pages of `static` at /.

    gate: is asked before every route. routers: of sign-in, users and keys, where there are people (`people_routers`).

    `/docs` is left out: its scripts come from elsewhere, which the security
    headers forbid. `/openapi.json` stays.
    """
    app = FastAPI(
        title="EBS",
        version=program_version(),
        description="Hands, players and statistics of a poker broadcast. Live feeds are on the broker, over WebSocket.",
        docs_url=None,
        redoc_url=None,
    )
    app.state.gate = gate
    app.add_middleware(RequestFrame, reach=reach)
    errors.install(app)
    signin_errors.install(app)
    for router in routers:
        app.include_router(router)
    app.include_router(hands_router(readmodel))
    app.include_router(players_router(readmodel))
    app.include_router(statistics_router(readmodel))
    app.include_router(service_router(readmodel, ready=ready, warned=warned, config=config, registry=registry))
    if static is not None and static.is_dir():
        app.mount("/", StaticFiles(directory=static, html=True), name="pages")
    return app


def people_routers(door: Door, limits: Limits) -> list[APIRouter]:
    """Return the routes of sign-in, users and keys."""
    return [signin_router(door, limits), users_router(door), keys_router(door)]


def house_routers(  # noqa: PLR0917 - what the routes rest on
    door: Door,
    limits: Limits,
    asking: Asking,
    readmodel: HandQueries,
    config: Config,
    live: Until = lambda _output: None,
) -> list[APIRouter]:
    """Return the routes behind which the collector is asked: commands, outputs, and logins of pages."""
    outputs = outputs_router(door, readmodel, live)
    return [commands_router(asking, readmodel), outputs, page_logins_router(door, limits, asking, config)]


class OpenOnly:
    """A gate that lets nobody in: for what only has open routes."""

    async def admit(self, _request: Request, word: str) -> Caller:
        """Return nobody in particular. Raises NotSignedIn for what is not open."""
        if word != OPEN:
            raise NotSignedIn("SIGN_IN_NEEDED", "nobody can sign in here; ask the web role of this house")
        return Caller(anonymous(may_read=False))


def create_collector_app(
    *, ready: Ready, registry: CollectorRegistry, reach: Reach = _ANYBODY_HERE, warned: Warned = tuple
) -> FastAPI:
    """Return what a collector without the web role serves: health and metrics, no hands and no pages."""
    app = FastAPI(title="EBS collector", version=program_version(), docs_url=None, redoc_url=None)
    app.state.gate = OpenOnly()
    app.add_middleware(RequestFrame, reach=reach)
    errors.install(app)
    app.include_router(service_router(None, ready=ready, warned=warned, config=None, registry=registry))
    return app
