"""Visits the antennas of one bus in turn. Knows readers, fields and presence, not messages.

One field is on where the scan looks, and the next one comes up meanwhile, so that its cards' 5 ms of starting cost
nothing; the two are never neighbours, whose fields would couple, whatever chips drive them. An antenna whose cards seem
to change is looked at again at once. The loop of the node runs between any two cards.

A card lies on one antenna. Read on a second one, it has moved there once the first one misses it: one change.
"""

import asyncio

from micropython import const

from edge import clock
from edge.errors import ChipFault
from edge.presence import READ, Presence

GUARD_MS = const(6)  # ISO/IEC 14443-3, 5.3: 5 ms, and one for the rounding of two clock readings
_OFF_MS = const(6)  # the same for cards to forget, when the field is off
_EXTRA_LOOKS = const(2)
_RETRY_MS = const(1000)
_MEASURE_MS = const(2000)
_SURE = const(3)  # looks after which a card that lies there is present
_FAULTS = const(3)  # in a row, before anybody is told
_NEIGHBOUR = const(1)
_WELL = "ok"


class Antenna:
    """One antenna: its reader, what lies on it, and how it does.

    What most antennas never change is the class's: twelve of them take a kilobyte less.
    """

    detuned = False  # silence then means nothing
    faults_in_row = 0
    state = _WELL  # the code of the last fault that was told
    retry_at = 0
    measure_at = 0
    errors = 0
    faults = 0

    def __init__(self, name, reader):
        self.name = name
        self.reader = reader
        self.chip = reader.chip
        self.presence = Presence()
        self.started = False
        self.seen_ok = False  # looked at often enough since boot: what is not read here does not lie here
        self.field_since = None
        self.dark_since = -_OFF_MS
        self.looks = 0
        self.reads = 0


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
    """Looks at all antennas for ever.

    `events` is told what changes: `cards(index, changes, now)`, `moved(index, left, uid, now)` with the antenna that
    the card left, `fault(index, code, message, now)`.
    """

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
            await self._light(antenna)
            if not self._couples(index, following):
                self._warm_up(self.antennas[following])
            for _ in range(1 + _EXTRA_LOOKS):
                if antenna.reader.spent:
                    self._darken(antenna)
                    await self._light(antenna)
                await self._look(index, antenna)
                await asyncio.sleep(0)  # what was found leaves before the next look
                if not antenna.presence.unsettled:
                    break
            self._darken(antenna)
        except ChipFault as fault:
            self._failed(index, antenna, fault)
        except OSError as error:
            self._failed(index, antenna, ChipFault("bus", antenna.name, error))

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

    async def _light(self, antenna):
        """Have the field on, for long enough, after it was off for long enough."""
        if antenna.field_since is None:
            await self._pause(max(0, _OFF_MS - (self._now_ms() - antenna.dark_since)))
            self._power(antenna)
        await self._pause(max(0, GUARD_MS - (self._now_ms() - antenna.field_since)))

    def _power(self, antenna):
        antenna.chip.field_on()
        antenna.field_since = self._now_ms()

    def _darken(self, antenna):
        antenna.chip.field_off()
        antenna.field_since = None
        antenna.dark_since = self._now_ms()
        if antenna.reader.spent:
            antenna.reader.spent = False

    def _warm_up(self, antenna):
        dark = antenna.field_since is None and self._now_ms() - antenna.dark_since >= _OFF_MS
        if antenna.started and dark:
            try:
                self._power(antenna)
            except (ChipFault, OSError):
                antenna.started = False  # its own visit will tell

    async def _look(self, index, antenna):
        presence = antenna.presence
        begun = clock.ticks_ms()
        for _ in antenna.reader.look(presence.known()):
            self._note_held(begun)
            await asyncio.sleep(0)
            begun = clock.ticks_ms()
        self._measure(antenna)
        now = self._now_ms()
        seen, clean = antenna.reader.seen, antenna.reader.clean
        antenna.looks += 1
        antenna.reads += len(seen)
        if not clean:
            antenna.errors += 1
        changes = presence.look(seen, clean and not antenna.detuned, now)
        if clean and antenna.looks >= _SURE and not presence.unsettled:
            antenna.seen_ok = True
        if changes:
            changes = [change for change in changes if not self._elsewhere(index, change, now)]
        if changes:
            self._events.cards(index, changes, now)
        self._follow(index, now)
        self._well(index, antenna)
        self._note_held(begun)

    def _measure(self, antenna):
        """Look after the field now and then, and when a card is missed: under metal, cards do not answer."""
        if not hasattr(antenna.chip, "measure"):
            return
        now = self._now_ms()
        if now >= antenna.measure_at or len(antenna.reader.seen) < len(antenna.presence.known()):
            antenna.measure_at = now + _MEASURE_MS
            antenna.detuned = antenna.chip.measure()

    def _elsewhere(self, index, change, now):
        """Whether a card that came lies on another antenna as well; if that one has missed it, it has moved."""
        kind, uid = change
        if kind != READ:
            return False
        presence = self.antennas[index].presence
        for left, other in enumerate(self.antennas):
            if left != index and other.presence.has(uid):
                presence.hold(uid)
                if other.presence.missing(uid) or other.state != _WELL:
                    self._move(index, left, uid, now)
                return True
        if uid in presence.held:
            presence.release(uid)
        return False

    def _follow(self, left, now):
        """Let cards that are read elsewhere move there, now that this antenna has missed them."""
        presence = self.antennas[left].presence
        for index, other in enumerate(self.antennas):
            held = other.presence.held
            if held and index != left:
                for uid in held:
                    if presence.missing(uid):
                        self._move(index, left, uid, now)

    def _move(self, index, left, uid, now):
        self.antennas[left].presence.forget(uid)
        self.antennas[index].presence.release(uid)
        self._events.moved(index, left, uid, now)

    def _note_held(self, begun):
        self.longest_ms = max(self.longest_ms, clock.ticks_diff(clock.ticks_ms(), begun))

    def _well(self, index, antenna):
        if antenna.faults_in_row:
            antenna.faults_in_row = 0
        if antenna.detuned:
            if antenna.state != "detuned":
                self._tell(
                    index, antenna, ChipFault("detuned", antenna.name, antenna.chip.amplitude, antenna.chip.phase)
                )
        elif antenna.state != _WELL:
            antenna.state = _WELL
            self._events.fault(index, _WELL, "antenna " + antenna.name + ": reads again", self._now_ms())

    def _tell(self, index, antenna, fault):
        """Report a fault once."""
        if antenna.state != fault.code:
            antenna.state = fault.code
            self._events.fault(index, fault.code, str(fault), self._now_ms())

    def _failed(self, index, antenna, fault):
        """Start the chip anew next time; once it is clear that this does not help, say so and try more rarely."""
        antenna.started = False
        antenna.field_since = None
        antenna.faults += 1
        antenna.faults_in_row += 1
        if antenna.faults_in_row < _FAULTS:
            return
        antenna.retry_at = self._now_ms() + _RETRY_MS
        self._tell(index, antenna, fault)
