"""Topic names, built from checked levels only. All under `ebs/v1/`."""

from __future__ import annotations

import re
import sys

PREFIX = "ebs/v1"
_LEVEL = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TOPIC = re.compile(r"ebs/v1(?:/[A-Za-z0-9_-]{1,64}){1,4}")


def topic(*levels: str) -> str:
    """Return `ebs/v1/` and the levels; raise ValueError for one that could escape its place.

    >>> topic("table", "table_01", "public", "state")
    'ebs/v1/table/table_01/public/state'
    """
    for level in levels:
        if not _LEVEL.fullmatch(level):
            raise ValueError(f"{level!r} is no topic level; use letters, digits, _ and -")
    return "/".join((PREFIX, *levels))


def levels_of(name: str) -> list[str]:
    """Return the levels after `ebs/v1/`; an empty list for a topic that no client of ours makes.

    Somebody from outside chose the topic. What is no name stops here: nothing further on looks at it or keeps it. Facts
    keep who sent them: the same name is one text, not one for each fact.
    """
    if not _TOPIC.fullmatch(name):
        return []
    return [sys.intern(level) for level in name.removeprefix(PREFIX + "/").split("/")]


DEVICE_EVENTS = f"{PREFIX}/dev/+/event"
DEVICE_SNAPSHOTS = f"{PREFIX}/dev/+/snapshot"
DEVICE_STATUS = f"{PREFIX}/dev/+/status"
DEVICE_HEALTH = f"{PREFIX}/dev/+/health"
COLLECTOR_STATUS = f"{PREFIX}/collector/+/status"
TABLE_COMMANDS = f"{PREFIX}/table/+/command/+"
HOUSE_COMMANDS = f"{PREFIX}/house/command/+"
