"""Runs inside MicroPython: weighs the modules of a node as they are loaded. Knows modules, not what a node does.

`modules LOOKS` prints one JSON object: what each module of `edge` weighs (`bytes`), which modules a node holds that has
started and looked so often (`idle`), and how wide the interpreter is (`bits`).

A module's weight is what the live heap grows by while it is loaded, its names and the objects it makes among them,
less what other modules weigh that it loads. The table of all names doubles when it is full, which would weigh on the
module that comes then: so it is made to double before.
"""
# mypy: ignore-errors
# MicroPython's gc is not CPython's.

import asyncio
import builtins
import gc
import json
import os
import sys

from tools.virtual import heap

_DOUBLED = 8000  # bytes that appear at once


class Weights:
    """Weighs from the moment it is made. `bytes` holds what each module of `packages` took when it was first loaded."""

    def __init__(self, packages):
        self.bytes = {}
        self._packages = packages
        self._inside = 0  # what others weigh that the module being weighed has loaded
        self._import = builtins.__import__
        _ = asyncio.Event, asyncio.gather, asyncio.wait_for, asyncio.open_connection  # loaded by a way of its own
        _widen()
        builtins.__import__ = self._weigh
        for package in packages:
            self._weigh(package)

    def loaded(self):
        """Return the modules that are there."""
        return sorted([name for name in sys.modules if name.split(".")[0] in self._packages])

    def load_below(self, folder):
        """Load and weigh what in the folder of a package has not been loaded yet."""
        for name in sorted(os.listdir(folder)):
            path = folder + "/" + name
            if name.endswith(".mpy"):
                self._weigh(path[:-4].replace("/", "."))
            elif os.stat(path)[0] & 0x4000:
                self._weigh(path.replace("/", "."))
                self.load_below(path)

    def _weigh(self, name, *rest):
        """Stand for `__import__`."""
        if name in sys.modules or name.endswith("__init__") or not self._ours(name):
            return self._import(name, *rest)
        outside, self._inside = self._inside, 0
        before = heap.in_use()
        module = self._import(name, *rest)
        whole = heap.in_use() - before
        self.bytes.setdefault(name, whole - self._inside)  # again, its names are there already
        self._inside = outside + whole
        return module

    def _ours(self, name):
        return name.split(".")[0] in self._packages


def _widen():
    """Make names until their table has just doubled, and to a size that the application does not fill."""
    number = grown = 0
    while grown < _DOUBLED:
        name = "name_%d" % number
        before = gc.mem_alloc()
        getattr(builtins, name, None)
        grown = gc.mem_alloc() - before
        number += 1


async def _node(table, looks, connects):
    """Start a node and let it come to rest; return what was found."""
    weights = Weights(("edge", "edge.rfid", "firmware"))
    main = __import__("firmware.main", None, None, ("run",))
    running = asyncio.create_task(main.run(heap.board, table.pause, table))
    while connects and not table.connected:
        await heap.go_on(running)
    after = table.pauses + 2 * looks
    while table.pauses < after:
        await heap.go_on(running)
    idle = weights.loaded()
    weights.load_below("edge")  # firmware/ would look for a network
    return {"idle": idle, "bytes": weights.bytes, "bits": 32 if sys.maxsize < 1 << 32 else 64}


def _run(looks):
    with open("config.json") as file:
        config = json.load(file)
    connects = config.get("uplink") != "serial"  # there is no bridge here
    print(json.dumps(asyncio.run(_node(heap.Table(config), looks, connects))))


_run(int(sys.argv[2]))
