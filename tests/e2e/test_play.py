"""`ebs play`: firmware, broker, log, engine, database and API in between, and what may die on the way."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.broker, pytest.mark.node, pytest.mark.timeout(600)]

OURS = Path(__file__).parent / "hands" / "our_hands.phhs"
COMPARED = (
    *("variant", "starting_stacks", "final_stacks", "total_pot", "pots", "uncalled_returned"),
    *("board", "reached_showdown", "winners"),
)
QUIET_S = 2.0
"""From the start of the collector to that of the node, on a quiet machine."""

# Worked out by hand from the actions.
EXPECTED: dict[str, dict[str, Any]] = {
    "ours/showdown": {
        "final_stacks": [9950, 9300, 10750],
        "total_pot": 1450,
        "pots": [{"amount": 1450, "eligible": [2, 3]}],
        "uncalled_returned": [0, 0, 0],
        "board": ["2c", "7d", "9h", "3s", "4h"],
        "reached_showdown": True,
        "winners": [{"player": 3, "amount": 1450}],
    },
    "ours/everybody-folds": {
        "final_stacks": [9900, 9150, 10950],
        "total_pot": 250,
        "pots": [{"amount": 250, "eligible": [3]}],
        "uncalled_returned": [0, 0, 150],
        "board": [],
        "reached_showdown": False,
        "winners": [{"player": 3, "amount": 250}],
    },
    "ours/side-pots": {  # 4 x 90 to aces; 3 x 110 to kings; 2 x 300 to kings; 500 back
        "final_stacks": [930, 0, 500, 360],
        "total_pot": 1290,
        "pots": [
            {"amount": 360, "eligible": [1, 2, 3, 4]},
            {"amount": 330, "eligible": [1, 2, 3]},
            {"amount": 600, "eligible": [1, 3]},
        ],
        "uncalled_returned": [0, 0, 500, 0],
        "board": ["2c", "3h", "5h", "7d", "9c"],
        "reached_showdown": True,
        "winners": [{"player": 1, "amount": 930}, {"player": 4, "amount": 360}],
    },
    "ours/split-with-an-odd-chip": {  # 3 + 6 + 16 = 25: 13 left of the button, 12
        "final_stacks": [102, 101, 97],
        "total_pot": 25,
        "pots": [{"amount": 25, "eligible": [1, 2]}],
        "uncalled_returned": [0, 0, 0],
        "board": ["Qs", "Jd", "Th", "4c", "5d"],
        "reached_showdown": True,
        "winners": [{"player": 1, "amount": 13}, {"player": 2, "amount": 12}],
    },
    "ours/heads-up-shown-late": {  # heads-up the arrays are reversed: p1 has ante and big blind, 2 x 3000 + 100
        "final_stacks": [8000, 0],
        "total_pot": 6100,
        "pots": [{"amount": 6100, "eligible": [1, 2]}],
        "uncalled_returned": [0, 0],
        "board": ["Ac", "8d", "3h", "6s", "2h"],
        "reached_showdown": True,
        "winners": [{"player": 1, "amount": 6100}],
    },
    "ours/big-blind-ante-short-all-in": {  # 200 ante + 200 blind dead, 3 x 650; nobody calls 1200
        "final_stacks": [19350, 29600, 2350, 24350],
        "total_pot": 2350,
        "pots": [{"amount": 2350, "eligible": [3, 4]}],
        "uncalled_returned": [0, 0, 0, 1200],
        "board": ["Kc", "Td", "4s", "2d", "Th"],
        "reached_showdown": True,
        "winners": [{"player": 3, "amount": 2350}],
    },
    "ours/muck": {
        "final_stacks": [5100, 3200, 3700],
        "total_pot": 1900,
        "pots": [{"amount": 1900, "eligible": [1, 2]}],
        "uncalled_returned": [0, 0, 0],
        "board": ["9d", "9c", "2s", "2d", "5h"],
        "reached_showdown": True,
        "winners": [{"player": 1, "amount": 1900}],
    },
}


class Play:
    """A running `ebs play`, and the pids it has told."""

    def __init__(self, *files: Path) -> None:
        self.pids: dict[str, list[int]] = {"collector": [], "node": [], "mosquitto": []}
        self.said: list[str] = []
        self.first: dict[str, float] = {}
        """When each kind of process was first told of, by the monotonic clock."""
        command = [sys.executable, "-m", "tools.cli", "play", *map(str, files), "--json"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self._out: list[str] = []
        readers = (self._read, self._collect)  # both pipes: a full one would hold the play up
        self._readers = [threading.Thread(target=each) for each in readers]
        for reader in self._readers:
            reader.start()

    def _read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.said.append(line)
            found = re.match(r"(collector|node|mosquitto) pid (\d+)$", line)
            if found:
                self.first.setdefault(found[1], time.monotonic())
                self.pids[found[1]].append(int(found[2]))

    def _collect(self) -> None:
        assert self.process.stdout
        self._out.extend(self.process.stdout)

    def results(self) -> list[dict[str, Any]]:
        """Wait for its end; return the lines."""
        self._readers[1].join()
        self.end()
        return [json.loads(line) for line in self._out]

    def end(self) -> None:
        """Wait until it is over, and close its pipes."""
        self.process.wait(20)
        for reader in self._readers:
            reader.join()
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe
            pipe.close()

    def kill(self, what: str) -> bool:
        """Kill the newest process of a kind with SIGKILL."""
        try:
            os.kill(self.pids[what][-1], signal.SIGKILL)
        except (IndexError, ProcessLookupError):
            return False
        return True


@pytest.fixture
def play() -> Iterator[Callable[..., Play]]:
    running: list[Play] = []

    def begin(*files: Path) -> Play:
        running.append(Play(*files))
        return running[-1]

    yield begin
    for one in running:
        one.process.terminate()
        one.end()


def kill_at_random(one: Play, kills: int, seed: int, gap: tuple[float, float]) -> int:
    """Kill the collector again and again while the play runs; return how often it was hit.

    `gap` is for a quiet machine; a busy one starts a collector later, and has longer. Each fourth life is a long one:
    cards that nobody reads in 20 s end a play, and there the collector has to come up in time.
    """
    chance = random.Random(seed)
    done = 0
    while one.process.poll() is None and not one.pids["node"]:
        time.sleep(0.05)
    slow = (one.first["node"] - one.first["collector"]) / QUIET_S if one.pids["node"] else 1.0
    slow = min(max(1.0, slow), 2.5)
    while one.process.poll() is None and done < kills:
        life = 3 * gap[1] if done % 4 == 3 else chance.uniform(*gap)
        time.sleep(life * slow)
        done += one.process.poll() is None and one.kill("collector")
    return done


@pytest.fixture(scope="module")
def ours() -> tuple[Play, list[dict[str, Any]]]:
    """Our hands, played once, and what came of them."""
    one = Play(OURS)
    return one, one.results()


def test_our_hands_come_back_from_the_api_as_worked_out_by_hand(ours: tuple[Play, list[dict[str, Any]]]) -> None:
    one, results = ours

    assert one.process.returncode == 0, one.said
    assert [result["id"] for result in results] == list(EXPECTED)
    for result in results:
        assert {key: result[key] for key in EXPECTED[result["id"]]} == EXPECTED[result["id"]], result["id"]
        assert result["rulings"] == []


def test_every_hand_names_its_facts_and_the_device_events_that_dealt_it(
    ours: tuple[Play, list[dict[str, Any]]],
) -> None:
    _, results = ours
    assert [result["id"] for result in results] == list(EXPECTED)

    seen: set[tuple[str, str, int]] = set()
    position = 0
    for result in results:
        assert result["facts"]["stream"] == "table_01"
        assert position < result["facts"]["first"] < result["facts"]["last"]
        position = result["facts"]["last"]
        numbers = {
            (events["device"], events["origin"], number)
            for events in result["device_events"]
            for number in range(events["first"], events["last"] + 1)
        }
        assert numbers
        assert not numbers & seen
        seen |= numbers


def test_a_collector_killed_at_random_moments_changes_nothing(play: Callable[..., Play]) -> None:
    one = play(OURS)
    kills = kill_at_random(one, 5, seed=7, gap=(0.2, 1.5))
    results = one.results()

    assert kills >= 2
    assert len(one.pids["collector"]) == kills + 1
    assert one.process.returncode == 0, one.said
    assert [result["id"] for result in results] == list(EXPECTED)
    for result in results:
        assert {key: result[key] for key in EXPECTED[result["id"]]} == EXPECTED[result["id"]], result["id"]


def test_without_the_firmware_there_are_no_cards_and_no_result(play: Callable[..., Play]) -> None:
    one = play(OURS)
    while not one.pids["node"]:
        time.sleep(0.05)
    time.sleep(0.3)
    one.kill("node")
    results = one.results()

    assert one.process.returncode == 1
    assert len(results) < len(EXPECTED)
    assert any("died" in line for line in one.said)


def test_a_file_that_is_no_history_is_named_and_the_others_are_played(
    tmp_path: Path, play: Callable[..., Play]
) -> None:
    bad = tmp_path / "bad.phh"
    bad.write_text("variant = 'NT'\nactions = [\n")
    good = tmp_path / "good.phh"
    good.write_text(OURS.read_text().split("[2]")[1].split("[3]")[0])
    one = play(bad, good)
    results = one.results()

    assert [result["id"] for result in results] == ["ours/everybody-folds"]
    assert one.process.returncode == 2
    assert any("bad.phh" in line and "TOML" in line for line in one.said)


@pytest.mark.hands
@pytest.mark.parametrize(("deaths", "of"), [(5, 3), pytest.param(20, 1, marks=pytest.mark.soak)])
def test_recorded_hands_come_back_exactly_though_the_collector_dies_again_and_again(
    deaths: int, of: int, tmp_path: Path, play: Callable[..., Play]
) -> None:
    """In `make test` each third hand and five deaths."""
    expected = dict(list(chosen(hands_folder(), tmp_path).items())[::of])
    one = play(*expected)
    kills = kill_at_random(one, deaths, seed=20, gap=(0.5, 1.6))
    results = {Path(result["file"]): result for result in one.results()}

    assert one.process.returncode == 0, one.said[-5:]
    assert kills == deaths
    assert len(expected) > 60 // of
    for file, wanted in expected.items():
        assert {key: results[file][key] for key in COMPARED} == {key: wanted[key] for key in COMPARED}, wanted["id"]


def hands_folder() -> Path:
    name = os.environ.get("EBS_HANDS")
    if not name:
        pytest.skip("EBS_HANDS is not set: no recorded hand was played; set it to the folder of expected.jsonl")
    return Path(name)


def chosen(folder: Path, to: Path) -> dict[Path, dict[str, Any]]:
    """Copy the televised no-limit hands, those with side pots, and 60 Pluribus hands, 30 of them with a showdown."""
    rows = [json.loads(line) for line in (folder / "expected.jsonl").read_text().splitlines()]
    rows = [row for row in rows if row["variant"] == "NT" and "site-truth" not in row["file"]]
    pluribus = [row for row in rows if row["source"] == "pluribus"]
    wanted = [row for row in rows if row["source"] == "wsop2023"]
    wanted += [row for row in rows if "side_pots" in row["flags"] and row not in wanted]
    wanted += [row for row in pluribus if row["reached_showdown"]][:30]
    wanted += [row for row in pluribus if not row["reached_showdown"]][:30]
    files = {}
    for number, row in enumerate(wanted):
        text = (folder / row["file"]).read_text()
        if row.get("section"):
            text = re.split(r"(?m)^\[\d+\]\n", text.split(f"[{row['section']}]\n", 1)[1])[0]
        files[to / f"{number:03d}.phh"] = row
        (to / f"{number:03d}.phh").write_text(text)
    return files
