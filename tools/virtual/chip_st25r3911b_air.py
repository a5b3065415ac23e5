"""The transceiver of an ST25R3911B in software: what it sends, what comes back, when, and with which of its errata.

Knows registers by their address, but nothing of SPI. Beside `chip_st25r3911b.py`, which does.
"""

from tools.virtual.air import Air
from tools.virtual.tags import crc_a
from tools.virtual.world import World

_FC_64 = 4720  # nanoseconds of 64 cycles of the carrier
_BIT_NS = 9440
_REPLY_A_NS = 86000
_REPLY_V_NS = 320900
_NOTICED_A_NS = 37760  # four bits, after which a reception is told and ends the no-response timer
_NOTICED_V_NS = 56600
_SLOT_NS = 9440  # of the coding 1 of 4
_HALF_NS = 18880
_FIFO_SIZE = 96
_PAIRS = {0x02: 0, 0x08: 1, 0x20: 2, 0x80: 3}

_FWL, _RXS, _RXE, _TXE, _COL = 0x40, 0x20, 0x10, 0x08, 0x04  # 0x17
_NRE = 0x40  # 0x18
_CRC, _PAR, _SOFT, _HARD = 0x80, 0x40, 0x20, 0x10  # 0x19


class Transceiver:
    """Registers, FIFO and interrupts of a chip, and what is on its way through the air."""

    def __init__(self, air: Air, world: World) -> None:
        self.air = air
        self.faults: tuple[str, ...] = ()
        self.again_us = 520  # after which a timeout comes again, with the fault `nre_twice`
        self.frames = 0  # sent so far
        self._world = world
        self._registers = bytearray(0x40)
        self._fifo = bytearray()
        self._events: list[tuple[int, int, int]] = []  # moment, address of the interrupt register, flags
        self._late: list[tuple[int, int, int]] = []  # those that no command stops
        self._incoming: bytes | None = None
        self._waiting_from = self._waiting_until = 0
        self._deaf = False  # the receiver listens to a channel that hears nothing

    def _send(self, code: int) -> None:
        registers = self._registers
        self.frames += 1
        if not self.air.powered or not registers[0x02] & 0x40:
            return
        self._deaf = "pm_noise" in self.faults and (not registers[0x02] & 0x10 or bool(registers[0x0A] & 0x80))
        self.air.agc = bool(registers[0x0B] & 0x10)
        mode = registers[0x03] >> 3 & 0x0F
        if mode == 1 and not registers[0x05] & 0xC0:
            self._send_a(code)
        elif mode == 0x0E and code == 0xC5 and registers[0x08] == 0x38 and registers[0x05] & 0xC0 == 0xC0:
            self._send_v()

    def _frame(self) -> tuple[bytes, int]:
        """Take from the FIFO what NUM_TX_BYTES says."""
        bits = self._registers[0x1D] << 8 | self._registers[0x1E]
        size = (bits + 7) // 8
        frame = bytes(self._fifo[:size])
        self._fifo = self._fifo[size:]
        if len(frame) < size:
            self._registers[0x1B] |= 0x40
            return b"", 0
        return frame, bits

    def _send_a(self, code: int) -> None:
        registers = self._registers
        parity = False
        if code >= 0xC6:
            frame, bits = (b"\x26" if code == 0xC6 else b"\x52"), 7
            parity = registers[0x1E] & 7 != 0  # left-over bits of the last frame spoil the parity of the answer
        else:
            frame, bits = self._frame()
            if not bits:
                return
            if code == 0xC4:
                frame += crc_a(frame).to_bytes(2, "little")
                bits += 16
        value, length, collided = self.air.exchange(frame, bits, self._world.now_us)
        sent = 0 if bits == 7 else bits
        error = _PAR if parity or (bits & 7 and bits != 7 and not registers[0x05] & 1) else 0
        end = self._transmitted(bits * 9 // 8 * _BIT_NS)
        if not self._in_time(length, _REPLY_A_NS, _NOTICED_A_NS, end):
            return
        duration = (length * 9 // 8 * _BIT_NS - _NOTICED_A_NS) // 1000
        start = self._waiting_until
        if collided and registers[0x05] & 1:
            value = self._collide(value, length, collided, sent, start)
        elif collided:
            error |= _PAR
        content = (value << (sent & 7)).to_bytes((length + (sent & 7) + 7) // 8, "little")
        if not registers[0x09] & 0x80 and not collided:
            error |= _CRC if crc_a(content) else 0
            if not registers[0x09] & 0x40:
                content = content[:-2]
        self._receive(content, start, duration, error)

    def _collide(self, value: int, length: int, collided: int, sent: int, start: int) -> int:
        """Note where, counted from the start of the frame sent; what follows in the FIFO is anybody's guess."""
        first = 0
        while not collided >> first & 1:
            first += 1
        at = sent + first
        self._registers[0x1C] = (at >> 3 & 0x0F) << 4 | (at & 7) << 1
        after = max(0, first * 9 // 8 * _BIT_NS - _NOTICED_A_NS) // 1000 + 1
        self._events.append((start + after, 0x17, _COL))
        guess = 0x5A5A5A5A5A & (1 << length) - 1
        mask = (1 << first) - 1
        return value & mask | guess & ~mask

    def _send_v(self) -> None:
        coded, _ = self._frame()
        if not coded:
            return
        request = _decoded(coded)
        answers = [] if request == b"" else self.air.vicinity(request, self._world.now_us)
        end = self._transmitted((8 * len(coded) - 4) * _SLOT_NS)
        report = size = 0
        for answer in answers:
            halves, size = _report(answer)
            report |= halves
        if self._in_time(size, _REPLY_V_NS, _NOTICED_V_NS, end):
            error = 0 if self._registers[0x09] & 0x80 else _CRC
            content = report.to_bytes((size + 7) // 8, "little")
            if "extra_bytes" in self.faults:
                content += b"\x5a\x17\x00"
            self._receive(content, self._waiting_until, (size * _HALF_NS - _NOTICED_V_NS) // 1000, error)

    def _transmitted(self, duration_ns: int) -> int:
        """Return the moment at which our frame is out."""
        end = self._world.now_us + duration_ns // 1000
        self._events.append((end, 0x17, _TXE))
        if "fwl" in self.faults:
            self._events.append((self._world.now_us + 20, 0x17, _FWL))
        if "noise" in self.faults:
            self._events.append((end + 40, 0x17, _RXE))
        return end

    def _in_time(self, length: int, reply_ns: int, noticed_ns: int, end: int) -> bool:
        """Whether an answer is noticed while the receiver listens; if not, the no-response timer runs out."""
        reply_ns += self.air.late_us * 1000
        limit_us = (self._registers[0x0F] << 8 | self._registers[0x10]) * _FC_64 // 1000
        masked_us = self._registers[0x0E] * _FC_64 // 1000
        self._waiting_from = end
        if "burst" in self.faults:
            self._waiting_until = end + 50
            self._receive(b"\x5a", self._waiting_until, 40, _HARD)
            return False
        noticed_ns += reply_ns
        if length and not self._deaf and masked_us * 1000 <= reply_ns and noticed_ns <= limit_us * 1000:
            self._waiting_until = end + noticed_ns // 1000
            return True
        self._waiting_until = end + limit_us
        if "no_nre" not in self.faults:
            self._events.append((end + limit_us, 0x18, _NRE))
            if "nre_twice" in self.faults:
                self._late.append((end + limit_us + self.again_us, 0x18, _NRE))
        return False

    def _receive(self, content: bytes, start: int, duration: int, error: int) -> None:
        self._incoming = content
        self._events.append((start, 0x17, _RXS))
        if "soft_framing" in self.faults:
            error |= _SOFT
        if "nre_with_rxs" in self.faults:
            self._events.append((start, 0x18, _NRE))
        if "rxs_without_rxe" in self.faults:
            return
        if error:
            self._events.append((start + duration, 0x19, error))
        self._events.append((start + duration, 0x17, _RXE))

    def _settle(self) -> None:
        """Let happen what is due by now."""
        now = self._world.now_us
        for events in (self._events, self._late):
            for event in list(events):
                due, address, flags = event
                if due > now:
                    continue
                events.remove(event)
                self._registers[address] |= flags
                if address == 0x17 and flags == _RXE and self._incoming is not None and self._registers[0x17] & _RXE:
                    self._arrived(due)

    def _arrived(self, due: int) -> None:
        """The end of a reception fills the FIFO; the end of noise, which no start came before, does not."""
        for later, address, flags in self._events:
            if address == 0x17 and flags in (_RXS, _RXE) and later >= due:
                return
        incoming = self._incoming or b""
        self._incoming = None
        self._fifo += incoming[: _FIFO_SIZE - len(self._fifo)]


def _decoded(coded: bytes) -> bytes | None:
    """Return what pulses of the coding 1 of 4 say: a request, None for an end of frame by itself, b"" for garbage."""
    if coded == b"\x04":
        return None
    if coded[0] != 0x21 or coded[-1] != 0x04 or len(coded) % 4 != 2:
        return b""
    request = bytearray()
    for at in range(1, len(coded) - 1, 4):
        byte = 0
        for pair in range(4):
            if coded[at + pair] not in _PAIRS:
                return b""
            byte |= _PAIRS[coded[at + pair]] << 2 * pair
        request.append(byte)
    return bytes(request)


def _report(answer: bytes) -> tuple[int, int]:
    """Return an answer as the demodulator reports it, a bit per half of a data bit, and its length."""
    halves, at = 0b10111, 5
    for byte in answer:
        for bit in range(8):
            halves |= (2 if byte >> bit & 1 else 1) << at
            at += 2
    return halves | 0b00011101 << at, at + 8
