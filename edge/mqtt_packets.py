"""MQTT 3.1.1 packets of a connection that stands, as bytes. Knows the standard's layouts, not connections. Source: OASIS mqtt-v3.1.1, chapter 3."""

from micropython import const

_PUBLISH = const(0x30)
_PUBACK = const(0x40)


def publish_packet(topic, parts, qos, retain, pid, into):
    """Yield PUBLISH with a payload of several parts, in pieces that fill the buffer `into`: send one before the next.

    Nothing is built beside the buffer, since a heap in use for long has no room.
    """
    topic = topic.encode()
    length = 2 + len(topic) + (2 if qos else 0) + sum([len(part) for part in parts])
    head = bytearray([_PUBLISH | qos << 1 | (1 if retain else 0)])
    rest = length
    while True:
        byte = rest & 0x7F
        rest >>= 7
        head.append(byte | 0x80 if rest else byte)
        if not rest:
            break
    at = 0
    pid_bytes = pid.to_bytes(2, "big") if qos else b""
    for part in [head, len(topic).to_bytes(2, "big"), topic, pid_bytes] + parts:  # noqa: RUF005 - MicroPython's tuples take no *
        rest = memoryview(part)
        while len(rest) >= len(into) - at:
            room = len(into) - at
            into[at:] = rest[:room]
            rest = rest[room:]
            yield into
            at = 0
        into[at : at + len(rest)] = rest
        at += len(rest)
    if at:
        yield memoryview(into)[:at]


def parse_publish(kind, body):
    """Return (topic, payload, packet id or 0)."""
    end = 2 + (body[0] << 8 | body[1])
    topic = str(body[2:end], "utf-8")
    if kind & 0x06:
        return topic, body[end + 2 :], body[end] << 8 | body[end + 1]
    return topic, body[end:], 0


def puback_packet(pid):
    """Return PUBACK."""
    return bytes([_PUBACK, 2]) + pid.to_bytes(2, "big")
