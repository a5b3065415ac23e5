"""Somebody at REST, and a page at the broker: for `ebs bench access`. Pages come in by the public routes, as any page.

All of this blocks. It imports little, since processes that start beside what is measured cost it.
"""

from __future__ import annotations

import http.client
import itertools
import json
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from collector.system import give_way
from collector.wire.topics import topic

CLIENT_NICE: Final = 10
WORD: Final = "four odd words here"
"""The password of whoever signs in: in a house that this bench has made, and that ends with it."""
_ANSWER_S: Final = 20.0
_OK: Final = range(200, 300)


def ready() -> threading.Event:
    """Say that this process is ready, and wait for its turn; return what is set when its input ends.

    It stands for other machines. So whoever is measured has the processors of this one first.
    """
    give_way(CLIENT_NICE)
    print("ready", flush=True)
    sys.stdin.readline()
    over = threading.Event()
    threading.Thread(target=_until_told, args=(over,), daemon=True).start()
    return over


def _until_told(over: threading.Event) -> None:
    sys.stdin.read()
    over.set()


def addresses(net: int) -> Iterator[str]:
    """Yield addresses of loopback, each another: a house limits the sign-ins of one. net: 1 to 254."""
    for number in itertools.count():
        yield f"127.{net}.{number // 250 % 250}.{number % 250 + 1}"


@dataclass
class Rest:
    """Who asks over REST: from an address, with a cookie or a bearer."""

    url: str
    source: str = "127.0.0.1"
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """Return the status and the body of an answer. Raises OSError without one."""
        where = urlsplit(self.url)
        told = None if body is None else json.dumps(body)
        sent = {**self.headers, "Origin": self.url, "Content-Type": "application/json"}
        link = http.client.HTTPConnection(where.netloc, timeout=_ANSWER_S, source_address=(self.source, 0))
        try:
            link.request(method, f"/api/v1{path}", told, sent)
            answer = link.getresponse()
            if cookie := answer.headers.get("Set-Cookie"):
                self.headers["Cookie"] = cookie.partition(";")[0]
            text = answer.read()
            return answer.status, json.loads(text) if text else {}
        finally:
            link.close()

    def must(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Return the body of an answer. Raises AssertionError where it is a refusal."""
        status, told = self.ask(method, path, body)
        if status not in _OK:
            raise AssertionError(f"{method} {path}: {status} {told}")
        return told

    def sign_in(self, name: str) -> None:
        """Begin a session."""
        told = self.must("POST", "/auth/session", {"username": name, "password": WORD})
        self.headers["X-CSRF-Token"] = told["csrf_token"]


class Page:
    """A page's connection to the broker, over WebSocket. It does not come back by itself."""

    def __init__(self, login: Mapping[str, str], table: str) -> None:
        self.login = login["login"]
        self.there, self.ended = threading.Event(), threading.Event()
        self.ended_at = 0.0
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2, protocol=paho.MQTTv311, transport="websockets", reconnect_on_failure=False
        )
        self._client.username_pw_set(login["login"], login["password"])
        self._client.on_connect = lambda client, *_: client.subscribe(topic("table", table, "public", "state"))
        self._client.on_subscribe = lambda *_: self.there.set()
        self._client.on_disconnect = lambda *_: self._gone()
        where = urlsplit(login["ws_url"])
        self._client.connect(where.hostname or "127.0.0.1", where.port or 80)
        self._client.loop_start()
        if not self.there.wait(_ANSWER_S):
            raise AssertionError(f"{self.login} was not let in at the broker")

    def _gone(self) -> None:
        self.ended_at = time.monotonic()
        self.ended.set()

    def close(self) -> None:
        """Disconnect, if the broker has not done so."""
        self._client.disconnect()
        self._client.loop_stop()
