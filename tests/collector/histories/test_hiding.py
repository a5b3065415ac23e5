"""A story for whoever may not see hidden cards: as if nobody had read or typed a card that lies face down."""

from __future__ import annotations

from typing import Any

import pytest

from collector.histories.hiding import without_hidden

OPEN: list[dict[str, Any]] = [
    {"event": "Call", "seat": 1},
    {"event": "BoardCard", "card": "2c"},
    {"event": "Show", "seat": 1, "cards": ["As", "Ad"]},
]
DOWN: list[dict[str, Any]] = [
    {"event": "HoleCard", "seat": 1, "card": "As"},
    {"event": "HoleCard", "seat": 2, "card": None},
    {"event": "HoleCardTaken", "seat": 1, "card": "As"},
]


@pytest.mark.parametrize("dealt", [[], DOWN[:1], DOWN[:2], DOWN, [DOWN[1]] * 3])
def test_neither_which_cards_lie_face_down_nor_how_many_are_known_is_in_it(dealt: list[dict[str, Any]]) -> None:
    assert without_hidden({"setup": {}, "events": [*dealt, *OPEN]}) == {"setup": {}, "events": OPEN}


def test_what_was_thrown_away_and_burned_has_no_names() -> None:
    thrown = {"event": "Draw", "seat": 1, "count": 2, "cards": ["2c", "3d"]}
    burned = {"event": "Burn", "card": "4h"}

    told = without_hidden({"events": [thrown, burned]})["events"]

    assert told == [{**thrown, "cards": []}, {**burned, "card": None}]
