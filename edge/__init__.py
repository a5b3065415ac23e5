"""What runs on a node: chip drivers, card protocols, presence, outbox, MQTT. Portable MicroPython.

The package itself holds what comes first: the two large buffers of a node, taken while the heap is whole, since loading
code leaves one of small holes (measured in 150 KB: of 70 KB free not one piece of 1,700 bytes was left, and a backlog
could not be sent); and how to let go of code that ran once.
"""

import sys

try:
    import micropython
except ImportError:  # CPython, for tests and tools: `const` is all that is used of it
    micropython = type(sys)("micropython")
    micropython.const = lambda value: value
    sys.modules["micropython"] = micropython

OUT = bytearray(512)  # a packet to the broker, or a piece of a longer one
IN = bytearray(1024)  # one from it; more is skipped


def forget(name):
    """Let go of a module whose work is done: on a node its code is memory. Asked for again, it is loaded again."""
    package, last = name.rsplit(".", 1)
    if sys.modules.pop(name, None):
        delattr(sys.modules[package], last)
