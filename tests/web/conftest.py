"""A real broker, a small file server and a real browser around the pages."""

from __future__ import annotations

import functools
import http.server
import json
import os
import queue
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paho.mqtt.client as paho
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, WebError, sync_playwright

from collector.table.commands import COMMANDS
from collector.wire.command import TableCommand
from tests.web.tables import TABLE

STATIC = Path(__file__).parents[2] / "collector" / "web" / "static"
CHROMIUM = os.environ.get("EBS_CHROMIUM", "/usr/bin/chromium")
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
SMALL: ViewportSize = {"width": 480, "height": 270}
"""A quarter of the stage: the overlay scales itself, and a small picture is drawn soon."""
PREFIX = f"ebs/v1/table/{TABLE}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(true: Callable[[], Any], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError("did not happen in time")
        time.sleep(0.02)


class Publisher:
    """Stands for the collector: publishes what a test says, keeps what the pages send."""

    def __init__(self, broker: Broker) -> None:
        self.commands: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._client = paho.Client(paho.CallbackAPIVersion.VERSION2, protocol=paho.MQTTv311)
        self._client.on_message = lambda _c, _u, message: self.commands.put((message.topic, message.payload))
        self._client.on_connect = lambda client, *_: client.subscribe(f"{PREFIX}/command/+", 1)
        self._client.reconnect_delay_set(min_delay=1, max_delay=1)
        self._client.connect("127.0.0.1", broker.port)
        self._client.loop_start()
        wait_until(self._client.is_connected)

    @property
    def connected(self) -> bool:
        return self._client.is_connected()

    def publish(self, channel: str, message: Any, *, retain: bool = False) -> None:
        kind = "state" if message.type == "state" else "event"
        sent = self._client.publish(f"{PREFIX}/{channel}/{kind}", message.model_dump_json(), retain=retain)
        sent.wait_for_publish(5)

    def reply(self, client: str, payload: dict[str, Any]) -> None:
        self._client.publish(f"{PREFIX}/reply/{client}", json.dumps(payload), qos=1).wait_for_publish(5)

    def clear(self, channel: str) -> None:
        self._client.publish(f"{PREFIX}/{channel}/state", b"", retain=True).wait_for_publish(5)
        while not self.commands.empty():
            self.commands.get()

    def command(self, seconds: float = 5) -> TableCommand:
        """The next command, as the collector would read it."""
        topic, payload = self.commands.get(timeout=seconds)
        assert topic == f"{PREFIX}/command/operator"
        return COMMANDS.decode(payload)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@dataclass
class Site:
    """The static files as the collector serves them."""

    url: str
    requests: list[str] = field(default_factory=list)


def _handler(site: Site, ws_port: int) -> type[http.server.SimpleHTTPRequestHandler]:
    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments, directory=str(STATIC))

        def do_GET(self) -> None:
            site.requests.append(self.path)
            if self.path.split("?")[0] != "/config.json":
                super().do_GET()
                return
            body = json.dumps({"ws_url": f"ws://127.0.0.1:{ws_port}", "tables": [TABLE]}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    broker = Broker(tmp_path_factory.mktemp("broker"))
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture(scope="session")
def site(broker: Broker) -> Iterator[Site]:
    site = Site("")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(site, broker.ws_port))
    site.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def publisher_of_session(broker: Broker) -> Iterator[Publisher]:
    publisher = Publisher(broker)
    yield publisher
    publisher.close()


@pytest.fixture
def publisher(publisher_of_session: Publisher) -> Iterator[Publisher]:
    yield publisher_of_session
    publisher_of_session.clear("public")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def context_of_session(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=SMALL, device_scale_factor=1)
    yield context
    context.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the pages wrote to the console as warning or error; a test that expects some empties it."""
    return []


@pytest.fixture
def context(context_of_session: BrowserContext, complaints: list[str]) -> Iterator[BrowserContext]:
    def said(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    def failed(fault: WebError) -> None:
        complaints.append(str(fault.error))

    for page in context_of_session.pages:
        page.set_viewport_size(SMALL)
    context_of_session.on("console", said)
    context_of_session.on("weberror", failed)
    yield context_of_session
    for page in context_of_session.pages:
        page.goto("about:blank")
    context_of_session.remove_listener("console", said)
    context_of_session.remove_listener("weberror", failed)
    assert complaints == []


def blank_page(context: BrowserContext) -> Page:
    """A page no test is using: a new tab costs more than a new address in an old one."""
    free = [page for page in context.pages if page.url == "about:blank"]
    return free[0] if free else context.new_page()


@pytest.fixture
def open_overlay(context: BrowserContext, site: Site) -> Callable[..., Page]:
    def open_page(query: str = "anim=0") -> Page:
        page = blank_page(context)
        page.goto(f"{site.url}/overlay/?{query}#login=programme:s%3Ae%2Fcret")
        page.wait_for_selector("#overlay[data-link=online]", state="attached")
        return page

    return open_page


@pytest.fixture
def open_operator(context: BrowserContext, site: Site) -> Callable[..., Page]:
    def open_page() -> Page:
        page = blank_page(context)
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(f"{site.url}/operator/#login=operator:secret")
        page.wait_for_selector("body[data-link=online]")
        return page

    return open_page


@pytest.fixture(scope="session")
def operator_page(context_of_session: BrowserContext, site: Site) -> Iterator[Page]:
    context = context_of_session.browser.new_context(viewport={"width": 1280, "height": 800})  # type: ignore[union-attr]
    page = context.new_page()
    page.goto(f"{site.url}/operator/#login=operator:secret")
    page.wait_for_selector("body[data-link=online]")
    yield page
    context.close()


@pytest.fixture
def console(operator_page: Page, publisher: Publisher) -> Iterator[Any]:
    complaints: list[str] = []
    operator_page.on("console", lambda said: complaints.append(said.text) if said.type != "log" else None)
    operator_page.on("pageerror", lambda fault: complaints.append(str(fault)))
    from tests.web.console import Console  # noqa: PLC0415 - it builds upon this module

    yield Console(operator_page, publisher)
    operator_page.evaluate("document.querySelectorAll('dialog[open]').forEach((dialog) => dialog.close())")
    operator_page.keyboard.press("Escape")
    if operator_page.locator("body[data-pending='1']").count():  # a failed test leaves no command behind
        operator_page.reload()
    assert complaints == []
