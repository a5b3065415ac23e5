"""ST25R3911B driver: moves frames of both card standards through the chip. Its methods: see `edge/rfid/__init__`.

For ISO/IEC 14443 A it uses the chip's own anticollision. ISO/IEC 15693 is only modulated by the chip: in subcarrier
stream mode the coding is ours (`iso15693_line.py`). Comments name the errata of the silicon as ST's own driver lists
them. The chip's no-response timer ends every wait; a host limit above it ends a wait that the chip leaves hanging.
"""

from micropython import const

from edge import clock
from edge.errors import ChipFault
from edge.rfid import iso15693_line as line
from edge.rfid import st25r3911b_regs as reg
from edge.rfid.frames import ANSWER, COLLISION, GARBLED, SILENCE, UID_BITS, merge, uid_is_whole
from edge.rfid.st25r3911b_bus import read_request

_TYPE = const(0x01)  # bits 7 to 3 of the identity
_ABSENT = (0x00, 0xFF)  # a bus that floats or is stuck
_COMMAND_MS = const(12)  # the slowest one, adjusting the regulators, takes 5 ms
_HANGING_MS = const(12)  # erratum 1.1: a reception that began may never end
_LOW_SUPPLY = const(154)  # of 23.438 mV: 3.6 V

# In units of 4.72 us. A card answers 86 or 91 us after a frame, to HLTA with silence for 1 ms; 15693 after 321 us. The
# chip takes four bits, 38 us, to notice an answer of type A, and 57 us for one of 15693. The timer runs until then.
_SOON = const(34)
_SOON_V = const(85)
_HALT = const(212)

# Registers 0x03 to 0x10 in one transaction: those that differ between technologies, as ST's tables give them. Automatic
# gain is off, since stacked cards answer with different strength in one frame.
_MODE_A = bytes([reg.MODE, reg.MODE_14443A, 0, 0, 0, 0, 0, 0, 0x00, 0x02, 0x18, 0x21, 0x0E, 0, _SOON])
_MODE_V = bytes(
    [reg.MODE, reg.MODE_SUBCARRIER_STREAM, 0, reg.ISO14443A_NO_PARITY, 0, 0, reg.STREAM_MODE_15693]
) + bytes([reg.AUX_NO_CRC | reg.AUX_TOLERANT, 0x0C, 0x02, 0x18, 0x11, 0x3F, 0, _SOON_V])
# Registers 0x05 to 0x09: frames of anticollision, and whole frames with CRC.
_ANTICOLLISION = bytes([reg.ISO14443A, reg.ISO14443A_ANTICOLLISION, 0, 0, 0, reg.AUX_NO_CRC])
_STANDARD = bytes([reg.ISO14443A, 0, 0, 0, 0, reg.AUX_CRC_TO_FIFO])
_PREPARE = bytes([reg.CLEAR, reg.CLEAR_SQUELCH])

_STATUS = read_request(reg.IRQ_MAIN, 6)  # the three interrupt registers, both of the FIFO, the collision: one burst
_MAIN_AT = const(1)
_TIMER_AT = const(2)
_ERROR_AT = const(3)
_LEVEL_AT = const(4)
_COLLISION_AT = const(6)

# A frame is sent and its answer judged before another chip is looked at, so all chips share these.
_SEEN = bytearray(len(_STATUS))
_HALT_FRAME = b"\x50\x00"
_CODED = bytearray(2 + 4 * 13)

_RESONANCE = const(128)  # phase of a tuned antenna: 90 degrees, of 0.57 degrees
_PHASE_OFF = const(45)  # from the phase that this antenna has shown before: cards move it less, metal more
_FAINT = const(20)  # amplitude, of 255: there is no antenna


class ST25R3911B:
    """One reader chip. `name` is its antenna's, for errors."""

    chip = "ST25R3911B"
    known_versions = b"\x09\x0a\x0b\x0c\x0d"  # a production chip answers 0x0D

    def __init__(self, bus, name):
        self._bus = bus
        self.name = name
        self.version = 0
        self.sak = 0
        self.position = -1
        self.answer = bytearray(line.ANSWER_SIZE)
        self.amplitude = self.phase = -1
        self.trim: int | None = -1  # capacitance that tunes best, 0 to 15; None: no setting tunes; -1: not tried yet
        self._level = self._best = self._best_phase = 0
        self._mode = self._frames = None
        self._timer = self._num_tx = 0

    def start(self):
        """Reset and set up the chip, field off. Raises ChipFault when there is none."""
        bus = self._bus
        bus.command(reg.SET_DEFAULT)
        bus.write(reg.OP_CONTROL, 0)
        bus.write(reg.IO_CONF2, reg.IO_CONF2_MISO_PULL_DOWN)
        self.version = bus.read(reg.IC_IDENTITY)
        self._check_identity()
        bus.read_many(_STATUS, _SEEN)  # clears pending interrupts
        bus.write(reg.OP_CONTROL, reg.OP_CONTROL_OSCILLATOR)
        self._await(_MAIN_AT, reg.IRQ_MAIN_OSCILLATOR, "start")
        # The supply decides how the regulators are adjusted, and they decide the field.
        bus.write(reg.REGULATOR_CONTROL, 0)
        if self._measured(reg.MEASURE_SUPPLY) < _LOW_SUPPLY:
            bus.write(reg.IO_CONF2, reg.IO_CONF2_MISO_PULL_DOWN | reg.IO_CONF2_SUPPLY_3V)
        self._adjust()
        bus.write(reg.IO_CONF1, reg.IO_CONF1_NO_CLOCK_OUT)
        self.trim = -1

    def _adjust(self):
        """Adjust the regulators. Without the bit raised and lowered they keep what an earlier run of ours left."""
        for value in (reg.REGULATOR_CONTROL_SET, 0):
            self._bus.write(reg.REGULATOR_CONTROL, value)
        self._finish(reg.ADJUST_REGULATORS)

    def _check_identity(self):
        if self.version in _ABSENT:
            raise ChipFault("no_chip", self.name)
        if self.version >> 3 != _TYPE:
            raise ChipFault("wrong_chip", self.name, self.version)

    def field_on(self):
        """Power the cards, without the chip's collision avoidance: it would refuse our field beside those of others.

        All settings by which cards are heard are written again: a chip that lost one is deaf for one visit at most.
        """
        self._bus.write(reg.OP_CONTROL, reg.OP_CONTROL_FIELD)
        self._mode = None
        self._num_tx = -1  # unknown

    def field_off(self):
        """Let the cards forget everything."""
        self._bus.write(reg.OP_CONTROL, reg.OP_CONTROL_OSCILLATOR)

    # --- ISO/IEC 14443 A ---

    def wake(self, halted):
        """Call the waiting cards, with `halted` also those sent to sleep. All answer at once: a mess is an answer."""
        self._use_a(_ANTICOLLISION, _SOON)
        if self._num_tx & 7:
            self._count(0)  # bits left over from the last frame spoil the parity of the answer
        self._bus.write_many(_PREPARE)
        return self._judge(self._transmit(reg.TRANSMIT_WUPA if halted else reg.TRANSMIT_REQA))

    def anticollide(self, frame, known):
        """Ask for the rest of a UID of which `known` bits are in `frame` from byte 2 on; byte 0 is the cascade code."""
        whole = known >> 3
        frame[1] = (2 + whole) << 4 | known & 7
        self._use_a(_ANTICOLLISION, _SOON)
        outcome = self._judge(self._exchange(frame, 16 + known, reg.TRANSMIT))
        count = min(self._level, 5 - whole)
        if outcome == SILENCE or count <= 0:
            return SILENCE if outcome == SILENCE else GARBLED
        merge(frame, known, self._bus.read_fifo(count), count)
        if outcome == ANSWER:
            return ANSWER if count == 5 - whole and uid_is_whole(frame) else GARBLED
        if outcome == COLLISION:
            self._locate(known)
        return outcome

    def _locate(self, known):
        """Work out where the collision was. The chip counts from the start of the sent frame, SEL and NVB included."""
        position = (_SEEN[_COLLISION_AT] >> reg.COLLISION_BIT) - 16
        self.position = position if known <= position < UID_BITS else -1

    def select(self, frame):
        """Select the card whose four bytes and BCC are in `frame`; on ANSWER, `sak` says what it is."""
        frame[1] = 0x70
        self._use_a(_STANDARD, _SOON)
        outcome = self._judge(self._exchange(frame, 56, reg.TRANSMIT_WITH_CRC))
        if outcome != ANSWER:
            return outcome
        if self._level != 3:  # noqa: PLR2004 - SAK and its CRC
            return GARBLED
        answer = self._bus.read_fifo(3)
        if answer[2] | answer[3] << 8 != _crc_a(answer[1]):  # the chip found it right: a bit error on the way to us
            return GARBLED
        self.sak = answer[1]
        return ANSWER

    def halt(self):
        """Send the selected card to sleep. Silence is its consent."""
        self._use_a(_STANDARD, _HALT)
        return self._judge(self._exchange(_HALT_FRAME, 16, reg.TRANSMIT_WITH_CRC))

    def _use_a(self, frames, timer):
        bus = self._bus
        if self._mode is not _MODE_A:
            bus.write_many(_MODE_A)
            self._mode = _MODE_A
            self._frames = None
            self._timer = _SOON
        if self._frames is not frames:
            bus.write_many(frames)
            self._frames = frames
        if self._timer != timer:
            bus.write_word(reg.NO_RESPONSE_TIMER, timer)
            self._timer = timer

    # --- ISO/IEC 15693 ---

    def request(self, frame, length):
        """Send a request, the CRC added; on ANSWER, `answer` holds flags, DSFID and UID."""
        if self._mode is not _MODE_V:
            self._bus.write_many(_MODE_V)
            self._mode = _MODE_V
        return self._stream(_CODED, line.encode(frame, length, _CODED))

    def next_slot(self):
        """Begin the next slot of an inventory."""
        return self._stream(line.END, 1)

    def _stream(self, coded, length):
        if not self._exchange(coded, 8 * length, reg.TRANSMIT):
            return SILENCE
        level = min(_SEEN[_LEVEL_AT], line.REPORT_SIZE)  # what follows an end of frame is noise
        return line.decode(self._bus.read_fifo(level), level, self.answer)

    # --- the antenna ---

    def measure(self):
        """Measure the field that is on; return whether the antenna is detuned, as by metal upon it."""
        bus = self._bus
        if self.trim == -1:
            for _ in range(2):  # erratum 1.5: the first result is wrong
                self._finish(reg.CALIBRATE_ANTENNA)
            self._adjust()  # another antenna load, another drop of the supply
            result = bus.read(reg.ANTENNA_CALIBRATION)
            self.trim = None if result & reg.ANTENNA_CALIBRATION_ERROR else result >> 4
        self.amplitude = amplitude = self._measured(reg.MEASURE_AMPLITUDE)
        self.phase = phase = self._measured(reg.MEASURE_PHASE)
        return amplitude < _FAINT or self._worse(amplitude, phase)

    def _worse(self, amplitude, phase):
        """Whether the field is far from the best one of this antenna, however well that was tuned."""
        if amplitude >= self._best and abs(phase - _RESONANCE) <= abs(self._best_phase - _RESONANCE):
            self._best, self._best_phase = amplitude, phase
        return 10 * amplitude < 6 * self._best or abs(phase - self._best_phase) > _PHASE_OFF

    def _measured(self, command):
        self._finish(command)
        return self._bus.read(reg.AD_RESULT)

    def _finish(self, command):
        """Give a command that ends with an interrupt, and wait for it."""
        self._bus.read_many(_STATUS, _SEEN)
        self._bus.command(command)
        self._await(_TIMER_AT, reg.IRQ_TIMER_DONE, "measurement")

    def _await(self, at, flag, wait):
        status = _SEEN
        begun = clock.ticks_ms()
        late = False
        while True:
            self._bus.read_many(_STATUS, status)
            if status[at] & flag:
                return
            if late:
                raise ChipFault("no_interrupt", self.name, wait)
            late = clock.ticks_diff(clock.ticks_ms(), begun) > _COMMAND_MS

    # --- frames ---

    def _count(self, bits):
        if bits != self._num_tx:
            self._bus.write_word(reg.NUM_TX, bits)
            self._num_tx = bits

    def _exchange(self, data, bits, command):
        bus = self._bus
        bus.write_many(_PREPARE)
        bus.load(data, bits + 7 >> 3)
        self._count(bits)
        return self._transmit(command)

    def _transmit(self, command):
        """Send the prepared frame; return the interrupts of an answer, 0 for silence.

        FIFO water levels are of no interest, since every frame fits. A no-response interrupt counts only after our
        frame is out and the timer has ended, since erratum 1.7 repeats the last one. With a reception it means nothing.
        The end of a reception that never began is noise (erratum 1.9): the timer goes on.
        """
        status = _SEEN
        self._bus.read_many(_STATUS, status)
        self._bus.command(command)
        begun = clock.ticks_ms()
        main = errors = 0
        late = over = False
        while True:
            self._bus.read_many(_STATUS, status)
            main |= status[_MAIN_AT]
            errors |= status[_ERROR_AT]
            if main & reg.IRQ_MAIN_RX_START:
                if main & reg.IRQ_MAIN_RX_END:
                    self._check_level()
                    return main << 8 | errors
            else:
                main &= ~reg.IRQ_MAIN_RX_END
                if over:
                    return 0
                if status[_TIMER_AT] & reg.IRQ_TIMER_NO_RESPONSE and main & reg.IRQ_MAIN_TX_END:
                    over = self._gave_up()  # unless a reception has ended the timer: one more look tells
            if late:
                return self._hanging(main)
            late = clock.ticks_diff(clock.ticks_ms(), begun) > _HANGING_MS

    def _check_level(self):
        if _SEEN[_LEVEL_AT] > reg.FIFO_SIZE:
            raise ChipFault("babble", self.name)

    def _gave_up(self):
        """Whether the no-response timer has ended, and the interrupt is not left over from the frame before."""
        return not self._bus.read(reg.AUX_DISPLAY) & reg.AUX_DISPLAY_NO_RESPONSE_TIMER

    def _hanging(self, main):
        """Return interrupts that mean a garbled answer, for a reception without end; raise ChipFault without any."""
        if main & reg.IRQ_MAIN_RX_START:
            _SEEN[_LEVEL_AT] = 0
            return main << 8 | reg.IRQ_ERROR_FRAME
        raise ChipFault("no_interrupt", self.name, "reply timer")

    def _judge(self, interrupts):
        """Return the outcome of a 14443 A frame."""
        if not interrupts:
            return SILENCE
        self._level = _SEEN[_LEVEL_AT]
        if interrupts >> 8 & reg.IRQ_MAIN_COLLISION and self._frames is _ANTICOLLISION:
            return COLLISION
        if interrupts & reg.IRQ_ERROR_FRAME or not self._level:
            return GARBLED
        return ANSWER


def _crc_a(byte):
    """Return the CRC of ISO/IEC 14443-3 over one byte, as an answer has it: low byte first."""
    byte ^= 0x63
    byte = (byte ^ byte << 4) & 0xFF
    return 0x63 ^ byte << 8 ^ byte << 3 ^ byte >> 4
