"""An ST25R3911B in software, register by register.

Written from the datasheet's tables (sections 1.2 and 1.3) and ST's list of errata, which is why addresses are spelt out
here again: a wrong address in the driver's map cannot hide.

Time is the world's, not the host's: each transaction costs some, and asking for interrupts skips to the next one.
"""

from tools.virtual.air import Air
from tools.virtual.cards import crc_a
from tools.virtual.world import World

_RESET = {  # what is not named resets to 0
    0x03: 0x08,
    0x0A: 0x00,
    0x0C: 0x18,
    0x0E: 0x0E,
}
_FC_64 = 4720  # nanoseconds of 64 cycles of the carrier
_BIT_NS = 9440
_REPLY_A_NS = 86000
_REPLY_V_NS = 320900
_SLOT_NS = 9440  # of the coding 1 of 4
_HALF_NS = 18880
_OSCILLATOR_US = 700
_COMMAND_US = {0xD3: 25, 0xD9: 25, 0xDF: 25, 0xD6: 5000, 0xD8: 500}
_FIFO_SIZE = 96
_PAIRS = {0x02: 0, 0x08: 1, 0x20: 2, 0x80: 3}

_OSC, _FWL, _RXS, _RXE, _TXE, _COL = 0x80, 0x40, 0x20, 0x10, 0x08, 0x04  # 0x17
_DCT, _NRE = 0x80, 0x40  # 0x18
_CRC, _PAR = 0x80, 0x40  # 0x19

FAULTS = ("rxs_without_rxe", "nre_twice", "nre_with_rxs", "noise", "fwl", "no_nre")
"""Errata 1.1, 1.7 twice, 1.9, the water level after the last byte, and a timer that is broken."""


class ChipSt25r3911b:
    """One chip. `version` 0x00 or 0xFF is a dead one: the bus reads as that whatever happens."""

    spi_phase = 1
    max_hertz = 6_000_000

    def __init__(self, air: Air, world: World, version: int = 0x09, supply_mv: int = 3300) -> None:
        self.air = air
        self.version = version
        self.supply_mv = supply_mv
        self.faults: tuple[str, ...] = ()
        self.again_us = 520  # after which a timeout comes again, with the fault `nre_twice`
        self.frames = 0  # sent so far
        self._world = world
        self._registers = bytearray(0x40)
        self._fifo = bytearray()
        self._events: list[tuple[int, int, int]] = []  # moment, address of the interrupt register, flags
        self._late: list[tuple[int, int, int]] = []  # those that no command stops
        self._first = -1
        self._address = 0
        self._latched = bytes(3)
        self._reset()

    def _reset(self) -> None:
        for address in range(0x40):
            self._registers[address] = _RESET.get(address, 0)
        self._registers[0x3F] = self.version
        self._fifo = bytearray()
        self._events = []
        self._late = []
        self._incoming: bytes | None = None
        self._ready_at: int | None = None
        self._regulated = False
        self._waiting_from = self._waiting_until = 0
        self.air.field(False, self._world.now_us)

    def rebase(self, elapsed_us: int) -> None:
        """The world's clock goes back by `elapsed_us`."""
        self._events = [(due - elapsed_us, address, flags) for due, address, flags in self._events]
        self._late = [(due - elapsed_us, address, flags) for due, address, flags in self._late]
        self._waiting_from -= elapsed_us
        self._waiting_until -= elapsed_us
        if self._ready_at is not None:
            self._ready_at -= elapsed_us

    # --- SPI (1.2.12) ---

    def begin(self) -> None:
        """The chip select goes low."""
        self._first = -1
        self._world.operation()

    def shift(self, sent: bytes | bytearray | memoryview, received: bytearray | memoryview | None) -> None:
        """Clock bytes through: `received` gets what MISO shows, unless None."""
        if self.version in (0x00, 0xFF):
            if received is not None:
                for index in range(len(sent)):
                    received[index] = self.version
            return
        for index, byte in enumerate(sent):
            shown = 0
            if self._first < 0 or self._first >= 0xC0:
                self._begin_with(byte)
            elif self._first < 0x40:
                self._write(self._address, byte)
                self._address = self._address + 1 & 0x3F
            elif self._first < 0x80:
                shown = self._read(self._address)
                self._address = self._address + 1 & 0x3F
            elif self._first == 0x80:
                if len(self._fifo) < _FIFO_SIZE:
                    self._fifo.append(byte)
                else:
                    self._registers[0x1B] |= 0x20
            elif self._first == 0xBF:
                shown = self._take()
            if received is not None:
                received[index] = shown

    def _begin_with(self, byte: int) -> None:
        self._first = byte
        if byte >= 0xC0:
            self._command(byte)
        elif byte < 0x80:
            self._address = byte & 0x3F

    def _take(self) -> int:
        self._settle()
        if not self._fifo:
            return 0
        first = self._fifo[0]
        self._fifo = self._fifo[1:]
        return first

    # --- registers (1.3) ---

    def _read(self, address: int) -> int:
        if 0x17 <= address <= 0x19:
            return self._read_interrupt(address)
        self._settle()
        if address == 0x1A:
            return len(self._fifo)
        if address == 0x30:
            ready = self._ready_at is not None and self._world.now_us >= self._ready_at
            waiting = self._waiting_from <= self._world.now_us < self._waiting_until
            return (0x20 if self.air.powered else 0) | (0x10 if ready else 0) | (0x02 if waiting else 0)
        return self._registers[address]

    def _read_interrupt(self, address: int) -> int:
        """Reading clears all three, so that those not fetched in the same transaction are lost."""
        if self._first == 0x40 | address:
            if self._events:
                self._world.skip_to(min([event[0] for event in self._events]))
            self._settle()
            self._latched = bytes(self._registers[0x17:0x1A])
            for cleared in (0x17, 0x18, 0x19):
                self._registers[cleared] = 0
        timer = 0x02 if self._latched[1] else 0
        error = 0x01 if self._latched[2] else 0
        return self._latched[address - 0x17] | (timer | error if address == 0x17 else 0)

    def _write(self, address: int, value: int) -> None:
        self._settle()
        if 0x17 <= address <= 0x1C or (0x20 <= address <= 0x29 and address not in (0x22, 0x29)) or address == 0x3F:
            return  # read only
        before = self._registers[address]
        self._registers[address] = value
        if address != 0x02:
            return
        if value & 0x80 and not before & 0x80:
            self._ready_at = self._world.now_us + _OSCILLATOR_US
            self._events.append((self._ready_at, 0x17, _OSC))
        elif not value & 0x80:
            self._ready_at = None
        on = value & 0x88 == 0x88 and self._oscillates() and self._regulated
        self.air.field(on, self._world.now_us)

    def _oscillates(self) -> bool:
        return self._ready_at is not None and self._world.now_us >= self._ready_at

    def _command(self, code: int) -> None:
        self._settle()
        if code == 0xC1:
            self._reset()
        elif code == 0xC2:
            self._fifo = bytearray()
            self._events = [event for event in self._events if event[1:] in ((0x17, _OSC), (0x18, _DCT))]
            self._incoming = None
        elif 0xC4 <= code <= 0xC7:
            self._send(code)
        elif code in _COMMAND_US and self._oscillates():
            self._measure(code)
            self._events.append((self._world.now_us + _COMMAND_US[code], 0x18, _DCT))

    def _measure(self, code: int) -> None:
        registers = self._registers
        if code == 0xDF and registers[0x2A] & 0x06 == 0:
            registers[0x20] = self.supply_mv * 1000 // 23438
        elif code == 0xD3:
            registers[0x20] = self.air.amplitude()
        elif code == 0xD9:
            registers[0x20] = self.air.phase()
        elif code == 0xD8:
            registers[0x21] = 0xF8 if self.air.metal > 50 else 0x80
        elif code == 0xD6:  # regulators set for the wrong supply drive no field
            self._regulated = bool(registers[0x01] & 0x80) == (self.supply_mv < 3600)

    # --- the transceiver ---

    def _send(self, code: int) -> None:
        registers = self._registers
        self.frames += 1
        if not self.air.powered or not registers[0x02] & 0x40:
            return
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
        if not self._in_time(length, _REPLY_A_NS, end):
            return
        duration = length * 9 // 8 * _BIT_NS // 1000
        start = end + _REPLY_A_NS // 1000
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
        self._events.append((start + first * 9 // 8 * _BIT_NS // 1000 + 1, 0x17, _COL))
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
        if self._in_time(size, _REPLY_V_NS, end):
            error = 0 if self._registers[0x09] & 0x80 else _CRC
            content = report.to_bytes((size + 7) // 8, "little")
            self._receive(content, end + _REPLY_V_NS // 1000, size * _HALF_NS // 1000, error)

    def _transmitted(self, duration_ns: int) -> int:
        """Return the moment at which our frame is out."""
        end = self._world.now_us + duration_ns // 1000
        self._events.append((end, 0x17, _TXE))
        if "fwl" in self.faults:
            self._events.append((self._world.now_us + 20, 0x17, _FWL))
        if "noise" in self.faults:
            self._events.append((end + 40, 0x17, _RXE))
        return end

    def _in_time(self, length: int, reply_ns: int, end: int) -> bool:
        """Whether an answer begins while the receiver listens; if not, the no-response timer runs out."""
        limit_us = (self._registers[0x0F] << 8 | self._registers[0x10]) * _FC_64 // 1000
        masked_us = self._registers[0x0E] * _FC_64 // 1000
        self._waiting_from = end
        if length and masked_us * 1000 <= reply_ns <= limit_us * 1000:
            self._waiting_until = end + reply_ns // 1000
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
