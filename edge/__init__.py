"""What runs on a node: chip drivers, card protocols, presence, outbox, MQTT. Portable MicroPython."""

import sys

try:
    import micropython
except ImportError:  # CPython, for tests and tools: `const` is all that is used of it
    micropython = type(sys)("micropython")
    micropython.const = lambda value: value
    sys.modules["micropython"] = micropython
