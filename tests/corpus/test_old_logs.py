"""The logs that 502560e wrote fold to the tables that 502560e had: what is added since may stand beside it.

`evenings/` is recorded anew when the collector changes on purpose; these logs and states (`old_logs/`) never are.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.corpus import files, replay

FOLDER = Path(__file__).parent / "old_logs"

ON_PURPOSE: dict[str, str] = {
    "state.may.assign_antenna": "an antenna changes its role between hands only, so it may not come in a running hand",
    "state.seq": "`street_dealt` tells of further boards too, so that some hands have more events",
}
"""Places of a state whose value is another now, each with the reason."""


def lost(was: Any, now: Any) -> list[str]:
    """Return the places where `now` does not hold what `was` holds; members that are new do not count."""
    if isinstance(was, dict) and isinstance(now, dict):
        return [f".{name}{place}" for name in was for place in lost(was[name], now.get(name, _NOTHING))]
    if isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        return [f"[]{place}" for one, other in zip(was, now, strict=True) for place in lost(one, other)]
    return [] if was == now and type(was) is type(now) else [f": {was!r} became {now!r}"]


_NOTHING = object()


def states(lines: list[Any]) -> dict[str, Any]:
    return {topic: json.loads(payload) for _, topic, _, _, payload in lines if payload and "/state" in topic}


@pytest.mark.parametrize("name", sorted(path.name.split(".")[0] for path in FOLDER.glob("*.facts.xz")))
def test_a_log_of_502560e_folds_to_its_tables(name: str) -> None:
    (head, *recorded), facts = files.read(name, "begun", FOLDER), files.read(name, "facts", FOLDER)

    begun, _ = asyncio.run(replay.folded(name, facts, head["log_id"]))

    was, now = states(recorded), states(begun)
    assert was, "else nothing is compared"
    assert set(was) <= set(now)
    differing = {f"{topic.rpartition('/table/')[2]}{place}" for topic in was for place in lost(was[topic], now[topic])}
    unexplained = {place for place in differing if not any(f"{known}:" in place for known in ON_PURPOSE)}
    assert unexplained == set()


def test_what_differs_is_found() -> None:
    was = {"a": [1, {"b": None}], "c": True}

    assert lost(was, {**was, "new": 1}) == []
    assert lost(was, {"a": [1, {"b": 0}], "c": 1}) == [".a[].b: None became 0", ".c: True became 1"]
    assert lost(was, {"a": [1], "c": True}) == [".a: [1, {'b': None}] became [1]"]
