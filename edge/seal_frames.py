"""Hides readings on their way from the node to the collector. Loaded only if the table asks for it.

A frame is 8 bytes of counter, the content in AES-256-CTR (NIST SP 800-38A) filled up to 256 bytes, and 16 bytes of HMAC
over all of it and over its device, boot and number. Both keys are derived from the device's key and the boot, so a key
never meets the same counter twice (ADR 11).
"""

from micropython import const

from edge.envelope import FRAMES, antenna_content
from edge.seal import Hmac

_BODY = const(256)  # bytes of content; a longer fault takes twice as many
_AES_BLOCK = const(16)
_TAG = const(16)
_ECB = const(1)


class Frames:
    """Makes the sealed frames of one boot. A counter is used once: it only rises, and its keys end with the boot."""

    def __init__(self, key, device, boot):
        derive = Hmac(key)
        self._hmac = Hmac(derive.digest(b"ebs-frame-mac ", boot.encode()))
        self._key = derive.digest(b"ebs-frame-key ", boot.encode())
        self._head = (device + " " + boot + " ").encode()
        self._counter = 0

    def event(self, seq, content):
        """Return the frame of event number `seq`, given as JSON."""
        return self._frame(b"event %d " % seq, content)

    def antenna(self, as_of, content):
        """Return the frame of the cards on an antenna, given as JSON. It holds once all events up to `as_of` are in."""
        return self._frame(b"antenna %d " % as_of, content)

    def antennas(self, as_of, lying):
        """Yield the frames of (name, uids) pairs, as many at once as a message holds."""
        for at in range(0, len(lying), FRAMES):
            frames = []
            for antenna in lying[at : at + FRAMES]:
                frames.append(self.antenna(as_of, "{" + antenna_content(*antenna) + "}"))
            yield frames

    def _frame(self, what, content):
        self._counter += 1
        counter = self._counter.to_bytes(8, "big")
        plain = content.encode()
        size = (max(len(plain), 1) + _BODY - 1) // _BODY * _BODY
        plain += b" " * (size - len(plain))
        hidden = counter + mix(plain, keystream(_aes(self._key), counter, size))
        return hidden + self._hmac.digest(self._head, what, hidden)[:_TAG]


def keystream(cipher, counter, size):
    """Return `size` bytes of AES-CTR made of ECB: the blocks counted are `counter` and 8 bytes from 0 on."""
    blocks = bytearray()
    for number in range(size // _AES_BLOCK):
        blocks += counter + number.to_bytes(8, "big")
    return cipher.encrypt(blocks)


def mix(one, other):
    """Return the exclusive or of two runs of bytes. Large integers do it: a loop would take milliseconds."""
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(len(one), "big")


def _aes(key):
    """Return the chip's AES, or its stand-in on a PC. It is made for each frame: with its key it takes 300 bytes."""
    try:
        from cryptolib import aes
    except ImportError:
        from edge.seal_cpython import aes  # type: ignore[assignment]
    return aes(key, _ECB)
