"""The day of a board that has lost the time. Knows the chip's clock, not why the day matters."""

from machine import RTC


def not_before(day):
    """Set the clock to the beginning of `day` (year, month, day) if it is before it.

    Without a time server a board begins in the year 2000, and takes every certificate for one that is not valid yet.
    """
    clock = RTC()
    if tuple(clock.datetime()[:3]) < tuple(day):
        clock.datetime((day[0], day[1], day[2], 0, 0, 0, 0, 0))
