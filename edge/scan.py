"""Visits the antennas of one bus in turn. Knows readers, fields and presence, not messages.

One field is on where the scan looks, and the next one comes up meanwhile, so that its cards' 5 ms of starting cost
nothing; the two are never neighbours, whose fields would couple. An antenna whose cards seem to change is looked at
again at once. The loop of the node runs between any two cards.
"""

import asyncio

from micropython import const

from edge import clock
from edge.errors import ChipFault
from edge.presence import Presence

GUARD_MS = const(6)  # ISO/IEC 14443-3, 5.3: 5 ms, and one for the rounding of two clock readings
_EXTRA_LOOKS = const(2)
_RETRY_MS = const(1000)
_FAULTS = const(3)  # in a row, before anybody is told
_NEIGHBOUR = const(1)


class Antenna:
    """One antenna: its reader, what lies on it, and how it does."""

    def __init__(self, name, reader):
        self.name = name
        self.reader = reader
        self.chip = reader.chip
        self.presence = Presence()
        self.started = False
        self.seen_ok = False  # looked at with success since boot: its presence means something
        self.faults_in_row = 0
        self.faulty = False
        self.retry_at = 0
        self.field_since = None
        self.looks = 0
        self.reads = 0
        self.errors = 0
        self.faults = 0


def visiting_order(count):
    """Return the antennas in an order in which none follows its neighbour, as far as there are enough of them.

    >>> visiting_order(12)
    [0, 5, 10, 3, 8, 1, 6, 11, 4, 9, 2, 7]
    """
    for step in range(count // 2, _NEIGHBOUR, -1):
        order = [place * step % count for place in range(count)]
        if len(set(order)) == count:
            return order
    return list(range(count))


class Scanner:
    """Looks at all antennas for ever. `events` is told what changes: `cards(index, changes, now)`, `fault(...)`."""

    def __init__(self, antennas, events, now_ms, pause):
        self.antennas = antennas
        self.longest_ms = 0  # that the loop was held, since somebody last set it to zero
        self.rounds = 0
        self._events = events
        self._now_ms = now_ms
        self._pause = pause
        self._order = visiting_order(len(antennas))

    def start(self):
        """Start all chips, so that the birth can name them. A chip that fails is tried again later."""
        for index, antenna in enumerate(self.antennas):
            try:
                antenna.started = self._ready(antenna)
            except ChipFault as fault:
                self._failed(index, antenna, fault)

    async def run(self):
        """Scan until cancelled."""
        order = self._order
        while True:
            for place, index in enumerate(order):
                await self._visit(index, order[(place + 1) % len(order)])
            self.rounds += 1

    async def _visit(self, index, following):
        antenna = self.antennas[index]
        try:
            if not self._ready(antenna):
                await self._pause(1)
                return
            self._power(antenna)
            await self._pause(max(0, GUARD_MS - (self._now_ms() - antenna.field_since)))
            if not self._couples(index, following):
                self._warm_up(self.antennas[following])
            for _ in range(1 + _EXTRA_LOOKS):
                await self._look(index, antenna)
                await asyncio.sleep(0)  # what was found leaves before the next look
                if not antenna.presence.unsettled:
                    break
            antenna.chip.field_off()
            antenna.field_since = None
        except ChipFault as fault:
            self._failed(index, antenna, fault)
        except OSError as error:
            self._failed(
                index, antenna, ChipFault("bus", "antenna " + antenna.name + ": SPI fails (%s); check its pins" % error)
            )

    def _couples(self, one, other):
        """Whether two antennas are the same or lie side by side round the table."""
        apart = abs(one - other)
        return min(apart, len(self.antennas) - apart) <= _NEIGHBOUR

    def _ready(self, antenna):
        """Whether the antenna can be looked at; starts its chip if need be."""
        if antenna.started:
            return True
        if antenna.retry_at > self._now_ms():
            return False
        antenna.chip.start()
        antenna.started = True
        return True

    def _power(self, antenna):
        if antenna.field_since is None:
            antenna.chip.field_on()
            antenna.field_since = self._now_ms()

    def _warm_up(self, antenna):
        if antenna.started:
            try:
                self._power(antenna)
            except ChipFault:
                antenna.started = False  # its own visit will tell

    async def _look(self, index, antenna):
        presence = antenna.presence
        begun = clock.ticks_ms()
        for _ in antenna.reader.look(presence.known()):
            self._note_held(begun)
            await asyncio.sleep(0)
            begun = clock.ticks_ms()
        now = self._now_ms()
        antenna.looks += 1
        antenna.reads += len(antenna.reader.seen)
        if antenna.reader.clean:
            antenna.seen_ok = True
        else:
            antenna.errors += 1
        changes = presence.look(antenna.reader.seen, antenna.reader.clean, now)
        if changes:
            self._events.cards(index, changes, now)
        self._well(index, antenna)
        self._note_held(begun)

    def _note_held(self, begun):
        self.longest_ms = max(self.longest_ms, clock.ticks_diff(clock.ticks_ms(), begun))

    def _well(self, index, antenna):
        antenna.faults_in_row = 0
        if antenna.faulty:
            antenna.faulty = False
            self._events.fault(index, "ok", "antenna " + antenna.name + ": reads again", self._now_ms())

    def _failed(self, index, antenna, fault):
        """Start the chip anew next time; once it is clear that this does not help, say so and try more rarely."""
        antenna.started = False
        antenna.field_since = None
        antenna.faults += 1
        antenna.faults_in_row += 1
        if antenna.faults_in_row < _FAULTS:
            return
        antenna.retry_at = self._now_ms() + _RETRY_MS
        if not antenna.faulty:
            antenna.faulty = True
            self._events.fault(index, fault.code, str(fault), self._now_ms())
