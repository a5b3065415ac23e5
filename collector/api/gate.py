"""The gate of REST: who asks, by header or cookie, and whether they hold the word of a route. Knows HTTP, no store."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request, Response

from collector.access.grants import Identity, anonymous
from collector.access.vocabulary import OPEN, SELF
from collector.api.rates import Limits
from collector.errors import BadInput
from collector.signin.door import SESSION_MS, Caller, Door, NotSignedIn, StoreAway

CSRF_HEADER: Final = "X-CSRF-Token"
_READS: Final = {"GET", "HEAD", "OPTIONS"}
_HOUSE: Final = {"manage:users", "manage:keys"}
"""Of the whole house: a grant for some events or tables does not reach them."""
_LONGEST: Final = 4096


class NotPermitted(BadInput):
    """Somebody known, who does not hold the word."""


class Gate:
    """Implements guarded.Gate. may_read: whether the house shows finished hands and statistics to anybody.

    seen: returns whoever asks with what they hold beside their grants, which is the live channel of a table.
    """

    def __init__(
        self, door: Door, limits: Limits, *, may_read: bool, seen: Callable[[Caller], Caller] = lambda caller: caller
    ) -> None:
        self._door, self._limits, self._seen = door, limits, seen
        self._anonymous = Caller(anonymous(may_read=may_read))
        self._nobody = Caller(anonymous(may_read=False))

    async def admit(self, request: Request, word: str) -> Caller:
        """Return who asks. Raises NotSignedIn, NotPermitted, StoreAway, TooMany."""
        if word == OPEN:
            return await self._whoever(request)
        try:
            caller = await self._caller(request)
        except NotSignedIn:
            self._limits.take(self._nobody.identity, address_of(request), own_page=False)
            raise
        self._limits.take(caller.identity, address_of(request), own_page=caller.session is not None)
        if not caller.identity.may(word):
            if not caller.identity.signed_in:
                raise NotSignedIn("SIGN_IN_NEEDED", "sign in first: with a key or token as `Authorization: Bearer …`")
            raise _not_permitted(word)
        if word in _HOUSE and not caller.identity.everywhere(word):
            raise _not_permitted(word)
        if caller.session is not None and request.method not in _READS:
            self._check_written_by_our_page(request)
        return caller

    async def _whoever(self, request: Request) -> Caller:
        """Return who asks for what is open: somebody whose key or session does not hold is nobody in particular."""
        try:
            return await self._caller(request)
        except NotSignedIn:
            return self._anonymous
        except StoreAway:
            return self._nobody

    async def _caller(self, request: Request) -> Caller:
        given = request.headers.get("authorization")
        if given is not None:
            scheme, _, secret = given.partition(" ")
            if scheme.lower() != "bearer" or not 0 < len(secret) <= _LONGEST:
                raise NotSignedIn("INVALID_TOKEN", "write `Authorization: Bearer`, and a key or token")
            return self._seen(await self._door.by_secret(secret.strip()))
        cookie = request.cookies.get(cookie_name(request), "")
        found = await self._door.by_session(cookie) if 0 < len(cookie) <= _LONGEST else None
        if found is None:
            self._door.require_store()  # whether the house is open is known, but not whether it still is
        return self._seen(found) if found else self._anonymous

    def _check_written_by_our_page(self, request: Request) -> None:
        """A page of somebody else can have a browser send our cookie, but cannot read what goes with it."""
        check_origin(request)
        cookie = request.cookies.get(cookie_name(request), "")
        sent = request.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(sent.encode(), Door.csrf_token(cookie).encode()):
            raise NotPermitted("CSRF", f"send {CSRF_HEADER} along: `GET /api/v1/auth/me` tells it")


def _not_permitted(word: str) -> NotPermitted:
    return NotPermitted("NOT_PERMITTED", f"this takes the permission {word}; ask an admin for it", {"permission": word})


def check_origin(request: Request) -> None:
    """Raise NotPermitted where a browser says that a page of somebody else sends this."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise NotPermitted("CSRF", "a page of another origin asks for this; open our own")


def is_secure(request: Request) -> bool:
    """Return whether the browser speaks TLS: with us, or with a proxy of ours (`proxies.py`)."""
    return request.url.scheme == "https"


def cookie_name(request: Request) -> str:
    """Return the name of the session's cookie. `__Host-` is a promise that browsers keep under TLS only."""
    return "__Host-ebs" if is_secure(request) else "ebs"


def set_session(request: Request, response: Response, secret: str) -> None:
    """Give a browser the cookie of its session; "" takes it away."""
    response.set_cookie(
        cookie_name(request),
        secret,
        max_age=SESSION_MS // 1000 if secret else 0,
        path="/",
        httponly=True,
        samesite="strict",
        secure=is_secure(request),
    )


def address_of(request: Request) -> str:
    """Return the address that asks: behind a proxy of ours, whoever asks it."""
    return request.client.host if request.client else ""


def no_key(identity: Identity) -> None:
    """Raise NotPermitted for a key: what is a person's own affair is none of a program's."""
    if identity.scopes is not None:
        raise NotPermitted("NOT_PERMITTED", "a key cannot do this; sign in as the person", {"permission": SELF})
