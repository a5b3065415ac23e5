"""`…/commands`: what a console sends over the broker, over REST: for programs, and for keys of other systems.

The web process decides nothing. It sends the command over the broker under its own login, with whoever asked as its
principal, and answers with the collector's reply. The collector looks up by itself what that person or key may do.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path
from pydantic import BaseModel, ConfigDict, Field

from collector.access.household import unknown_table
from collector.access.senders import Sender
from collector.access.vocabulary import SELF
from collector.api.errors import ErrorAnswer, NotFound
from collector.api.guarded import GuardedRoute, caller_of, takes
from collector.api.signin_routes import ERRORS
from collector.errors import BadInput
from collector.facts.fact import HOUSE
from collector.ports import Asking, HandQueries
from collector.signin.door import Caller

Asked = Annotated[Caller, Depends(caller_of)]
Key = Annotated[str | None, Header(alias="Idempotency-Key", max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
_STATUS = {
    "NOT_PERMITTED": HTTPStatus.FORBIDDEN,
    "UNKNOWN_TABLE": HTTPStatus.NOT_FOUND,
    "BAD_COMMAND": HTTPStatus.UNPROCESSABLE_ENTITY,
}
_ERRORS: dict[int | str, dict[str, Any]] = {**ERRORS, 409: {"model": ErrorAnswer}, 504: {"model": ErrorAnswer}}


class CommandRefused(BadInput):
    """The collector has not taken a command. status: of the answer."""

    def __init__(self, reply: Mapping[str, Any]) -> None:
        error = reply.get("error") or {}
        super().__init__(str(error.get("code")), str(error.get("message")), error.get("details"))
        self.status = _STATUS.get(self.code, HTTPStatus.CONFLICT)


class CommandIn(BaseModel):
    """A command as consoles send it: its `type`, and the fields of that type. The collector checks these."""

    model_config = ConfigDict(extra="allow", hide_input_in_errors=True)

    type: Annotated[str, Field(min_length=1, max_length=64)]
    id: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")] | None = Field(
        None, description="A repeat with the same id gets the same reply. Without one, the Idempotency-Key."
    )


class CommandDone(BaseModel):
    """The collector's reply to a command that was taken. seq: its position in the log of the table, or of the house."""

    id: str
    accepted: bool
    seq: int | None
    decision: int | None
    hand_id: str | None


def no_table(table_id: str) -> NotFound:
    """Return the answer about a table that is not there, or not for whoever asks: the same one."""
    told = unknown_table(table_id)  # what the collector says of it
    return NotFound(told.code, told.message)


async def events_of_tables(readmodel: HandQueries) -> dict[str, str]:
    """Return the event of each table."""
    return {table.table_id: table.event_id for table in await readmodel.tables()}


def commands_router(asking: Asking, readmodel: HandQueries) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/v1", tags=["commands"], route_class=GuardedRoute, responses=_ERRORS)

    @router.post("/events/{event_id}/tables/{table_id}/commands", summary="Send a command to a table", **takes(SELF))
    async def to_table(
        event_id: Annotated[str, Path(max_length=80)],
        table_id: Annotated[str, Path(max_length=64)],
        command: CommandIn,
        caller: Asked,
        key: Key = None,
    ) -> CommandDone:
        if (await events_of_tables(readmodel)).get(table_id) != event_id:
            raise no_table(table_id)
        return await _sent(table_id, command, caller, key)

    @router.post("/house/commands", summary="Send a command to the house", **takes(SELF))
    async def to_house(command: CommandIn, caller: Asked, key: Key = None) -> CommandDone:
        return await _sent(HOUSE, command, caller, key)

    async def _sent(stream: str, command: CommandIn, caller: Caller, key: str | None) -> CommandDone:
        body = {"v": 1, **command.model_dump(), "id": command.id or key or f"rest-{secrets.token_hex(8)}"}
        sender = Sender(asking.login, caller.identity.name, caller.identity.user, caller.identity.words())
        reply = await asking.command(sender, stream, body)
        if not reply.get("accepted"):
            raise CommandRefused(reply)
        return CommandDone.model_validate(reply)

    return router
