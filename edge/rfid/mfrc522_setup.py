"""The reset and set-up of an MFRC522. Loaded for that: when the node starts, and when a chip failed."""

from micropython import const

from edge import clock
from edge.errors import ChipFault

# Register map as in `mfrc522`: the registers that only this module needs.
_COMMAND = const(0x01)
_COMMAND_SOFT_RESET = const(0x0F)
_COMMAND_POWER_DOWN = const(1 << 4)  # reads 1 while the oscillator starts
_COLL = const(0x0E)
_MODE = const(0x11)
_MODE_CRC_6363 = const(0x3D)  # TxWaitRF, CRC preset of ISO/IEC 14443-3 type A
_TX_ASK = const(0x15)
_TX_ASK_100_PERCENT = const(1 << 6)
_MOD_WIDTH = const(0x24)
_MOD_WIDTH_MILLER = const(0x26)
_RF_CFG = const(0x26)
_RF_CFG_GAIN_33_DB = const(0x40)  # above that, neighbouring readers upset each other's buses
_T_MODE = const(0x2A)
_T_MODE_AUTO = const(1 << 7)  # the timer starts when a frame has been sent
_T_PRESCALER = const(0x2B)
_T_PRESCALER_25_US = const(0xA9)  # 13.56 MHz / (2 * 169 + 1) = 40 kHz
_T_RELOAD_HIGH = const(0x2C)
_T_RELOAD_LOW = const(0x2D)
_VERSION = const(0x37)

_STUCK_LOW = const(0x00)
_STUCK_HIGH = const(0xFF)  # or a bus that floats. Two bits of the command register always read 0

_REPLY_TICKS = const(44)  # of 25 us: 1.1 ms. Answers begin 86 us after a frame; HLTA needs 1 ms of silence
_RESET_MS = const(30)  # the oscillator takes a few; the node's loop is held meanwhile


def set_up(bus, antenna):
    """Reset and set up the chip on `bus`; return its version. Raises ChipFault when there is none."""
    bus.write(_COMMAND, _COMMAND_SOFT_RESET)
    _await_oscillator(bus, antenna)
    version = bus.read(_VERSION)
    if version in (_STUCK_LOW, _STUCK_HIGH):
        raise ChipFault("no_chip", antenna)
    bus.write(_MOD_WIDTH, _MOD_WIDTH_MILLER)
    bus.write(_T_MODE, _T_MODE_AUTO)
    bus.write(_T_PRESCALER, _T_PRESCALER_25_US)
    bus.write(_T_RELOAD_HIGH, 0)
    bus.write(_T_RELOAD_LOW, _REPLY_TICKS - 1)  # the timer counts one tick more than its reload value
    bus.write(_TX_ASK, _TX_ASK_100_PERCENT)
    bus.write(_MODE, _MODE_CRC_6363)
    bus.write(_RF_CFG, 0)  # gain bits are cleared before they are set, or the old ones stay
    bus.write(_RF_CFG, _RF_CFG_GAIN_33_DB)
    bus.write(_COLL, 0)
    return version


def _await_oscillator(bus, antenna):
    begun = clock.ticks_ms()
    while True:
        command = bus.read(_COMMAND)
        if command == _STUCK_HIGH:
            raise ChipFault("no_chip", antenna)
        if not command & _COMMAND_POWER_DOWN:
            return
        if clock.ticks_diff(clock.ticks_ms(), begun) > _RESET_MS:
            raise ChipFault("no_reset", antenna)
