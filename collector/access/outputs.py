"""Keys of graphics pages: one table, one channel each. Pure.

A key stands in the fragment of a page's address, which a browser sends to nobody. OBS keeps the address, so the key
lasts until it is revoked, opens one channel of one table, and shows where it was seen last.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from collector.errors import BadInput

CHANNELS: Final = ("public", "delayed", "live")
"""Channels that an output may be given. `live` takes a grant beside the key (`access/live.py`)."""
LENGTH: Final = 26
"""Characters of `apikeys.DIGITS`: 154 bits."""
PREFIX: Final = "o_"
_KEY: Final = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{LENGTH}}}")
_ID: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_TABLE: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class OutputKey:
    """The key of a graphics page. digest: SHA-256 of its text, in hex. last_seen, revoked_at: 0 for never.

    id: as its owner calls it, which is what its login at the broker is called too. address: where it was seen last.
    """

    id: str
    owner: str
    digest: str = field(repr=False)
    table_id: str
    channel: str
    created_at: int
    last_seen: int = 0
    address: str = ""
    revoked_at: int = 0


def is_key(text: str) -> bool:
    """Return whether `text` could be the key of an output."""
    return _KEY.fullmatch(text) is not None


def check_output(name: str, table_id: str, channel: str) -> None:
    """Raise BadInput where there can be no such output."""
    if not _ID.fullmatch(name):
        raise BadInput(
            "BAD_NAME",
            f"{name[:80]!r} cannot be the name of an output; use 1 to 40 of a-z 0-9 _ -, beginning with a letter or "
            "digit",
        )
    check_table(table_id)
    if channel not in CHANNELS:
        raise BadInput(
            "UNKNOWN_CHANNEL", f"{channel[:80]!r} is no channel of an output; there is {', '.join(CHANNELS)}"
        )


def check_table(table_id: str) -> None:
    """Raise BadInput, code BAD_NAME, for what can be no id of a table."""
    if not _TABLE.fullmatch(table_id):
        raise BadInput("BAD_NAME", f"{table_id[:80]!r} is no id of a table; use letters, digits, _ and -")
