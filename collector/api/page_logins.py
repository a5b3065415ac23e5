"""How a page gets its login at the broker: `/api/v1/auth/broker` by its session, `/api/v1/auth/output` by its key.

A page keeps its login in memory and connects with it again while the web is down. It asks for another only when the
broker does not know it any more. It renews it while it lives, and gives it back when it goes.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from collector.access.audit import Thinned
from collector.access.live import LIVE, output_holder
from collector.access.outputs import OutputKey
from collector.access.senders import output_of, person_of
from collector.access.vocabulary import OPEN, SELF
from collector.api.command_routes import CommandRefused
from collector.api.gate import NotPermitted, address_of, check_origin
from collector.api.guarded import GuardedRoute, caller_of, takes
from collector.api.models import Answer
from collector.api.rates import Limits
from collector.api.service_routes import Config
from collector.api.signin_models import Asked
from collector.api.signin_routes import ERRORS
from collector.errors import AppStoreError
from collector.facts.fact import HOUSE
from collector.ports import Asking
from collector.signin.door import Caller, Door, NotSignedIn

Who = Annotated[Caller, Depends(caller_of)]

_Login = Annotated[str, Field(max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class PageIn(Asked):
    """A page that asks for a login. instead_of: the one that it had, and that the broker does not know any more."""

    instead_of: _Login | None = None


class OutputPageIn(PageIn):
    """The same of an output, with its key."""

    key: Annotated[str, Field(max_length=80, repr=False)]


class LoginsIn(Asked):
    """Logins of pages that somebody still looks at, or does not look at any more."""

    logins: Annotated[list[_Login], Field(max_length=8)]


class OutputLoginsIn(LoginsIn):
    """The same of an output, with its key."""

    key: Annotated[str, Field(max_length=80, repr=False)]


class LoginsOut(Answer):
    """Of these logins, those that are no more: their pages ask for another."""

    gone: list[str]


class BrokerLogin(Answer):
    """What a page connects to the broker with. It is told once, kept in memory, and in no address."""

    login: str
    password: str = Field(repr=False)
    ws_url: str


class OutputLogin(BrokerLogin):
    """The same for an output, with what it shows."""

    table_id: str
    channel: str


def page_logins_router(door: Door, limits: Limits, asking: Asking, config: Config) -> APIRouter:
    """Return the routes. What they answer may not be sent again: each login is another."""
    router = APIRouter(prefix="/api/v1/auth", tags=["pages"], route_class=GuardedRoute, responses=dict(ERRORS))
    logins = _Logins(door, limits, asking, config)

    @router.post("/output", summary="The broker login of an output's page, for its key", **takes(OPEN))
    async def of_output(request: Request, asked: OutputPageIn) -> OutputLogin:
        output = await logins.output(request, asked.key)
        shown = {"key": asked.key} if output.channel == LIVE else {}  # the collector compares it by itself
        before = {"instead_of": asked.instead_of} if asked.instead_of else {}
        reply = await logins.asked({"type": "admit_output", "output": output.id, **shown, **before})
        await logins.seen(request, output)
        return OutputLogin(**logins.told(reply), table_id=output.table_id, channel=output.channel)

    @router.post("/output/renew", summary="Keep the logins of an output's pages", **takes(OPEN))
    async def renew_output(request: Request, asked: OutputLoginsIn) -> LoginsOut:
        output = await logins.output(request, asked.key)
        gone = await logins.renewed(asked.logins, lambda login: output_of(login) == output.id)
        await logins.seen(request, output)
        return gone

    @router.post("/output/end", summary="End logins of an output's pages", status_code=204, **takes(OPEN))
    async def end_output(request: Request, asked: OutputLoginsIn) -> None:
        output = await logins.output(request, asked.key)
        await logins.ended(asked.logins, lambda login: output_of(login) == output.id)

    @router.post("/broker", summary="The broker login of a person's page, for its session", **takes(SELF))
    async def of_session(request: Request, caller: Who, page: PageIn | None = None) -> BrokerLogin:
        check_origin(request)
        if caller.session is None:
            raise NotPermitted("NOT_PERMITTED", "a page asks for this, by its session; programs send over REST")
        asked = {"type": "admit_page", "person": caller.identity.user, "session": caller.session.id}
        before = {"instead_of": page.instead_of} if page and page.instead_of else {}
        return BrokerLogin(**logins.told(await logins.asked({**asked, **before})))

    @router.post("/broker/renew", summary="Keep the logins of pages", **takes(SELF))
    async def renew(asked: LoginsIn, caller: Who) -> LoginsOut:
        return await logins.renewed(asked.logins, lambda login: person_of(login) == caller.identity.user)

    @router.post("/broker/end", summary="End logins of pages", status_code=204, **takes(SELF))
    async def end(asked: LoginsIn, caller: Who) -> None:
        await logins.ended(asked.logins, lambda login: person_of(login) == caller.identity.user)

    return router


class _Logins:
    """Asks the collector, which makes the logins, on behalf of pages."""

    def __init__(self, door: Door, limits: Limits, asking: Asking, config: Config) -> None:
        self._door, self._limits, self._asking, self._config = door, limits, asking, config
        self._opened = Thinned()

    async def output(self, request: Request, key: str) -> OutputKey:
        """Return the output of a key. Raises NotSignedIn, TooMany, StoreAway."""
        output = await self._door.output(key)
        self._limits.output(output.id if output else None, address_of(request))
        if output is None:
            raise NotSignedIn("INVALID_KEY", "this output has been revoked, or never was; add it, and use its address")
        return output

    async def seen(self, request: Request, output: OutputKey) -> None:
        """Note where an output is looked at; from another address than before, that goes on record.

        A picture does not wait for this: where the store does not take it, it is left out.
        """
        with suppress(AppStoreError):
            now, address, store = self._door.now_ms(), address_of(request), self._door.store
            moved = await self._door.register.ask(lambda: store.see_output(output.id, address, now))
            skipped = self._opened.take(now) if moved else None
            if skipped is not None:
                told = {"address": address, "table": output.table_id, "skipped": skipped}
                who = output_holder(output.id)
                await self._door.register.ask(lambda: store.note(now, who, "output_opened", output.id, told))

    async def renewed(self, logins: list[str], is_own: Callable[[str], bool]) -> LoginsOut:
        """Keep logins; those that are not the own ones of whoever asks are no logins."""
        own = [login for login in logins if is_own(login)]
        reply = await self.asked({"type": "renew_logins", "logins": own})
        return LoginsOut(gone=sorted({*reply.get("gone", ()), *(set(logins) - set(own))}))

    async def ended(self, logins: list[str], is_own: Callable[[str], bool]) -> None:
        """End logins, as far as they are the own ones of whoever asks."""
        await self.asked({"type": "end_logins", "logins": [login for login in logins if is_own(login)]})

    async def asked(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the answer of the collector. Raises CommandRefused, NoAnswerError."""
        reply = await self._asking.ask(HOUSE, {"v": 1, "id": f"g{secrets.token_hex(12)}", **request})
        if not reply.get("accepted"):
            raise CommandRefused(reply)
        return reply

    def told(self, reply: dict[str, Any]) -> dict[str, str]:
        """Return what a page connects with."""
        return {"login": reply["login"], "password": reply["password"], "ws_url": str(self._config()["ws_url"])}
