"""The size of what is shown: the broker takes no more than MESSAGE_LIMIT, and drops whoever sends more.

A command that would make a state too large is refused, saying what takes the room. A log may hold such a command
already, and some lists grow by themselves: then the state is sent without its largest lists, and names them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from collector.canonical import compact
from collector.errors import Refused
from collector.table.state import Table
from collector.wire.base import MESSAGE_LIMIT

CEILING: Final = MESSAGE_LIMIT - 8 * 1024
"""Bytes that commands may fill. The rest is for what comes by itself: acts of the running hand, hidden cards, odds."""
SMALL: Final = 512
"""Bytes that every command may add, up to the ceiling and beyond: no table stands still for its size."""
WORTH_WEIGHING: Final = 32 * 1024

_EMPTY: Final[Mapping[str, bytes]] = {
    "levels": b"[]",
    "tournament": b"{}",
    "side_games": b"{}",
    "flags": b"[]",
    "decks": b"[]",
}
"""The fields of a state that may be left out, with what stands in their place."""
ACTS: Final = "hand.actions"
"""The name of the acts of a hand among them; the rulings of the hand go with the acts."""


def size_of(parts: Mapping[str, bytes]) -> int:
    """Return the bytes of an object of these members."""
    return sum(map(len, parts.values())) + len(parts) + 1


def fitted(
    parts: Mapping[str, bytes], hand_without_acts: Callable[[], bytes]
) -> tuple[Mapping[str, bytes], tuple[str, ...]]:
    """Return the members of a state that fits, and which fields are left out of it, the largest first."""
    left_out: list[str] = []
    within = dict(parts)
    while size_of(within) > MESSAGE_LIMIT:
        can_go = [name for name in (*_EMPTY, ACTS) if name not in left_out]
        if not can_go:
            break
        largest = max(can_go, key=lambda name: len(within["hand" if name == ACTS else name]))
        if largest == ACTS:
            within["hand"] = hand_without_acts()
        else:
            within[largest] = b'"%b":%b' % (largest.encode(), _EMPTY[largest])
        left_out.append(largest)
        within["left_out"] = b'"left_out":' + compact(left_out)
    return within, tuple(left_out)


def too_large(left_out: tuple[str, ...]) -> str:
    """Return what to tell the floor of a state that was sent without some fields."""
    remedies = {
        "levels": "give `set_levels` fewer levels",
        "side_games": "give `set_side_games` fewer bounties",
        "tournament": "give `set_tournament` fewer payouts",
        "flags": "answer the flagged readings",
        "decks": "retire decks",
        ACTS: "they are in the record of the hand all the same",
    }
    how = "; ".join(f"{name} ({remedies[name]})" for name in left_out)
    return f"a state of this table has more than the {MESSAGE_LIMIT} bytes of a message; left out: {how}"


def worth_weighing(table: Table) -> bool:
    """Tell whether a table has so long lists that one more small thing might be too much. Costs next to nothing.

    The public state is weighed. What follows from hidden cards is not in it, and plays no part here.
    """
    acts = len(table.play.hand.actions) if table.play else 0
    told = table.tournament
    places = 500 * len(told.eliminated or ()) + 20 * len(told.payouts or ())
    lists = 220 * len(table.levels) + 250 * len(table.bounties) + 70 * len(table.decks)
    return places + lists + 230 * acts > WORTH_WEIGHING


def require_room(
    before: Mapping[str, bytes], after: Mapping[str, bytes], *, table_id: str, refused_when_large: bool
) -> None:
    """Raise Refused if a command would fill a state beyond the ceiling.

    before, after: the members of the states before and after it. refused_when_large: the table goes on without the
    command, so it may not add even a little.
    """
    size, added = size_of(after), size_of(after) - size_of(before)
    if size <= CEILING or added <= (0 if refused_when_large else SMALL):
        return
    parts = sorted(((len(after[name]), name) for name in (*_EMPTY, "hand") if name in after), reverse=True)
    most = ", ".join(f"{name} {count}" for count, name in parts[:3])
    message = f"the state of table {table_id} would have {size} bytes of {CEILING} (largest: {most}); give less"
    raise Refused("TOO_LARGE", message, {"bytes": size, "limit": CEILING, "largest": parts[0][1]})
