"""The overlay looks as it was approved to look, under the Chromium that took the pictures."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.web.pictures.approved import FOLDER, MAJOR, PICTURES
from tests.web.pictures.states import State
from tests.web.pictures.studio import Studio

pytestmark = pytest.mark.browser
OFF = 0.001
LARGEST_MB = 15


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_the_approved_one(name: str, taking: Studio, played: Callable[[str], State]) -> None:
    made_by = int(MAJOR.read_text())
    if taking.major != made_by:
        pytest.skip(f"Chromium {taking.major}: the pictures are of {made_by} and were NOT compared")
    state, query = PICTURES[name]

    taken = taking.in_palette(taking.take(played(state), query))

    off = taking.differs((FOLDER / f"{name}.png").read_bytes(), taken)
    assert off <= OFF, f"{off:.2%} differ; look: python -m tests.web.pictures.approved {name}"


def test_every_approved_picture_is_of_a_state() -> None:
    assert {path.stem for path in FOLDER.glob("*.png")} == set(PICTURES)
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < LARGEST_MB * 1_000_000


def test_another_picture_is_told_apart(taking: Studio, played: Callable[[str], State]) -> None:
    one, other = (taking.in_palette(taking.take(played(name))) for name in ("act", "flop"))

    assert taking.differs(one, other) > OFF
    assert taking.differs(one, one) == 0
