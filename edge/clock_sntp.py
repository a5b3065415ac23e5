"""Asks a time server for the error of this node's clock. The answer is reported; nothing depends on it.

SNTP (RFC 4330) with fractions of a second: `ntptime` knows whole seconds only. Of several answers the one with the
shortest round trip counts. The offset is uncertain by half of that round trip.
"""

import socket
import struct
import time

from micropython import const

from edge import clock

_PORT = const(123)
_EVERY_MS = const(64_000)
_ANSWER_MS = const(1000)
_POLL_MS = const(5)
_KEPT = const(8)  # answers, of which the best counts
_DRIFT_PPM = const(50)  # of a crystal: an old answer is less certain
_UNIX = 2_208_988_800  # seconds from 1900 to 1970
_REQUEST = b"\x23" + bytes(39)  # version 4, client; the transmit time follows
_SERVER = const(4)


class Sntp:
    """The offset between this node's monotonic milliseconds and the server's time of day."""

    def __init__(self, host, now_ms, port=_PORT):
        self._address = (host, port)
        self._now_ms = now_ms
        self._answers = []  # (offset in ms since 1970, round trip in ms, when)

    async def run(self):
        """Ask for ever."""
        while True:
            await self.ask()
            await clock.sleep_ms(_EVERY_MS)

    async def ask(self):
        """Ask once. A server that does not answer is asked again later."""
        line = None
        try:
            line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            line.setblocking(False)
            sent = self._now_ms()
            mark = struct.pack("!Q", sent)  # the answer repeats it, so an answer to another question is told apart
            line.sendto(_REQUEST + mark, socket.getaddrinfo(*self._address)[0][-1])
            while self._now_ms() - sent < _ANSWER_MS:
                await clock.sleep_ms(_POLL_MS)
                try:
                    answer = line.recv(48)
                except OSError:  # nothing yet
                    continue
                self.take(answer, sent, self._now_ms())
                return
        except OSError:
            pass  # no network yet, or no socket left
        finally:
            if line:
                line.close()

    def take(self, answer, sent, received):
        """Take in an answer; drop one that answers another question."""
        if len(answer) < 48 or answer[0] & 7 != _SERVER or answer[24:32] != struct.pack("!Q", sent) or not answer[1]:  # noqa: PLR2004 - RFC 4330
            return
        arrived, left = _milliseconds(answer[32:40]), _milliseconds(answer[40:48])
        way = max(0, received - sent - (left - arrived))
        self._answers.append(((arrived - sent + left - received) // 2, way, received))
        del self._answers[:-_KEPT]

    def best(self):
        """Return (offset, uncertainty) in milliseconds, None before the first answer."""
        now = self._now_ms()
        best = None
        for offset, way, when in self._answers:
            uncertainty = way // 2 + 1 + (now - when) * _DRIFT_PPM // 1_000_000
            if best is None or (uncertainty, offset) < best:
                best = uncertainty, offset
        return best and (best[1], best[0])

    def text(self):
        """Return for the health message, as JSON: the error of the logs' clock and its uncertainty, or null."""
        best = self.best()
        if best is None:
            return "null"
        offset, uncertainty = best
        ours = time.time() + _epoch_s()
        return '{"offset_ms":%d,"uncertainty_ms":%d}' % (self._now_ms() + offset - ours * 1000, uncertainty)


def _epoch_s():
    """Return the seconds from 1970 to this port's epoch: an ESP32 counts from 2000."""
    return 946_684_800 if time.gmtime(0)[0] == 2000 else 0  # noqa: PLR2004


def _milliseconds(stamp):
    """Return an NTP time stamp as milliseconds since 1970."""
    seconds, fraction = struct.unpack("!II", stamp)
    return (seconds - _UNIX) * 1000 + (fraction * 1000 >> 32)
