"""An antenna that does not work: when it is tried again, and when the fault is told. Loaded with the first fault."""

from micropython import const

from edge.errors import WELL, ChipFault

_FAULTS = const(3)  # in a row, before one is told
_RETRY_MS = const(1000)


def failed(antenna, error, now):
    """Have the chip started again, more rarely if that does not help. Return the fault to tell, None if there is none.

    A fault is (code, message), and is told once.
    """
    antenna.down = True
    antenna.field_since = None
    try:
        antenna.reader.chip.field_off()  # until its next visit, the field would be on beside those of its neighbours
    except OSError:  # the bus is what failed
        pass
    antenna.faults += 1
    antenna.faults_in_row += 1
    if antenna.faults_in_row < _FAULTS:
        return None
    antenna.retry_at = now + _RETRY_MS
    return _news(antenna, error if isinstance(error, ChipFault) else ChipFault("bus", antenna.name, error))


def looked_at(antenna):
    """Return (code, message) of an antenna that answered: detuned, or well again; None if it was told as detuned."""
    if antenna.detuned:
        return _news(
            antenna, ChipFault("detuned", antenna.name, antenna.reader.chip.amplitude, antenna.reader.chip.phase)
        )
    antenna.state = WELL
    return WELL, "antenna " + antenna.name + ": reads again"


def _news(antenna, fault):
    if antenna.state == fault.code:
        return None
    antenna.state = fault.code
    return fault.code, str(fault)
