"""An ST25R3911B in software, register by register.

Written from the datasheet's tables (sections 1.2 and 1.3) and ST's list of errata, which is why addresses are spelt out
here again: a wrong address in the driver's map cannot hide.

Time is the world's, not the host's: each transaction costs some, and asking for interrupts skips to the next one.
"""

from tools.virtual.air import Air
from tools.virtual.chip_st25r3911b_air import Transceiver
from tools.virtual.world import World

_RESET = {  # what is not named resets to 0
    0x03: 0x08,
    0x0A: 0x00,
    0x0C: 0x18,
    0x0E: 0x0E,
}
_OSCILLATOR_US = 700
_COMMAND_US = {0xD3: 25, 0xD9: 25, 0xDF: 25, 0xD6: 5000, 0xD8: 500}
_FIFO_SIZE = 96

_OSC = 0x80  # 0x17
_DCT = 0x80  # 0x18

FAULTS = ("rxs_without_rxe", "nre_twice", "nre_with_rxs", "noise", "fwl", "no_nre") + (  # noqa: RUF005 - MicroPython
    ("soft_framing", "extra_bytes", "pm_noise", "burst")
)
"""Errata 1.1, 1.7 twice, 1.9, the water level after the last byte, and a timer that is broken.

Then: good frames that are flagged with a soft framing error, bytes after the end of a 15693 frame, a PM channel that
hears nothing but noise, and noise that is long enough for a frame, in the place of every answer.
"""


class ChipSt25r3911b(Transceiver):
    """One chip. `version` 0x00 or 0xFF is a dead one: the bus reads as that whatever happens."""

    spi_phase = 1
    max_hertz = 6_000_000

    def __init__(self, air: Air, world: World, version: int = 0x09, supply_mv: int = 3300) -> None:
        super().__init__(air, world)
        self.version = version
        self.supply_mv = supply_mv
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
        self._incoming = None
        self._ready_at: int | None = None
        self._regulated = self._reg_s_lowered = False
        self._calibrations = 0  # one directly after the other
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

    def wait(self, duration_us: int) -> None:
        """The bus takes so long before the next transaction."""
        self._world.advance(duration_us)

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
        if address == 0x2A and before & 0x80 and not value & 0x80:
            self._reg_s_lowered = True
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
        self._calibrations = self._calibrations + 1 if code == 0xD8 else 0
        if code == 0xDF and registers[0x2A] & 0x06 == 0:
            registers[0x20] = self.supply_mv * 1000 // 23438
        elif code == 0xD3:
            registers[0x20] = self.air.amplitude()
        elif code == 0xD9:
            registers[0x20] = self.air.phase()
        elif code == 0xD8:
            right = 0xF8 if self.air.metal > 50 else 0x80
            registers[0x21] = right if self._calibrations > 1 else 0x30  # erratum 1.5
        elif code == 0xD6 and self._reg_s_lowered:  # else they keep what they had
            self._reg_s_lowered = False
            # Regulators set for the wrong supply drive no field.
            self._regulated = bool(registers[0x01] & 0x80) == (self.supply_mv < 3600)
