"""What the log on the disk holds, read beside the collector, with its house key."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from collector.log.sqlite import LogReader
from tools.opener import opener_of


def facts(log: Path, *kinds: str) -> list[dict[str, Any]]:
    """Return the bodies of all facts of these kinds."""
    with LogReader(log, opener_of(log, None)) as found:
        return [
            dict(fact.body) for stream in sorted(found.streams) for fact in found.facts(stream) if fact.kind in kinds
        ]


def read(log: Path) -> Counter[str]:
    """Count the readings of each tag."""
    return Counter(body["uid"] for body in facts(log, "card_read"))
