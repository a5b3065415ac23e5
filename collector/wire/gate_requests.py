"""What a web process asks of the gatekeeper, and the answers: who is let in at the broker, and who no more.

Requests come on `house/command/web-…` and answers go to `house/reply/web-…`. From any other login they are no commands.
No request is a fact: a login is no decision of the house, and its password is nobody's but the page's.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Final, Literal

from pydantic import Field, TypeAdapter

from collector.wire.base import CommandId, Message, Name
from collector.wire.replies import Refusal

MOST: Final = 300
"""Logins of one request."""
_Logins = Annotated[tuple[Name, ...], Field(max_length=MOST)]


class AdmissionRequest(Message):
    """Fields of every request. The web makes `id`; the answer repeats it."""

    v: Literal[1] = 1
    id: CommandId


class AdmitPage(AdmissionRequest):
    """Let a page of a person in. session: of the browser; its pages end with it. instead_of: the login that it had."""

    type: Literal["admit_page"] = "admit_page"
    person: Name
    session: Name
    instead_of: Name | None = None


class AdmitOutput(AdmissionRequest):
    """Let an output in: a page of a graphics program, known by its key.

    key: the key itself, for an output of the live channel: the collector compares it, so that a web process without it
    lets nobody hear hidden cards. instead_of: the login that the page had.
    """

    type: Literal["admit_output"] = "admit_output"
    output: Name
    instead_of: Name | None = None
    key: Annotated[str, Field(max_length=80)] | None = Field(None, repr=False)


class RenewLogins(AdmissionRequest):
    """Keep pages in: somebody looks at them still."""

    type: Literal["renew_logins"] = "renew_logins"
    logins: _Logins


class EndLogins(AdmissionRequest):
    """Let out logins by name, or all pages of a session."""

    type: Literal["end_logins"] = "end_logins"
    logins: _Logins = ()
    session: Name | None = None


Request = AdmitPage | AdmitOutput | RenewLogins | EndLogins
_requests: TypeAdapter[Request] = TypeAdapter(Annotated[Request, Field(discriminator="type")])
TYPES: Final = frozenset(
    model.model_fields["type"].default for model in (AdmitPage, AdmitOutput, RenewLogins, EndLogins)
)


class Answer(Message):
    """The answer to a request. login, password: of who was let in. gone: of `renew_logins`, those that are not in."""

    v: Literal[1] = 1
    id: CommandId
    accepted: bool
    login: Name | None = None
    password: Annotated[str, Field(max_length=80)] | None = Field(None, repr=False)
    gone: _Logins = ()
    error: Refusal | None = None


def decode(told: dict[str, Any]) -> Request:
    """Return a request from its JSON object. Raises pydantic's ValidationError."""
    return _requests.validate_json(json.dumps(told))
