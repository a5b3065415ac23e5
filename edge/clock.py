"""Monotonic time in milliseconds that never wraps, on a chip and on a PC. Knows no calendar.

MicroPython's ticks wrap, after 12.4 days on a 32-bit port. They are added up here, and nowhere else.
"""

import time

if hasattr(time, "ticks_ms"):
    from asyncio import sleep_ms
    from time import ticks_diff, ticks_ms
else:
    from edge.clock_cpython import sleep_ms, ticks_diff, ticks_ms  # noqa: F401 - asked for as `clock.sleep_ms`


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
