"""`ebs run`: one command starts everything, Ctrl-C stops it, a second start finds the same addresses."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = [pytest.mark.broker, pytest.mark.node, pytest.mark.timeout(120)]


class Run:
    """A running `ebs run` in a folder of its own."""

    def __init__(self, data: Path, *options: str) -> None:
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
    second = start("--empty")

    assert second.process.wait(30) == 1
    assert "another collector writes to this log" in second.said()
    assert run.interrupt() == 0
