"""The exact bytes of what a node says and hears. Knows JSON and the mac, not topics or connections.

The mac is the last member: HMAC-SHA256 (RFC 2104) under the device's key over all bytes before `,"mac"`.
"""

import hashlib
import json

from micropython import const

VERSION = const(1)
LIMIT = const(2000)  # bytes of a message; the contract says under 2 KiB
_MAC = b',"mac":"'
_MAC_TAIL = const(74)  # _MAC, 64 hexadecimal digits, "}
_BLOCK = const(64)


def text(value):
    """Return a string as JSON."""
    return json.dumps(value)


class Seal:
    """Signs and verifies with one key. MicroPython has no `hmac`."""

    def __init__(self, key):
        if len(key) > _BLOCK:
            key = hashlib.sha256(key).digest()
        key = key + bytes(_BLOCK - len(key))
        self._inner = bytes([byte ^ 0x36 for byte in key])
        self._outer = bytes([byte ^ 0x5C for byte in key])

    def _mac(self, body):
        inner = hashlib.sha256(self._inner)
        inner.update(body)
        outer = hashlib.sha256(self._outer)
        outer.update(inner.digest())
        return outer.digest()

    def close(self, body):
        """Return the payload of a JSON object that lacks its closing brace."""
        body = body.encode()
        return body + _MAC + self._mac(body).hex().encode() + b'"}'

    def open(self, payload):
        """Return the object in a signed payload, None if the mac is not ours or the JSON is none."""
        body, tail = payload[:-_MAC_TAIL], payload[-_MAC_TAIL:]
        expected = _MAC + self._mac(body).hex().encode() + b'"}'
        if len(tail) != len(expected):
            return None
        difference = 0
        for ours, theirs in zip(expected, tail):  # noqa: B905 - constant time; MicroPython's zip has no `strict`
            difference |= ours ^ theirs
        if difference:
            return None
        try:
            content = json.loads(payload)
        except ValueError:
            return None
        return content if isinstance(content, dict) else None


def card_event(kind, antenna, uid):
    """Return a `card_read` or `card_removed` as JSON."""
    return '{"kind":"%s","antenna":%s,"uid":"%s"}' % (kind, text(antenna), uid.hex())


def fault_event(antenna, code, message):
    """Return a `fault` as JSON."""
    return '{"kind":"fault","antenna":%s,"code":%s,"message":%s}' % (text(antenna), text(code), text(message[:200]))


def gone_event(origin, first, last):
    """Return a `gone` as JSON: these events had to be dropped."""
    return '{"kind":"gone","origin":%s,"first":%d,"last":%d}' % (text(origin), first, last)


def result_event(command, ok, message):
    """Return a `command_result` as JSON."""
    return '{"kind":"command_result","id":%s,"ok":%s,"message":%s}' % (
        text(command),
        "true" if ok else "false",
        text(message[:200]),
    )


def events_body(device, boot, tx, seq, age_ms, events):
    """Return an events message without mac and closing brace. All its events were detected at the same moment."""
    return '{"v":%d,"device":%s,"boot":"%s","tx":%d,"origin":"%s","seq":%d,"age_ms":%d,"events":[%s]' % (
        VERSION,
        text(device),
        boot,
        tx,
        boot,
        seq,
        age_ms,
        ",".join(events),
    )


def snapshot_body(device, boot, as_of, antennas):
    """Return a snapshot without mac and closing brace; `antennas` are (name, uids) pairs."""
    lying = ",".join(
        [text(name) + ":[" + ",".join(['"' + uid.hex() + '"' for uid in uids]) + "]" for name, uids in antennas]
    )
    return '{"v":%d,"device":%s,"boot":"%s","as_of":%d,"antennas":{%s}' % (VERSION, text(device), boot, as_of, lying)


def status_payload(device, boot, link, firmware, board, antennas):
    """Return the birth; `antennas` are (name, chip) pairs."""
    listed = ",".join(['{"name":%s,"chip":%s}' % (text(name), text(chip)) for name, chip in antennas])
    head = '{"v":%d,"device":%s,"boot":"%s","link":%d,"state":"online"' % (VERSION, text(device), boot, link)
    return (head + ',"firmware":%s,"board":%s,"antennas":[%s]}' % (text(firmware), text(board), listed)).encode()


def will_payload(device, boot, link):
    """Return what the broker says when this link is lost."""
    form = '{"v":%d,"device":%s,"boot":"%s","link":%d,"state":"lost"}'
    return (form % (VERSION, text(device), boot, link)).encode()
