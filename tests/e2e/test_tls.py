"""A whole house over TLS: `ebs serve` to broker and browsers, and the house that `ebs run --tls` starts."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from collector.broker.logins import Logins
from collector.broker.mosquitto import Mosquitto
from collector.certificates.contexts import trusting
from collector.certificates.kept import Kept
from collector.system import free_port
from tests.collector.certificates.house import made
from tools.rehearsal.stack import Stack

pytestmark = [pytest.mark.broker, pytest.mark.timeout(120)]
FARAWAY = "127.0.0.2"


def asked(url: str, trust: ssl.SSLContext) -> Any:
    with urllib.request.urlopen(url, timeout=5, context=trust) as answer:
        return json.load(answer)


async def ready(url: str, trust: ssl.SSLContext) -> dict[str, Any]:
    """Return what the house says of itself once it is ready."""
    deadline = time.monotonic() + 40
    while True:
        with contextlib.suppress(OSError):
            found: dict[str, Any] = await asyncio.to_thread(asked, f"{url}/health/ready", trust)
            return found
        assert time.monotonic() < deadline, f"{url} is not ready"
        await asyncio.sleep(0.1)


@contextlib.asynccontextmanager
async def served(data: Path, kept: Kept, port: int) -> AsyncIterator[str]:
    """Run a broker and `ebs serve`, everything over TLS; yield the address of its pages."""
    broker = Mosquitto(
        data / "broker", Logins.kept_in(data / "credentials.json", consoles=(), nodes=()), certificates=kept
    )
    await broker.start()
    settings = {
        "EBS_DATA": str(data), "EBS_HTTP_PORT": str(port),
        "EBS_BROKER_PORT": str(broker.tls_port), "EBS_BROKER_WS_PORT": str(broker.ws_port),
        "EBS_BROKER_CA": str(kept.certificate("ca")),
        "EBS_HTTP_CERTIFICATE": str(kept.certificate("pages")), "EBS_HTTP_KEY": str(kept.key("pages")),
    }  # fmt: skip
    others = {name: value for name, value in os.environ.items() if not name.startswith("EBS_")}
    with (data / "out.log").open("w") as out:
        command = [sys.executable, "-m", "tools.cli", "serve"]
        process = subprocess.Popen(command, env={**others, **settings}, stdout=out, stderr=out)  # noqa: ASYNC220
    try:
        yield f"https://127.0.0.1:{port}"
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 15)
        await broker.stop()


async def test_collector_and_pages_speak_tls_and_renew_what_ends_soon(tmp_path: Path) -> None:
    kept = made(tmp_path, now=datetime.now(UTC) - timedelta(days=380))  # 17 days are left
    before = kept.certificate("pages").read_text()
    trust = trusting(kept.certificate("ca"))
    async with served(tmp_path, kept, free_port()) as url:
        said = await ready(url, trust)
        config = await asyncio.to_thread(asked, f"{url}/config.json", trust)

    assert said == {"ready": True, "checks": {"log": True, "broker": True, "people": True, "readmodel": True}}
    assert config["ws_url"].startswith("wss://")
    assert kept.certificate("pages").read_text() != before, "renewed at the first look"


async def test_whoever_cannot_renew_says_so_in_health_and_serves_on(tmp_path: Path) -> None:
    kept = made(tmp_path, now=datetime.now(UTC) - timedelta(days=394))
    kept.key("ca").rename(tmp_path / "in the safe")
    trust = trusting(kept.certificate("ca"))
    async with served(tmp_path, kept, free_port()) as url:
        said = await ready(url, trust)
        deadline = time.monotonic() + 10
        while "warnings" not in said and time.monotonic() < deadline:
            said = await ready(url, trust)

    assert said["ready"]
    assert len(said["warnings"]) == 2
    assert all("ends on" in each and "ebs certs renew" in each for each in said["warnings"])


@pytest.mark.parametrize(
    ("missing", "why"),
    [("EBS_HTTP_KEY", "EBS_HTTP_KEY: is not set, and the other half is"), ("", "is not the key of")],
)
def test_half_of_what_https_needs_stops_the_start_and_leaves_nothing(tmp_path: Path, missing: str, why: str) -> None:
    kept = made(tmp_path / "elsewhere")
    settings = {
        "EBS_HTTP_CERTIFICATE": str(kept.certificate("pages")), "EBS_HTTP_KEY": str(kept.key("broker")),
    }  # fmt: skip
    others = {name: value for name, value in os.environ.items() if not name.startswith("EBS_")}
    given = {name: value for name, value in settings.items() if name != missing}
    command = [sys.executable, "-m", "tools.cli", "serve", "--role", "web", "--data", str(tmp_path / "data")]
    done = subprocess.run(command, env={**others, **given}, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 2
    assert why in done.stderr
    assert not (tmp_path / "data").exists()


async def test_a_house_of_one_machine_opens_tls_to_the_network_and_nothing_else(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "data", say=lambda _: None, listen=FARAWAY, tls=True)
    await stack.start()
    try:
        trust = trusting(Kept.of(stack.folder).certificate("ca"))
        config = await asyncio.to_thread(asked, f"{stack.url}/config.json", trust)
        async with connect(config["ws_url"], ssl=trust, subprotocols=[Subprotocol("mqtt")]) as browser:
            protocol = browser.subprotocol
        reached = []
        for port in (stack.http_port, stack.broker.port, stack.broker.ws_port, int(stack.broker.tls_port or 0)):
            with socket.socket() as probe:
                reached.append(probe.connect_ex((FARAWAY, port)) == 0)
    finally:
        await stack.stop()

    assert stack.url.startswith("https://")
    assert protocol == "mqtt"
    assert reached == [False, False, False, True]
