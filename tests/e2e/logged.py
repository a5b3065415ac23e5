"""What the log on the disk holds, read beside the collector."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any


def facts(log: Path, kind: str) -> list[dict[str, Any]]:
    """Return the bodies of all facts of a kind."""
    with closing(sqlite3.connect(f"file:{log}?mode=ro", uri=True)) as database:
        rows = database.execute("SELECT body FROM facts WHERE kind = ? ORDER BY stream, position", (kind,)).fetchall()
    return [json.loads(body) for (body,) in rows]


def read(log: Path) -> Counter[str]:
    """Count the readings of each tag."""
    return Counter(body["uid"] for body in facts(log, "card_read"))
