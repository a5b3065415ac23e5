"""The SPI bus that reader chips of any kind share. The one place that knows of SPI modes.

A chip latches on one edge of the clock, and reads the other as bits shifted by half a period: garbage that may look
like a chip. So the mode is set before a transaction of a chip that wants another than the one before.
"""

MODE_0 = 0
MODE_1 = 1


class SpiBus:
    """A bus: anything with `init(polarity, phase)`, `write` and `write_readinto`, as `machine.SPI`."""

    def __init__(self, spi):
        self.spi = spi
        self._mode = -1

    def port(self, line, mode):
        """Return how one chip is reached: `line` selects it, `mode` is 0 or 1."""
        return Port(self, line, mode)

    def use(self, mode):
        """Let the clock be as `mode` says. Both modes rest low; they differ in the edge."""
        if mode != self._mode:
            self.spi.init(polarity=0, phase=mode)
            self._mode = mode


class Port:
    """One chip on a bus. A call is a transaction."""

    def __init__(self, bus, line, mode):
        self._bus = bus
        self._line = line
        self._mode = mode

    def write(self, data):
        """Send `data`."""
        bus = self._bus
        bus.use(self._mode)
        self._line.select()
        bus.spi.write(data)
        self._line.release()

    def exchange(self, request, reply):
        """Send `request` and fill `reply`, of the same length."""
        bus = self._bus
        bus.use(self._mode)
        self._line.select()
        bus.spi.write_readinto(request, reply)
        self._line.release()
