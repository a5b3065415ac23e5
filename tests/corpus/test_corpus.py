"""What the collector did at 502560e it does today: every byte that left, every fact, every answer of REST.

The evenings are data (`evenings/`): what came, and what came of it. A difference is told by evening, line and field.
Whoever means to change what the collector does records anew, `python -m tests.corpus.record`, and reads the difference.
"""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from collector.facts.seals import HouseKeys
from tests.corpus import files, replay
from tests.corpus.wiring import digest_of

ROOT = Path(__file__).parents[2]
NAMES = files.names()
LARGEST_MB = 2
UID = re.compile(r"(?:[0-9a-f]{14}|[0-9a-f]{16}|[0-9a-f]{20})")


def same(what: str, recorded: list[Any], now: list[Any]) -> None:
    difference = replay.first_difference(what, recorded, now)
    assert difference is None, f"\n{difference}"


@pytest.mark.parametrize("name", NAMES)
def test_an_evening_makes_the_same_bytes(name: str) -> None:
    played = asyncio.run(replay.whole(name))

    same(f"{name}: what left", files.read(name, "sent"), played.sent)
    same(f"{name}: facts", files.read(name, "facts"), played.facts)
    same(f"{name}: REST", files.read(name, "answers"), played.answers)
    same(f"{name}: names in the log", files.read(name, "names"), played.names)


@pytest.mark.parametrize("name", NAMES)
def test_an_evening_makes_the_same_bytes_with_a_sealed_log_which_names_no_tag(name: str) -> None:
    disk = set[bytes]()
    played = asyncio.run(replay.whole(name, HouseKeys([b"h" * 32]), disk))

    same(f"{name}: what left", files.read(name, "sent"), played.sent)
    same(
        f"{name}: facts",
        [_in_any_chain(row) for row in files.read(name, "facts")],
        list(map(_in_any_chain, played.facts)),
    )
    same(f"{name}: REST", files.read(name, "answers"), played.answers)
    tags = {uid for row in played.facts for uid in _tags(row["body"]) if len(set(uid)) > 1}  # zeros stand elsewhere
    assert [uid for uid in sorted(tags) if any(uid.encode() in file for file in disk)] == []
    assert all((row["key_id"] is None) == (row["class"] == "S1") for row in played.facts)


def _in_any_chain(row: dict[str, Any]) -> dict[str, Any]:
    """Return a fact without what differs by its seal."""
    return {**row, "key_id": None, "prev_hash": ""}


def _tags(value: object) -> Iterator[str]:
    """Yield what may be a tag in a body: in hexadecimal, of the lengths that a UID has."""
    if isinstance(value, str):
        yield from (value,) if UID.fullmatch(value) else ()
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _tags(name) if name != "digest" else ()
            yield from _tags(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _tags(inner)


@pytest.mark.parametrize("name", NAMES)
def test_the_whole_log_folds_to_the_same_tables_and_the_same_read_model(name: str) -> None:
    facts, sent, usual = (files.read(name, part) for part in ("facts", "sent", "answers"))
    *_, recorded = files.read(name, "restarts")

    begun, answers = asyncio.run(replay.folded(name, facts, recorded["log_id"]))

    same(f"{name}: states", recorded["begun"], begun)
    assert sorted(begun) == sorted(replay.by_batch(sent)[begun[0][0]]), "as they stood at the end of the evening"
    same(f"{name}: REST", recorded["answers"], replay.differing(usual, answers))


@pytest.mark.parametrize("name", NAMES)
def test_a_collector_that_starts_again_behind_each_97th_fact_tells_the_same(name: str) -> None:
    facts, usual = files.read(name, "facts"), replay.by_batch(files.read(name, "sent"))
    *recorded, _ = files.read(name, "restarts")

    for restart in recorded:
        after, until = restart["after"], restart["until"]
        expected = {at: lines for at, lines in usual.items() if at > after and (until is None or at < until)}
        for lines in restart["differs"]:
            expected[lines[0][0]] = [line for line in lines if len(line) > 1]
        expected[after] = restart["begun"]
        told = [line for number in sorted(expected) for line in expected[number]]
        now = asyncio.run(replay.from_the_middle(name, after, facts, restart["log_id"], until))
        same(f"{name}, restarted behind batch {after}", told, now)


@pytest.mark.parametrize("name", NAMES)
def test_the_log_is_one_chain(name: str) -> None:
    ends: dict[str, str] = {}
    for row in files.read(name, "facts"):
        assert row["prev_hash"] == ends.get(row["stream"], "0" * 64)
        ends[row["stream"]] = digest_of(row)


SHORT = [name for name in NAMES if not name.startswith(("chance_", "games_"))]
KOLKATA, ST_JOHNS = ("12345", "Asia/Kolkata"), ("0", "America/St_Johns")
ELSEWHERE = [
    (*KOLKATA, SHORT[::2]),
    (*ST_JOHNS, SHORT[1::2]),
    pytest.param(*KOLKATA, NAMES, marks=pytest.mark.soak),
    pytest.param(*ST_JOHNS, NAMES, marks=pytest.mark.soak),
]
"""Every process has another hash seed by itself: in `make test` all evenings are played with one already."""


@pytest.mark.parametrize(("seed", "zone", "names"), ELSEWHERE)
def test_neither_the_hash_seed_nor_the_time_zone_changes_a_byte(seed: str, zone: str, names: list[str]) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
    program = [sys.executable, "-m", "tests.corpus.replay", *names]

    done = subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_the_corpus_is_small() -> None:
    size = sum(path.stat().st_size for path in Path(__file__).parent.rglob("*") if path.suffix != ".pyc")

    assert NAMES
    assert size <= LARGEST_MB * 1_000_000
