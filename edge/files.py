"""Files that are whole or not there. Knows the flash, not what is written to it."""

import os


def write_whole(path, content):
    """Put `content` (text or bytes) at `path`: a power cut leaves the old file or the new one, never half of one."""
    with open(path + ".new", "wb" if isinstance(content, bytes) else "w") as file:
        file.write(content)
    os.rename(path + ".new", path)
    sync()


def read_text(path):
    """Return the text at `path`, "" where there is none."""
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def sync():
    """Have everything on the flash. LittleFS has it when a file is closed; a PC does not."""
    if hasattr(os, "sync"):
        os.sync()


def exists(path):
    """Whether there is something at `path`."""
    try:
        os.stat(path)
    except OSError:
        return False
    return True
