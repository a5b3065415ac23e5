"""Around every request: an id, the security headers, and an answer when our own code fails."""

from __future__ import annotations

import re
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from collector.api.errors import error_answer
from collector.logs import log_event, logger_of

log = logger_of(__name__)

REQUEST_ID = "X-Request-Id"
_ACCEPTED_ID = re.compile(r"^[A-Za-z0-9_.:-]{1,80}$")
SECURITY_HEADERS = {
    # Pages load nothing from elsewhere; the broker's WebSocket may be on another port or host.
    "Content-Security-Policy": (
        "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; object-src 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class RequestFrame:
    """ASGI middleware. Takes the caller's X-Request-Id when it is a plain one, else makes one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; other scopes pass through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(REQUEST_ID, "")
        request_id = given if _ACCEPTED_ID.match(given) else f"req_{secrets.token_hex(8)}"
        scope.setdefault("state", {})["request_id"] = request_id
        started = False

        async def send_framed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _add_headers(MutableHeaders(scope=message), scope["path"], request_id)
            await send(message)

        try:
            await self._app(scope, receive, send_framed)
        except Exception as error:
            log_event(
                log, "ERROR", "request_failed", trace_id=request_id,
                method=scope["method"], path=scope["path"], error=error,
            )  # fmt: skip
            if started:
                raise
            answer = error_answer(
                500,
                "INTERNAL_ERROR",
                "the server failed; name the request_id when you report it, the log has the rest",
                request_id,
            )
            await answer(scope, receive, send_framed)


def _add_headers(headers: MutableHeaders, path: str, request_id: str) -> None:
    headers[REQUEST_ID] = request_id
    for name, value in SECURITY_HEADERS.items():
        headers[name] = value
    # Answers are of the moment; pages are checked with the server each time, so an upgrade reaches every screen.
    headers.setdefault("Cache-Control", "no-store" if path.startswith("/api/") else "no-cache")
