"""Around every request: whether it is for us, an id, the security headers, and an answer when our own code fails.

A page of somebody else can send a browser here under a name of its own ("DNS rebinding"), and would then read what
this machine serves to itself. So names are checked. An address in place of a name cannot be used so, and passes.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from collector.api.errors import error_answer
from collector.api.proxies import Proxies
from collector.logs import log_event, logger_of
from collector.system import Reach

log = logger_of(__name__)

REQUEST_ID = "X-Request-Id"
_ACCEPTED_ID = re.compile(r"^[A-Za-z0-9_.:-]{1,80}$")
_UNKNOWN_HOST = (
    "this server does not answer to the name that was asked for; add it to EBS_HTTP_HOSTS, or use its address"
)
_POLICY = "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; object-src 'none'; base-uri 'none'"
"""Pages load nothing from elsewhere; the broker's WebSocket may be on another port or host."""
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


LOOPBACK: Final = "localhost"


class RequestFrame:
    """ASGI middleware. Takes the caller's X-Request-Id when it is a plain one, else makes one."""

    def __init__(self, app: ASGIApp, reach: Reach) -> None:
        self._app = app
        self._hosts = {LOOPBACK, *(host.lower() for host in reach.hosts)}
        self._framing = "; ".join((_POLICY, " ".join(("frame-ancestors 'self'", *reach.framed_by))))
        self._framed_by_others = bool(reach.framed_by)
        self._proxies = Proxies(reach.proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; other scopes pass through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self._proxies.seen_through(scope)
        given = Headers(scope=scope).get(REQUEST_ID, "")
        request_id = given if _ACCEPTED_ID.match(given) else f"req_{secrets.token_hex(8)}"
        scope.setdefault("state", {})["request_id"] = request_id
        started = False

        async def send_framed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._add_headers(MutableHeaders(scope=message), scope["path"], request_id)
            await send(message)

        host = Headers(scope=scope).get("host", "")
        if not self._is_ours(host):
            answer = error_answer(421, "UNKNOWN_HOST", _UNKNOWN_HOST, request_id)
            await answer(scope, receive, send_framed)
            return
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

    def _is_ours(self, host: str) -> bool:
        """Tell whether a Host names this server. Without one (HTTP/1.0) nothing was resolved by anybody."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
            urlsplit(f"//{host}").port  # noqa: B018 - raises for one that is none
        except ValueError:
            return False
        return not host or name in self._hosts or _is_address(name)

    def _add_headers(self, headers: MutableHeaders, path: str, request_id: str) -> None:
        headers[REQUEST_ID] = request_id
        for name, value in SECURITY_HEADERS.items():
            headers[name] = value
        headers["Content-Security-Policy"] = self._framing
        if not self._framed_by_others:
            headers["X-Frame-Options"] = "sameorigin"  # for players that do not know frame-ancestors
        if "location" in headers:
            # Back to where the client is, whatever it calls that place.
            headers["location"] = urlunsplit(("", "", *urlsplit(headers["location"])[2:]))
        # Answers are of the moment; pages are checked with the server each time, so an upgrade reaches every screen.
        headers.setdefault("Cache-Control", "no-store" if path.startswith("/api/") else "no-cache")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
