"""Feeds the watchdog while scan, network task and memory are well. Knows their signs of life, not the chip's.

A broker that is away is no reason to starve the watchdog: the supervisor watches only whether the tasks still run. What
is done about a network that says nothing is in `node_unheard`. A node that restarts by itself keeps the events on its
flash, and reads the table again. The uplink's `keep_time` calls `look`: if
that task stands still, nobody feeds the watchdog either.
"""

import gc

from micropython import const

from edge import clock

_LOOK_MS = const(1000)
_STILL = const(5)  # looks in a row without a round of the scan
_NETWORK_MS = const(60_000)  # twice the longest time in which a connection is made, refused, and tried again
_LEAST_FREE = const(6_000)  # bytes; below it messages cannot be built


class Supervisor:
    """Looks once a second. `board.watchdog` has `feed()`, or is None."""

    def __init__(self, node, board, log, least_free=_LEAST_FREE):
        self._node = node
        self._watchdog = board.watchdog
        self._log = log
        self._least_free = least_free
        self._rounds = None
        self._still = 0  # looks
        self._look_at = 0

    def look(self, now):
        """Feed the watchdog if it is time and all is well. Return the fault, None if there is none."""
        if now < self._look_at:
            return None
        self._look_at = now + _LOOK_MS
        wrong = self.wrong()
        if wrong:
            self._log.error("not_well", {"what": wrong})
        elif self._watchdog:
            self._watchdog.feed()
        return wrong

    def wrong(self):
        """Return the part that is not well (scan, network or memory), None if all are."""
        rounds = self._node.scanner.rounds
        self._still = self._still + 1 if rounds == self._rounds else 0
        self._rounds = rounds
        if self._still >= _STILL:
            return "scan"
        if clock.ticks_diff(clock.ticks_ms(), self._node.uplink.client.turned) > _NETWORK_MS:
            return "network"
        if _free() < self._least_free:
            gc.collect()
            if _free() < self._least_free:
                return "memory"
        return None


def _free():
    return gc.mem_free() if hasattr(gc, "mem_free") else 1 << 30
