"""Cards after ISO/IEC 15693-3. Knows requests and slots, not reader chips or how bits travel.

Written from the standard's state diagram (section 7) and its inventory (section 8), not from the driver.
"""

from tools.virtual.tags import Tag

READY, QUIET = 0, 1
_POWER_UP_US = 1000  # 7.1: ready 1 ms after the field came on
_SLOTS = 16


def crc_15693(data: bytes | bytearray) -> int:
    """Return the CRC of annex C, bit by bit: preset FFFF, polynomial 8408, inverted; its low byte is sent first."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0x8408 if crc & 1 else crc >> 1
    return crc ^ 0xFFFF


class VicinityCard(Tag):
    """One tag. `uid` as printed, the byte E0 first; the air has it the other way round."""

    power_up_us = _POWER_UP_US

    def __init__(self, uid: bytes, dsfid: int = 0) -> None:
        super().__init__(uid)
        self.dsfid = dsfid
        self._serial = bytes([uid[7 - index] for index in range(8)])
        self._state = READY
        self._slot = -1  # of a running inventory
        self._mine = -1

    @property
    def state(self) -> str:
        """READY or QUIET."""
        return ("READY", "QUIET")[self._state]

    def forget(self) -> None:
        """Begin in READY."""
        self._state = READY
        self._slot = self._mine = -1

    def hear(self, data: bytes) -> bytes:
        """Return the answer to a request, empty for silence."""
        self._slot = self._mine = -1
        if len(data) < 4 or crc_15693(data[:-2]) != data[-2] | data[-1] << 8:
            return b""
        flags, code, rest = data[0], data[1], data[2:-2]
        if flags & 0x04:
            return self._inventory(flags, rest) if code == 0x01 and self._state == READY else b""
        if flags & 0x20 and bytes(rest[:8]) == self._serial:
            if code == 0x02:
                self._state = QUIET
            elif code == 0x26:
                self._state = READY
                return _closed(b"\x00")
        return b""

    def slot(self) -> bytes:
        """Return the answer to an end of frame by itself: the next slot begins."""
        if self._slot < 0:
            return b""
        self._slot += 1
        if self._slot >= _SLOTS:
            self._slot = -1
        return self._answer() if self._slot == self._mine and self._slot >= 0 else b""

    def _inventory(self, flags: int, rest: bytes) -> bytes:
        length = rest[0]
        if len(rest) != 1 + (length + 7) // 8:
            return b""
        for bit in range(length):
            if (self._serial[bit >> 3] ^ rest[1 + (bit >> 3)]) >> (bit & 7) & 1:
                return b""
        if flags & 0x20:
            return self._answer()
        self._mine = 0
        for bit in range(4):
            at = length + bit
            self._mine |= (self._serial[at >> 3] >> (at & 7) & 1) << bit
        self._slot = 0
        return self._answer() if self._mine == 0 else b""

    def _answer(self) -> bytes:
        return _closed(bytes([0, self.dsfid]) + self._serial)


def _closed(data: bytes) -> bytes:
    crc = crc_15693(data)
    return data + bytes([crc & 0xFF, crc >> 8])
