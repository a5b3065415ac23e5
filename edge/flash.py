"""The two questions to the flash that a running node has. `flash_files` writes files, and is let go."""

import os


def exists(path):
    """Whether there is something at `path`."""
    try:
        os.stat(path)
    except OSError:
        return False
    return True


def sync():
    """Write everything through to the flash. LittleFS does that when a file is closed; a PC does not."""
    if hasattr(os, "sync"):
        os.sync()
