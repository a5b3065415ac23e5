"""Monotonic time in milliseconds that never wraps, on a chip and on a PC. Knows no calendar.

MicroPython's ticks wrap (after 12.4 days on a 32-bit port); here they are added up in one place.
"""

import asyncio
import time

if hasattr(time, "ticks_ms"):
    from time import ticks_diff, ticks_ms
else:
    from edge.clock_cpython import ticks_diff, ticks_ms


async def sleep_ms(duration):
    """Let other tasks run for `duration` milliseconds."""
    if hasattr(asyncio, "sleep_ms"):
        await asyncio.sleep_ms(duration)
    else:
        await asyncio.sleep(duration / 1000)


class Clock:
    """Counts milliseconds since it was made. Ask at least once in six days."""

    def __init__(self):
        self._last = ticks_ms()
        self._total = 0

    def now_ms(self):
        """Return milliseconds since the start."""
        ticks = ticks_ms()
        self._total += ticks_diff(ticks, self._last)
        self._last = ticks
        return self._total
