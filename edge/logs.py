"""Structured logs: one JSON object a line. Never a UID: logs leave the table."""

import json
import time

from micropython import const

_PLAUSIBLE_YEAR = const(2024)  # before that, nobody has set this clock


class Log:
    """Writes to `out`, anything with `write`."""

    def __init__(self, out):
        self.out = out

    def info(self, event, data=None, trace_id=None):
        """Note an event."""
        self._write("info", event, data, trace_id)

    def warning(self, event, data=None, trace_id=None):
        """Note an event that somebody should look at."""
        self._write("warning", event, data, trace_id)

    def error(self, event, data=None, trace_id=None):
        """Note a failure."""
        self._write("error", event, data, trace_id)

    def _write(self, level, event, data, trace_id):
        head = '{"timestamp":%s,"level":"%s","event":%s' % (_timestamp(), level, json.dumps(event))
        self.out.write('%s,"data":%s,"trace_id":%s}\n' % (head, json.dumps(data or {}), json.dumps(trace_id)))


def _timestamp():
    now = time.gmtime()
    if now[0] < _PLAUSIBLE_YEAR:
        return "null"
    return '"%04d-%02d-%02dT%02d:%02d:%02dZ"' % tuple(now[:6])
