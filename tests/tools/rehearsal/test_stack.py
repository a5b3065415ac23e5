"""A stack that starts: how long it waits for a role, and for what."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tools.rehearsal import stack


class Role(ThreadingHTTPServer):
    """Answers what each of `says` says, the last one for ever."""

    def __init__(self, *says: tuple[int, dict[str, bool]]) -> None:
        self.says, self.asked = list(says), 0
        super().__init__(("127.0.0.1", 0), Answer)

    def next(self) -> tuple[int, dict[str, bool]]:
        self.asked += 1
        return self.says[min(self.asked, len(self.says)) - 1]


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Role)
        status, checks = self.server.next()
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps({"ready": status == 200, "checks": checks}).encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the library
        """Say nothing."""


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(stack, "_READY_S", 0.3)
    servers: list[Role] = []

    def serve(*says: tuple[int, dict[str, bool]]) -> Any:
        servers.append(Role(*says))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        service = stack._Service("collector", tmp_path, servers[-1].socket, {}, say=print)
        service.process = type("Running", (), {"returncode": None, "pid": 0})()
        return service

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


async def test_a_collector_that_folds_a_long_log_is_waited_for(served: Any) -> None:
    folding, ready = (503, {"log": False, "broker": False}), (200, {"log": True, "broker": True})

    await served(*[folding] * 20, ready).ready()  # a second and more


async def test_one_that_has_no_broker_is_given_up(served: Any) -> None:
    with pytest.raises(stack.StackError, match="did not start"):
        await served((503, {"log": True, "broker": False})).ready()
