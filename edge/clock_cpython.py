"""MicroPython's ticks on CPython, where the node runs in tests and tools. Not for the chip."""

import asyncio
import time


async def sleep_ms(duration):
    """Let other tasks run for `duration` milliseconds."""
    await asyncio.sleep(duration / 1000)


def ticks_ms():
    """Return milliseconds of the monotonic clock."""
    return time.monotonic_ns() // 1_000_000


def ticks_diff(later, earlier):
    """Return the time between two readings."""
    return later - earlier
