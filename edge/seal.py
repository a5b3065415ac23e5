"""Signs what a node says, checks what it hears, and hides what it saw. Knows bytes and keys, not their meaning.

Every message is signed: its last member `mac` is the HMAC-SHA256 (RFC 2104) under the device's key of all bytes before
`,"mac"`. Where the table asks for it, events and antennas travel in frames besides: 8 bytes of counter, the content in
AES-256-CTR (NIST SP 800-38A) filled up to 256 bytes, and 16 bytes of HMAC over all of it and over what it belongs to.
Both keys of frames are derived from the device's key and the boot, so that no counter of an earlier boot comes again.
"""

import hashlib
import json

from micropython import const

_MAC = b',"mac":"'
_MAC_TAIL = const(74)  # _MAC, 64 hexadecimal digits, "}
_HASH_BLOCK = const(64)
_BODY = const(256)  # bytes of content; a fault that is longer takes twice as many
_AES_BLOCK = const(16)
_TAG = const(16)
_ECB = const(1)


class Hmac:
    """HMAC-SHA256 under one key. MicroPython has no `hmac`."""

    def __init__(self, key):
        if len(key) > _HASH_BLOCK:
            key = hashlib.sha256(key).digest()
        key = key + bytes(_HASH_BLOCK - len(key))
        self._inner = bytes([byte ^ 0x36 for byte in key])
        self._outer = bytes([byte ^ 0x5C for byte in key])

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
        parts = [part.encode() for part in ((body,) if isinstance(body, str) else body)]
        parts += [_MAC, self._hmac.digest(*parts).hex().encode(), b'"}']
        return parts

    def close(self, body):
        """Return the payload of such an object."""
        return b"".join(self.parts(body))

    def open(self, payload):
        """Return the object in a signed payload, None if the mac is not ours or the JSON is none."""
        body, tail = payload[:-_MAC_TAIL], payload[-_MAC_TAIL:]
        expected = _MAC + self._hmac.digest(body).hex().encode() + b'"}'
        if not same(expected, tail):
            return None
        try:
            content = json.loads(payload)
        except ValueError:
            return None
        return content if isinstance(content, dict) else None


class Frames:
    """Makes the sealed frames of one boot. A counter is used once: it only rises, and its keys end with the boot."""

    def __init__(self, key, device, boot):
        derive = Hmac(key)
        self._hmac = Hmac(derive.digest(b"ebs-frame-mac ", boot.encode()))
        self._cipher = _aes(derive.digest(b"ebs-frame-key ", boot.encode()))
        self._head = (device + " " + boot + " ").encode()
        self._counter = 0

    def event(self, seq, content):
        """Return the frame of event number `seq`, given as JSON."""
        return self._frame(b"event %d " % seq, content)

    def antenna(self, as_of, content):
        """Return the frame of what lies on an antenna, given as JSON, once all events up to `as_of` are in."""
        return self._frame(b"antenna %d " % as_of, content)

    def _frame(self, what, content):
        self._counter += 1
        counter = self._counter.to_bytes(8, "big")
        plain = content.encode()
        size = (max(len(plain), 1) + _BODY - 1) // _BODY * _BODY
        plain += b" " * (size - len(plain))
        hidden = counter + mix(plain, keystream(self._cipher, counter, size))
        return hidden + self._hmac.digest(self._head, what, hidden)[:_TAG]


def keystream(cipher, counter, size):
    """Return `size` bytes of AES-CTR made of ECB: the blocks counted are `counter` and 8 bytes from 0 on."""
    blocks = b"".join([counter + number.to_bytes(8, "big") for number in range(size // _AES_BLOCK)])
    return cipher.encrypt(blocks)


def mix(one, other):
    """Return the exclusive or of two runs of bytes: as large integers, since a loop would take milliseconds."""
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(len(one), "big")


def same(ours, theirs):
    """Whether two runs of bytes are equal, in a time that tells nothing of where they differ."""
    if len(ours) != len(theirs):
        return False
    difference = 0
    for one, other in zip(ours, theirs):  # noqa: B905 - MicroPython's zip has no `strict`
        difference |= one ^ other
    return not difference


def _aes(key):
    """Return the chip's AES, or what stands for it on a PC."""
    try:
        from cryptolib import aes
    except ImportError:
        from edge.seal_cpython import aes  # type: ignore[assignment]
    return aes(key, _ECB)
