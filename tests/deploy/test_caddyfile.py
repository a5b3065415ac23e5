"""`deploy/Caddyfile` in a real Caddy, before a real web server and broker: one port, and whose pages may come."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse
from paho.mqtt.enums import CallbackAPIVersion
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from collector.api import server
from collector.broker.logins import Logins
from collector.broker.mosquitto import Mosquitto
from collector.certificates.contexts import trusting
from collector.certificates.kept import PAGES, Kept
from collector.system import free_port
from tests.collector.certificates.house import made, shake, untrusting
from tests.e2e.waiting import eventually

CADDYFILE = Path(__file__).resolve().parents[2] / "deploy" / "Caddyfile"
CADDY = shutil.which("caddy", path=f"{os.environ['PATH']}:{Path(sys.executable).parent}")
NAME = "localhost"
pytestmark = [pytest.mark.broker, pytest.mark.skipif(not CADDY, reason="caddy is not here")]


@dataclass
class Venue:
    """A house behind its proxy."""

    port: int
    trust: ssl.SSLContext
    logins: Logins
    kept: Kept

    @property
    def origin(self) -> str:
        return f"https://{NAME}:{self.port}"

    def get(self, path: str, *, data: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        request = urllib.request.Request(f"{self.origin}{path}", data, headers)
        try:
            with urllib.request.urlopen(request, timeout=10, context=self.trust) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()


def web() -> FastAPI:
    """Stand for the web of EBS: a page, an upload, a stream that says a word and then waits."""
    app = FastAPI()

    @app.get("/overlay/")
    async def page(request: Request) -> dict[str, str | None]:
        return {"host": request.headers.get("host"), "scheme": request.headers.get("x-forwarded-proto")}

    @app.post("/api/v1/hands")
    async def take(request: Request) -> int:
        return len(await request.body())

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        async def words() -> AsyncIterator[bytes]:
            yield b"data: first\n\n"
            await asyncio.sleep(5)
            yield b"data: second\n\n"

        return StreamingResponse(words(), media_type="text/event-stream")

    return app


def listens(port: int) -> bool:
    """Tell whether somebody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def answers(port: int) -> bool:
    """Tell whether somebody there speaks TLS."""
    with contextlib.suppress(OSError), shake(port, untrusting(), NAME):
        return True
    return False


@contextlib.contextmanager
def caddy(folder: Path, port: int, **settings: str) -> Iterator[None]:
    """Run Caddy with the Caddyfile as it stands; its settings come from the environment."""
    assert CADDY
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder),
    } | settings  # fmt: skip
    command = [CADDY, "run", "--config", str(CADDYFILE), "--adapter", "caddyfile"]
    with (folder / "caddy.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 20
        while not answers(port):
            assert process.poll() is None, (folder / "caddy.log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(10)


@contextlib.asynccontextmanager
async def house(folder: Path) -> AsyncIterator[Venue]:
    """Run broker, web and proxy."""
    kept = made(folder)
    logins = Logins.kept_in(folder / "credentials.json", consoles=("operator",), nodes=())
    broker, stop = Mosquitto(folder / "broker", logins), asyncio.Event()
    await broker.start()
    port, web_port = free_port(), free_port()
    with server.listening("127.0.0.1", web_port) as listener:
        task = asyncio.create_task(server.serve(web(), listener, stop))
        settings = {
            "PROXY_SITE": f"https://{NAME}:{port}",
            "PROXY_ORIGINS": f"^https://{NAME}:{port}$",
            "PROXY_TLS": f"{kept.certificate(PAGES)} {kept.key(PAGES)}",
            "PROXY_WEB": f"127.0.0.1:{web_port}",
            "PROXY_BROKER": f"127.0.0.1:{broker.ws_port}",
        }
        await eventually(lambda: listens(web_port))
        with caddy(folder, port, **settings):
            yield Venue(port, trusting(kept.certificate("ca")), logins, kept)
        stop.set()
        await task
    await broker.stop()


@pytest.fixture(scope="module")
def venue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Venue]:
    """The same in a thread of its own, so that a test may simply ask."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    opened = house(tmp_path_factory.mktemp("venue"))
    try:
        yield asyncio.run_coroutine_threadsafe(opened.__aenter__(), loop).result(40)
        asyncio.run_coroutine_threadsafe(opened.__aexit__(None, None, None), loop).result(40)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def test_pages_and_rest_come_through_one_port_under_the_name_that_was_asked_for(venue: Venue) -> None:
    status, page = venue.get("/overlay/")

    assert status == 200
    assert json.loads(page) == {"host": f"{NAME}:{venue.port}", "scheme": "https"}
    assert venue.get("/api/v1/hands", data=b"x" * 1000, Origin=venue.origin) == (200, b"1000")
    assert venue.get("/api/v1/hands", data=b"x" * 1000)[0] == 200, "a program sends no Origin"
    assert too_much(venue)


def too_much(venue: Venue) -> bool:
    """Tell whether an upload beyond the limit is refused. The proxy may hang up while the upload still goes on."""
    try:
        return venue.get("/api/v1/hands", data=b"x" * 2_000_000)[0] in {413, 502}
    except urllib.error.URLError as error:
        return isinstance(error.reason, ConnectionError | ssl.SSLEOFError)


def test_the_stream_is_handed_on_as_it_comes(venue: Venue) -> None:
    with urllib.request.urlopen(f"{venue.origin}/stream", timeout=4, context=venue.trust) as answer:
        assert answer.readline() == b"data: first\n"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_an_old_tls_is_refused(venue: Venue) -> None:
    with pytest.raises(ssl.SSLError):
        shake(venue.port, untrusting(ssl.TLSVersion.TLSv1_1), NAME)
    with shake(venue.port, untrusting(ssl.TLSVersion.TLSv1_2), NAME) as connection:
        assert connection.version() == "TLSv1.2"


def arrived(venue: Venue, user: str, password: str, path: str = "/mqtt") -> bool:
    """Tell whether a browser's client gets into the broker through the proxy, and hears itself."""
    heard = threading.Event()
    client = paho.Client(CallbackAPIVersion.VERSION2, transport="websockets")
    client.tls_set_context(venue.trust)
    client.username_pw_set(user, password)
    client.ws_set_options(path=path, headers={"Origin": venue.origin, "Host": f"{NAME}:{venue.port}"})
    client.on_connect = lambda _c, _u, _f, reason, _p: heard.set() if not reason.is_failure else None
    try:
        client.connect(NAME, venue.port)
    except OSError:
        return False
    client.loop_start()
    found = heard.wait(5)
    client.disconnect()
    client.loop_stop()
    return found


def test_pages_reach_the_broker_through_the_same_port_and_only_with_a_login(venue: Venue) -> None:
    assert arrived(venue, "operator", venue.logins.passwords["operator"])
    assert not arrived(venue, "operator", "guessed")


STRANGERS = [
    *("null", "", "https://evil.example", "http://localhost:{port}", "https://localhost", "https://localhost:1"),
    *("https://localhost:{port}.evil.example", "https://localhost:{port}/", "https://localhost:{port}@evil.example"),
    *("https://evil.example/https://localhost:{port}", "https://xlocalhost:{port}", "HTTPS://LOCALHOST:{port}"),
    *("https://localhost:{port} https://evil.example", "https://evil.example,https://localhost:{port}"),
    *("file://", "chrome-extension://abcdef", "https://" + "a" * 300 + ".example", "https://[::1]:{port}", "*"),
    "https://localhost:{port}0",
]
"""Origins of pages that are not the house's."""


@pytest.mark.parametrize("origin", STRANGERS)
async def test_a_page_of_somebody_else_reaches_nothing(venue: Venue, origin: str) -> None:
    said = origin.format(port=venue.port)
    with pytest.raises(InvalidStatus) as refused:
        async with connect(
            f"wss://{NAME}:{venue.port}/mqtt", ssl=venue.trust, subprotocols=[Subprotocol("mqtt")],
            additional_headers={"Origin": said},
        ):  # fmt: skip
            pass
    rest = await asyncio.to_thread(venue.get, "/overlay/", Origin=said)

    assert refused.value.response.status_code == 403
    assert rest[0] == 403


@pytest.mark.parametrize("path", ["/mqtt", "/mqtt/", "/mqtt/x", "//mqtt", "/MQTT", "/%6dqtt", "/x/../mqtt"])
async def test_without_an_origin_nobody_reaches_the_broker_by_whatever_path(venue: Venue, path: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with connect(f"wss://{NAME}:{venue.port}{path}", ssl=venue.trust, subprotocols=[Subprotocol("mqtt")]):
            pass

    assert refused.value.response.status_code in {403, 404}


def test_without_a_websocket_nothing_is_there(venue: Venue) -> None:
    assert venue.get("/mqtt", Origin=venue.origin)[0] == 426


def test_the_proxy_cannot_be_told_anything_from_outside(venue: Venue) -> None:
    """Its own port for administration is closed: whoever is on the machine could turn the doors round."""
    text = CADDYFILE.read_text()

    assert re.search(r"^\tadmin off$", text, re.MULTILINE)
    assert not listens(2019)
