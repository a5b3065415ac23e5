"""The SPI bus that reader chips of any kind share, and their chip selects. Only this module knows of SPI modes.

A chip latches on one edge of the clock. In the wrong mode it reads bits shifted by half a period: garbage that may look
like a chip. So the mode is set before a transaction of a chip that needs another mode than the one before.
Chip selects are anything with `enable(output)` and `disable()`: here a 74HC154 or 74HC138 decoder.
"""

MODE_0 = 0
MODE_1 = 1


class SpiBus:
    """A bus and its chip selects. `spi` is anything with `init(polarity, phase)`, `write` and `write_readinto`."""

    def __init__(self, spi, selects):
        self.spi = spi
        self.selects = selects
        self._mode = -1

    def use(self, mode):
        """Set the clock to `mode`. Both modes rest low; they differ in the edge."""
        if mode != self._mode:
            self.spi.init(polarity=0, phase=mode)
            self._mode = mode


class Port:
    """One chip on a bus, at `output` of the chip selects. A call is a transaction. Each kind of chip has a class."""

    mode = MODE_0

    def __init__(self, bus, output):
        self._bus = bus
        self._output = output

    def send(self, data):
        """Send `data`."""
        bus = self._bus
        bus.use(self.mode)
        bus.selects.enable(self._output)
        bus.spi.write(data)
        bus.selects.disable()

    def exchange(self, request, reply):
        """Send `request` and fill `reply`, of the same length."""
        bus = self._bus
        bus.use(self.mode)
        bus.selects.enable(self._output)
        bus.spi.write_readinto(request, reply)
        bus.selects.disable()


class Decoder:
    """Address pins, lowest bit first, and an enable pin that is active low."""

    def __init__(self, address_pins, enable_pin):
        self._pins = address_pins
        self._enable = enable_pin
        self._address = -1
        enable_pin.value(1)

    def enable(self, output):
        """Pull `output` low. The address changes only while no output is enabled, so that no other chip is touched."""
        if output != self._address:
            for bit, pin in enumerate(self._pins):
                pin.value(output >> bit & 1)
            self._address = output
        self._enable.value(0)

    def disable(self):
        """Let all outputs go high."""
        self._enable.value(1)
