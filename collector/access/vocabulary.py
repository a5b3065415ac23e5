"""The permission words: which there are, and what a wildcard stands for. Names no role, no route and no command.

A wildcard stands for ordinary words only. What shows hidden cards early, or who did what, is given by its own name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from collector.errors import BadInput

ORDINARY_READS: Final = (
    "read:hands",
    "read:players",
    "read:statistics",
    "read:tables",
    "read:graphics",
    "read:devices",
)
READ_LIVE: Final = "read:live"
GUARDED_READS: Final = ("read:holecards", "read:delayed", "read:audit", READ_LIVE)
"""In no wildcard. `read:holecards`: hidden cards of hands that are over. `read:live`: those of the running hand."""
WRITES: Final = (
    "write:actions",
    "write:tables",
    "write:rulings",
    "write:players",
    "write:tags",
    "write:graphics",
    "write:alerts",
    "write:devices",
    "write:decks",
    "write:hands",
    "write:integrations",
)
MANAGES: Final = (
    "manage:events",
    "manage:users",
    "manage:keys",
    "manage:outputs",
    "manage:log",
    "manage:sync",
    "manage:webhooks",
)
PROPOSE: Final = "release:propose"
"""Proposes another mode, delay or policy. No word approves: an approval is a signature of a second person."""
WORDS: Final = (*ORDINARY_READS, *GUARDED_READS, *WRITES, *MANAGES, PROPOSE)
WILDCARDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"read:*": ORDINARY_READS, "write:*": WRITES, "manage:*": MANAGES}
)
BY_NAME: Final = ("read:holecards", "read:delayed", "read:audit")
"""Guarded words that a grant may name. `read:live` is none of them: two persons give it, on the table's record."""

OPEN: Final = "open"
"""In place of a word: anybody may, signed in or not."""
SELF: Final = "self"
"""In place of a word: whoever has signed in may, about themselves."""


def expand(patterns: Iterable[str]) -> frozenset[str]:
    """Return the words that `patterns` stand for. Raises BadInput, code UNKNOWN_PERMISSION, for what is none.

    >>> sorted(expand(["write:tags", "read:*"]))[:2], "read:live" in expand(["read:*"])
    (['read:devices', 'read:graphics'], False)
    """
    found: set[str] = set()
    for pattern in patterns:
        if pattern not in WORDS and pattern not in WILDCARDS:
            known = ", ".join((*WILDCARDS, *WORDS))
            raise BadInput("UNKNOWN_PERMISSION", f"{pattern[:80]!r} is no permission; there are {known}")
        found.update(WILDCARDS.get(pattern, (pattern,)))
    return frozenset(found)


def shortened(words: Iterable[str]) -> list[str]:
    """Return words in the order of the table, whole families as their wildcard.

    >>> shortened(["write:actions", *ORDINARY_READS])
    ['read:*', 'write:actions']
    """
    held = set(words)
    whole = [name for name, family in WILDCARDS.items() if held.issuperset(family)]
    covered = {word for name in whole for word in WILDCARDS[name]}
    return [*whole, *(word for word in WORDS if word in held - covered)]
