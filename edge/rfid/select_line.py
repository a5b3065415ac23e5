"""Chip selects of many readers behind a 74HC154 or 74HC138 decoder. Knows pins, not chips.

A board's chip selects are anything with `enable(output)` and `disable()`; pins of their own would be a second class here.
"""


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
