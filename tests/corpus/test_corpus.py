"""What the collector did at 502560e it does today: every byte that left, every fact, every answer of REST.

The evenings are data (`evenings/`): what came, and what came of it. A difference is told by evening, line and field.
Whoever means to change what the collector does records anew, `python -m tests.corpus.record`, and reads the difference.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.corpus import files, replay
from tests.corpus.wiring import digest_of

ROOT = Path(__file__).parents[2]
NAMES = files.names()
METRICS = "GET /metrics"
"""They count what a process has done since it started."""
LARGEST_MB = 2


def same(what: str, recorded: list[Any], now: list[Any]) -> None:
    difference = replay.first_difference(what, recorded, now)
    assert difference is None, f"\n{difference}"


def asked(answers: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [answer for answer in answers if answer["request"] != METRICS]


@pytest.mark.parametrize("name", NAMES)
def test_an_evening_makes_the_same_bytes(name: str) -> None:
    played = asyncio.run(replay.whole(name))

    same(f"{name}: what left", files.read(name, "sent"), played.sent)
    same(f"{name}: facts", files.read(name, "facts"), played.facts)
    same(f"{name}: REST", files.read(name, "answers"), played.answers)
    same(f"{name}: names in the log", files.read(name, "names"), played.names)


@pytest.mark.parametrize("name", NAMES)
def test_the_whole_log_folds_to_the_same_tables_and_the_same_read_model(name: str) -> None:
    facts, sent = files.read(name, "facts"), files.read(name, "sent")
    *_, last = files.read(name, "restarts")

    tables, answers = asyncio.run(replay.folded(name, facts, last["log_id"]))

    same(f"{name}: states", replay.by_batch(sent)[tables[0][0]], tables)
    same(f"{name}: REST", asked(files.read(name, "answers")), asked(answers))


@pytest.mark.parametrize("name", NAMES)
def test_a_collector_that_starts_again_behind_each_97th_fact_tells_the_same(name: str) -> None:
    facts, usual = files.read(name, "facts"), replay.by_batch(files.read(name, "sent"))
    *recorded, _ = files.read(name, "restarts")

    for restart in recorded:
        after = restart["after"]
        expected = {number: lines for number, lines in usual.items() if number > after}
        for lines in restart["differs"]:
            expected[lines[0][0]] = [line for line in lines if len(line) > 1]
        expected[after] = restart["begun"]
        told = [line for number in sorted(expected) for line in expected[number]]
        now = asyncio.run(replay.from_the_middle(name, after, facts, restart["log_id"]))
        same(f"{name}, restarted behind batch {after}", told, now)


@pytest.mark.parametrize("name", NAMES)
def test_the_log_is_one_chain(name: str) -> None:
    ends: dict[str, str] = {}
    for row in files.read(name, "facts"):
        assert row["prev_hash"] == ends.get(row["stream"], "0" * 64)
        ends[row["stream"]] = digest_of(row)


@pytest.mark.parametrize(("seed", "zone"), [("12345", "Asia/Kolkata"), ("0", "America/St_Johns")])
def test_neither_the_hash_seed_nor_the_time_zone_changes_a_byte(seed: str, zone: str) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
    program = [sys.executable, "-m", "tests.corpus.replay"]

    done = subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_the_corpus_is_small() -> None:
    size = sum(path.stat().st_size for path in Path(__file__).parent.rglob("*") if path.suffix != ".pyc")

    assert NAMES
    assert size <= LARGEST_MB * 1_000_000
