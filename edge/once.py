"""Code that runs once. Knows modules, not what they do."""

import sys


def forget(name):
    """Let go of a module whose work is done: on a node its code is memory. Asked for again, it is loaded again."""
    package, last = name.rsplit(".", 1)
    if sys.modules.pop(name, None):
        delattr(sys.modules[package], last)
