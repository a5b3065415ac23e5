"""The outcomes of a frame in the air, and frames of ISO/IEC 14443-3 type A as all chips use them. Knows no chip."""

from micropython import const

# Every chip driver returns one of these outcomes; only broken chips raise.
SILENCE = const(0)  # nobody answered before the reply timer ran out
ANSWER = const(1)  # a whole, correct answer
COLLISION = const(2)  # several cards answered over each other
GARBLED = const(3)  # somebody answered, but parity, framing or CRC is wrong: not an absence

UID_BITS = const(32)  # of one cascade level


def merge(frame, known, received, count):
    """Put `count` bytes of `received`, from its index 1 on, into `frame`, which holds `known` UID bits already.

    The first byte is shared with bits that were already known: the chip does not repeat those.
    """
    at = 2 + (known >> 3)
    kept = (1 << (known & 7)) - 1
    frame[at] = frame[at] & kept | received[1] & ~kept & 0xFF
    for index in range(1, count):
        frame[at + index] = received[index + 1]


def uid_is_whole(frame):
    """Whether the check byte fits the four bytes before it."""
    return frame[2] ^ frame[3] ^ frame[4] ^ frame[5] == frame[6]
