"""What is asked of the collector on its own machine: to give the live channel of a table, or to take it back.

Requests are files of the data folder (`collector/spool.py`). They come over no topic and no route, so neither a web
process nor any login of the broker can give what they give.
"""

from __future__ import annotations

import json
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from collector.wire.base import LARGEST_INTEGER, CommandId, Message, Name, Seq
from collector.wire.replies import Refusal

LARGEST: Final = 4096
"""Bytes of a request, and of an answer."""
Holder = Annotated[str, StringConstraints(pattern=r"^(?:output:)?[a-z0-9][a-z0-9_-]{0,39}$")]
"""A person's name, or `output:NAME`."""


class LiveRequest(Message):
    """Fields of both requests. sudo_user: who called sudo, as the environment says; nobody has checked it."""

    v: Literal[1] = 1
    id: CommandId
    table_id: Name
    to: Holder
    sudo_user: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{0,64}$")] = ""


class GrantLive(LiveRequest):
    """Give it. until: ms since 1970. rehearsal: `ebs run` asks, for the table that it plays itself."""

    type: Literal["grant_live"] = "grant_live"
    until: Annotated[int, Field(ge=1, le=LARGEST_INTEGER)]
    rehearsal: bool = False


class RevokeLive(LiveRequest):
    """Take it back before its time."""

    type: Literal["revoke_live"] = "revoke_live"


Request = GrantLive | RevokeLive
_requests: TypeAdapter[Request] = TypeAdapter(Annotated[Request, Field(discriminator="type")])


class LiveAnswer(Message):
    """The answer. seq: position of the fact in the table's stream; null where there was nothing to do."""

    v: Literal[1] = 1
    id: CommandId
    accepted: bool
    seq: Seq | None = None
    error: Refusal | None = None


def decode(payload: str) -> Request:
    """Return a request from its JSON text. Raises pydantic's ValidationError."""
    return _requests.validate_json(payload)


def encode(message: Request | LiveAnswer) -> str:
    """Return a request or an answer as JSON text."""
    return json.dumps(message.model_dump(mode="json"))
