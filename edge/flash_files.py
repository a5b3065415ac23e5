"""Files that are whole or not there, and folders. Knows the flash, not what is written to it.

A node needs it when it starts, and when it keeps something for the next start; between the two it lets go of it.
"""

import os

from edge.flash import exists, sync


def write_whole(path, content):
    """Write `content` (text or bytes) to `path`. A power cut leaves the old file or the new one, never half of one."""
    with open(path + ".new", "wb" if isinstance(content, bytes) else "w") as file:
        file.write(content)
    os.rename(path + ".new", path)
    sync()


def read_text(path):
    """Return the text at `path`, "" if there is none."""
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def make_folder(path):
    """Make a folder and the folders above it, if they are missing."""
    at = path.find("/", 1)
    while at > 0:
        _make(path[:at])
        at = path.find("/", at + 1)
    _make(path)


def _make(path):
    try:
        os.mkdir(path)
    except OSError:
        if not exists(path):
            raise
