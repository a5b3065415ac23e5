"""A seeded draw of faults over the rooms, each room with its share."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.dev.mutants.faults import KINDS, Fault, faults_in


@dataclass(frozen=True)
class Room:
    """A part of the tree that a share of all faults is planted in."""

    name: str
    share: int
    """Of the faults of a draw, in relation to the other rooms."""
    places: tuple[str, ...]
    """Patterns of paths, relative to the root."""
    without: tuple[str, ...] = ()
    """Starts of paths that are another room's, or nobody's."""


_PYTHON: Final = "**/*.py"
ROOMS: Final = (
    Room("hand", 18, (f"collector/hand/{_PYTHON}",)),
    Room("table", 18, (f"collector/table/{_PYTHON}",)),
    Room("equity", 8, (f"collector/equity/{_PYTHON}", f"collector/odds/{_PYTHON}")),
    Room("histories", 10, (f"collector/histories/{_PYTHON}",)),
    Room(
        "rest",
        24,
        (f"collector/{_PYTHON}",),
        ("collector/hand/", "collector/table/", "collector/equity/", "collector/odds/", "collector/histories/"),
    ),
    Room("edge", 14, (f"edge/{_PYTHON}", f"firmware/{_PYTHON}")),
    Room("tools", 4, (f"tools/{_PYTHON}",), ("tools/bench/", "tools/dev/")),
    Room("web", 4, ("collector/web/static/**/*.js",), ("collector/web/static/vendor/",)),
)


def drawn(root: Path, seed: int, count: int, rooms: tuple[Room, ...] = ROOMS) -> list[tuple[Room, Fault]]:
    """Draw `count` faults over the rooms, no two on one line. The same tree and seed give the same faults.

    Raises:
        ValueError: The rooms hold too few places for so many faults.
    """
    chance = random.Random(seed)  # noqa: S311 - a draw that can be repeated
    chosen: list[tuple[Room, Fault]] = []
    for room, number in zip(rooms, _shared(count, [room.share for room in rooms]), strict=True):
        by_kind = _by_kind(root, room)
        lines: set[tuple[str, int]] = set()
        for _ in range(number):
            fault = _one(chance, by_kind, lines, root)
            if fault is None:
                raise ValueError(f"{room.name}: fewer than {number} places for a fault; draw fewer")
            chosen.append((room, fault))
    return chosen


def _shared(count: int, shares: list[int]) -> list[int]:
    """Divide a number by shares; what does not divide goes to the largest remainders."""
    whole = sum(shares)
    numbers = [count * share // whole for share in shares]
    rest = sorted(range(len(shares)), key=lambda at: -(count * shares[at] % whole))
    for at in rest[: count - sum(numbers)]:
        numbers[at] += 1
    return numbers


def _by_kind(root: Path, room: Room) -> dict[str, list[Fault]]:
    paths = sorted({path.relative_to(root).as_posix() for place in room.places for path in root.glob(place)})
    found: dict[str, list[Fault]] = {}
    for path in paths:
        if not path.startswith(room.without or ("\0",)):
            for fault in faults_in(path, (root / path).read_text(encoding="utf-8")):
                found.setdefault(fault.kind, []).append(fault)
    return found


def _one(
    chance: random.Random, by_kind: dict[str, list[Fault]], lines: set[tuple[str, int]], root: Path
) -> Fault | None:
    while by_kind:
        kinds = sorted(by_kind)
        kind = chance.choices(kinds, [KINDS[each] for each in kinds])[0]
        fault = by_kind[kind].pop(chance.randrange(len(by_kind[kind])))
        if not by_kind[kind]:
            del by_kind[kind]
        source = (root / fault.path).read_text(encoding="utf-8")
        place = (fault.path, fault.line(source))
        if place not in lines and fault.compiles(source):
            lines.add(place)
            return fault
    return None
