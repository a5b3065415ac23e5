"""SPI transactions of the MFRC522. Knows addresses and bytes, not what they mean. Source: datasheet section 8.1.2.

Bit 7 of an address byte reads, bits 6 to 1 are the address. A read is a pipeline: each byte that comes back answers the
address sent one byte earlier, so several registers fit in one transaction, and a last 0x00 fetches the last answer.
The number of transactions, not the clock, decides how fast a table is read.
"""

from micropython import const

from edge.rfid.spi import Port

_READ = const(0x80)
_FIFO_DATA = const(0x09)
_LONGEST = const(16)  # bytes of a frame; the longest has nine

# One transaction runs at a time, so all chips share the buffers.
_BURST = bytearray(1 + _LONGEST)
_BURST[0] = _FIFO_DATA << 1
_BURST_VIEW = memoryview(_BURST)
_DRAIN = memoryview(bytes([_READ | _FIFO_DATA << 1] * _LONGEST) + b"\x00")
_DRAINED = bytearray(1 + _LONGEST)
_DRAINED_VIEW = memoryview(_DRAINED)
_PAIR = bytearray(2)
_REPLY = bytearray(2)


def read_request(*registers):
    """Return the request that reads `registers` in one `exchange`. The answers come from index 1 on."""
    return bytes([_READ | register << 1 for register in registers]) + b"\x00"


class Mfrc522Bus(Port):
    """One chip (SPI mode 0, at most 10 MHz)."""

    def write(self, register, value):
        """Write one register."""
        _PAIR[0] = register << 1
        _PAIR[1] = value
        self.send(_PAIR)

    def write_fifo(self, data, length):
        """Put the first `length` bytes of `data` into the FIFO in one burst: all of them go to one address."""
        for index in range(length):
            _BURST[index + 1] = data[index]
        self.send(_BURST_VIEW[: length + 1])

    def read(self, register):
        """Read one register."""
        _PAIR[0] = _READ | register << 1
        _PAIR[1] = 0
        self.exchange(_PAIR, _REPLY)
        return _REPLY[1]

    def read_fifo(self, length):
        """Take `length` bytes from the FIFO; until the next call they lie in the returned buffer from index 1 on."""
        self.exchange(_DRAIN[_LONGEST - length :], _DRAINED_VIEW[: length + 1])
        return _DRAINED
