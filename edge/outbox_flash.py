"""Events on the flash, in segments: a file for each batch, written once. Knows files and checks, not events.

A segment's name is its number and a letter that says whether all of it is acknowledged (`0000002au`, `0000002aa`). So
marking a segment costs a renaming and no erase. A file that a power cut left half written is found by its digest, and
removed.
"""

import asyncio
import hashlib
import os
import struct

from micropython import const

from edge.flash import exists, sync

MAGIC = b"ebs2"
HEAD = "<4sIHBH"  # MAGIC, number of the first event, events, bytes of the origin, bytes of the antennas' names
_HEAD_SIZE = const(13)
_STORED = const("<HI")  # bytes, time of detection
_DIGEST_SIZE = const(8)


class Segment:
    """A batch of consecutive events of one boot. `origin` and `antennas` say how to read its records."""

    def __init__(self, number, acknowledged, origin, antennas, first, count):
        self.number = number
        self.acknowledged = acknowledged
        self.marked = acknowledged  # as its file's name says
        self.origin = origin
        self.antennas = antennas
        self.first = first
        self.last = first + count - 1
        self.start = _HEAD_SIZE + len(origin) + len(_names(antennas))  # where the records begin

    def file(self):
        """Return the name of its file."""
        return "%08x%s" % (self.number, "a" if self.marked else "u")


class Store:
    """The segments of a folder, oldest first."""

    def __init__(self, folder):
        self.folder = folder
        self.segments: list = []  # `outbox_reopen.fill` finds those of earlier boots

    def path(self, segment):
        """Return where the file of a segment lies."""
        return self.folder + "/" + segment.file()

    async def write(self, origin, antennas, first, count, records):
        """Write `count` (time, bytes) pairs of `records` as a new segment; others run between them.

        Raises OSError when the flash is full or fails; then nothing of it is left.
        """
        number = self.segments[-1].number + 1 if self.segments else 1
        segment = Segment(number, False, origin, antennas, first, count)
        path = self.path(segment)
        try:
            with open(path, "wb") as file:
                await _write_all(file, segment, records)
        except OSError:
            if exists(path):
                os.remove(path)
            raise
        sync()
        self.segments.append(segment)
        return segment

    def mark(self, segment, acknowledged):
        """Note that all of a segment is acknowledged, or that it is to be sent again after all.

        If the flash does not take the mark, it holds until the next boot, which then sends the segment once more.
        """
        before, marked = self.path(segment), segment.marked
        segment.acknowledged = segment.marked = acknowledged
        try:
            os.rename(before, self.path(segment))
        except OSError:
            segment.marked = marked

    def drop(self, segment):
        """Forget a segment."""
        self.segments.remove(segment)
        os.remove(self.path(segment))


async def _write_all(file, segment, records):
    names = _names(segment.antennas)
    origin = segment.origin.encode()
    digest = hashlib.sha256()
    head = (
        struct.pack(HEAD, MAGIC, segment.first, segment.last - segment.first + 1, len(origin), len(names))
        + origin
        + names
    )
    digest.update(head)
    file.write(head)
    for time, record in records:
        piece = struct.pack(_STORED, len(record), time) + record
        digest.update(piece)
        file.write(piece)
        await asyncio.sleep(0)
    file.write(digest.digest()[:_DIGEST_SIZE])


def _names(antennas):
    return "\n".join(antennas).encode()
