"""Events on the flash, in segments: a file for each batch, written once. Knows files and checks, not what events mean.

A segment's name is its number and whether all of it is acknowledged (`0000002au`, `0000002aa`): to mark it
costs a renaming and no erase. What a power cut left half written is recognised by its digest, and taken away.
"""

import hashlib
import os
import struct

from micropython import const

from edge.files import exists, make_folder, sync

_MAGIC = b"ebs2"
_HEAD = "<4sIHBH"  # _MAGIC, number of the first event, events, bytes of the origin, bytes of the antennas' names
_HEAD_SIZE = const(13)
_RECORD = "<HI"  # bytes, time of detection
_RECORD_SIZE = const(6)
_DIGEST_SIZE = const(8)
_NUMBER_DIGITS = const(8)
_PIECE = const(512)


class Segment:
    """A batch of consecutive events of one boot. `origin` and `antennas` say how to read its records."""

    def __init__(self, number, acknowledged, origin, antennas, first, count):
        self.number = number
        self.acknowledged = acknowledged
        self.origin = origin
        self.antennas = antennas
        self.first = first
        self.last = first + count - 1
        self.start = _HEAD_SIZE + len(origin) + len(_names(antennas))  # where the records begin

    def file(self):
        """Return the name of its file."""
        return "%08x%s" % (self.number, "a" if self.acknowledged else "u")


class Store:
    """The segments of a folder, oldest first."""

    def __init__(self, folder):
        self._folder = folder
        self.damaged = 0
        self.segments = []
        make_folder(folder)
        for name in sorted(os.listdir(folder)):
            segment = self._opened(name)
            if segment:
                self._drop_shorter(segment)
                self.segments.append(segment)
            else:
                self.damaged += 1
                os.remove(folder + "/" + name)

    def _drop_shorter(self, segment):
        """A power cut may leave the segment that `segment` was written to replace."""
        last = self.segments[-1] if self.segments else None
        if last and last.origin == segment.origin and last.first == segment.first:
            self.drop(last)

    def _path(self, segment):
        return self._folder + "/" + segment.file()

    def _opened(self, name):
        """Return the segment in a file, None if it is not whole."""
        try:
            number = int(name[:_NUMBER_DIGITS], 16)
            with open(self._folder + "/" + name, "rb") as file:
                head = file.read(_HEAD_SIZE)
                if len(head) < _HEAD_SIZE:
                    return None
                magic, first, count, origin_size, names_size = struct.unpack(_HEAD, head)
                if magic != _MAGIC or not _is_whole(file, head):
                    return None
                file.seek(_HEAD_SIZE)
                origin = file.read(origin_size).decode()
                names = file.read(names_size).decode().split("\n")
        except (OSError, ValueError):
            return None
        known = self.segments[-1] if self.segments else None
        if known and (known.origin, known.antennas) == (origin, names):
            origin, names = known.origin, known.antennas  # held once, however many segments
        return Segment(number, name.endswith("a"), origin, names, first, count)

    async def write(self, origin, antennas, first, count, records, breathe):
        """Write `count` (time, bytes) pairs of `records` as a new segment; `breathe()` lets others run between them.

        Raises OSError when the flash is full or fails; then nothing of it is left.
        """
        number = self.segments[-1].number + 1 if self.segments else 1
        segment = Segment(number, False, origin, antennas, first, count)
        path = self._path(segment)
        try:
            with open(path, "wb") as file:
                await _write_all(file, segment, records, breathe)
        except OSError:
            if exists(path):
                os.remove(path)
            raise
        sync()
        self.segments.append(segment)
        return segment

    def record(self, segment, offset):
        """Return (time, bytes, offset of the next one) of the record at `offset`; the first is at `segment.start`."""
        with open(self._path(segment), "rb") as file:
            file.seek(offset)
            size, time = struct.unpack(_RECORD, file.read(_RECORD_SIZE))
            return time, file.read(size), offset + _RECORD_SIZE + size

    def mark(self, segment, acknowledged):
        """Note that all of a segment is acknowledged, or that it is to be sent again after all."""
        before = self._path(segment)
        segment.acknowledged = acknowledged
        os.rename(before, self._path(segment))

    def drop(self, segment):
        """Forget a segment."""
        self.segments.remove(segment)
        os.remove(self._path(segment))


async def _write_all(file, segment, records, breathe):
    names = _names(segment.antennas)
    origin = segment.origin.encode()
    digest = hashlib.sha256()
    head = (
        struct.pack(_HEAD, _MAGIC, segment.first, segment.last - segment.first + 1, len(origin), len(names))
        + origin
        + names
    )
    digest.update(head)
    file.write(head)
    for time, record in records:
        piece = struct.pack(_RECORD, len(record), time) + record
        digest.update(piece)
        file.write(piece)
        await breathe()
    file.write(digest.digest()[:_DIGEST_SIZE])


def _names(antennas):
    return "\n".join(antennas).encode()


def _is_whole(file, head):
    """Whether the digest at the end of `file`, read up to behind `head`, is that of all before it."""
    digest = hashlib.sha256(head)
    held = b""
    while True:
        piece = file.read(_PIECE)
        if not piece:
            break
        held += piece
        digest.update(held[:-_DIGEST_SIZE])
        held = held[-_DIGEST_SIZE:]
    return held == digest.digest()[:_DIGEST_SIZE]
