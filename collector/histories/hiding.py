"""A story without what nobody tabled: for whoever may not see hidden cards. Works on JSON values.

No reading and no typed card that lies face down is in it, not even as a card that nobody has read: how many there are,
and when they came, tells which tags were cards. What was tabled is told by whoever tabled it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

Json = dict[str, Any]
_FACE_DOWN: Final = frozenset({"HoleCard", "HoleCardTaken"})
"""Events of cards at a seat, which lie face down: left out whole."""
_HIDDEN: Final[Mapping[str, tuple[str, Any]]] = {
    "Draw": ("cards", []),
    "Burn": ("card", None),
    "IrregularFlop": ("burn", None),
}
"""Fields of events that are hidden whoever shows what: of a seat that tabled its cards, what it threw away too."""


def without_hidden(story: Mapping[str, Any], released: Collection[int] = ()) -> Json:
    """Return a story, as `story_out` writes it, without hidden cards and without what follows from them.

    released: seats whose cards are known to whoever reads it.
    """
    found: list[Json] = []
    for event in story["events"]:
        kind = event["event"]
        if kind in _HIDDEN:
            name, nothing = _HIDDEN[kind]
            found.append({**event, name: nothing})
        elif kind not in _FACE_DOWN or event["seat"] in released:
            found.append(event)
    return {**story, "events": found}
