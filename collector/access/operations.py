"""What people do, as a guide tells it, and the words that it takes: the rows of the table in docs/security.md.

A route, topic or command names a word; each word stands in an operation, so the table tells all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from collector.access.rights import ROLES
from collector.access.vocabulary import OPEN, PROPOSE

YES: Final = "yes"
NO: Final = ""
GRANT: Final = "by grant"
TWO: Final = "two persons"
ANONYMOUS: Final = "anonymous"
PARTNER: Final = "partner key"
COLUMNS: Final = (ANONYMOUS, "viewer", PARTNER, *(role for role in ROLES if role != "viewer"))


@dataclass(frozen=True, slots=True)
class Operation:
    """A row. words: any of them is enough. cells: what a column says in place of `yes` or nothing.

    open: by which setting somebody without sign-in may do it too, or "".
    """

    name: str
    words: tuple[str, ...]
    cells: Mapping[str, str] = field(default_factory=dict)
    open: str = ""


OPERATIONS: Final = (
    Operation("health, sign-in, pages", (OPEN,)),
    Operation("hands", ("read:hands",), {PARTNER: "scope"}, "EBS_ANONYMOUS"),
    Operation("statistics", ("read:statistics",), {PARTNER: "scope"}, "EBS_ANONYMOUS"),
    Operation("players", ("read:players",), {PARTNER: "scope"}),
    Operation("hidden cards of finished hands", ("read:holecards",), {"admin": GRANT}),
    Operation("public feed", ("read:hands", "read:tables"), {PARTNER: "scope"}, "EBS_ANONYMOUS"),
    Operation("what is on air", ("read:graphics",), {PARTNER: "scope"}),
    Operation("state of nodes and readers", ("read:devices",), {PARTNER: "scope"}),
    Operation(
        "delayed feed",
        ("read:delayed",),
        {"viewer": GRANT, PARTNER: GRANT, "operator": GRANT, "floor": GRANT, "admin": GRANT},
    ),
    Operation("live feed", ("read:live",), {"programme": TWO, "admin": TWO}),
    Operation("act, enter cards", ("write:actions",), {PARTNER: "scope, and its owner's right"}),
    Operation("seats, levels, stacks", ("write:tables",)),
    Operation("names and data of players", ("write:players",)),
    Operation("contested cards, rulings on hidden cards", ("write:rulings",)),
    Operation("acknowledge alerts", ("write:alerts",)),
    Operation("take, clear and cue graphics", ("write:graphics",)),
    Operation("`mask`", ("write:actions", "write:graphics")),
    Operation("`unmask`", ("write:rulings", "write:graphics")),
    Operation("antennas, nodes, seals", ("write:devices",)),
    Operation("decks", ("write:decks",)),
    Operation("tags on hands", ("write:tags",)),
    Operation("hands from outside", ("write:hands",)),
    Operation("sync, webhooks", ("manage:sync", "manage:webhooks", "write:integrations")),
    Operation("outputs of public and delayed", ("manage:outputs",)),
    Operation("outputs of live", ("read:live",), {"programme": TWO, "admin": TWO}),
    Operation("users", ("manage:users",)),
    Operation("keys of others", ("manage:keys",)),
    Operation("events, tables", ("manage:events",)),
    Operation("mode, delay, policy: stricter", (PROPOSE, "write:graphics")),
    Operation("mode, delay, policy: weaker", (PROPOSE,), {"floor": "propose", "admin": "propose"}),
    Operation("audit", ("read:audit",), {"admin": GRANT}),
    Operation("backup, rebuild, retention", ("manage:log",)),
    Operation("restore", ("manage:log",), {"admin": TWO}),
)


def cell(operation: Operation, column: str) -> str:
    """Return what a column of the table says of an operation."""
    if column in operation.cells:
        return operation.cells[column]
    if OPEN in operation.words:
        return YES
    if column == ANONYMOUS:
        return f"`{operation.open}`" if operation.open else NO
    return YES if not ROLES.get(column, frozenset()).isdisjoint(operation.words) else NO
