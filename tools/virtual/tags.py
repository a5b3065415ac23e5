"""Tags in cards, after ISO/IEC 14443-3 type A. Knows frames, not reader chips.

Written from the standard's state diagram (figure 7), not from the driver. Runs on CPython and on MicroPython.
A frame is (bytes, bits); an answer is an integer whose lowest bit is sent first, and its length.
"""

IDLE, READY, ACTIVE, HALT = 0, 1, 2, 3
POWER_UP_US = 5000  # 5.3: a card must be ready 5 ms after the field came on; these take all of it
_NO_ANSWER = (0, 0)


def _crc_step(byte: int) -> int:
    """Return what one byte does to an empty CRC (annex B)."""
    byte = (byte ^ byte << 4) & 0xFF
    return byte << 8 ^ byte << 3 ^ byte >> 4


_CRC_STEPS = [_crc_step(byte) for byte in range(256)]


def crc_a(data: bytes | bytearray, preset: int = 0x6363) -> int:
    """Return the CRC_A of annex B as an integer; its low byte is sent first."""
    crc = preset
    for byte in data:
        crc = crc >> 8 ^ _CRC_STEPS[(byte ^ crc) & 0xFF]
    return crc


class Tag:
    """What all cards have in common: power, and how well they are heard.

    `coupling` is 100 for a good card: of two that answer at once, one that is three times as strong is all that is
    heard. Of 1,000 answers `flicker` get lost. `holds_us` is how long it lives on when the field goes off,
    `late_us` how much later than others it answers.
    """

    power_up_us = POWER_UP_US

    def __init__(self, uid: bytes) -> None:
        self.uid = uid
        self.coupling = 100
        self.flicker = 0
        self.holds_us = 0
        self.late_us = 0
        self.powered_at: int | None = None

    def power(self, now_us: int | None) -> None:
        """The field came on at `now_us`, or went off (None)."""
        self.powered_at = now_us
        self.forget()

    def forget(self) -> None:
        """Begin anew, as after power-up."""


class Card(Tag):
    """One tag of type A.

    `shy` answers to a guessed prefix are too weak to be heard, then it speaks up. A `drowsy` one halts when another
    card is selected, where the standard has it wait (some MIFARE Classic do).
    """

    def __init__(self, uid: bytes, shy: int = 0) -> None:
        super().__init__(uid)
        self.shy = shy
        self.drowsy = False
        self._state = IDLE
        self._woken_from_halt = False
        self._level = 0
        self._levels = _cascade(uid)
        self._atqa = 0x0004 if len(uid) == 4 else 0x0044 if len(uid) == 7 else 0x0084

    @property
    def state(self) -> str:
        """The state of figure 7, with a star when it began in HALT."""
        starred = self._woken_from_halt and self._state in (READY, ACTIVE)
        return ("IDLE", "READY", "ACTIVE", "HALT")[self._state] + ("*" if starred else "")

    def forget(self) -> None:
        """Begin in IDLE."""
        self._state = IDLE
        self._woken_from_halt = False

    def hear(self, data: bytes | bytearray, bits: int, crc_right: bool) -> tuple[int, int]:
        """Return the answer to a frame, (0, 0) for silence."""
        if bits == 7:
            return self._hear_short(data[0])
        if self._state == READY and bits >= 16 and data[0] == 0x93 + 2 * self._level:
            return self._hear_select(data, bits, crc_right)
        if self._state == ACTIVE and crc_right and data[0] == 0x50 and data[1] == 0:
            self._state = HALT
            return _NO_ANSWER
        return self._fall_back()

    def _hear_short(self, code: int) -> tuple[int, int]:
        if self._state == IDLE and code in (0x26, 0x52):
            self._woken_from_halt = False
        elif self._state == HALT and code == 0x52:
            self._woken_from_halt = True
        else:
            return self._fall_back()
        self._state = READY
        self._level = 0
        return self._atqa, 16

    def _fall_back(self) -> tuple[int, int]:
        """Whatever is not understood sends a card back to where it came from."""
        if self.drowsy and self._state == READY:
            self._state = HALT
        elif self._state != HALT:
            self._state = HALT if self._woken_from_halt and self._state != IDLE else IDLE
        return _NO_ANSWER

    def _hear_select(self, data: bytes | bytearray, bits: int, crc_right: bool) -> tuple[int, int]:
        mine = self._levels[self._level]
        whole, rest = data[1] >> 4, data[1] & 0x0F
        known = (whole - 2) * 8 + rest
        if data[1] == 0x70:
            return self._selected(data, bits, crc_right, mine)
        if known < 0 or known > 39 or bits != 16 + known:
            return self._fall_back()
        prefix = int.from_bytes(bytes(data[2 : 2 + (known + 7) // 8]), "little") if known else 0
        mask = (1 << known) - 1
        if (mine ^ prefix) & mask:
            return self._fall_back()
        if known and self.shy:
            self.shy -= 1
            return _NO_ANSWER  # it has answered, and waits for more
        return mine >> known, 40 - known

    def _selected(self, data: bytes | bytearray, bits: int, crc_right: bool, mine: int) -> tuple[int, int]:
        if not crc_right or bits != 72 or int.from_bytes(bytes(data[2:7]), "little") != mine:
            return self._fall_back()
        if self._level < len(self._levels) - 1:
            self._level += 1
            return _SAK_MORE
        self._state = ACTIVE
        return _SAK_DONE


def _with_crc(sak: int) -> tuple[int, int]:
    return sak | crc_a(bytes([sak])) << 8, 24


_SAK_MORE = _with_crc(0x04)
_SAK_DONE = _with_crc(0x00)


def _cascade(uid: bytes) -> list[int]:
    """Return four bytes and their check byte per cascade level (6.5.4), each as a 40-bit integer."""
    parts = []
    while len(uid) > 4:
        parts.append(bytes([0x88]) + uid[:3])
        uid = uid[3:]
    parts.append(uid)
    return [int.from_bytes(part + bytes([part[0] ^ part[1] ^ part[2] ^ part[3]]), "little") for part in parts]
