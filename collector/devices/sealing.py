"""Opens what nodes seal. The one place that knows how: keys, counter mode, tags. Knows no message.

A frame is 8 bytes of counter, content in AES-256-CTR filled up with spaces, and 16 bytes of HMAC-SHA256 over both and
over device, boot and what the frame is of. Both keys come from the device's key and the boot.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_COUNTER = 8
_TAG = 16


class Opener:
    """Opens frames of one boot of one node."""

    def __init__(self, key: bytes, device: str, boot: str) -> None:
        self._mac_key = _derive(key, b"ebs-frame-mac " + boot.encode())
        self._key = _derive(key, b"ebs-frame-key " + boot.encode())
        self._head = f"{device} {boot} ".encode()

    def event(self, seq: int, frame: str) -> bytes | None:
        """Return the event of a frame, None if the frame is not one of event number `seq`."""
        return self._open(b"event %d " % seq, frame)

    def antenna(self, as_of: int, frame: str) -> bytes | None:
        """Return what lies on an antenna, None if the frame does not say that as of `as_of`."""
        return self._open(b"antenna %d " % as_of, frame)

    def _open(self, what: bytes, frame: str) -> bytes | None:
        try:
            raw = base64.b64decode(frame, validate=True)
        except (binascii.Error, ValueError):
            return None
        hidden, tag = raw[:-_TAG], raw[-_TAG:]
        expected = hmac.new(self._mac_key, self._head + what + hidden, hashlib.sha256).digest()[:_TAG]
        if not hmac.compare_digest(tag, expected):
            return None
        counter = hidden[:_COUNTER] + bytes(8)
        cipher = Cipher(algorithms.AES(self._key), modes.CTR(counter)).decryptor()
        return cipher.update(hidden[_COUNTER:]) + cipher.finalize()


def _derive(key: bytes, label: bytes) -> bytes:
    return hmac.new(key, label, hashlib.sha256).digest()
