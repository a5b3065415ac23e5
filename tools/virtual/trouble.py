"""What can be wrong with a virtual board beside its readers: a full flash, a clock that is off. Runs on MicroPython."""
# mypy: ignore-errors
# MicroPython's time is not CPython's.

import builtins
import time

_NO_SPACE = 28  # ENOSPC, which MicroPython's errno has not


class WrongTime:
    """Stands for the module `time`, its wall clock as wrong as somebody wants it."""

    offset_s = 0

    def __getattr__(self, name):
        return getattr(time, name)

    def time(self):
        """Return seconds since the epoch of this machine, and some."""
        return time.time() + self.offset_s

    def gmtime(self, seconds=None):
        """Return the date."""
        return time.gmtime(self.time() if seconds is None else seconds)


class Flash:
    """Stands for `open`: on a full flash nothing can be written."""

    def __init__(self):
        self.full = False
        self._open = builtins.open
        builtins.open = self.open

    def open(self, path, mode="r", *rest):
        """Open a file."""
        if self.full and "r" not in mode:
            raise OSError(_NO_SPACE)
        return self._open(path, mode, *rest)
