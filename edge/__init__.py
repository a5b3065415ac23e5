"""What runs on a node: chip drivers, card protocols, presence, outbox, MQTT. Portable MicroPython.

The package itself holds the two large buffers of a node and how to let go of code that ran once. It takes the buffers
while the heap is whole: loading code leaves a heap of small holes. Measured in 150 KB: of 70 KB free not one piece of
1,700 bytes was left, and a backlog could not be sent. `README.md` says when each module is loaded and what it takes.
"""

import sys

try:
    import micropython
except ImportError:  # CPython, for tests and tools: `const` is all that is used of it
    micropython = type(sys)("micropython")
    micropython.const = lambda value: value
    sys.modules["micropython"] = micropython

OUT = bytearray(352)  # a packet to the broker, or a piece of a longer one: that of one card is whole, sealed it is two
IN = bytearray(1024)  # one from it; more is skipped


def forget(name):
    """Let go of a module whose work is done, since its code takes heap. The next import loads it again."""
    package, last = name.rsplit(".", 1)
    if sys.modules.pop(name, None):
        delattr(sys.modules[package], last)
