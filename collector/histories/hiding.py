"""A story without the cards that nobody tabled: for whoever may not see hidden cards. Works on JSON values.

A hidden card becomes one that was dealt and not read. What was folded face down has then never been known.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

Json = dict[str, Any]
_HIDDEN: Final[Mapping[str, tuple[str, Any]]] = {
    "Draw": ("cards", []),
    "Burn": ("card", None),
    "IrregularFlop": ("burn", None),
}
"""Fields of events that are hidden whoever shows what: of a seat that tabled its cards, what it threw away too."""


def without_hidden(story: Mapping[str, Any], shown: Mapping[int, Collection[str]]) -> Json:
    """Return a story, as `story_out` writes it, without hidden cards. shown: by seat, the cards that were tabled."""
    found: list[Json] = []
    for event in story["events"]:
        kind = event["event"]
        if kind == "HoleCard":
            found.append(event if event["card"] in shown.get(event["seat"], ()) else {**event, "card": None})
        elif kind == "HoleCardTaken":
            _take_back(found, event, event["card"] in shown.get(event["seat"], ()))
        elif kind in _HIDDEN:
            name, nothing = _HIDDEN[kind]
            found.append({**event, name: nothing})
        else:
            found.append(event)
    return {**story, "events": found}


def _take_back(found: list[Json], taken: Json, tabled: bool) -> None:
    """Leave out a card of a seat that was taken back. A hidden one cannot be named: one that was not read goes."""
    for at in range(len(found) - 1, -1, -1):
        event = found[at]
        card = taken["card"] if tabled else None
        if event["event"] == "HoleCard" and (event["seat"], event["card"]) == (taken["seat"], card):
            del found[at]
            return
