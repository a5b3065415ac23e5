"""What serves the pages in these tests: a broker that can be stopped and started again, and the static files."""

from __future__ import annotations

import contextlib
import functools
import http.server
import json
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collector.system import free_port
from tests.web.tables import TABLE

_CONNECT = b"\x10\x11\x00\x04MQTT\x04\x02\x00\x3c\x00\x05pulse"
_PING = b"\xc0\x00"
_PULSE_S = 0.005
STATIC = Path(__file__).parents[2] / "collector" / "web" / "static"


class Broker:
    """A mosquitto of our own that can be stopped and started again on the same ports."""

    def __init__(self, folder: Path) -> None:
        self.port, self.ws_port = free_port(), free_port()
        self._config = folder / "mosquitto.conf"
        self._config.write_text(
            f"listener {self.port} 127.0.0.1\nlistener {self.ws_port} 127.0.0.1\nprotocol websockets\n"
            "socket_domain ipv4\nallow_anonymous true\npersistence false\nset_tcp_nodelay true\nlog_type error\n"
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        self._process = subprocess.Popen([program, "-c", str(self._config)])
        for port in (self.port, self.ws_port):
            wait_until(functools.partial(_listens, port))
        assert self._process.poll() is None, "another program has its port"
        threading.Thread(target=_keep_turning, args=(self.port,), daemon=True).start()

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None


def _keep_turning(port: int) -> None:
    """Ping the broker until it goes away.

    Mosquitto writes to a WebSocket when its loop turns. With nothing else to do that is up to 100 ms later, and nearly
    every test waits for such a message many times.
    """
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)) as pulse:
        pulse.sendall(_CONNECT)
        while pulse.recv(64):
            time.sleep(_PULSE_S)
            pulse.sendall(_PING)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(true: Callable[[], Any], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError("did not happen in time")
        time.sleep(0.02)


KEY = "o_" + "k" * 26
"""The key of the output that a site has. It shows the live channel."""
_API = "/api/v1/"


@dataclass
class Site:
    """The static files as the web serves them, and what it answers to a page that asks for its login.

    user: who is signed in, which is also the login at the broker; "" for nobody. away: REST does not answer. refusals:
    codes that the next questions for a login are refused with. gone: what a renewal says is no login any more.
    """

    url: str
    user: str = "operator"
    away: bool = False
    refusals: list[tuple[int, str]] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    asked: list[tuple[str, Any]] = field(default_factory=list)

    def answer(self, path: str, body: Any, ws_url: str) -> tuple[int, Any]:
        """Return status and body of an answer of REST."""
        self.asked.append((path, body))
        if self.away:
            return 503, {"error": {"code": "APP_STORE_UNAVAILABLE", "message": "away"}}
        if path.startswith("auth/output"):
            if body["key"] != KEY:
                return 401, {"error": {"code": "INVALID_KEY", "message": "this output has been revoked"}}
        elif not self.user:
            return 401, {"error": {"code": "SIGN_IN_NEEDED", "message": "sign in first"}}
        if path in {"auth/broker", "auth/output"} and self.refusals:
            status, code = self.refusals.pop(0)
            return status, {"error": {"code": code, "message": f"refused: {code}"}}
        login = {"login": self.user or "o-main-000001", "password": "s:e/c%", "ws_url": ws_url}
        answers: dict[str, Any] = {
            "auth/me": {"user": self.user, "role": "operator", "permissions": [], "csrf_token": "c5"},
            "auth/broker": login,
            "auth/output": {**login, "table_id": TABLE, "channel": "live"},
        }
        return 200, answers.get(path, {"gone": self.gone})


def _handler(site: Site, ws_port: int, static: Path) -> type[http.server.SimpleHTTPRequestHandler]:
    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(static))

        def do_GET(self) -> None:
            site.requests.append(self.path)
            if self.path.startswith(_API):
                self._answer(None)
            else:
                super().do_GET()

        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self._answer(json.loads(text) if text else None)

        def _answer(self, body: Any) -> None:
            status, found = site.answer(self.path.removeprefix(_API), body, f"ws://127.0.0.1:{ws_port}")
            text = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the page has gone
                self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@contextlib.contextmanager
def serving(ws_port: int, static: Path = STATIC) -> Iterator[Site]:
    """Serve the files of a folder, and REST for pages that ask for a login at a broker."""
    site = Site("")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(site, ws_port, static))
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield site
    server.shutdown()
    server.server_close()
    thread.join()
