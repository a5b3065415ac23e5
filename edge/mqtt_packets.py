"""MQTT 3.1.1 packets as bytes. Knows the standard's layouts, not connections. Source: OASIS mqtt-v3.1.1, chapter 3."""

from micropython import const

CONNACK = const(0x20)
PUBLISH = const(0x30)
PUBACK = const(0x40)
SUBACK = const(0x90)
SUBACK_REFUSED = const(0x80)
PINGREQ = b"\xc0\x00"
DUP = const(0x08)

_CLEAN_SESSION = const(0x02)
_WILL = const(0x04)
_WILL_QOS_1 = const(0x08)
_WILL_RETAIN = const(0x20)
_PASSWORD = const(0x40)
_USERNAME = const(0x80)


def _string(value):
    if isinstance(value, str):
        value = value.encode()
    return len(value).to_bytes(2, "big") + value


def _packet(kind, body):
    length = len(body)
    head = bytearray([kind])
    while True:
        byte = length & 0x7F
        length >>= 7
        head.append(byte | 0x80 if length else byte)
        if not length:
            return bytes(head) + body


def connect_packet(options, will):
    """Return CONNECT with a retained QoS 1 will, as (topic, payload)."""
    flags = _WILL | _WILL_QOS_1 | _WILL_RETAIN | _USERNAME | _PASSWORD
    if options["clean"]:
        flags |= _CLEAN_SESSION
    body = _string("MQTT") + bytes([4, flags]) + options["keepalive_s"].to_bytes(2, "big")
    for part in (options["client_id"], will[0], will[1], options["username"], options["password"]):
        body += _string(part)
    return _packet(0x10, body)


def subscribe_packet(pid, subscriptions):
    """Return SUBSCRIBE for (topic, qos) pairs."""
    body = pid.to_bytes(2, "big")
    for topic, qos in subscriptions:
        body += _string(topic) + bytes([qos])
    return _packet(0x82, body)


def publish_packet(topic, parts, qos, retain, pid, into):
    """Write PUBLISH with a payload of several parts into the buffer `into`; return what it takes of it.

    Raises ValueError if it does not fit: nothing is built beside the buffer, since a heap in use for long has no room.
    """
    topic = topic.encode()
    length = 2 + len(topic) + (2 if qos else 0) + sum([len(part) for part in parts])
    head = bytearray([PUBLISH | qos << 1 | (1 if retain else 0)])
    rest = length
    while True:
        byte = rest & 0x7F
        rest >>= 7
        head.append(byte | 0x80 if rest else byte)
        if not rest:
            break
    if len(head) + length > len(into):
        raise ValueError("a message of %d bytes; at most %d fit" % (length, len(into)))
    at = 0
    pid_bytes = pid.to_bytes(2, "big") if qos else b""
    for part in [head, len(topic).to_bytes(2, "big"), topic, pid_bytes] + parts:  # noqa: RUF005 - MicroPython's tuples take no *
        into[at : at + len(part)] = part
        at += len(part)
    return memoryview(into)[:at]


def parse_publish(kind, body):
    """Return (topic, payload, packet id or 0)."""
    end = 2 + (body[0] << 8 | body[1])
    topic = str(body[2:end], "utf-8")
    if kind & 0x06:
        return topic, body[end + 2 :], body[end] << 8 | body[end + 1]
    return topic, body[end:], 0


def puback_packet(pid):
    """Return PUBACK."""
    return bytes([PUBACK, 2]) + pid.to_bytes(2, "big")
