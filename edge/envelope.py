"""The exact JSON of a node's messages. Knows names and numbers, not keys, topics or connections."""

import binascii
import json

from micropython import const

from edge.antenna_presence import MOVED

VERSION = const(1)
FRAMES = const(4)  # sealed frames of one message
CARDS = (None, "card_read", "card_removed", "card_moved")  # by what `antenna_presence` calls them
_SNAPSHOT_ROOM = const(1500)  # bytes of antennas in a snapshot

text = json.dumps  # a string as JSON


def card_event(kind, antenna, uid, came_from=None):
    """Return a `card_read`, `card_removed` or `card_moved` as JSON; only a card that moved has a `came_from`."""
    before = "" if came_from is None else ',"came_from":' + text(came_from)
    return '{"kind":"%s","antenna":%s%s,"uid":"%s"}' % (kind, text(antenna), before, uid.hex())


def reading(kind, names, antenna, left, uid):
    """Return a change of `antenna_presence` as JSON; `antenna` and `left` (of a card that moved) index `names`."""
    return card_event(CARDS[kind], names[antenna], uid, names[left] if kind == MOVED else None)


def events_body(device, boot, tx, origin, seq, age_ms, events, frames=()):
    """Return the parts of an events message, without mac and closing brace. Its events are in clear, or in frames.

    All were detected at the same moment, `age_ms` ago. `age_ms` is None for events of an earlier boot.
    """
    head = '{"v":%d,"device":%s,"boot":"%s","tx":%d,"origin":"%s","seq":%d,"age_ms":%s,' % (
        VERSION,
        text(device),
        boot,
        tx,
        origin,
        seq,
        "null" if age_ms is None else str(age_ms),
    )
    return _sealed(head, frames) if frames else listed(head + '"events":[', events, "]")


def _sealed(head, frames):
    encoded = []
    for frame in frames:
        encoded.append('"' + binascii.b2a_base64(frame).decode().rstrip() + '"')
    return listed(head + '"sealed":[', encoded, "]")


def listed(head, items, tail):
    """Return the parts of a list. They are not joined: a heap of small holes has no room for a whole message."""
    parts = [head]
    for item in items:
        parts += [item, ","]
    if items:
        parts.pop()
    parts.append(tail)
    return parts


def antenna_content(name, uids):
    """Return the cards on an antenna as a member of an object."""
    quoted = '"' + '","'.join(map(bytes.hex, uids)) + '"' if uids else ""
    return text(name) + ":[" + quoted + "]"


def snapshot_parts(antennas):
    """Yield the members of one snapshot message after the other: each fits. `antennas` are (name, uids) pairs."""
    part: list = []
    size = 0
    for name, uids in antennas:
        content = antenna_content(name, uids)
        if part and size + len(content) >= _SNAPSHOT_ROOM:
            yield part
            part, size = [], 0
        part.append(content)
        size += len(content) + 1
    yield part


def told_of(log_id, origin, acked):
    """Return as members: the log that this node knows, and up to where a boot's events were acknowledged in it."""
    return '"log_id":%s,"origin":"%s","acked":%d' % ("null" if log_id is None else text(log_id), origin, acked)


def snapshot_body(device, boot, as_of, told, part, sealed=False):
    """Return the parts of a snapshot of some antennas, without mac and closing brace; `part` are members, or frames.

    `told` is what `told_of` returns.
    """
    head = '{"v":%d,"device":%s,"boot":"%s","as_of":%d,%s,' % (VERSION, text(device), boot, as_of, told)
    return _sealed(head, part) if sealed else listed(head + '"antennas":{', part, "}")
