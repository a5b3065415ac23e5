"""`ebs serve` in two processes: the collector holds hole cards and no pages, the web holds pages and no hole cards."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from collector.broker.link import Address
from collector.broker.logins import Logins
from collector.broker.mosquitto import Mosquitto
from collector.system import free_port
from tools.rehearsal import demo
from tools.rehearsal.console import Console

pytestmark = [pytest.mark.broker, pytest.mark.timeout(90)]


def get(url: str, key: str = "") -> tuple[int, bytes]:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {key}"} if key else {})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def made_key(data: Path) -> str:
    """Return a new key of the first admin, as `ebs keys create` makes it; the web knows it within a second."""
    command = [sys.executable, "-m", "tools.cli", "keys", "create", "tests", "--owner", "admin", "--data", str(data)]
    made = subprocess.run([*command, "--scope", "read:hands"], capture_output=True, text=True, check=True)
    time.sleep(1)
    return made.stdout.splitlines()[-1]


def wait_ready(url: str) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            if get(f"{url}/health/ready")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"{url} is not ready")


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    running: list[subprocess.Popen[str]] = []

    def begin(*options: str, **settings: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tools.cli", "serve", "--data", str(tmp_path / "data"), *options]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("EBS_")} | settings
        out = (tmp_path / f"{len(running)}.log").open("w")
        running.append(subprocess.Popen(command, env=environment, stdout=out, stderr=out, text=True))
        out.close()
        return running[-1]

    yield begin
    for process in running:
        process.terminate()
        process.wait(10)


async def test_collector_and_web_share_the_read_model_and_nothing_else(
    tmp_path: Path, serve: Callable[..., subprocess.Popen[str]]
) -> None:
    data = tmp_path / "data"
    logins = Logins.kept_in(data / "credentials.json", consoles=("dealer",), nodes=())
    broker = Mosquitto(data / "broker", logins)
    await broker.start()
    ports = free_port(), free_port()
    where = ("--broker", f"127.0.0.1:{broker.port}")
    collector = serve("--role", "collector", *where, "--port", str(ports[0]))
    collector_url, web_url = (f"http://127.0.0.1:{port}" for port in ports)
    await asyncio.to_thread(wait_ready, collector_url)
    web = serve("--role", "web", "--port", str(ports[1]), EBS_BROKER_WS_PORT=str(broker.ws_port))
    await asyncio.to_thread(wait_ready, web_url)
    priorities = [os.getpriority(os.PRIO_PROCESS, process.pid) for process in (collector, web)]
    assert priorities[1] > priorities[0], "readers wait for the table"

    console = Console(Address("127.0.0.1", broker.port, "dealer", logins.passwords["dealer"]), demo.TABLE)
    task = asyncio.create_task(console.run())
    installer = Address("127.0.0.1", broker.port, "installer", logins.passwords["installer"])
    await demo.set_up(installer, event_name="Roles", table_name="Table 1")
    await console.command("set_blinds", small_blind=50, big_blind=100)
    for seat in (1, 2):
        await console.command("seat_player", seat=seat, player_id=f"p_{seat}", name=f"P{seat}", stack=1000)
    started = await console.command("start_hand")
    await console.command("fold", seat=1 if (console.feeds["public"].state or {})["hand"]["to_act"] == 1 else 2)
    await console.command("end_hand")
    url = f"{web_url}/api/v1/events/{demo.EVENT}/hands/{started['hand_id']}"
    assert (await asyncio.to_thread(get, url))[0] == 401, "REST is for whoever has signed in"
    key = made_key(data)
    deadline = time.monotonic() + 5
    while (await asyncio.to_thread(get, url, key))[0] != 200:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)

    assert b"<html" in (await asyncio.to_thread(get, f"{web_url}/overlay/"))[1]
    config = json.loads((await asyncio.to_thread(get, f"{web_url}/config.json"))[1])
    assert config == {"ws_url": f"ws://127.0.0.1:{broker.ws_port}", "tables": []}
    config = json.loads((await asyncio.to_thread(get, f"{web_url}/config.json", key))[1])
    assert config["tables"] == [demo.TABLE]
    assert b"ebs_facts_total" in (await asyncio.to_thread(get, f"{collector_url}/metrics"))[1]
    for path in ("/overlay/", "/config.json", f"/api/v1/events/{demo.EVENT}/hands"):
        assert (await asyncio.to_thread(get, collector_url + path))[0] == 404

    collector.terminate()
    assert await asyncio.to_thread(collector.wait, 10) == 0
    assert (await asyncio.to_thread(get, url, key))[0] == 200  # finished hands are read without the collector
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await broker.stop()


async def test_without_a_role_one_process_does_both_as_an_older_unit_expects(
    tmp_path: Path, serve: Callable[..., subprocess.Popen[str]]
) -> None:
    data = tmp_path / "data"
    broker = Mosquitto(data / "broker", Logins.kept_in(data / "credentials.json", consoles=(), nodes=()))
    await broker.start()
    port = free_port()
    process = serve(EBS_BROKER_PORT=str(broker.port), EBS_HTTP_PORT=str(port))
    url = f"http://127.0.0.1:{port}"
    await asyncio.to_thread(wait_ready, url)

    ready = json.loads((await asyncio.to_thread(get, f"{url}/health/ready"))[1])
    assert ready == {"ready": True, "checks": {"log": True, "broker": True, "people": True, "readmodel": True}}
    assert b"<html" in (await asyncio.to_thread(get, f"{url}/overlay/"))[1]
    assert b"ebs_broker_connected 1.0" in (await asyncio.to_thread(get, f"{url}/metrics"))[1]
    assert (await asyncio.to_thread(get, f"{url}/api/v1/events/evt_none/hands"))[0] == 401
    assert (await asyncio.to_thread(get, f"{url}/api/v1/events/evt_none/hands", made_key(tmp_path / "data")))[0] == 404
    first = (tmp_path / "data" / "first-password").read_text().strip()
    assert (tmp_path / "data" / "first-password").stat().st_mode & 0o777 == 0o600
    assert first not in (tmp_path / "0.log").read_text(), "a service's words are kept for years"

    process.terminate()
    assert await asyncio.to_thread(process.wait, 10) == 0
    await broker.stop()


@pytest.mark.parametrize(
    ("options", "settings", "says"),
    [
        (("--broker", "nonsense"), {}, "write host:port"),
        (("--port", "0"), {}, "EBS_HTTP_PORT"),
        (("--role", "boss"), {}, "EBS_ROLE"),
        ((), {"EBS_HTPP_PORT": "1"}, "did you mean EBS_HTTP_PORT"),
        ((), {}, "holds no password for collector"),
    ],
)
def test_a_wrong_setting_is_named_with_what_to_do(
    tmp_path: Path,
    serve: Callable[..., subprocess.Popen[str]],
    options: tuple[str, ...],
    settings: dict[str, str],
    says: str,
) -> None:
    process = serve(*options, **settings)

    assert process.wait(20) == 2
    assert says in (tmp_path / "0.log").read_text()
