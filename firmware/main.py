"""Builds the machine's objects from a board's data and hands them to the application. No logic to test."""

import asyncio
import sys
import time

import machine
from machine import Pin, reset
from micropython import const

from edge import clock, forget

_WATCHDOG_MS = const(15_000)


class _Board:
    """What this board can do beside reading cards, as `edge.node.Node` asks for it."""

    config_folder = application_folder = "."

    def __init__(self, board):
        self.name = board.NAME
        self._light = Pin(board.PIN_LIGHT, Pin.OUT, value=0)
        self.rejoin = None  # has the radio join again, where there is one; returns whether it was in the network
        self.watchdog = machine.WDT(timeout=_WATCHDOG_MS) if hasattr(machine, "WDT") else None

    def identify(self):
        """Blink."""
        from firmware.light import blink  # noqa: PLC0415 - asked for by hand, and rarely

        asyncio.create_task(blink(self._light))  # noqa: RUF006 - MicroPython keeps its tasks

    def restart(self):
        """Begin a new boot."""
        time.sleep(0.1)  # for the last bytes to leave
        machine.reset()


def run(board, pause=clock.sleep_ms, observer=None):
    """Return what runs the node that `config.json` describes on `board`. It alone holds what the node is made of."""
    from edge.config_keeper import Keeper  # noqa: PLC0415 - gone from the heap when the node runs
    from firmware import wiring  # noqa: PLC0415 - this too

    keeper = Keeper()
    settings = keeper.load()
    made = _Board(board)
    made.rejoin = wiring.join(settings, board)
    found = wiring.readers(board, settings)
    kept = keeper if keeper.trying or keeper.outcome else None
    del Keeper, keeper, wiring
    forget("firmware.wiring")
    forget("firmware.wifi")
    forget("firmware.ethernet")
    from edge.node_assembly import run as run_node  # noqa: PLC0415 - it forgets itself

    return run_node(settings, found, made, pause=pause, observer=observer, keeper=kept)


# `main.py` on a board calls this, and no update replaces that file. So the names `firmware.main`, `start` and those of
# the boards stay, whatever an application calls its other modules (tests/tools/hardware/test_old_flash.py).
def start(board):
    """Run on the board of that name until the power goes; begin again after any error."""
    try:
        name = "firmware.boards." + board
        node = run(__import__(name, None, None, ("NAME",)))
        forget(name)
        asyncio.run(node)
    except Exception as error:  # a table must not wait for somebody to press a button
        sys.print_exception(error)
        time.sleep(5)  # long enough to be read, and to interrupt with Ctrl-C
        reset()
