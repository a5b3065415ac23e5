"""Events that the collector has not acknowledged. Knows order, age and size, not connections.

A card event takes 20 bytes in blocks of 64; what is longer (faults, results) waits beside as JSON. Nothing leaves
before `acknowledge`. When the outbox is full, the oldest block is given up and a `gone` event says so.
"""

import struct

from micropython import const

from edge import envelope
from edge.presence import READ

_BLOCK = const(64)  # events
_RECORD = "<BBB10sI3x"  # kind, antenna, length of the UID, UID, time of detection
_SIZE = const(20)
_TEXT = const(0)
_TIME_MASK = const(0xFFFFFFFF)
_MAX_EVENTS = const(64)  # per message
_ROOM = const(1650)  # bytes for events in a message: the rest is envelope and mac


def _new_block():
    return bytearray(_BLOCK * _SIZE)


class Outbox:
    """The events of this boot, `first` to `last` held. Sequence numbers begin at 1."""

    def __init__(self, origin, antennas, capacity=2048):
        self._origin = origin
        self._antennas = antennas
        self._capacity = capacity
        self._blocks = []  # the first one holds the events from `_base` on
        self._base = 1
        self._texts = {}
        self._gone_from = {}  # seq of a `gone` event: first number it covers
        self.first = 1
        self.last = 0
        self.dropped = 0

    def depth(self):
        """Return how many events are held."""
        return self.last - self.first + 1

    def add_card(self, kind, antenna, uid, now_ms):
        """Take in a card that came or left; return its number. `antenna` is an index."""
        self._append(struct.pack(_RECORD, kind, antenna, len(uid), uid, now_ms & _TIME_MASK))
        return self.last

    def add_text(self, event, now_ms):
        """Take in any other event, as JSON; return its number."""
        self._append(struct.pack(_RECORD, _TEXT, 0, 0, b"", now_ms & _TIME_MASK))
        self._texts[self.last] = event
        return self.last

    def _append(self, record):
        if self.depth() >= self._capacity:
            self._give_up(struct.unpack(_RECORD, record)[4])
        try:
            self._store(record)
        except MemoryError:  # the heap is smaller than hoped: what it holds now is what it can hold
            if self.depth() < _BLOCK:
                raise
            self._capacity = self.depth()
            self._append(record)

    def _store(self, record):
        place = self.last + 1 - self._base
        if place == len(self._blocks) * _BLOCK:
            self._blocks.append(_new_block())
        at = place % _BLOCK * _SIZE
        self._blocks[place // _BLOCK][at : at + _SIZE] = record
        self.last += 1

    def _give_up(self, now_ms):
        """Drop the oldest block. What an earlier `gone` among them covered is told again by the new one."""
        start = self.first
        through = self._base + _BLOCK - 1
        for seq in [seq for seq in self._gone_from if seq <= through]:
            start = min(start, self._gone_from[seq])
        self.dropped += through - self.first + 1
        self.acknowledge(through)
        self.add_text(envelope.gone_event(self._origin, start, through), now_ms)
        self._gone_from[self.last] = start

    def acknowledge(self, through):
        """Let go of everything up to `through`."""
        through = min(through, self.last)
        if through < self.first:
            return
        for held in (self._texts, self._gone_from):
            for seq in [seq for seq in held if seq <= through]:
                del held[seq]
        self.first = through + 1
        while self._blocks and self._base + _BLOCK <= self.first:
            self._blocks.pop(0)
            self._base += _BLOCK

    def _record(self, seq):
        place = seq - self._base
        return struct.unpack_from(_RECORD, self._blocks[place // _BLOCK], place % _BLOCK * _SIZE)

    def batch(self, seq, now_ms):
        """Return (age, events) of one message from `seq` on: what one look saw, as far as it fits."""
        detected = self._record(seq)[4]
        events: list = []
        size = 0
        while seq <= self.last and len(events) < _MAX_EVENTS:
            record = self._record(seq)
            if record[4] != detected:
                break
            event = self._event(seq, record)
            size += len(event) + 1
            if events and size > _ROOM:
                break
            events.append(event)
            seq += 1
        return now_ms - detected & _TIME_MASK, events

    def _event(self, seq, record):
        kind, antenna, length, uid, _ = record
        if kind == _TEXT:
            return self._texts[seq]
        name = "card_read" if kind == READ else "card_removed"
        return envelope.card_event(name, self._antennas[antenna], uid[:length])
