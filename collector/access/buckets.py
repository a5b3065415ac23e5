"""Token buckets: so many requests at once, so many a minute. And waits that grow with each failure.

Pure: the time is given, in seconds. What is remembered can be taken out and put back, so that a restart lets nobody
begin anew.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final

MOST: Final = 10_000
"""Buckets that are remembered; the one that was asked for longest ago goes."""
_MINUTE_S: Final = 60.0
FREE_FAILURES: Final = 5
FIRST_WAIT_S: Final = 12.0
LONGEST_WAIT_S: Final = 900.0
FORGOTTEN_S: Final = 3_600.0
"""Failures are forgotten when none has come for so long."""
Remembered = tuple[str, float, float]
"""A name, its tokens or failures, and how many seconds ago that was."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a bucket says. wait_s: seconds until the next one passes, 0 where this one does. left: that pass now."""

    passes: bool
    left: int
    wait_s: float
    limit: int


class Buckets:
    """One bucket a name, each of `a_minute` tokens, which come back evenly. A bucket that nobody knows is full.

    a_minute: 0 for no limit.
    """

    def __init__(self, a_minute: int) -> None:
        self._limit = a_minute
        self._kept: OrderedDict[str, tuple[float, float]] = OrderedDict()  # tokens, and when

    def take(self, name: str, now: float) -> Told:
        """Take a token out of a bucket. now: seconds of a clock that never runs back."""
        if not self._limit:
            return Told(passes=True, left=0, wait_s=0.0, limit=0)
        tokens, at = self._kept.pop(name, (float(self._limit), now))
        tokens = min(float(self._limit), tokens + max(0.0, now - at) * self._limit / _MINUTE_S)
        passes = tokens >= 1
        tokens -= passes
        self._kept[name] = tokens, now
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)
        wait = 0.0 if passes else (1 - tokens) * _MINUTE_S / self._limit
        return Told(passes, int(tokens), wait, self._limit)

    def remembered(self, now: float, most: int) -> list[Remembered]:
        """Return the buckets that are not full, at most so many: those that were asked for last."""
        found = (
            (name, tokens, max(0.0, now - at))
            for name, (tokens, at) in reversed(self._kept.items())
            if tokens + max(0.0, now - at) * self._limit / _MINUTE_S < self._limit
        )
        return list(islice(found, most))[::-1]

    def remember(self, found: Iterable[Remembered], now: float) -> None:
        """Take buckets of an earlier run over."""
        for name, tokens, ago in found:
            self._kept[name] = min(float(self._limit), tokens), now - ago


class Waits:
    """After `FREE_FAILURES` in a row a name has to wait, twice as long after each further one."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[int, float]] = OrderedDict()  # failures, and when the last one was

    def wait(self, name: str, now: float) -> float:
        """Return how many seconds a name has to wait, 0 where it need not."""
        failures, at = self._kept.get(name, (0, now))
        if failures < FREE_FAILURES:
            return 0.0
        whole = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** min(failures - FREE_FAILURES, 30))
        return max(0.0, whole - max(0.0, now - at))

    def failed(self, name: str, now: float) -> None:
        """Count a failure."""
        failures, at = self._kept.pop(name, (0, now))
        self._kept[name] = (1 if now - at >= FORGOTTEN_S else failures + 1), now
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)

    def succeeded(self, name: str) -> None:
        """Forget the failures of a name."""
        self._kept.pop(name, None)

    def remembered(self, now: float, most: int) -> list[Remembered]:
        """Return the failures that count still, at most so many: the last ones."""
        found = ((name, float(count), max(0.0, now - at)) for name, (count, at) in reversed(self._kept.items()))
        return list(islice((each for each in found if each[2] < FORGOTTEN_S), most))[::-1]

    def remember(self, found: Iterable[Remembered], now: float) -> None:
        """Take failures of an earlier run over."""
        for name, count, ago in found:
            self._kept[name] = int(count), now - ago


@dataclass(frozen=True, slots=True)
class Rates:
    """Requests a minute, 0 for no limit.

    anonymous: without sign-in, of an address. person, key: of their programs. page: of a person's pages of ours.
    sign_in: for each name, and for each address. output: of a graphics page, for its login.
    """

    anonymous: int = 10
    person: int = 100
    key: int = 1_000
    page: int = 1_200
    sign_in: int = 5
    output: int = 30


DEFAULT_RATES: Final = Rates()
