"""What the node asks its flash all the time. Writing files is in `files`, which is let go."""

import os


def exists(path):
    """Whether there is something at `path`."""
    try:
        os.stat(path)
    except OSError:
        return False
    return True


def sync():
    """Have everything on the flash. LittleFS has it when a file is closed; a PC does not."""
    if hasattr(os, "sync"):
        os.sync()
