"""Every hand of the set that EBS_HANDS names, against its expected outcome."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from collector.errors import BadHistory
from collector.histories.phh.replay import replay
from tools.verbs.replay import histories, outcome_of, outcome_record

KEYS = (
    "starting_stacks",
    "final_stacks",
    "total_pot",
    "pots",
    "uncalled_returned",
    "board",
    "reached_showdown",
    "winners",
)
pytestmark = pytest.mark.hands


@pytest.fixture(scope="module")
def expected(folder: Path) -> dict[tuple[str, str | None], dict[str, Any]]:
    lines = (json.loads(line) for line in (folder / "expected.jsonl").read_text().splitlines())
    return {(line["file"], line.get("section")): line for line in lines}


def test_every_recorded_hand_replays_to_the_chip(
    folder: Path, expected: dict[tuple[str, str | None], dict[str, Any]]
) -> None:
    agreed, wrong = 0, []
    for history in histories(folder / file for file in sorted({file for file, _ in expected})):
        assert not isinstance(history, BadHistory), history
        file = str(Path(history.file).relative_to(folder))
        record = outcome_record(history, outcome_of(history, replay(history)))
        truth = expected[file, history.section]
        differs = {key: (record[key], truth[key]) for key in KEYS if record[key] != truth[key]}
        agreed += not differs
        if differs:
            wrong.append((file, history.section, differs))

    assert wrong == []
    assert agreed == len(expected) > 0
