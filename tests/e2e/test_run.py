"""`ebs run`: one command starts everything, Ctrl-C stops it, a second start finds the same addresses."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from collector.system import free_port
from tools.hardware.login import known_port

pytestmark = [pytest.mark.broker, pytest.mark.node, pytest.mark.timeout(120)]


class Run:
    """A running `ebs run` in a folder of its own."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data = data
        self._log = data.with_suffix(".out")
        with self._log.open("w") as out:
            command = [sys.executable, "-m", "tools.cli", "run", "--data", str(data), "--speed", "60", *options]
            self.process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)

    def said(self) -> str:
        return self._log.read_text()

    def wait_for(self, pattern: str, seconds: float = 30) -> re.Match[str]:
        deadline = time.monotonic() + seconds
        while not (found := re.search(pattern, self.said())):
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)
        return found

    def pids(self) -> list[int]:
        return [int(pid) for pid in re.findall(r"(?:collector|web|node|mosquitto) pid (\d+)", self.said())]

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(20)


Starter = Callable[..., Run]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Starter]:
    """Start runs in one data folder; stop what a failed test has left."""
    runs: list[Run] = []

    def begin(*options: str) -> Run:
        runs.append(Run(tmp_path / "data", *options))
        return runs[-1]

    yield begin
    for run in runs:
        if run.process.poll() is None:
            run.interrupt()


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    except FileNotFoundError:
        return True


def hands(run: Run) -> list[dict[str, object]]:
    """Return the finished hands, from a collector that may just be starting again."""
    url = run.wait_for(r"REST\s+(\S+)")[1]
    deadline = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(url) as answer:
                found: list[dict[str, object]] = json.load(answer)["hands"]
                return found
        except OSError:
            assert time.monotonic() < deadline, run.said()
            time.sleep(0.1)


def test_hands_are_played_and_ctrl_c_stops_everything_it_started(start: Starter, tmp_path: Path) -> None:
    data = tmp_path / "data"
    run = start("--players", "3")
    overlay = run.wait_for(r"Overlay\s+(\S+)")[1]
    broker = run.wait_for(r"Broker\s+(.+)")[1]
    run.wait_for(r"node pid")
    with urllib.request.urlopen(overlay) as page:
        assert b"overlay" in page.read()
    deadline = time.monotonic() + 40
    while not hands(run):
        assert time.monotonic() < deadline, run.said()
        time.sleep(0.2)
    pids = run.pids()

    assert run.interrupt() == 0
    assert len(pids) == 4
    assert all(gone(pid) for pid in pids)

    data.chmod(0o755)
    again = start("--empty")
    again.wait_for(f"{re.escape(str(data))} was open to other users of this machine; it is mode 0700 now")
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert again.wait_for(r"Overlay\s+(\S+)")[1] == overlay
    assert again.wait_for(r"Broker\s+(.+)")[1] == broker
    assert len(hands(again)) >= 1
    assert again.interrupt() == 0


def test_a_part_that_dies_is_started_again(start: Starter) -> None:
    run = start("--players", "3")
    run.wait_for(r"node pid")
    for what in ("collector", "web", "mosquitto", "node"):
        pid = int(re.findall(rf"{what} pid (\d+)", run.said())[-1])
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 30
        while int(re.findall(rf"{what} pid (\d+)", run.said())[-1]) == pid:
            assert time.monotonic() < deadline, run.said()
            time.sleep(0.05)
    before = len(hands(run))
    deadline = time.monotonic() + 40
    while len(hands(run)) <= before:
        assert time.monotonic() < deadline, run.said()
        time.sleep(0.2)

    assert run.interrupt() == 0


def test_a_second_run_in_the_same_folder_says_why_it_does_not_start(start: Starter) -> None:
    run = start("--empty")
    run.wait_for(r"Overlay")
    run.wait_for("the broker took new logins")  # of its node, whose key was just made
    before = {path: path.read_bytes() for path in kept_in(run.data)}
    second = start("--empty")

    assert second.process.wait(30) == 1
    told = f"ebs run: {run.data}: another `ebs run` has this folder; end it, or name another with --data"
    assert told in second.said()
    assert {path: path.read_bytes() for path in kept_in(run.data)} == before, "the first one's broker lives on them"
    assert run.interrupt() == 0


def kept_in(data: Path) -> list[Path]:
    """Return the files that are written at a start."""
    return [
        data / "ports.json",
        *(data / "broker" / name for name in ("mosquitto.conf", "acl", "passwords", "dynamic-security.json")),
    ]


def test_two_that_start_at_once_and_want_one_port_get_a_port_each(tmp_path: Path) -> None:
    port = free_port()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "ports.json").write_text(json.dumps({"http": port}))
    runs = [Run(tmp_path / name, "--empty") for name in ("one", "two")]
    try:
        pages = [run.wait_for(r"Overlay\s+(\S+)")[1] for run in runs]
        told = [json.loads((run.data / "ports.json").read_text()) for run in runs]
        others = [each["http"] for each in told if each["http"] != port]

        assert f"port {port} of pages is in use; taking another this time" in runs[0].said() + runs[1].said()
        assert len(others) == 1
        assert {re.sub(r".*127.0.0.1:(\d+)/.*", r"\1", page) for page in pages} == {str(port), str(others[0])}
        assert [each.get("wanted") for each in told if each["http"] in others] == [{"http": port}], "for the next time"
        for page in pages:
            key = page.partition("#")[2]
            admitted = asked(f"{page.partition('/overlay')[0]}/api/v1/auth/output", {"key": key})
            assert admitted["table_id"] == "table_01", "its own web knows its key"
    finally:
        codes = [run.interrupt() for run in runs]
    assert codes == [0, 0]


def asked(url: str, body: dict[str, str]) -> dict[str, object]:
    """Return the answer of REST to a body, as soon as the table is open and its output has its grant."""
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    deadline = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                found: dict[str, object] = json.load(answer)
                return found
        except urllib.error.HTTPError as error:
            if error.code != 409 or time.monotonic() > deadline:
                raise
        time.sleep(0.1)


def test_a_port_of_the_broker_that_another_program_has_is_told_to_nobody(start: Starter, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as foreign:
        taken = foreign.getsockname()[1]
        (data / "ports.json").write_text(json.dumps({"mqtt": taken}))
        run = start("--empty")
        run.wait_for(rf"port {taken} of mqtt is in use; taking another this time")
        ours = int(run.wait_for(r"Broker\s+mqtt://127.0.0.1:(\d+)")[1])
        assert known_port(data) == ours != taken, "a login of the house is for its own broker"
        assert run.interrupt() == 0

    again = start("--empty")
    assert int(again.wait_for(r"Broker\s+mqtt://127.0.0.1:(\d+)")[1]) == taken, "it is wanted still"
    assert "wanted" not in json.loads((data / "ports.json").read_text())
    assert again.interrupt() == 0
