"""The line code of ISO/IEC 15693, for chips that only modulate and demodulate. Knows no chip.

To the card, pulse position 1 of 4 (ISO/IEC 15693-2, 7.2): a coded byte is eight slots of 9.44 us, lowest bit first, and
stands for two bits. From the card, Manchester code on one subcarrier (8.3): a report bit is half of a data bit, lowest
first. Both count bytes and bits from the lowest.
"""

from micropython import const

from edge.rfid.frames import ANSWER, COLLISION, GARBLED

END = b"\x04"
"""An end of frame by itself: the next slot begins."""

_START = const(0x21)
_PAIRS = b"\x02\x08\x20\x80"
_CRC = const(2)

_REPORT_START = const(0x17)  # the five report bits of a start of frame
_REPORT_SHIFT = const(5)
_HEAD = const(2)  # flags and DSFID: a collision there says nothing about UIDs
ANSWER_SIZE = const(12)
REPORT_SIZE = const(26)
_BAD = const(4)
# Two pairs of halves, the earlier in the lower bits: two data bits, or _BAD. 01 is a 0, 10 is a 1.
_HALVES = bytes(
    [
        _BAD if (halves & 3) in (0, 3) or halves >> 2 in (0, 3) else (halves >> 1 & 1) | (halves >> 2 & 2)
        for halves in range(16)
    ]
)


def crc(data, length):
    """Return the CRC of ISO/IEC 13239 over the first `length` bytes, as sent: low byte first."""
    value = 0xFFFF
    for index in range(length):
        byte = (data[index] ^ value) & 0xFF
        byte = (byte ^ byte << 4) & 0xFF
        value = value >> 8 ^ byte << 8 ^ byte << 3 ^ byte >> 4
    return value ^ 0xFFFF


def encode(frame, length, coded):
    """Add the CRC to `frame`, which has room for it, and write the coded frame; return its length."""
    check = crc(frame, length)
    frame[length] = check & 0xFF
    frame[length + 1] = check >> 8
    coded[0] = _START
    at = 1
    for index in range(length + _CRC):
        byte = frame[index]
        for _ in range(4):
            coded[at] = _PAIRS[byte & 3]
            byte >>= 2
            at += 1
    coded[at] = END[0]
    return at + 1


def decode(report, count, answer):
    """Read an answer of `ANSWER_SIZE` bytes from `count` report bytes, which begin at index 1; return the outcome."""
    if count < 1 or report[1] & 0x1F != _REPORT_START:
        return GARBLED
    if count < REPORT_SIZE - 1:  # the last holds the end of the end of frame only
        return GARBLED
    at = 1
    for index in range(ANSWER_SIZE):
        value = 0
        for shift in (0, 4):
            halves = (report[at] >> _REPORT_SHIFT | report[at + 1] << 8 - _REPORT_SHIFT) & 0xFF
            low, high = _HALVES[halves & 0x0F], _HALVES[halves >> 4]
            if (low | high) & _BAD:
                if index >= _HEAD:
                    return COLLISION
                low &= 3
                high &= 3
            value |= (low | high << 2) << shift
            at += 1
        answer[index] = value
    check = crc(answer, ANSWER_SIZE - _CRC)
    right = answer[10] == check & 0xFF and answer[11] == check >> 8
    return ANSWER if right else GARBLED
