"""MicroPython's ticks on CPython, where the node runs in tests and tools. Not for the chip."""

import time


def ticks_ms():
    """Return milliseconds of the monotonic clock."""
    return time.monotonic_ns() // 1_000_000


def ticks_diff(later, earlier):
    """Return the time between two readings."""
    return later - earlier
