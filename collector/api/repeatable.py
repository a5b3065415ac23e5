"""Writes that may be sent again: with the header `Idempotency-Key` a request is done once, and answered the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Final

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from collector.api.guarded import GuardedRoute, identity_of
from collector.errors import AppStoreError, BadInput
from collector.signin.door import Door

HEADER: Final = "Idempotency-Key"
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_READS: Final = {"GET", "HEAD", "OPTIONS"}
_NOTHING_DONE: Final = (BadInput, AppStoreError, RequestValidationError, HTTPException)
"""What a route raises where it has changed nothing."""


def repeatable(door: Door) -> type[GuardedRoute]:
    """Return the class of routes whose writes may be sent again."""

    class RepeatableRoute(GuardedRoute):
        """A route that does a write once for each Idempotency-Key of its principal."""

        def admitted(
            self, handler: Callable[[Request], Coroutine[Any, Any, Response]]
        ) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            """Return the handler behind the gate."""

            async def once(request: Request) -> Response:
                key = request.headers.get(HEADER)
                if key is None or request.method in _READS:
                    return await handler(request)
                if not _KEY.fullmatch(key):
                    message = f"an {HEADER} has 1 to 64 letters, digits, _ and -; a UUID is a good one"
                    raise BadInput("BAD_IDEMPOTENCY_KEY", message)
                return await _once(door, handler, request, key)

            return once

    return RepeatableRoute


async def _once(
    door: Door, handler: Callable[[Request], Coroutine[Any, Any, Response]], request: Request, key: str
) -> Response:
    what = (request.method.encode(), request.url.path.encode(), await request.body())
    asked = door.answers.request(identity_of(request).name, key, *what)
    before = await door.register.ask(lambda: door.answers.begin(door.store, asked))
    if before is not None:
        status, body = before
        return Response(body, status, media_type="application/json" if body else None)
    try:
        response = await handler(request)
    except _NOTHING_DONE:
        with suppress(AppStoreError):
            await door.register.ask(lambda: door.store.forget_answer(asked.principal, asked.name))
        raise
    status, body = response.status_code, bytes(response.body)
    with suppress(AppStoreError):  # it was done: whoever asked has to hear so
        await door.register.ask(lambda: door.answers.keep(door.store, asked, status, body))
    return response
