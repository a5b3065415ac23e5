"""Feeds the watchdog while scanning, network task and memory are well. Knows their signs of life, not the chip's.

A broker that is away is no reason to restart: what is watched is that the tasks still turn. A node that restarts by
itself has lost nothing that was on its flash, and reads the table anew.
"""

import gc

from micropython import const

from edge import clock

_LOOK_MS = const(1000)
_STILL = const(5)  # looks without progress: with what the watchdog waits, a dead task restarts the node in 15 s
_LEAST_FREE = const(6_000)  # bytes; below it messages cannot be built


class Supervisor:
    """Looks every second. `board.watchdog` has `feed()`; None where there is none."""

    def __init__(self, node, board, log, least_free=_LEAST_FREE):
        self._node = node
        self._watchdog = board.watchdog
        self._log = log
        self._least_free = least_free
        self._seen = {}

    async def run(self):
        """Look for ever."""
        while True:
            self.look()
            await clock.sleep_ms(_LOOK_MS)

    def look(self):
        """Feed the watchdog if all is well; return what is not."""
        wrong = self.wrong()
        if wrong:
            self._log.error("not_well", {"what": wrong})
        elif self._watchdog:
            self._watchdog.feed()
        return wrong

    def wrong(self):
        """Return what does not get on, None if all does."""
        if self._stands_still("scan", self._node.rounds()):
            return "scan"
        if self._stands_still("network", self._node.uplink.beats):
            return "network"
        if _free() < self._least_free:
            gc.collect()
            if _free() < self._least_free:
                return "memory"
        return None

    def _stands_still(self, part, count):
        before, looks = self._seen.get(part, (None, 0))
        looks = looks + 1 if count == before else 0
        self._seen[part] = (count, looks)
        return looks >= _STILL


def _free():
    return gc.mem_free() if hasattr(gc, "mem_free") else 1 << 30
