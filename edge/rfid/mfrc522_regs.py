"""MFRC522 register map. Source: NXP MFRC522 datasheet, section 9. Values only, no behaviour.

Names read REGISTER, then REGISTER_FIELD. No leading underscore: MicroPython drops `_NAME = const(...)`
from the module, and the driver imports these.
"""

from micropython import const

COMMAND = const(0x01)
COMMAND_IDLE = const(0x00)
COMMAND_TRANSCEIVE = const(0x0C)
COMMAND_SOFT_RESET = const(0x0F)
COMMAND_POWER_DOWN = const(1 << 4)  # reads 1 while the oscillator starts

COM_IRQ = const(0x04)
COM_IRQ_CLEAR_ALL = const(0x7F)  # bit 7 clear: each 1 written clears that flag
COM_IRQ_RX = const(1 << 5)  # a frame has arrived
COM_IRQ_IDLE = const(1 << 4)  # the command ended by itself
COM_IRQ_ERR = const(1 << 1)
COM_IRQ_TIMER = const(1 << 0)  # the reply timer has run out

ERROR = const(0x06)
ERROR_COLLISION = const(1 << 3)
ERROR_FRAME = const(0x17)  # FIFO overflow, CRC, parity or protocol error

FIFO_DATA = const(0x09)
FIFO_SIZE = const(64)
FIFO_LEVEL = const(0x0A)
FIFO_LEVEL_FLUSH = const(1 << 7)

CONTROL = const(0x0C)
CONTROL_RX_LAST_BITS = const(0x07)  # valid bits of the last byte, 0 for all

BIT_FRAMING = const(0x0D)
BIT_FRAMING_START_SEND = const(1 << 7)
BIT_FRAMING_RX_ALIGN = const(4)  # shift of bits 6 to 4

COLL = const(0x0E)  # writing 0 clears ValuesAfterColl: what follows a collision reads as zero
COLL_POS_NOT_VALID = const(1 << 5)
COLL_POS = const(0x1F)  # 1 to 31; 0 means 32

MODE = const(0x11)
MODE_CRC_6363 = const(0x3D)  # TxWaitRF, CRC preset of ISO/IEC 14443-3 type A

TX_MODE = const(0x12)
RX_MODE = const(0x13)
MODE_CRC_ON = const(1 << 7)  # the same bit in both: the chip adds and checks CRC_A

TX_CONTROL = const(0x14)
TX_CONTROL_FIELD_ON = const(0x83)  # the reset value with both antenna drivers on
TX_CONTROL_FIELD_OFF = const(0x80)

TX_ASK = const(0x15)
TX_ASK_100_PERCENT = const(1 << 6)

MOD_WIDTH = const(0x24)
MOD_WIDTH_MILLER = const(0x26)

RF_CFG = const(0x26)
RF_CFG_GAIN_33_DB = const(0x40)  # above that, neighbouring readers upset each other's buses

T_MODE = const(0x2A)
T_MODE_AUTO = const(1 << 7)  # the timer starts when a frame has been sent
T_PRESCALER = const(0x2B)
T_PRESCALER_25_US = const(0xA9)  # 13.56 MHz / (2 * 169 + 1) = 40 kHz
T_RELOAD_HIGH = const(0x2C)
T_RELOAD_LOW = const(0x2D)

VERSION = const(0x37)
