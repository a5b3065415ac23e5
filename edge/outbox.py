"""Events until the collector has them, and for a while after. Knows order, age and room, not connections.

New events wait in memory, 20 bytes for a card. They go to the flash in segments: when there are enough of them, or when
the collector does not acknowledge. Acknowledged events stay until their room is needed, because a collector that was
restored from an older backup asks for them again. A `gone` event tells which events had to be given up unacknowledged.
"""

from micropython import const

from edge import envelope
from edge.antenna_presence import MOVED
from edge.outbox_memory import BLOCK, TEXT, TIME_MASK, Memory

_SEALED = const(0xFF)  # as a kind on the flash
_MAX_EVENTS = const(64)  # per message
_ROOM = const(1500)  # bytes for events in a message: the rest is envelope and mac
_IN_MEMORY = const(256)  # from here on the oldest go to the flash
_IN_SEGMENT = const(192)
_SEALED_IN_SEGMENT = const(64)
_MOST_IN_MEMORY = const(2048)  # where there is no flash, or it is full
_FIRST_SAVE_MS = const(1000)  # without acknowledgement; then twice as long each time, to spare the flash
_LATEST_SAVE_MS = const(10_000)
_KEEP_MS = const(10_000)  # acknowledged events too: a restored log asks for them, also after a power cut
_AGAIN_MS = const(5_000)  # after the flash failed


class Outbox:
    """The events of this boot, numbered from 1, `first` to `last` not acknowledged; and those of earlier boots.

    `store` keeps segments, None for a board without room. `seal(seq, event)` makes a sealed frame of an event; with
    it no event is on the flash in clear.
    """

    def __init__(self, origin, antennas, capacity=4096, store=None, seal=None):
        self.origin = origin
        self._antennas = antennas
        self._capacity = capacity
        self.store = store
        self.seal = seal
        self._memory = Memory()
        self.lost = {}  # origin: [first, last, number of the `gone` event that tells of them]
        self.through = {}  # origin of an earlier boot: acknowledged so far
        self.first = 1
        self.earlier = origin, 0  # an earlier boot, and the number up to which it was acknowledged
        self.dropped = 0
        self.flash_faults = 0
        self.saving = False
        self._partial = None  # the segment whose events are the first ones in memory too
        self._save_after = _FIRST_SAVE_MS
        self._not_before = 0
        self.rewind()
        for segment in self.segments():
            if segment.acknowledged:
                self.earlier = segment.origin, segment.last
        if self.segments():
            self._flash().tell_of_holes(self)
        elif not store:
            self._flash()  # it will have to give events up: loaded while there is room for the code

    # --- what there is ---

    @property
    def last(self):
        """The number of the newest event; 0 before the first."""
        return self._memory.last

    def depth(self):
        """Return how many events are not acknowledged."""
        return self.last - self.first + 1 + self.backlog()

    def backlog(self):
        """Return how many events of earlier boots are not acknowledged."""
        count = 0
        for segment in self.segments():
            if not segment.acknowledged and segment.origin != self.origin:
                count += segment.last - max(segment.first - 1, self.through.get(segment.origin, 0))
        return count

    def held(self):
        """Return how many events are kept, acknowledged or not."""
        count = len(self._memory)
        for segment in self.finished():
            count += segment.last - segment.first + 1
        return count

    def in_memory(self):
        """Return how many events are not on the flash."""
        return len(self._memory)

    def segments(self):
        """Return the segments on the flash, oldest first."""
        return self.store.segments if self.store else ()

    def finished(self):
        """Return the segments whose events are not in memory."""
        found = []
        for segment in self.segments():
            if segment is not self._partial:
                found.append(segment)
        return found

    # --- taking in ---

    def add_card(self, kind, antenna, uid, now_ms, left=0):
        """Take in a card that came, left or moved; return its number. `antenna` is an index, as the one it `left`."""
        self._append(kind, antenna, uid, now_ms, left)
        return self.last

    def add_text(self, event, now_ms):
        """Take in any other event, as JSON; return its number."""
        self._append(TEXT, 0, b"", now_ms, 0)
        self._memory.texts[self.last] = event
        return self.last

    def _append(self, kind, antenna, uid, now_ms, left):
        if not self.saving and self.in_memory() >= min(self._capacity, _MOST_IN_MEMORY):
            self._give_up_memory(now_ms)
        try:
            self._memory.add(kind, antenna, uid, now_ms, left)
        except MemoryError:  # the heap is smaller than hoped: it can hold no more than now
            if self.in_memory() < BLOCK or self.saving:
                raise
            self._give_up_memory(now_ms)
            self._memory.add(kind, antenna, uid, now_ms, left)

    def _give_up_memory(self, now_ms):
        """Drop the oldest events in memory: those that are on the flash already, else a block."""
        if self._partial:
            self._memory.forget(self._partial.last)
            self._partial = None
        else:
            self._flash().give_up_block(self, self._memory, now_ms)

    # --- acknowledgements ---

    def acknowledge(self, origin, through):
        """Note that everything of `origin` up to `through` is with the collector; return whether that was news."""
        if origin == self.origin:
            through = min(through, self.last)
            news = through >= self.first
            self.first = max(self.first, through + 1)
            for whose in list(self.lost):
                if self.lost[whose][2] <= through:
                    del self.lost[whose]
        else:
            news = self._flash().acknowledge_earlier(self, origin, through)
        for segment in self.segments():
            if not segment.acknowledged and segment.origin == origin and segment.last <= through:
                self.store.mark(segment, True)
        if news:
            self._save_after = _FIRST_SAVE_MS
        if not self.store:
            self._flash().let_go(self, self._memory, _IN_MEMORY)
        return news

    def acknowledged(self):
        """Return the boot of the last events that were acknowledged, and the number of the last of them."""
        return (self.origin, self.first - 1) if self.first > 1 else self.earlier

    # --- flash ---

    def reclaim(self):
        """Take every acknowledgement back: the collector's log is another one. All that is kept goes out again."""
        self._flash().reclaim(self, self._memory.base)

    def _flash(self):
        """Return the module for rare work with segments. It is loaded when such work comes."""
        from edge import outbox_backlog

        return outbox_backlog

    def due(self, now_ms):
        """Whether events should go to the flash now."""
        if not self.store or self.saving or now_ms < self._not_before or self.last < self._memory.base:
            return False
        if self.in_memory() >= _IN_MEMORY:
            return True
        unsaved = self._saved() + 1
        return self._older(unsaved, _KEEP_MS, now_ms) or self._older(max(unsaved, self.first), self._save_after, now_ms)

    def _saved(self):
        """Return the number of the last event that is on the flash."""
        return self._partial.last if self._partial else self._memory.base - 1

    def _older(self, seq, than_ms, now_ms):
        return seq <= self.last and now_ms - self._memory.time(seq) & TIME_MASK >= than_ms

    async def save(self, now_ms, everything=False):
        """Write a segment, or with `everything` all that there are. A flash that fails is tried again later."""
        if not self.store or self.saving:
            return
        self.saving = True
        try:
            waited = self.in_memory() < _IN_MEMORY
            await self._save_one(now_ms)
            while everything and self.last > self._saved():
                await self._save_one(now_ms)
            if waited:
                self._save_after = min(2 * self._save_after, _LATEST_SAVE_MS)
        except OSError:
            self.flash_faults += 1
            self._not_before = now_ms + _AGAIN_MS
            self._flash()  # may have to give events up now: loaded while there is room for the code
        finally:
            self.saving = False

    async def _save_one(self, now_ms):
        """Write the events in memory as a segment, which replaces the last one if that was not full yet."""
        full = _SEALED_IN_SEGMENT if self.seal else _IN_SEGMENT
        count = min(full, self.in_memory())
        while self.finished() and self.held() > self._capacity:
            self._flash().give_up(self, now_ms)
        segment = await self._write(count, now_ms)
        before, self._partial = self._partial, None
        if before:
            self.store.drop(before)
        if segment.last < self.first:
            self.store.mark(segment, True)
        if count == full:
            self._memory.forget(segment.last)
        else:
            self._partial = segment

    async def _write(self, count, now_ms):
        first = self._memory.base
        while True:
            try:
                packed = self._packed(first, count)
                return await self.store.write(self.origin, self._antennas, first, count, packed)
            except OSError:
                if not self._flash().make_room(self, min(self._capacity, _MOST_IN_MEMORY) - BLOCK, now_ms):
                    raise

    def _packed(self, first, count):
        for seq in range(first, first + count):
            kind, antenna, length, uid, time, left = self._memory.record(seq)
            if self.seal:
                yield time, bytes([_SEALED]) + self.seal(seq, self._event(seq))
            elif kind == TEXT:
                yield time, bytes([TEXT]) + self._memory.texts[seq].encode()
            else:
                yield time, bytes([kind, antenna, left] if kind == MOVED else [kind, antenna]) + uid[:length]

    # --- sending ---

    def rewind(self):
        """Begin again with the oldest event that is not acknowledged."""
        self.done = 0  # number of the last segment that was sent
        self.sending: tuple | None = None  # segment that is being sent, event and offset to go on with
        self.next = 0  # event of this boot

    def pending(self):
        """Whether there is something to send."""
        return self._upcoming() is not None or max(self.next, self.first) <= self.last

    def _upcoming(self):
        """Return the segment to send from, None when the rest is in memory."""
        if self.sending:
            return self.sending[0]
        for segment in self.finished():
            if segment.number <= self.done or segment.acknowledged:
                continue
            if segment.origin == self.origin and segment.last < max(self.next, self.first):
                continue
            return segment
        return None

    def take(self, now_ms):
        """Return the next message as (origin, number, age, events, frames): events in clear, or sealed ones.

        The events of one look go together, as far as they fit. The age of events of an earlier boot is None.
        """
        segment = self._upcoming()
        if segment:
            return self._flash().take(self, segment, now_ms)
        seq = max(self.next, self.first, self._memory.base)
        detected = self._memory.time(seq)
        events: list = []
        frames: list = []
        size, at = 0, seq
        while at <= self.last and len(events) < _MAX_EVENTS and self._memory.time(at) == detected:
            event = self._event(at)
            size += len(event) + 1
            if events and size > _ROOM:
                break
            events.append(event)
            if self.seal:
                frames.append(self.seal(at, event))
            at += 1
            if len(frames) == envelope.FRAMES:
                break
        self.next = at
        return self.origin, seq, now_ms - detected & TIME_MASK, events, frames

    def _event(self, seq):
        kind, antenna, length, uid, _, left = self._memory.record(seq)
        if kind == TEXT:
            return self._memory.texts[seq]
        return envelope.reading(kind, self._antennas, antenna, left, uid[:length])
