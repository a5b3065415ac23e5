"""The field of an antenna, as its chip measures it. Loaded only for chips that can measure."""

from micropython import const

_MEASURE_MS = const(2000)


def look_after(antenna, now):
    """Measure now and then, and whenever a card is missed: under metal, cards do not answer."""
    if now >= antenna.measure_at or len(antenna.reader.seen) < len(antenna.presence.known()):
        antenna.measure_at = now + _MEASURE_MS
        antenna.detuned = antenna.reader.chip.measure()


def measured(chip, detuned):
    """Return the last measurement of `chip` as JSON, null before the first one."""
    if chip.amplitude < 0:
        return "null"
    form = '{"amplitude":%d,"phase":%d,"trim":%s,"detuned":%s}'
    trim = "null" if chip.trim is None else chip.trim
    return form % (chip.amplitude, chip.phase, trim, "true" if detuned else "false")
