"""Stands for MicroPython's `machine` on the virtual board: pins, and an SPI bus with the world's chips on it.

The unmodified firmware imports this in place of the chip's own module. `wire()` says what hangs on which pin, as the
schematic of a board does. Runs on CPython and on MicroPython.
"""

import time

MODE_CHANGE_US = 500  # an estimate: nobody has measured it on a board


class Wiring:
    """The decoder and the chips behind it.

    Of `noisy` bytes on MOSI and on MISO, one has a bit flipped, 0 for a good cable. `stuck_on` is a clone that holds
    MISO when it is not selected: what others answer gets mixed with it.
    """

    def __init__(self, address_pins: tuple[int, ...], enable_pin: int, chips: list) -> None:  # type: ignore[type-arg]
        self.chips = chips
        self.chip = None  # the one whose chip select is low
        self.noisy = 0
        self.stuck_on = -1
        self.mode_changes = 0
        self._phase = 0
        self._chance = 1
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

    def mode(self, phase: int) -> None:
        """Another SPI mode: the port of the ESP32 frees its bus and makes it anew, for all chips."""
        if phase != self._phase and self.chips:
            self._phase = phase
            self.mode_changes += 1
            self.chips[0].wait(MODE_CHANGE_US)

    def transfer(self, sent, received, phase: int, hertz: int) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
        """Clock bytes through the selected chip. On the wrong edge of the clock, both ends are half a period apart."""
        chip = self.chip
        if chip is None:
            if received is not None:
                for index in range(len(received)):
                    received[index] = 0xFF  # MISO floats high
            return
        if hertz > chip.max_hertz:
            raise ValueError("this chip stands at most %d Hz on its bus" % chip.max_hertz)
        if self.noisy:
            sent = bytearray(sent)
            self._flip(sent)
        if phase == chip.spi_phase:
            chip.shift(sent, received)
        else:
            shown = bytearray(len(sent))
            chip.shift(_late(sent, 0), shown)
            if received is not None:
                received[:] = _late(shown, 1)
        if received is not None:
            self._disturb(received)

    def _disturb(self, received) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
        if self.noisy:
            self._flip(received)
        if self.stuck_on >= 0 and self.chips[self.stuck_on] is not self.chip:
            for index in range(len(received)):
                received[index] &= 0x55

    def _flip(self, line) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
        for index in range(len(line)):
            self._chance = (self._chance * 1664525 + 1013904223) & 0xFFFFFFFF
            if (self._chance >> 8) % self.noisy == 0:
                line[index] ^= 1 << (self._chance >> 28 & 7)


def _late(data, fill: int) -> bytes:  # type: ignore[no-untyped-def] # noqa: ANN001
    """Return `data` one bit later."""
    shifted = bytearray(len(data))
    last = fill
    for index, byte in enumerate(data):
        shifted[index] = byte >> 1 | last << 7
        last = byte & 1
    return bytes(shifted)


_wiring = Wiring((), -1, [])


def wire(address_pins: tuple[int, ...], enable_pin: int, chips: list) -> Wiring:  # type: ignore[type-arg]
    """Build the board: chips in the order of the decoder's outputs."""
    global _wiring  # noqa: PLW0603 - there is one board, as there is one `machine`
    _wiring = Wiring(address_pins, enable_pin, chips)
    return _wiring


class Pin:
    """A GPIO."""

    IN = 1
    OUT = 3

    def __init__(self, number: int, mode: int = -1, pull: int = -1, value: int | None = None) -> None:  # noqa: ARG002 - the signature of `machine.Pin`
        self.number = number
        self._value = 0
        if value is not None:
            self.value(value)

    def value(self, level: int | None = None) -> int | None:
        """Return the level, or drive it."""
        if level is None:
            return self._value
        self._value = level
        _wiring.level(self.number, level)
        return None


class SPI:
    """A bus, most significant bit first."""

    def __init__(  # noqa: PLR0917 - the signature of `machine.SPI`
        self,
        bus: int,
        baudrate: int = 1_000_000,
        polarity: int = 0,
        phase: int = 0,
        sck: Pin | None = None,  # noqa: ARG002
        mosi: Pin | None = None,  # noqa: ARG002
        miso: Pin | None = None,  # noqa: ARG002
    ) -> None:
        self.bus = bus
        self._hertz = baudrate
        self.init(polarity=polarity, phase=phase)

    def init(self, polarity: int = 0, phase: int = 0) -> None:
        """Set the mode."""
        if polarity:
            raise ValueError("no chip here rests with a high clock")
        self._phase = phase
        _wiring.mode(phase)

    def write(self, data: bytes | bytearray) -> None:
        """Send, and drop what comes back."""
        _wiring.transfer(data, None, self._phase, self._hertz)

    def write_readinto(self, sent: bytes | bytearray, received: bytearray) -> None:
        """Send and receive at once."""
        _wiring.transfer(sent, received, self._phase, self._hertz)


class WDT:
    """The watchdog, without teeth: what hangs here is seen by whoever waits for it, and what ends is started again."""

    def __init__(self, timeout: int = 5000) -> None:
        self.timeout = timeout

    def feed(self) -> None:
        """Show that the program is well."""


class RTC:
    """The clock of the machine that this runs on, which is right; setting it is kept and changes nothing."""

    def __init__(self) -> None:
        self.given: tuple[int, ...] = ()

    def datetime(self, given: tuple[int, ...] = ()) -> tuple[int, ...]:
        """Return year, month, day, weekday, hour, minute, second, fraction; or take them."""
        self.given = given
        now = time.gmtime()
        return (now[0], now[1], now[2], now[6], now[3], now[4], now[5], 0)


def reset() -> None:
    """Restart the board: the process ends, whoever started it starts it again."""
    raise SystemExit(0)
