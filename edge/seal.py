"""Signs the messages of a node, and checks those that come to it. Knows bytes and keys, not their meaning.

Every message is signed: its last member `mac` is the HMAC-SHA256 (RFC 2104) under the device's key of all bytes before
`,"mac"`. What is to be hidden besides goes through `seal_frames`.
"""

import hashlib
import json

from micropython import const

_MAC = const(b',"mac":"')
_MAC_TAIL = const(74)  # _MAC, 64 hexadecimal digits, "}
_HASH_BLOCK = const(64)


class Hmac:
    """HMAC-SHA256 under one key. MicroPython has no `hmac`."""

    def __init__(self, key):
        if len(key) > _HASH_BLOCK:
            key = hashlib.sha256(key).digest()
        self._inner = bytearray(b"\x36" * _HASH_BLOCK)
        self._outer = bytearray(b"\x5c" * _HASH_BLOCK)
        for at, byte in enumerate(key):
            self._inner[at] ^= byte
            self._outer[at] ^= byte

    def digest(self, *parts):
        """Return the 32 bytes for `parts`, joined."""
        inner = hashlib.sha256(self._inner)
        for part in parts:
            inner.update(part)
        outer = hashlib.sha256(self._outer)
        outer.update(inner.digest())
        return outer.digest()


class Seal:
    """Signs and verifies messages with one key."""

    def __init__(self, key):
        self._hmac = Hmac(key)

    def parts(self, body):
        """Return the parts of the payload of a JSON object, given as text or parts of it, without closing brace."""
        parts = list(map(str.encode, (body,) if isinstance(body, str) else body))
        parts += [_MAC, self._hmac.digest(*parts).hex().encode(), b'"}']
        return parts

    def close(self, body):
        """Return the payload of such an object."""
        return b"".join(self.parts(body))

    def open(self, payload):
        """Return the object in a signed payload, None if the mac is wrong or the JSON is none."""
        body, tail = payload[:-_MAC_TAIL], payload[-_MAC_TAIL:]
        expected = _MAC + self._hmac.digest(body).hex().encode() + b'"}'
        if not same(expected, tail):
            return None
        try:
            content = json.loads(payload)
        except ValueError:
            return None
        return content if isinstance(content, dict) else None


def same(ours, theirs):
    """Whether two runs of bytes are equal. The time that it takes does not depend on where they differ."""
    if len(ours) != len(theirs):
        return False
    difference = 0
    for one, other in zip(ours, theirs):  # noqa: B905 - MicroPython's zip has no `strict`
        difference |= one ^ other
    return not difference
