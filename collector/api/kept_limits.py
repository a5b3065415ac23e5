"""What the limits have counted, in a small file of the data folder: a restart lets nobody begin anew.

A file and no table of the app store: nobody waits for it, the last seconds may be missing, and who knocks without end
must not make the store write. It holds names and addresses, at most `MOST` of each kind, and has mode 0600.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from collector.access.buckets import Remembered
from collector.api.rates import Limits
from collector.canonical import read_json
from collector.errors import SettingsError
from collector.logs import log_event, logger_of
from collector.system import read_private, write_private

log = logger_of(__name__)
FILE: Final = "limits.json"
"""In a data folder. Of several web processes it has what one of them counted."""
EVERY_S: Final = 5.0
MOST: Final = 1_000
_LONGEST_NAME: Final = 400


class KeptLimits:
    """Reads the file when it is made, and writes it while `run` runs. now_ms: since 1970."""

    def __init__(self, path: Path, limits: Limits, now_ms: Callable[[], int]) -> None:
        self._path, self._limits, self._now_ms = path, limits, now_ms
        self._written = ""
        limits.remember(_read(path, now_ms()))

    async def run(self) -> None:
        """Write every few seconds what has changed, until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            # Taken here, not on the thread: whoever asks meanwhile changes the buckets.
            await asyncio.to_thread(self._write, self._limits.remembered(MOST))

    def write(self) -> None:
        """Write it. A disk that is full stops nobody: the limits go on in memory."""
        self._write(self._limits.remembered(MOST))

    def _write(self, found: dict[str, list[Remembered]]) -> None:
        names = json.dumps({kind: [(name, round(value, 3)) for name, value, _ in each] for kind, each in found.items()})
        if names == self._written:
            return
        try:
            write_private(self._path, json.dumps({"at": self._now_ms(), "kinds": found}))
        except OSError as error:
            log_event(log, "WARNING", "limits_not_kept", path=str(self._path), problem=error.strerror)
            return
        self._written = names


def _read(path: Path, now: int) -> dict[str, list[Remembered]]:
    """Return what an earlier run wrote; nothing where that cannot be read. What was written is that much older now."""
    try:
        found: Any = read_json(read_private(path, "remove it: it is made anew"))
        since = max(0.0, (now - int(found["at"])) / 1000)
        return {
            str(kind): [(str(name)[:_LONGEST_NAME], _number(value), _number(ago) + since) for name, value, ago in each]
            for kind, each in found["kinds"].items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, SettingsError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        log_event(log, "WARNING", "limits_unreadable", path=str(path), error=error)
        return {}


def _number(value: object) -> float:
    """Return a number of the file. Raises ValueError for what is none, and for one below 0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
        raise ValueError("no number")
    return float(value)
