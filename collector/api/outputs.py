"""`/api/v1/outputs`: keys of graphics pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from collector.access.grants import Identity
from collector.access.live import LIVE
from collector.access.outputs import OutputKey
from collector.api.command_routes import events_of_tables, no_table
from collector.api.errors import NotFound
from collector.api.guarded import caller_of, identity_of, takes
from collector.api.models import Answer
from collector.api.repeatable import repeatable
from collector.api.signin_models import Asked
from collector.api.signin_routes import ERRORS
from collector.canonical import timestamp
from collector.ports import HandQueries
from collector.signin.door import Caller, Door
from collector.signin.making import new_output

By = Annotated[Identity, Depends(identity_of)]
Until = Callable[[str], int | None]
Who = Annotated[Caller, Depends(caller_of)]


class OutputIn(Asked):
    """A new output. name: as its login at the broker is called, too."""

    name: Annotated[str, Field(max_length=40)]
    table_id: Annotated[str, Field(max_length=64)]
    channel: Annotated[str, Field(max_length=20)] = "public"


class OutputOut(Answer):
    """An output. last_seen, address: when and from where its page was opened last; null for never.

    live_until: until when it may hear hidden cards, for one of the live channel; null without a grant.
    """

    name: str
    owner: str
    table_id: str
    channel: str
    created_at: str
    last_seen: str | None
    address: str | None
    live_until: str | None


class OutputMade(OutputOut):
    """A new output, with its key, which is told this once. path: of its page, with the key in the fragment."""

    key: str
    path: str


class OutputsOut(Answer):
    """All outputs."""

    outputs: list[OutputOut]


def outputs_router(door: Door, readmodel: HandQueries, live: Until) -> APIRouter:
    """Return the routes. live: until when an output may hear its table live, in ms since 1970; None: not at all."""
    router = APIRouter(prefix="/api/v1", tags=["outputs"], route_class=repeatable(door), responses=dict(ERRORS))

    @router.get("/outputs", summary="Outputs, by name", **takes("manage:outputs"))
    async def outputs(by: By) -> OutputsOut:
        events = await events_of_tables(readmodel)
        found = [each for _, each in sorted(door.register.outputs.items()) if _reaches(by, events, each.table_id)]
        return OutputsOut(outputs=[output_out(each, live(each.id)) for each in found])

    @router.post("/outputs", summary="Add an output; its key is told once", status_code=201, **takes("manage:outputs"))
    async def add(asked: OutputIn, by: By) -> OutputMade:
        events = await events_of_tables(readmodel)
        output, key = new_output(asked.name, by.user, asked.table_id, asked.channel, door.now_ms())
        if not _reaches(by, events, asked.table_id):
            raise no_table(asked.table_id)
        await door.register.do(lambda: door.store.add_output(output, by.name))
        path = f"/overlay/?table={output.table_id}#{key}"
        return OutputMade(**output_out(output, None).model_dump(), key=key, path=path)

    @router.delete("/outputs/{name}", summary="Revoke an output", status_code=204, **takes("manage:outputs"))
    async def revoke(name: Annotated[str, Path(max_length=80)], by: By) -> None:
        events = await events_of_tables(readmodel)
        known = door.register.outputs.get(name)
        if known is None or not _reaches(by, events, known.table_id):
            raise NotFound("OUTPUT_NOT_FOUND", "there is no such output; `GET /api/v1/outputs` lists them")
        await door.register.do(lambda: door.store.revoke_output(name, by.name, door.now_ms()))

    return router


def output_out(output: OutputKey, live_until: int | None) -> OutputOut:
    """Return an output as it is told."""
    return OutputOut(
        name=output.id,
        owner=output.owner,
        table_id=output.table_id,
        channel=output.channel,
        created_at=timestamp(output.created_at),
        last_seen=timestamp(output.last_seen) if output.last_seen else None,
        address=output.address or None,
        live_until=timestamp(live_until) if live_until and output.channel == LIVE else None,
    )


def _reaches(by: Identity, events: dict[str, str], table_id: str) -> bool:
    """Return whether somebody may manage outputs of a table. One that is not open takes the word for all tables."""
    reach = by.reach("manage:outputs")
    return by.everywhere("manage:outputs") or (table_id in events and reach.holds(events[table_id], table_id))
