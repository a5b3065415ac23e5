"""The JSON of a node's health, for the people who look after the table. Knows figures, does not judge them."""

import gc

from edge.envelope import VERSION, listed, text


def health_body(device, boot, link, node, outbox):
    """Return the parts of the health message, without mac and closing brace.

    Each call starts a new period for the figures that are maxima.
    """
    longest_ms, node.scanner.longest_ms = node.scanner.longest_ms, 0
    time = node.time.text() if node.time else "null"
    head = '{"v":%d,"device":%s,"boot":"%s","link":%d' % (VERSION, text(device), boot, link)
    figures = (
        '"uptime_ms":%d,"heap":%s,"loop_ms":%d,"rounds":%d,"outbox":{"depth":%d,"held":%d,"dropped":%d,"flash_faults":%d}'
        % (
            node.now_ms(),
            _heap(),
            longest_ms,
            node.scanner.rounds,
            outbox.depth(),
            outbox.held(),
            outbox.dropped,
            outbox.flash_faults,
        )
    )
    antennas = list(map(_antenna, node.antennas))
    return listed(head + "," + figures + ',"time":' + time + ',"antennas":{', antennas, "}")


def _heap():
    if not hasattr(gc, "mem_free"):  # CPython
        return "null"
    return '{"free":%d,"used":%d}' % (gc.mem_free(), gc.mem_alloc())


def _antenna(antenna):
    return '%s:{"version":%d,"looks":%d,"reads":%d,"errors":%d,"faults":%d,"ok":%s,"field":%s}' % (
        text(antenna.name),
        antenna.reader.chip.version,
        antenna.looks,
        antenna.reads,
        antenna.errors,
        antenna.faults,
        "true" if antenna.state == "ok" else "false",
        _field(antenna),
    )


def _field(antenna):
    """Return the measurement of an antenna as JSON; null if its chip cannot measure, or has not yet."""
    if not hasattr(antenna.reader.chip, "measure"):
        return "null"
    from edge.rfid.field import measured

    return measured(antenna.reader.chip, antenna.detuned)
