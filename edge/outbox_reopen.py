"""Opens the segments of earlier boots, and removes files that are not whole. Needed once, when a node starts."""

import hashlib
import os
import struct

from micropython import const

from edge.flash_files import make_folder
from edge.outbox_flash import HEAD, MAGIC, Segment

_HEAD_SIZE = const(13)
_DIGEST_SIZE = const(8)
_NUMBER_DIGITS = const(8)
_PIECE = const(512)


def fill(store):
    """Give `store` the segments in its folder, oldest first; return how many files were damaged."""
    damaged, folder = 0, store.folder
    make_folder(folder)
    for name in sorted(os.listdir(folder)):
        last = store.segments[-1] if store.segments else None
        segment = _opened(folder, name, last)
        if segment:
            if last and last.origin == segment.origin and last.first == segment.first:
                store.drop(last)  # this segment was written to replace it, then the power went
            store.segments.append(segment)
        else:
            damaged += 1
            os.remove(folder + "/" + name)
    return damaged


def _opened(folder, name, known):
    """Return the segment in a file, None if it is not whole; `known` is the one before it."""
    try:
        number = int(name[:_NUMBER_DIGITS], 16)
        with open(folder + "/" + name, "rb") as file:
            head = file.read(_HEAD_SIZE)
            if len(head) < _HEAD_SIZE:
                return None
            magic, first, count, origin_size, names_size = struct.unpack(HEAD, head)
            if magic != MAGIC or not _is_whole(file, head):
                return None
            file.seek(_HEAD_SIZE)
            origin = file.read(origin_size).decode()
            names = file.read(names_size).decode().split("\n")
    except (OSError, ValueError):
        return None
    if known and (known.origin, known.antennas) == (origin, names):
        origin, names = known.origin, known.antennas  # kept once, for any number of segments
    return Segment(number, name.endswith("a"), origin, names, first, count)


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
