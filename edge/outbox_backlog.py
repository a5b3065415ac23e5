"""The rare half of the outbox: sends segments from the flash, gives events up, tells which ones are missing.

The outbox loads it when a broker was away for long, or the flash is full.
"""

import json
import struct

from micropython import const

from edge import envelope
from edge.antenna_presence import MOVED
from edge.envelope_notices import gone_event
from edge.outbox_memory import BLOCK, TEXT, TIME_MASK

_SEALED = const(0xFF)  # as a kind on the flash
_MAX_EVENTS = const(64)  # per message
_ROOM = const(1500)  # bytes for events in a message: the rest is envelope and mac
_STORED = const("<HI")  # on the flash: bytes, time of detection
_STORED_SIZE = const(6)


def take(outbox, segment, now_ms):
    """Return the next message out of a segment, as `Outbox.take` does."""
    seq, offset = _place(outbox, segment)
    ours = segment.origin == outbox.origin
    begun, detected, size = seq, None, 0
    events, frames = [], []  # type: ignore[var-annotated]
    while seq <= segment.last and len(events) < _MAX_EVENTS and len(frames) < envelope.FRAMES:
        time, record, following = record_at(outbox.store, segment, offset)
        if ours and detected not in (None, time):
            break
        sealed = record[0] == _SEALED
        event = "" if sealed else _event(record, segment.antennas)
        size += len(event) + 1
        if (events and size > _ROOM) or (sealed and events) or (frames and not sealed):
            break
        if sealed:
            frames.append(record[1:])
        else:
            events.append(event)
        detected, offset, seq = time, following, seq + 1
    _move_on(outbox, segment, seq, offset)
    return segment.origin, begun, (now_ms - detected & TIME_MASK) if ours else None, events, frames


def _move_on(outbox, segment, seq, offset):
    if segment.origin == outbox.origin:
        outbox.next = seq
    outbox.sending = (segment, seq, offset)
    if seq > segment.last:
        outbox.sending = None
        outbox.done = segment.number


def _place(outbox, segment):
    """Return number and offset of the event to send next."""
    if outbox.sending:
        return outbox.sending[1:]
    told = outbox.through.get(segment.origin, 0)
    wanted = max(outbox.next, outbox.first) if segment.origin == outbox.origin else told + 1
    seq, offset = segment.first, segment.start
    while seq < wanted:
        offset = record_at(outbox.store, segment, offset)[2]
        seq += 1
    return seq, offset


def _event(record, antennas):
    if record[0] == TEXT:
        return str(record[1:], "utf-8")
    uid_at = 3 if record[0] == MOVED else 2
    return envelope.reading(record[0], antennas, record[1], record[2], record[uid_at:])


def give_up_block(outbox, memory, now_ms):
    """Drop the oldest block in memory."""
    through = min(memory.base + BLOCK - 1, memory.last)
    texts = [memory.texts[seq] for seq in memory.texts if seq <= through]
    first = max(memory.base, outbox.first)
    memory.forget(through)
    if first <= through:
        outbox.first = max(outbox.first, through + 1)
        _gone(outbox, outbox.origin, first, through, texts, now_ms)


def _gone(outbox, origin, first, last, texts, now_ms):
    """Tell that events were dropped. If `gone` events are among them, their ranges are told again."""
    outbox.dropped += last - first + 1
    ranges = [(origin, first, last)]
    told = [json.loads(event) for event in texts if '"kind":"gone"' in event]
    ranges += [(content["origin"], content["first"], content["last"]) for content in told]
    for whose, low, high in ranges:
        known = outbox.lost.get(whose, (low, high, 0))
        start, end = min(low, known[0]), max(high, known[1])
        outbox.lost[whose] = (start, end, outbox.add_text(gone_event(whose, start, end), now_ms))


def give_up(outbox, now_ms):
    """Drop the oldest segment."""
    segment = outbox.finished()[0]
    told = outbox.through.get(segment.origin, 0) if segment.origin != outbox.origin else outbox.first - 1
    first = max(segment.first, told + 1)
    texts = [] if segment.acknowledged else _texts_of(outbox.store, segment)
    outbox.store.drop(segment)
    if outbox.sending and segment is outbox.sending[0]:
        outbox.sending = None
    if not segment.acknowledged and first <= segment.last:
        if segment.origin == outbox.origin:
            outbox.first = max(outbox.first, segment.last + 1)
        _gone(outbox, segment.origin, first, segment.last, texts, now_ms)


def make_room(outbox, much, now_ms):
    """Drop the oldest segment of a full flash, if the collector has it or `much` is in memory. Return whether."""
    oldest = outbox.finished()[:1]
    if not oldest or not (outbox.in_memory() >= much or oldest[0].acknowledged):
        return False
    give_up(outbox, now_ms)
    return True


def let_go(outbox, memory, most):
    """Drop acknowledged blocks of a node without a flash, down to `most` events."""
    while memory.base + BLOCK <= outbox.first and outbox.in_memory() > most:
        memory.forget(memory.base + BLOCK - 1)


def acknowledge_earlier(outbox, origin, through):
    """Note that an earlier boot's events up to `through` are with the collector; return whether that was news."""
    before = outbox.through.get(origin, 0)
    outbox.through[origin] = max(through, before)
    outbox.earlier = origin, outbox.through[origin]
    return through > before


def record_at(store, segment, offset):
    """Return (time, bytes, offset of the next one) of the record at `offset`; the first is at `segment.start`."""
    with open(store.path(segment), "rb") as file:
        file.seek(offset)
        size, time = struct.unpack(_STORED, file.read(_STORED_SIZE))
        return time, file.read(size), offset + _STORED_SIZE + size


def _texts_of(store, segment):
    offset, texts = segment.start, []
    for _ in range(segment.first, segment.last + 1):
        _, record, offset = record_at(store, segment, offset)
        if record[0] == TEXT:
            texts.append(str(record[1:], "utf-8"))
    return texts


def tell_of_holes(outbox):
    """Tell which events of earlier boots never reached the flash, before the events that wait there."""
    reached: dict = {}
    for segment in outbox.segments():
        origin, expected = segment.origin, reached.get(segment.origin, 0) + 1
        if not segment.acknowledged and segment.first > expected:
            outbox.add_text(gone_event(origin, expected, segment.first - 1), 0)
        reached[origin] = segment.last


def reclaim(outbox, kept_in_memory):
    """Take every acknowledgement back: the collector's log is another one. All that is kept goes out again."""
    outbox.first = kept_in_memory
    for segment in reversed(list(outbox.segments())):
        if segment.acknowledged:
            outbox.store.mark(segment, False)
        if segment.origin == outbox.origin:
            outbox.first = segment.first
    outbox.through = {}
    if outbox.first > 1:
        outbox.add_text(gone_event(outbox.origin, 1, outbox.first - 1), 0)
    outbox.rewind()
