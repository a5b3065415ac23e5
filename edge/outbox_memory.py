"""Events in memory: cards in 20 bytes each, in blocks of 32; longer events beside them, as JSON. Knows no flash."""

import struct

from micropython import const

BLOCK = const(32)  # events
TEXT = const(0)  # the kind of an event that is no card
_RECORD = const("<BBB10sIB2x")  # kind, antenna, length of the UID, UID, time of detection, antenna that it left
_SIZE = const(20)
TIME_MASK = const(0xFFFFFFFF)


def _new_block():
    return bytearray(BLOCK * _SIZE)


class Memory:
    """The events from `base` to `last`, as numbers of this boot."""

    def __init__(self):
        self._blocks = []  # the first one begins with `base`
        self.texts = {}
        self.base = 1
        self.last = 0

    def __len__(self):
        return self.last - self.base + 1

    def add(self, kind, antenna, uid, now_ms, left):
        """Append a record; raise MemoryError, and change nothing, if the heap is full."""
        place = self.last + 1 - self.base
        if place == len(self._blocks) * BLOCK:
            self._blocks.append(_new_block())
        block = self._blocks[place // BLOCK]
        now_ms &= TIME_MASK
        struct.pack_into(_RECORD, block, place % BLOCK * _SIZE, kind, antenna, len(uid), uid, now_ms, left)
        self.last += 1

    def record(self, seq):
        """Return (kind, antenna, length, uid, time, left) of an event; `uid` is padded."""
        place = seq - self.base
        return struct.unpack_from(_RECORD, self._blocks[place // BLOCK], place % BLOCK * _SIZE)

    def time(self, seq):
        """Return when an event was detected."""
        return self.record(seq)[4]

    def forget(self, through):
        """Let go of everything up to `through`."""
        for seq in list(self.texts):
            if seq <= through:
                del self.texts[seq]
        gone = through + 1 - self.base
        del self._blocks[: gone // BLOCK]
        self.base = through + 1
        if gone % BLOCK:
            self._shift(gone % BLOCK * _SIZE)

    def _shift(self, cut):
        """Move all records `cut` bytes to the front, over the ends of the blocks."""
        blocks = self._blocks
        for index, block in enumerate(blocks):
            kept = len(block) - cut
            block[:kept] = block[cut:]
            if index + 1 < len(blocks):
                block[kept:] = blocks[index + 1][:cut]
        while len(blocks) * BLOCK >= len(self) + BLOCK:
            blocks.pop()
