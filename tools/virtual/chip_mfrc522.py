"""An MFRC522 in software, register by register.

Written from the datasheet's tables (sections 8 and 9), which is why addresses are spelt out here again: a wrong
address in the driver's map cannot hide.

Time is the world's, not the host's: each transaction costs some, and waiting for an interrupt skips to its moment.
"""

from tools.virtual.air import Air
from tools.virtual.tags import crc_a
from tools.virtual.world import World

_RESET = {  # 9.2; what is not named resets to 0
    0x01: 0x20,
    0x02: 0x80,
    0x04: 0x14,
    0x07: 0x21,
    0x0B: 0x08,
    0x0C: 0x10,
    0x0E: 0xA0,
    0x11: 0x3F,
    0x14: 0x80,
    0x16: 0x10,
    0x17: 0x84,
    0x18: 0x84,
    0x19: 0x4D,
    0x1C: 0x62,
    0x1F: 0xEB,
    0x21: 0xFF,
    0x22: 0xFF,
    0x24: 0x26,
    0x26: 0x48,
    0x27: 0x88,
    0x28: 0x20,
    0x29: 0x20,
    0x33: 0x80,
    0x36: 0x40,
}
_CRC_PRESETS = (0x0000, 0x6363, 0xA671, 0xFFFF)  # 9.3.2.2, bits 1 and 0
_BIT_NS = 9440  # 106 kBd
_REPLY_NS = 86000  # 14443-3, 6.2.1.1
_NOTICED_NS = 5 * _BIT_NS  # 8.5: the timer stops with the fifth bit received
_NOISE_US = 40  # after a frame
_FEW_BITS = 4  # 9.3.2.4, RxNoErr: fewer are ignored if it is set
_WAKE_US = 100  # crystal start and 37.74 us
_READ_ONLY = (0x06, 0x07, 0x08, 0x21, 0x22, 0x37)


class ChipMfrc522:
    """One chip. `version` 0x00 or 0xFF is a dead one: the bus reads as that whatever happens.

    `coll_base` says from where CollPos counts: "fifo" (NXP's reader library), "absolute" in the cascade level, or
    "frame" with SEL and NVB; sources disagree, and the driver must live with each. `collision_errors` are the other
    bits of ErrorReg that collisions set, in turn: bits that cards send over each other have a wrong parity as well.
    `noise_bits` is a burst of so many bits after each frame, before any answer.
    """

    spi_phase = 0
    max_hertz = 10_000_000

    def __init__(self, air: Air, world: World, version: int = 0x92, coll_base: str = "fifo") -> None:
        self.air = air
        self.version = version
        self.coll_base = coll_base
        self.collision_errors: tuple[int, ...] = (0x02,)
        self.noise_bits = 0
        self.frames = 0  # sent so far
        self._collisions = 0
        self._noise = False  # is what comes next
        self._world = world
        self._registers = bytearray(0x40)
        self._fifo = bytearray()
        self._address = -1
        self._reading = False
        self._due: int | None = None
        self._answer = (0, 0, 0)
        self._reset()

    def _reset(self) -> None:
        for address in range(0x40):
            self._registers[address] = _RESET.get(address, 0)
        self._registers[0x37] = self.version
        self._fifo = bytearray()
        self._due = None
        self._awake_at = self._world.now_us + _WAKE_US
        self.air.field(False, self._world.now_us)

    def rebase(self, elapsed_us: int) -> None:
        """The world's clock goes back by `elapsed_us`."""
        self._awake_at = max(0, self._awake_at - elapsed_us)  # else it would outgrow a small integer after 18 minutes
        if self._due is not None:
            self._due -= elapsed_us

    # --- SPI (8.1.2) ---

    def begin(self) -> None:
        """NSS goes low."""
        self._address = -1
        self._reading = False
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
            # The byte going out answers the address that came in one byte earlier.
            shown = self._read(self._address) if self._reading else 0
            if received is not None:
                received[index] = shown
            if self._reading or self._address < 0:
                self._reading = byte & 0x80 != 0
                self._address = byte >> 1 & 0x3F
            else:
                self._write(self._address, byte)

    # --- registers (9.3) ---

    def _read(self, address: int) -> int:
        if address == 0x04 and self._due is not None:
            self._world.skip_to(self._due)  # nothing else can happen before the interrupt
        self._settle()
        if address == 0x09:
            if not self._fifo:
                return 0
            first = self._fifo[0]
            self._fifo = self._fifo[1:]
            return first
        if address == 0x0A:
            return len(self._fifo)
        if address == 0x01 and self._world.now_us < self._awake_at:
            return self._registers[1] | 0x10
        if address == 0x07:
            running = 0x08 if self._due is not None else 0
            return self._registers[7] & ~0x08 | running
        return self._registers[address]

    def _write(self, address: int, value: int) -> None:
        self._settle()
        registers = self._registers
        if address == 0x09:
            self._fill(value)
        elif address == 0x0A:
            if value & 0x80:
                self._fifo = bytearray()
                registers[6] &= ~0x10
        elif address in (0x04, 0x05):  # bit 7 tells whether the marked bits are set or cleared
            marked = value & 0x7F
            registers[address] = registers[address] | marked if value & 0x80 else registers[address] & ~marked
        elif address == 0x01:
            self._command(value)
        elif address == 0x0D:
            registers[0x0D] = value
            if value & 0x80 and registers[1] & 0x0F == 0x0C:
                self._send()
        elif address == 0x0E:
            registers[0x0E] = registers[0x0E] & 0x7F | value & 0x80
        elif address not in _READ_ONLY:
            registers[address] = value
            if address == 0x14:
                self.air.field(value & 0x03 == 0x03, self._world.now_us)

    def _fill(self, value: int) -> None:
        if len(self._fifo) < 64:
            self._fifo.append(value)
        else:
            self._registers[6] |= 0x10  # BufferOvfl

    def _command(self, value: int) -> None:
        code = value & 0x0F
        self._registers[1] = value
        self._due = None
        if code == 0x0F:
            self._reset()
        elif code == 0x03:
            crc = crc_a(self._fifo, _CRC_PRESETS[self._registers[0x11] & 3])
            self._fifo = bytearray()
            self._registers[0x21], self._registers[0x22] = crc >> 8, crc & 0xFF
            self._registers[0x05] |= 0x04
        elif code:
            self._registers[6] = 0  # 9.3.1.7: errors are cleared when a command starts
            if code == 0x0C and self._registers[0x0D] & 0x80:
                self._send()  # 9.3.1.14: StartSend counts with Transceive, whichever comes first

    # --- the transceiver ---

    def _send(self) -> None:
        """Transmit the FIFO and prepare what will come back: an answer, or the timer's interrupt, or neither."""
        registers = self._registers
        frame, self._fifo = self._fifo, bytearray()
        if not frame:
            return
        self.frames += 1
        bits = len(frame) * 8
        if registers[0x0D] & 7:
            bits += (registers[0x0D] & 7) - 8
        elif registers[0x12] & 0x80:
            crc = crc_a(frame, _CRC_PRESETS[registers[0x11] & 3])
            frame += bytes([crc & 0xFF, crc >> 8])
            bits += 16
        now = self._world.now_us
        # Type A cards need 100 % modulation, and hear and speak 106 kBd, not inverted.
        heard = registers[0x15] & 0x40 and not (registers[0x12] & 0x78 or registers[0x13] & 0x70)
        self._answer = self.air.exchange(frame, bits, now) if heard and self.air.powered else (0, 0, 0)
        sent_ns = bits * 9 // 8 * _BIT_NS
        registers[0x04] |= 0x40  # TxIRq
        reply_ns = _REPLY_NS + self.air.late_us * 1000
        if registers[0x2A] & 0x80 and self._timer_us() * 1000 < reply_ns + _NOTICED_NS:
            self._answer = (0, 0, 0)  # the timer runs out before the answer is noticed, and the host turns away
        self._noise = self.noise_bits >= (_FEW_BITS if registers[0x13] & 0x08 else 1)
        if self._noise:  # ends the reception, whatever would have come
            self._answer = (0x5A5A5A5A & (1 << self.noise_bits) - 1, self.noise_bits, 0)
            self._due = now + sent_ns // 1000 + _NOISE_US
        elif self._answer[1]:
            self._due = now + (sent_ns + reply_ns + self._answer[1] * 9 // 8 * _BIT_NS) // 1000
        elif registers[0x2A] & 0x80:  # TAuto: the timer starts when the frame is out
            self._due = now + sent_ns // 1000 + self._timer_us()

    def _timer_us(self) -> int:
        registers = self._registers
        prescaler = (registers[0x2A] & 0x0F) << 8 | registers[0x2B]
        reload = registers[0x2C] << 8 | registers[0x2D]
        return (2 * prescaler + 1) * (reload + 1) * 100 // 1356

    def _settle(self) -> None:
        """Let happen what is due by now."""
        if self._due is None or self._world.now_us < self._due:
            return
        self._due = None
        value, length, collided = self._answer
        if not length:
            self._registers[0x04] |= 0x01  # TimerIRq
            return
        self._receive(value, length, collided)

    def _receive(self, value: int, length: int, collided: int) -> None:
        registers = self._registers
        align = registers[0x0D] >> 4 & 7
        registers[0x0E] = registers[0x0E] & 0x80 | 0x20
        if collided:
            first = 0
            while not collided >> first & 1:
                first += 1
            self._note_collision(first, length, align)
            if not registers[0x0E] & 0x80:
                value &= (1 << first + 1) - 1  # ValuesAfterColl 0: what follows reads as zero
        total = length + align
        self._fifo += (value << align).to_bytes((total + 7) // 8, "little")
        registers[0x0C] = registers[0x0C] & ~7 | total & 7
        if self._noise:
            registers[6] |= 0x03  # ProtocolErr, ParityErr
        elif registers[0x13] & 0x80 and not collided:
            self._check_crc()
        registers[0x04] |= 0x20 | (0x02 if registers[6] else 0)

    def _check_crc(self) -> None:
        if crc_a(self._fifo, _CRC_PRESETS[self._registers[0x11] & 3]):
            self._registers[6] |= 0x04  # CRCErr
        self._fifo = self._fifo[:-2]

    def _note_collision(self, first: int, length: int, align: int) -> None:
        """`first` counts the answer's bits from 0. A UID answer of `length` bits ends with bit 40 of the level."""
        self._registers[6] |= 0x08 | self.collision_errors[self._collisions % len(self.collision_errors)]  # CollErr
        self._collisions += 1
        if self.coll_base == "fifo" or length == 16:
            position = first + align + 1
        else:
            position = 40 - length + first + 1
            if self.coll_base == "frame":
                position += 16
        if position <= 32:
            self._registers[0x0E] = self._registers[0x0E] & 0x80 | position & 0x1F
