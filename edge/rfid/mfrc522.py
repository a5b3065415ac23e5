"""MFRC522 driver: moves frames through the chip. Knows nothing of enumeration, seats or networks.

`edge/rfid/__init__` says what its methods mean. The chip's own reply timer ends every wait; a host limit above it ends
only a wait on a dead chip.
"""

from micropython import const

from edge import clock
from edge.errors import ChipFault
from edge.rfid.frames import ANSWER, COLLISION, GARBLED, SILENCE, UID_BITS, merge, uid_is_whole
from edge.rfid.mfrc522_bus import read_request

# Register map: NXP MFRC522 datasheet, section 9. Names read register, then register and field. The map is private to
# this module: the compiler then puts the number in place of the name, and a board's heap holds no names.
_COMMAND = const(0x01)
_COMMAND_IDLE = const(0x00)
_COMMAND_TRANSCEIVE = const(0x0C)
_COM_IRQ = const(0x04)
_COM_IRQ_CLEAR_ALL = const(0x7F)  # bit 7 clear: each 1 written clears that flag
_COM_IRQ_RX = const(1 << 5)  # a frame has arrived
_COM_IRQ_IDLE = const(1 << 4)  # the command ended by itself
_COM_IRQ_ERR = const(1 << 1)
_COM_IRQ_TIMER = const(1 << 0)  # the reply timer has run out
_ERROR = const(0x06)
_ERROR_COLLISION = const(1 << 3)
_ERROR_OVERFLOW = const(1 << 4)  # of the FIFO
_ERROR_FRAME = const(0x07)  # CRC, parity or protocol error
_FIFO_SIZE = const(64)
_FIFO_DATA = const(0x09)
_FIFO_LEVEL = const(0x0A)
_FIFO_LEVEL_FLUSH = const(1 << 7)
_BIT_FRAMING = const(0x0D)
_BIT_FRAMING_START_SEND = const(1 << 7)
_BIT_FRAMING_RX_ALIGN = const(4)  # shift of bits 6 to 4
_COLL = const(0x0E)  # writing 0 clears ValuesAfterColl: what follows a collision reads as zero
_COLL_POS_NOT_VALID = const(1 << 5)
_COLL_POS = const(0x1F)  # 1 to 31; 0 means 32
_TX_MODE = const(0x12)
_RX_MODE = const(0x13)
_MODE_CRC_ON = const(1 << 7)  # the same bit in both: the chip adds and checks CRC_A
_RX_MODE_NO_ERR = const(1 << 3)  # fewer than four bits are noise: the receiver goes on, and so does the reply timer
_TX_CONTROL = const(0x14)
_TX_CONTROL_FIELD_ON = const(0x83)  # the reset value with both antenna drivers on
_TX_CONTROL_FIELD_OFF = const(0x80)

_GIVE_UP_MS = const(8)
_SHORT_FRAME_BITS = const(7)
_REQA = const(0x26)
_WUPA = const(0x52)
_WHOLE_UID = const(0x70)
_SENDING = const(1)  # frames with CRC_A, which way
_RECEIVING = const(2)
_BOTH_WAYS = const(3)

_STATUS = read_request(_COM_IRQ, _ERROR, _FIFO_LEVEL, _COLL)  # one transaction tells all
_TAKE = read_request(_FIFO_DATA, _FIFO_LEVEL)  # a byte, and how many are left: one fewer
_IRQ_AT = const(1)
_ERROR_AT = const(2)
_LEVEL_AT = const(3)
_COLL_AT = const(4)
# Settings without which a chip hears no cards: mode, sending, receiving, field, 100 % ASK, reply timer. For each the
# value, and the bits that count.
_SETTINGS = read_request(0x11, _TX_MODE, _RX_MODE, _TX_CONTROL, 0x15, 0x2A, 0x2B, 0x2C, 0x2D)
_RIGHT = const(b"\x29\xab\x00\x78\x08\x7c\x03\x03\x40\x40\x80\xff\xa9\xff\x00\xff\x2b\xff")

# A frame is sent and its answer judged before another chip is looked at, so all chips share these.
_SEEN = bytearray(len(_STATUS))
_KEPT = bytearray(len(_SETTINGS))
_TAKEN = bytearray(len(_TAKE))
_SHORT = bytearray(1)
_HALT = b"\x50\x00"


class MFRC522:
    """One reader chip. `name` is its antenna's, for errors."""

    chip = "MFRC522"
    sak = 0  # of the card selected last, and where the last collision was: bit of the cascade level, -1 when the chip
    position = -1  # does not know. Of all chips together, as the buffers are: twelve pay for every attribute
    known_versions = (0x88, 0x90, 0x91, 0x92)  # FM17522 clone, 0.0, 1.0, 2.0

    def __init__(self, bus, name):
        self._bus = bus
        self.name = name
        self.version = 0
        self._crc = 0  # what the chip adds or checks: _SENDING, _RECEIVING

    def start(self):
        """Reset and set up the chip, field off. Raises ChipFault when there is none."""
        from edge.rfid.mfrc522_setup import set_up

        self.version = set_up(self._bus, self.name)
        self._crc = _BOTH_WAYS
        self._set_crc(0)
        self.field_off()

    def field_on(self):
        """Power the cards. They answer 5 ms later (ISO/IEC 14443-3, 5.3)."""
        self._bus.write(_TX_CONTROL, _TX_CONTROL_FIELD_ON)

    def field_off(self):
        """Let the cards forget everything."""
        self._bus.write(_TX_CONTROL, _TX_CONTROL_FIELD_OFF)

    def wake(self, halted):
        """Call the waiting cards, with `halted` also those sent to sleep. All answer at once: a mess is an answer."""
        _SHORT[0] = _WUPA if halted else _REQA
        self._set_crc(self._crc & _RECEIVING)  # an answer counts whatever is in it; two fewer writes per card
        return self._transceive(_SHORT, 1, _SHORT_FRAME_BITS)

    def anticollide(self, frame, known):
        """Ask for the rest of a UID of which `known` bits are in `frame` from byte 2 on; byte 0 is the cascade code.

        On ANSWER all four bytes are in `frame`. On COLLISION those before `position` are.
        """
        whole = known >> 3
        frame[1] = (2 + whole) << 4 | known & 7
        self._set_crc(0)
        length = 2 + whole + (1 if known & 7 else 0)
        outcome = self._transceive(frame, length, (known & 7) << _BIT_FRAMING_RX_ALIGN | known & 7)
        if outcome == SILENCE:
            return SILENCE
        level = _SEEN[_LEVEL_AT]
        count = min(level, 5 - whole)
        if count <= 0:
            return GARBLED
        merge(frame, known, self._bus.read_fifo(count), count)
        if outcome == ANSWER:
            return ANSWER if level == 5 - whole and uid_is_whole(frame) else GARBLED
        if outcome == COLLISION:
            self._locate(known)
        return outcome

    def _locate(self, known):
        """Work out where the collision was.

        CollPos counts the bits of the received stream from 1. Bits skipped by RxAlign count, whole bytes of the prefix
        do not. A position that cannot be right becomes -1; the caller then goes on bit by bit.
        """
        coll = _SEEN[_COLL_AT]
        position = (known & ~7) + ((coll & _COLL_POS) or UID_BITS) - 1
        wrong = coll & _COLL_POS_NOT_VALID or position < known or position >= UID_BITS
        MFRC522.position = -1 if wrong else position

    def select(self, frame):
        """Select the card whose four bytes and BCC are in `frame`; on ANSWER, `sak` says what it is.

        COLLISION: two cards have these bytes, one whose UID ends here and one whose UID goes on.
        """
        frame[1] = _WHOLE_UID
        self._set_crc(_BOTH_WAYS)
        outcome = self._transceive(frame, 7, 0)
        if outcome != ANSWER:
            return outcome
        if _SEEN[_LEVEL_AT] not in (1, 3):  # SAK, and CRC where a clone leaves it in the FIFO
            return GARBLED
        self._bus.exchange(_TAKE, _TAKEN)
        if _TAKEN[2] != _SEEN[_LEVEL_AT] - 1:  # a bit error: it was another register that was read
            return GARBLED
        MFRC522.sak = _TAKEN[1]
        return ANSWER

    def halt(self):
        """Send the selected card to sleep. Silence is its consent."""
        self._set_crc(_BOTH_WAYS)
        return self._transceive(_HALT, 2, 0)

    def _set_crc(self, wanted):
        """Have the chip add (_SENDING) and check (_RECEIVING) CRC_A or not; write only a setting that changes."""
        changed = wanted ^ self._crc
        if changed & _SENDING:
            self._bus.write(_TX_MODE, _MODE_CRC_ON if wanted & _SENDING else 0)
        if changed & _RECEIVING:
            self._bus.write(_RX_MODE, _RX_MODE_NO_ERR | (_MODE_CRC_ON if wanted & _RECEIVING else 0))
        self._crc = wanted

    def _transceive(self, data, length, framing):
        bus = self._bus
        bus.write(_COMMAND, _COMMAND_IDLE)
        bus.write(_COM_IRQ, _COM_IRQ_CLEAR_ALL)
        bus.write(_FIFO_LEVEL, _FIFO_LEVEL_FLUSH)
        bus.write_fifo(data, length)
        # StartSend is still set from the last frame. Clear it before the command, so that nothing is sent early.
        bus.write(_BIT_FRAMING, framing)
        bus.write(_COMMAND, _COMMAND_TRANSCEIVE)
        bus.write(_BIT_FRAMING, _BIT_FRAMING_START_SEND | framing)
        irq = self._await_irq()
        if not irq & (_COM_IRQ_RX | _COM_IRQ_IDLE | _COM_IRQ_ERR):
            if data is not _HALT:
                self._check()
            return SILENCE
        return self._judge()

    def _check(self):
        """Make sure that the chip has its settings: without them it hears nobody. Twice, since the bus may be noisy."""
        for _ in range(2):
            self._bus.exchange(_SETTINGS, _KEPT)
            lost = 0
            for at in range(0, len(_RIGHT), 2):
                lost |= (_KEPT[1 + (at >> 1)] ^ _RIGHT[at]) & _RIGHT[at + 1]
            if not lost:
                return
        raise ChipFault("babble", self.name)

    def _await_irq(self):
        status = _SEEN
        begun = clock.ticks_ms()
        while True:
            self._bus.exchange(_STATUS, status)
            irq = status[_IRQ_AT]
            if irq & (_COM_IRQ_RX | _COM_IRQ_IDLE | _COM_IRQ_TIMER):
                return irq
            if clock.ticks_diff(clock.ticks_ms(), begun) > _GIVE_UP_MS:
                if irq & _COM_IRQ_ERR:
                    return irq
                raise ChipFault("no_interrupt", self.name, "reply timer")

    def _judge(self):
        """Return the outcome of what arrived.

        A collision spoils parity, protocol and CRC as well, so it is judged before them, as NXP's own library does. A
        FIFO full of noise also has a level, so that comes first.
        """
        error = _SEEN[_ERROR_AT]
        level = _SEEN[_LEVEL_AT]
        if level > _FIFO_SIZE:
            raise ChipFault("babble", self.name)
        if error & _ERROR_OVERFLOW or not level:
            return GARBLED
        if error & _ERROR_COLLISION:
            return COLLISION
        return GARBLED if error & _ERROR_FRAME else ANSWER
