"""Topic names, built from checked levels only. All under `ebs/v1/`."""

from __future__ import annotations

import re

PREFIX = "ebs/v1"
_LEVEL = re.compile(r"^[A-Za-z0-9_-]{1,64}$")


def topic(*levels: str) -> str:
    """Return `ebs/v1/` and the levels; raise ValueError for one that could escape its place.

    >>> topic("table", "table_01", "public", "state")
    'ebs/v1/table/table_01/public/state'
    """
    for level in levels:
        if not _LEVEL.match(level):
            raise ValueError(f"{level!r} is no topic level; use letters, digits, _ and -")
    return "/".join((PREFIX, *levels))


def levels_of(name: str) -> list[str]:
    """Return the levels after `ebs/v1/`."""
    return name.removeprefix(PREFIX + "/").split("/")


DEVICE_EVENTS = f"{PREFIX}/dev/+/event"
DEVICE_SNAPSHOTS = f"{PREFIX}/dev/+/snapshot"
DEVICE_STATUS = f"{PREFIX}/dev/+/status"
DEVICE_HEALTH = f"{PREFIX}/dev/+/health"
TABLE_COMMANDS = f"{PREFIX}/table/+/command/+"
HOUSE_COMMANDS = f"{PREFIX}/house/command/+"
