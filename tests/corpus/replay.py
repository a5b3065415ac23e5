"""Plays an evening of the corpus from its inputs, whole or from the middle on, and says how it differs from the record.

`python -m tests.corpus.replay` plays all evenings and prints the first difference of each, if there is one.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest
from pathlib import Path
from typing import Any

from collector.facts.seals import HouseKeys
from tests.corpus import files
from tests.corpus.wiring import Stage, fact_in, fact_out, log_names, playing

METRICS = "GET /metrics"
"""They count what a process has done since it started."""
_SHORT = 3
"""Restarts of a short evening."""
EVERY = 97
"""Facts between two restarts."""
Line = list[Any]
"""What left: number of the input batch, topic, qos, retain, payload."""


@dataclass
class Played:
    """What an evening made."""

    sent: list[Line]
    facts: list[dict[str, Any]]
    answers: list[dict[str, Any]]
    names: list[list[Any]]
    log_ids: list[str]
    """After each batch."""


async def whole(name: str, house_keys: HouseKeys | None = None, disk: set[bytes] | None = None) -> Played:
    """Play an evening from its inputs, and ask REST what was asked when it was recorded.

    house_keys: with a sealed log. disk: gets what the files of the log hold at the end.
    """
    with tempfile.TemporaryDirectory() as folder, log_names() as names:
        async with playing(Path(folder), house_keys=house_keys) as stage:
            sent, log_ids = await feed(stage, files.batches(name))
            facts = [fact_out(number, fact) for number, fact in stage.facts]
            if disk is not None:
                disk |= {file.read_bytes() for file in Path(folder).glob("*.db*") if "readmodel" not in file.name}
            return Played(sent, facts, await stage.get(requests(name)), sorted(map(list, names.items())), log_ids)


async def from_the_middle(
    name: str, after: int, facts: Sequence[Mapping[str, Any]], log_id: str, until: int | None = None
) -> list[Line]:
    """Play what comes behind a batch, up to another, on a collector that starts with the log as it was then."""
    known = [fact_in(row) for row in facts if row["input"] <= after]
    with tempfile.TemporaryDirectory() as folder:
        async with playing(Path(folder), facts=known, log_id=log_id) as stage:
            batches = files.batches(name)
            stage.number = after
            begun, _ = await feed(stage, [[{"do": "connect", "at": batches[after][-1]["at"]}]])
            rest, _ = await feed(stage, batches[after + 1 : until])
            return begun + rest


async def folded(name: str, facts: Sequence[Mapping[str, Any]], log_id: str) -> tuple[list[Line], list[dict[str, Any]]]:
    """Start a collector on the whole log of an evening; return what it tells once connected, and what REST says."""
    with tempfile.TemporaryDirectory() as folder:
        async with playing(Path(folder), facts=[fact_in(row) for row in facts], log_id=log_id) as stage:
            batches = files.batches(name)
            stage.number = len(batches) - 1
            sent, _ = await feed(stage, [[{"do": "connect", "at": batches[-1][-1]["at"]}]])
            return sent, await stage.get(requests(name))


async def feed(stage: Stage, batches: Iterable[Sequence[Mapping[str, Any]]]) -> tuple[list[Line], list[str]]:
    """Give a stage batches; return what left, and the name of the log after each."""
    sent: list[Line] = []
    log_ids = []
    for batch in batches:
        number, known = stage.number, len(stage.sent)
        await stage.take(batch)
        sent += [[number, *row] for row in stage.sent[known:]]
        log_ids.append(stage.log_id)
    return sent, log_ids


def requests(name: str) -> list[str]:
    """Return what REST is asked after an evening."""
    return [str(request) for request in files.read(name, "requests")]


def restarts(facts: Sequence[Mapping[str, Any]], first: int) -> list[int]:
    """Return the batches that hold each 97th fact, behind batch `first`."""
    at = {row["input"] for row in facts[EVERY - 1 :: EVERY]}
    return sorted(number for number in at if number > first)


def untils(after: Sequence[int]) -> list[int | None]:
    """Return up to which batch to play behind each restart: past the next one, so that each is played into by another.

    Behind the first restart of a short evening the rest is played to its end.
    """
    ends: list[int | None] = [each + 10 for each in [*after[1:], 10**6]][: len(after)]
    return [None, *ends[1:]] if 0 < len(after) <= _SHORT else ends


def by_batch(lines: Iterable[Line]) -> dict[int, list[Line]]:
    """Return what left, by the batch that it came of."""
    return {number: list(group) for number, group in groupby(lines, key=lambda line: line[0])}


def first_difference(what: str, recorded: Sequence[Any], played: Sequence[Any]) -> str | None:
    """Say where two lists of lines part, and how; None where they are equal."""
    if recorded == played:
        return None
    for number, (was, now) in enumerate(zip_longest(recorded, played)):
        if was != now:
            lines = list(_how(_opened(was), _opened(now)))
            return "\n".join([f"{what}, line {number + 1}: {_named(was)}", *lines[:20]])
    raise AssertionError("they are equal after all")


def _named(line: Any) -> str:
    return f"batch {line[0]}, topic {line[1]}" if isinstance(line, list) and len(line) > 1 else str(line)[:100]


def _opened(value: Any) -> Any:
    """Return a line with the JSON in it as values."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    if isinstance(value, list):
        return [_opened(each) for each in value]
    if isinstance(value, dict):
        return {name: _opened(each) for name, each in value.items()}
    return value


def _how(was: Any, now: Any, where: str = "") -> Iterator[str]:
    if type(was) is not type(now) or not isinstance(was, dict | list):
        if was != now:
            yield f"  {where or '.'}: recorded {_short(was)}, now {_short(now)}"
        return
    members = [*was, *(name for name in now if name not in was)] if isinstance(was, dict) else []
    pairs = [(name, was.get(name, "(nothing)"), now.get(name, "(nothing)")) for name in members]
    if isinstance(was, list):
        pairs = [(at, *pair) for at, pair in enumerate(zip_longest(was, now, fillvalue="(nothing)"))]
    found = False
    for name, one, other in pairs:
        for line in _how(one, other, f"{where}.{name}"):
            found = True
            yield line
    if not found and not where:
        yield "  the same JSON in other bytes"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:200]}…"


def differing(usual: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the answers of REST that are other than usual."""
    return [other for one, other in zip(usual, now, strict=True) if one != other and one["request"] != METRICS]


def compare(name: str) -> list[str]:
    """Play an evening whole; return its differences from the record."""
    played = asyncio.run(whole(name))
    parts = ("sent", "facts", "answers", "names")
    found = [first_difference(f"{name}: {part}", files.read(name, part), getattr(played, part)) for part in parts]
    return [each for each in found if each]


def main() -> int:
    """Compare the evenings that are named, or all."""
    differences = [each for name in sys.argv[1:] or files.names() for each in compare(name)]
    for each in differences:
        print(each)  # noqa: T201 - a command
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
