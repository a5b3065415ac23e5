"""ST25R3911B register map and direct commands. Source: ST datasheet, section 1.3. Values only, no behaviour."""

from micropython import const

IO_CONF1 = const(0x00)
IO_CONF1_NO_CLOCK_OUT = const(0x07)  # nothing else uses the chip's clock
IO_CONF2 = const(0x01)
IO_CONF2_SUPPLY_3V = const(1 << 7)
IO_CONF2_MISO_PULL_DOWN = const(0x18)

OP_CONTROL = const(0x02)
OP_CONTROL_OSCILLATOR = const(1 << 7)
OP_CONTROL_FIELD = const(0xD8)  # oscillator, receiver, transmitter; the channel is chosen by hand: AM, as RX_CONF1 says

MODE = const(0x03)  # first of the registers that differ between technologies, to 0x10
MODE_14443A = const(0x08)
MODE_SUBCARRIER_STREAM = const(0x70)
ISO14443A = const(0x05)
ISO14443A_ANTICOLLISION = const(1 << 0)
ISO14443A_NO_PARITY = const(0xC0)
STREAM_MODE_15693 = const(0x38)  # subcarrier of fc/32, 8 pulses a report bit, transmitted bits of 9.44 us
AUX_NO_CRC = const(1 << 7)
AUX_CRC_TO_FIFO = const(1 << 6)
AUX_TOLERANT = const(1 << 2)

NO_RESPONSE_TIMER = const(0x0F)  # 16 bits, high byte first, of 4.72 us

IRQ_MASK = const(0x14)
IRQ_MAIN = const(0x17)  # 0x17 to 0x19 are cleared by reading: always all three at once
IRQ_MAIN_OSCILLATOR = const(1 << 7)
IRQ_MAIN_RX_START = const(1 << 5)
IRQ_MAIN_RX_END = const(1 << 4)
IRQ_MAIN_TX_END = const(1 << 3)
IRQ_MAIN_COLLISION = const(1 << 2)
IRQ_TIMER_DONE = const(1 << 7)  # a direct command has ended
IRQ_TIMER_NO_RESPONSE = const(1 << 6)
IRQ_ERROR_FRAME = const(0xD0)  # CRC, parity, hard framing error. Good frames may have a soft one (bit 5)

FIFO_SIZE = const(96)
COLLISION_BIT = const(1)  # shift: bits 7 to 1 are byte and bit, counted from the start of the frame sent
NUM_TX = const(0x1D)  # 16 bits, high byte first: 8 * bytes + bits

AD_RESULT = const(0x20)
ANTENNA_CALIBRATION = const(0x21)
ANTENNA_CALIBRATION_ERROR = const(1 << 3)
REGULATOR_CONTROL = const(0x2A)  # 0: measure Vdd
REGULATOR_CONTROL_SET = const(1 << 7)  # reg_s: to be raised and lowered before they are adjusted
AUX_DISPLAY = const(0x30)
AUX_DISPLAY_NO_RESPONSE_TIMER = const(1 << 1)
IC_IDENTITY = const(0x3F)

SET_DEFAULT = const(0xC1)
CLEAR = const(0xC2)
TRANSMIT_WITH_CRC = const(0xC4)
TRANSMIT = const(0xC5)
TRANSMIT_REQA = const(0xC6)
TRANSMIT_WUPA = const(0xC7)
MEASURE_AMPLITUDE = const(0xD3)
CLEAR_SQUELCH = const(0xD5)
ADJUST_REGULATORS = const(0xD6)
CALIBRATE_ANTENNA = const(0xD8)
MEASURE_PHASE = const(0xD9)
MEASURE_SUPPLY = const(0xDF)
