"""Every route names the permission that it takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from prometheus_client import CollectorRegistry
from starlette.routing import Mount, Route

from collector.api import audit_router, create_app, create_collector_app, house_routers, people_routers
from collector.api.guarded import GuardedRoute, takes, word_of_route
from collector.api.rates import Limits
from collector.readmodel import ReadModelQueries
from tests.collector.api.words import ASKING, WORDS
from tests.collector.everybody import EverybodyMay
from tests.collector.signin.house import House

OTHERS = {"/openapi.json", "pages"}
"""What is no route of ours: the description of the API, and the files of pages. They hold nothing of a house."""

"""Written by hand: what each operation takes."""


def routes(app: object) -> list[object]:
    found = []
    for route in app.routes:  # type: ignore[attr-defined]
        inner = getattr(route, "original_router", None)  # how FastAPI keeps a router that was included
        found += routes(inner) if inner is not None else [route]
    return found


def test_every_route_takes_what_was_written_down(house: House, tmp_path: Path) -> None:
    queries = ReadModelQueries(f"sqlite:///{tmp_path / 'readmodel.db'}")
    asking: Any = None  # nothing is asked
    people = [*people_routers(house.door, Limits()), *house_routers(house.door, Limits(), asking, queries, dict)]
    people.append(audit_router(house.door, queries))
    app = create_app(
        queries,
        ready=dict,
        config=dict,
        registry=CollectorRegistry(),
        static=tmp_path,
        gate=EverybodyMay(),
        routers=people,
    )
    found = routes(app)
    queries.close()

    told = {
        f"{method} {route.path}": word_of_route(route)
        for route in found
        if isinstance(route, APIRoute)
        for method in route.methods
    }
    strays = {
        getattr(route, "name", "") if isinstance(route, Mount) else getattr(route, "path", "")
        for route in found
        if not isinstance(route, APIRoute)
    }

    assert told == {**WORDS, **ASKING}
    assert strays == OTHERS
    assert all(isinstance(route, GuardedRoute | Mount | Route) for route in found)


def test_a_collector_without_pages_has_open_routes_only() -> None:
    found = routes(create_collector_app(ready=dict, registry=CollectorRegistry()))

    assert {word_of_route(route) for route in found if isinstance(route, APIRoute)} == {"open"}


@pytest.mark.parametrize("declared", [{}, {"openapi_extra": {"x-permission": "read:secrets"}}, takes("read:*")])
def test_a_route_without_a_word_cannot_be_made(declared: dict[str, object]) -> None:
    router = APIRouter(route_class=GuardedRoute)

    with pytest.raises(ValueError, match="which is no permission"):
        router.get("/x", **declared)(lambda: None)  # type: ignore[arg-type]
