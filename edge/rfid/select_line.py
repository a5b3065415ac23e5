"""Chip selects of many readers behind a 74HC154 or 74HC138 decoder. Knows pins, not chips.

A line is anything with `select()` and `release()`; a chip with a pin of its own would be a second class here.
"""


class Decoder:
    """Address pins, lowest bit first, and an enable pin that is active low."""

    def __init__(self, address_pins, enable_pin):
        self._pins = address_pins
        self._enable = enable_pin
        self._address = -1
        enable_pin.value(1)

    def line(self, output):
        """Return the line that `output` of the decoder drives."""
        return DecodedLine(self, output)

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


class DecodedLine:
    """One output of a decoder."""

    def __init__(self, decoder, output):
        self._decoder = decoder
        self._output = output

    def select(self):
        """Begin a transaction."""
        self._decoder.enable(self._output)

    def release(self):
        """End a transaction."""
        self._decoder.disable()
