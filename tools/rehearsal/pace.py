"""How long people take at a table, divided by a speed. Assumptions about live play; speed 0 waits for nothing."""

from __future__ import annotations

import asyncio
import math
import random
from typing import Final

SPANS: Final = {
    "between_hands": (20.0, 40.0),
    "post": (0.5, 2.0),
    "card": (0.35, 0.6),
    "key": (0.3, 1.5),
    "fold": (0.2, 1.5),
    "to_muck": (0.5, 2.0),
    "collect": (3.0, 8.0),
    "burn": (1.0, 2.0),
    "run_out": (2.0, 5.0),
    "show": (1.0, 3.0),
    "push": (5.0, 15.0),
}
"""Seconds from and to."""
_THINK: Final = {"preflop": 4.0, "later": 8.0, "all_in": 25.0}
"""Median seconds; the spread is lognormal, cut at `_LONGEST`."""
_SPREAD: Final = 0.6
_LONGEST: Final = 120.0


class Pace:
    """Waits as a table would."""

    def __init__(self, speed: float, seed: int = 1) -> None:
        self._speed = speed
        self._random = random.Random(seed)  # noqa: S311 - a show, no secret

    @property
    def instant(self) -> bool:
        """True when nothing is waited for."""
        return self._speed == 0

    async def wait(self, what: str) -> None:
        """Wait for a thing in SPANS."""
        await self._pause(self._random.uniform(*SPANS[what]))

    async def think(self, what: str) -> None:
        """Wait as long as a player thinks: preflop, later, or facing an all_in."""
        await self._pause(min(_LONGEST, self._random.lognormvariate(math.log(_THINK[what]), _SPREAD)))

    async def _pause(self, seconds: float) -> None:
        if self._speed:
            await asyncio.sleep(seconds / self._speed)
