"""The name of this boot: a counter in a file, and 64 random bits. Knows files, not messages.

The counter orders boots; the random bits keep two boots apart when the file was lost or the flash was copied.
"""

import os

from micropython import const

from edge.flash_files import read_text, write_whole

_FILE = const("boot")


def next_boot(folder):
    """Raise the counter in `folder` and return the boot's name; the count is on the flash before anything is sent."""
    path = folder + "/" + _FILE
    count = (_number(read_text(path)) + 1) % 10_000_000_000
    write_whole(path, str(count))
    return str(count) + "-" + os.urandom(8).hex()


def _number(text):
    try:
        return int(text)
    except ValueError:  # the first boot, or a damaged file: the random bits still tell boots apart
        return 0
