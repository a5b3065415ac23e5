"""Files that somebody else wrote: none is read without an end. Knows no format."""

from __future__ import annotations

import errno
from pathlib import Path


def read_at_most(path: Path, most: int) -> bytes:
    """Return the bytes of a file, of a pipe or a device too.

    Raises OSError where it cannot be read, and, with the code EFBIG, where it has more than `most` bytes.
    """
    with path.open("rb") as file:
        found = file.read(most + 1)
    if len(found) > most:
        size = f"{most >> 20} MiB" if most >> 20 else f"{most >> 10} KiB"
        raise OSError(errno.EFBIG, f"Larger than {size}")
    return found
