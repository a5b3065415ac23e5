"""What is told of an antenna whose chip can measure it. Loaded where there is such a chip."""


def measured(chip, detuned):
    """Return what `chip` measured last as JSON, null before the first time."""
    if chip.amplitude < 0:
        return "null"
    form = '{"amplitude":%d,"phase":%d,"trim":%s,"detuned":%s}'
    trim = "null" if chip.trim is None else chip.trim
    return form % (chip.amplitude, chip.phase, trim, "true" if detuned else "false")
