"""Messages made from the models never make a message that cannot be sent, and never end or fill a process."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.collector.pipeline.fuzz import Fuzz

ROOT: Final = Path(__file__).resolve().parents[3]
BOUNDS: Final = (
    ("collector/wire/tournament.py", "Field(max_length=MOST_LEVELS)", "Field()"),
    ("collector/wire/tournament.py", "Field(max_length=2000)", "Field()"),
    ("collector/wire/tournament.py", "Field(max_length=50)", "Field()"),
    ("collector/table/show/fitting.py", "while size_of(within) > MESSAGE_LIMIT:", "while False:"),
    ("collector/table/show/fitting.py", "if size <= CEILING or", "if True or"),
    ("collector/wire/topics.py", '"ebs/v1(?:/[A-Za-z0-9_-]{1,64}){1,4}"', '"ebs/v1/.*"'),
    ("collector/pipeline/floor.py", "MOST_TOLD_APART: Final = 1000", "MOST_TOLD_APART: Final = 10**9"),
    (
        "collector/canonical.py",
        "    try:\n        value = json.loads(text, obj",
        "    return None\n    try:\n        value = json.loads(text, obj",
    ),
    ("collector/house/commands.py", 'command.table_id == HOUSE or command.table_id.startswith("_")', "False"),
    ("collector/wire/device.py", "if self.seq + len(self.events)", "if False and self.seq + len(self.events)"),
    ("collector/wire/base.py", "MAX_CHIPS = 2 * 10**15", "MAX_CHIPS = 10**30"),
)
"""The bounds, as they stand in the code, and what takes each out."""


@pytest.mark.timeout(120)
@pytest.mark.parametrize("seed", [3, 4])
async def test_a_thousand_messages_find_nothing(seed: int) -> None:
    fuzz = Fuzz(seed)

    assert await fuzz.run(1000) == {}
    assert fuzz.accepted > 150
    assert fuzz.hands > 2


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(10, 16))
async def test_twenty_thousand_messages_find_nothing(seed: int) -> None:
    fuzz = Fuzz(seed)

    assert await fuzz.run(20_000) == {}
    assert fuzz.accepted > 3000
    assert fuzz.hands > 50


@pytest.mark.timeout(240)
def test_where_the_bounds_are_taken_out_the_same_messages_find_what_they_hold_back(tmp_path: Path) -> None:
    for part in ("collector", "edge", "tests", "tools"):
        skipped = shutil.ignore_patterns("__pycache__", "static", "corpus", "e2e", "*.xz")
        shutil.copytree(ROOT / part, tmp_path / part, ignore=skipped)
    for name, bound, without in BOUNDS:
        text = (tmp_path / name).read_text()
        assert text.count(bound) == 1, f"{name}: {bound}"
        (tmp_path / name).write_text(text.replace(bound, without))

    command = [sys.executable, "-m", "tests.collector.pipeline.fuzz", "1", "2500"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    found = {":".join(line.split(":")[:2]) for line in ran.stdout.splitlines()[1:]}
    assert found >= {
        "S1: too large to send",
        "S6: kept for ever",
        "S12: a name twice in one object",
        "S12: nested without an end",
        "S12: a stream of our own is a table",
        "S12: a number that no browser counts",
    }, ran.stdout[-2000:] + ran.stderr[-2000:]
