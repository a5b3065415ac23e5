"""Stands for MicroPython's `machine` on the virtual board: pins, and an SPI bus with the world's chips on it.

The unmodified firmware imports this in place of the chip's own module. `wire()` says what hangs on which pin, as the
schematic of a board does. Runs on CPython and on MicroPython.
"""

from tools.virtual.chip_mfrc522 import ChipMfrc522

_MAX_HERTZ = 10_000_000  # MFRC522 datasheet, 8.1.2


class Wiring:
    """The decoder and the chips behind it."""

    def __init__(self, address_pins: tuple[int, ...], enable_pin: int, chips: list[ChipMfrc522]) -> None:
        self.chips = chips
        self.chip: ChipMfrc522 | None = None  # the one whose NSS is low
        self._bits = {pin: 1 << bit for bit, pin in enumerate(address_pins)}
        self._enable = enable_pin
        self._address = 0

    def level(self, pin: int, value: int) -> None:
        """A pin has been driven."""
        if pin == self._enable:
            self.chip = None if value or self._address >= len(self.chips) else self.chips[self._address]
            if self.chip:
                self.chip.begin()
        elif pin in self._bits:
            bit = self._bits[pin]
            self._address = self._address | bit if value else self._address & ~bit


_wiring = Wiring((), -1, [])


def wire(address_pins: tuple[int, ...], enable_pin: int, chips: list[ChipMfrc522]) -> None:
    """Build the board: chips in the order of the decoder's outputs."""
    global _wiring  # noqa: PLW0603 - there is one board, as there is one `machine`
    _wiring = Wiring(address_pins, enable_pin, chips)


class Pin:
    """A GPIO."""

    IN = 1
    OUT = 3

    def __init__(self, number: int, mode: int = -1, pull: int = -1, value: int | None = None) -> None:  # noqa: ARG002 - the signature of `machine.Pin`
        self._number = number
        self._value = 0
        if value is not None:
            self.value(value)

    def value(self, level: int | None = None) -> int | None:
        """Return the level, or drive it."""
        if level is None:
            return self._value
        self._value = level
        _wiring.level(self._number, level)
        return None


class SPI:
    """A bus in mode 0, most significant bit first."""

    def __init__(  # noqa: PLR0917 - the signature of `machine.SPI`
        self,
        bus: int,  # noqa: ARG002
        baudrate: int = 1_000_000,
        polarity: int = 0,
        phase: int = 0,
        sck: Pin | None = None,  # noqa: ARG002
        mosi: Pin | None = None,  # noqa: ARG002
        miso: Pin | None = None,  # noqa: ARG002
    ) -> None:
        if polarity or phase or baudrate > _MAX_HERTZ:
            raise ValueError("the MFRC522 needs SPI mode 0 and at most 10 MHz")

    def write(self, data: bytes | bytearray) -> None:
        """Send, and drop what comes back."""
        if _wiring.chip:
            _wiring.chip.shift(data, None)

    def write_readinto(self, sent: bytes | bytearray, received: bytearray) -> None:
        """Send and receive at once."""
        if _wiring.chip:
            _wiring.chip.shift(sent, received)
        else:
            for index in range(len(received)):
                received[index] = 0xFF  # MISO floats high


def reset() -> None:
    """Restart the board: the process ends, whoever started it starts it again."""
    raise SystemExit(0)
