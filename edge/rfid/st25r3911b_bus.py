"""SPI transactions of the ST25R3911B. Knows addresses and bytes, not what they mean. Source: datasheet section 1.2.12.

The two highest bits of the first byte say what follows: 00 writes registers from an address on, 01 reads them, 10 is
the FIFO, 11 a direct command. Addresses count up by themselves, so neighbours fit in one transaction.
"""

from micropython import const

from edge.rfid.spi import MODE_1, Port

_READ = const(0x40)
_FIFO_LOAD = const(0x80)
_FIFO_READ = const(0xBF)
_FIFO_SIZE = const(96)

# One transaction runs at a time, so all chips share the buffers.
_BURST = bytearray(1 + _FIFO_SIZE)
_BURST_VIEW = memoryview(_BURST)
_DRAIN = memoryview(bytes([_FIFO_READ]) + bytes(_FIFO_SIZE))
_DRAINED = bytearray(1 + _FIFO_SIZE)
_DRAINED_VIEW = memoryview(_DRAINED)
_PAIR = bytearray(2)
_REPLY = bytearray(2)
_TRIPLE = bytearray(3)
_COMMAND = bytearray(1)


def read_request(register, count):
    """Return the request that reads `count` registers from `register` on."""
    return bytes([_READ | register]) + bytes(count)


class St25r3911bBus(Port):
    """One chip (SPI mode 1, at most 6 MHz)."""

    mode = MODE_1

    def write(self, register, value):
        """Write one register."""
        _PAIR[0] = register
        _PAIR[1] = value
        self.send(_PAIR)

    def write_word(self, register, value):
        """Write a register of 16 bits, high byte first."""
        _TRIPLE[0] = register
        _TRIPLE[1] = value >> 8
        _TRIPLE[2] = value & 0xFF
        self.send(_TRIPLE)

    def write_many(self, burst):
        """Write registers in a row; `burst` begins with the address of the first, or is one or more commands."""
        self.send(burst)

    def command(self, code):
        """Give a direct command."""
        _COMMAND[0] = code
        self.send(_COMMAND)

    def load(self, data, length):
        """Put the first `length` bytes of `data` into the FIFO."""
        _BURST[0] = _FIFO_LOAD
        for index in range(length):
            _BURST[index + 1] = data[index]
        self.send(_BURST_VIEW[: length + 1])

    def read(self, register):
        """Read one register."""
        _PAIR[0] = _READ | register
        _PAIR[1] = 0
        self.exchange(_PAIR, _REPLY)
        return _REPLY[1]

    def read_many(self, request, reply):
        """Send a request of `read_request`. `reply`, of the same length, holds the answers from index 1 on."""
        self.exchange(request, reply)

    def read_fifo(self, length):
        """Take `length` bytes from the FIFO; until the next call they lie in the returned buffer from index 1 on."""
        self.exchange(_DRAIN[: length + 1], _DRAINED_VIEW[: length + 1])
        return _DRAINED
