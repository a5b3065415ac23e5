"""Folders, made where they are missing. Needed when a node starts, and when it is given a new application."""

import os

from edge.files import exists


def make_folder(path):
    """Make a folder, and those above it, where they are missing."""
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
