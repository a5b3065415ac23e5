"""Who writes a log: one process at a time, by whatever name it opens the file."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Self

from collector.errors import LogError, SettingsError
from collector.system import open_private


class Lock:
    """The lock of a log, and of the file beside it.

    The lock on the log itself is the inode's, which all its names share. It is no lock of SQLite's, and has to be freed
    behind the database: closing its descriptor before would take SQLite's own locks away. An earlier version of EBS
    knows the lock beside it only.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: list[int] = []

    def take(self) -> None:
        """Take it. Raises LogError where another process has it, or the files cannot be used."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            for journal in ("-wal", "-shm"):
                if (beside := self._path.with_name(self._path.name + journal)).is_symlink():
                    raise LogError(f"{beside} is a link; remove it")
            for path in (self._path, self._path.with_suffix(".lock")):
                self._held.append(open_private(path, os.O_CREAT | os.O_RDWR))
                fcntl.flock(self._held[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LogError(f"{self._path}: another collector writes to this log; stop it first") from error
        except SettingsError as error:
            raise LogError(str(error)) from error
        except OSError as error:
            raise LogError(f"{self._path}: {error.strerror}; check the path and its rights") from error

    def free(self) -> None:
        """Free it."""
        while self._held:
            os.close(self._held.pop())

    def __enter__(self) -> Self:
        """Take it, or free what was taken of it."""
        try:
            self.take()
        except BaseException:
            self.free()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Free it."""
        self.free()
