"""How the field of an antenna is, where the chip can measure it. Loaded where there is such a chip."""

from micropython import const

_MEASURE_MS = const(2000)


def look_after(antenna, now):
    """Measure now and then, and when a card is missed: under metal, cards do not answer."""
    if now >= antenna.measure_at or len(antenna.reader.seen) < len(antenna.presence.known()):
        antenna.measure_at = now + _MEASURE_MS
        antenna.detuned = antenna.reader.chip.measure()


def measured(chip, detuned):
    """Return what `chip` measured last as JSON, null before the first time."""
    if chip.amplitude < 0:
        return "null"
    form = '{"amplitude":%d,"phase":%d,"trim":%s,"detuned":%s}'
    trim = "null" if chip.trim is None else chip.trim
    return form % (chip.amplitude, chip.phase, trim, "true" if detuned else "false")
