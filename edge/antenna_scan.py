"""Visits the antennas of one bus in turn. Knows readers, fields and presence, not messages.

One field is on where the scan looks. The next field comes up meanwhile, so the 5 ms in which its cards start cost
nothing. The two antennas are never neighbours: fields of neighbours would couple, whatever chips drive them. An antenna
whose cards seem to change is looked at again at once. The loop of the node runs between any two cards.

A card lies on one antenna. If a second antenna reads it, the card has moved once the first one has missed it three
times and the second one still reads it: that is one change. A card that both could read, and that is taken away, has
not moved.

An antenna that hears nothing may be empty or deaf: its chip is set up anew before a card there counts as missed, and
now and then.
"""

import asyncio

from micropython import const

from edge import clock
from edge.antenna_presence import READ, Presence
from edge.errors import WELL, ChipFault

_GUARD_MS = const(6)  # ISO/IEC 14443-3, 5.3: 5 ms, and one for the rounding of two clock readings
_OFF_MS = const(6)  # the same for cards to forget, when the field is off
_EXTRA_LOOKS = const(2)
_SURE = const(3)  # looks after which a card that lies there is present
_NEIGHBOUR = const(1)
_SILENT = const(512)  # looks, before a chip is set up anew: a minute or two
_RANDOM = const(3)  # as `odd`


class Antenna:
    """One antenna: its reader, the cards on it, and its health.

    Values that most antennas never change are attributes of the class: twelve antennas take a kilobyte less.
    """

    down = False  # its chip has to be started
    detuned = False  # silence then means nothing
    faults_in_row = 0
    state = WELL  # the code of the last fault that was told
    retry_at = 0
    measure_at = 0
    errors = 0
    faults = 0
    odd = None  # what is known of something here that is no good card (`antenna_odd`)
    changing = False  # it tells another UID each time

    def __init__(self, name, reader):
        self.name = name
        self.reader = reader
        self.presence = Presence()
        self.seen_ok = False  # looked at often enough since boot: a card that is not read does not lie here
        self.field_since = None
        self.dark_since = -_OFF_MS
        self.looks = 0
        self.reads = 0


class Scanner:
    """Looks at all antennas for ever.

    `events` hears of changes: `cards(index, changes, now)`, `moved(index, left, uid, now)` with the antenna that
    the card left, `fault(index, code, message, now)`.
    """

    def __init__(self, antennas, events, now_ms, pause):
        from edge.antenna_start import visiting_order

        self.antennas = antennas
        self.longest_ms = 0  # longest hold of the loop since somebody set this to zero
        self.rounds = 0
        self._events = events
        self._now_ms = now_ms
        self._pause = pause
        self._order = visiting_order(len(antennas))

    async def run(self):
        """Scan until cancelled. The chips have been started (`antenna_start.start`)."""
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
            looks = 0
            while looks <= _EXTRA_LOOKS:
                if antenna.reader.spent or antenna.down:
                    self._darken(antenna)
                    self._ready(antenna)
                    await self._light(antenna)
                await self._look(index, antenna)
                await asyncio.sleep(0)  # the changes leave before the next look
                if antenna.down:
                    continue
                looks += 1
                if not antenna.presence.unsettled or antenna.changing:
                    break  # that one keeps a UID as long as the field is on: each look is one of its own
            self._darken(antenna)
        except (ChipFault, OSError) as error:
            self.failed(index, antenna, error)
            await asyncio.sleep(0)

    def _couples(self, one, other):
        """Whether two antennas are the same or lie side by side round the table."""
        apart = abs(one - other)
        return min(apart, len(self.antennas) - apart) <= _NEIGHBOUR

    def _ready(self, antenna):
        """Whether the antenna can be looked at; starts its chip if need be."""
        if not antenna.down:
            return True
        if antenna.retry_at > self._now_ms():
            return False
        antenna.reader.chip.start()
        antenna.down = False
        return True

    async def _light(self, antenna):
        """Have the field on for long enough, after it was off for long enough."""
        if antenna.field_since is None:
            await self._pause(max(0, _OFF_MS - (self._now_ms() - antenna.dark_since)))
            self._power(antenna)
        await self._pause(max(0, _GUARD_MS - (self._now_ms() - antenna.field_since)))

    def _power(self, antenna):
        antenna.reader.chip.field_on()
        antenna.field_since = self._now_ms()

    def _darken(self, antenna):
        antenna.reader.chip.field_off()
        antenna.field_since = None
        antenna.dark_since = self._now_ms()
        if antenna.reader.spent:
            antenna.reader.spent = False

    def _warm_up(self, antenna):
        dark = antenna.field_since is None and self._now_ms() - antenna.dark_since >= _OFF_MS
        if dark and not antenna.down:
            try:
                self._power(antenna)
            except (ChipFault, OSError):
                antenna.down = True  # its own visit will tell

    async def _look(self, index, antenna):
        begun = clock.ticks_ms()
        presence = antenna.presence
        for _ in antenna.reader.look(presence.present() if antenna.changing else presence.known()):
            self._note_held(begun)
            await asyncio.sleep(0)
            begun = clock.ticks_ms()
        if hasattr(antenna.reader.chip, "measure"):
            from edge.rfid.field import look_after

            look_after(antenna, self._now_ms())
        if not self._deaf(antenna):
            self._take_in(index, antenna, self._now_ms())
        self._well(index, antenna)
        self._note_held(begun)

    def _deaf(self, antenna):
        """Whether the silence of a look may be that of a deaf chip. Its chip is then set up anew before the next."""
        reader, presence = antenna.reader, antenna.presence
        if reader.seen or reader.odd or not reader.clean:
            presence.silent = 0
            return False
        presence.silent += 1
        doubt = presence.silent == 1 and presence.present()
        if doubt or presence.silent >= _SILENT:
            antenna.down = True
            presence.silent = 1
        return doubt

    def _take_in(self, index, antenna, now):
        """Turn the cards that the reader saw into changes, and tell them."""
        presence, reader = antenna.presence, antenna.reader
        seen = reader.seen
        antenna.looks += 1
        antenna.reads += len(seen)
        if not reader.clean:
            antenna.errors += 1
        if reader.odd == _RANDOM:
            from edge.antenna_odd import good

            seen = good(seen)
        changes = presence.look(seen, not antenna.detuned, now, reader.unsure)
        if reader.odd or antenna.odd or (presence.vanished and len(seen) < len(presence.known())):
            from edge.antenna_odd import noticed

            self._tell(index, noticed(antenna, seen, now))
        known = reader.clean or (
            antenna.odd and antenna.odd.told
        )  # else it may be a good card that talks there unheard
        if known and antenna.looks >= _SURE and not (presence.unsettled or antenna.detuned):
            antenna.seen_ok = True
        for change in list(changes):
            if self._elsewhere(index, change, now):
                changes.remove(change)
        if changes:
            self._events.cards(index, changes, now)

    def _elsewhere(self, index, change, now):
        """Whether a card that came lies on another antenna too. If that antenna has missed it, tell that it moved."""
        kind, uid = change
        if kind != READ:
            return False
        for left, other in enumerate(self.antennas):
            if left != index and other.presence.has(uid):
                if other.presence.missing(uid) or other.state != WELL:
                    other.presence.forget(uid)
                    self._events.moved(index, left, uid, now)
                else:
                    self.antennas[index].presence.hold(uid)
                return True
        return False

    def _note_held(self, begun):
        self.longest_ms = max(self.longest_ms, clock.ticks_diff(clock.ticks_ms(), begun))

    def _well(self, index, antenna):
        if antenna.faults_in_row:
            antenna.faults_in_row = 0
        if antenna.detuned or antenna.state != WELL:
            from edge.antenna_faults import looked_at

            self._tell(index, looked_at(antenna))

    def failed(self, index, antenna, error):
        """Note that a chip failed."""
        from edge.antenna_faults import failed

        self._tell(index, failed(antenna, error, self._now_ms()))

    def _tell(self, index, news):
        if news:
            self._events.fault(index, news[0], news[1], self._now_ms())
