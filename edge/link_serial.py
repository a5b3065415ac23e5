"""The way to the broker over a serial line, for a table without network: `ebs bridge` is at its other end.

A line each. The node says `!LINK TOPIC WILL` when it is asked or has begun anew, and `>QR TOPIC PAYLOAD` for a message
(Q: 0 or 1, R: `r` if it is retained, else `-`). The bridge says `^hello` to ask, `^up LINK` every second while it has
the broker for that link, `^down`, and `<TOPIC PAYLOAD`. Other lines, as the node's log, are for whoever reads along.
"""

import asyncio
import select

from micropython import const

from edge import clock
from edge.errors import LinkLost

_SLICE = const(96)  # bytes at once: 115,200 baud carry them in 8 ms, and the loop goes on
_SLICE_MS = const(9)
_WAITING = const(4)  # lines, before a sender has to wait
_SILENCE_MS = const(3500)
_LONGEST_LINE = const(1280)
_AT_ONCE = const(128)  # bytes
_READ_MS = const(5)  # 115,200 baud bring 58 bytes meanwhile; the port keeps 256
_LOG_LINES = const(16)  # held while a message goes out; more are dropped


class SerialLink:
    """Does for the uplink what the MQTT client does. `source` and `sink` are the two ends of the line."""

    def __init__(self, handler, log, source, sink):
        self._handler = handler
        self._log = log
        self._source = source
        self._sink = sink
        self._lines = []  # (bytes, what to call when they are out)
        self._work = asyncio.Event()
        self._room = asyncio.Event()
        self._log_lines = None  # what was logged meanwhile, if a message is half out
        self._link: int | None = None
        self.turned = self._heard = clock.ticks_ms()  # `turned`: when the task was last seen to get on
        self.up = False

    async def run(self):
        """Read and write for ever."""
        await asyncio.gather(self._read(), self._write(), self._watch())

    async def room(self):
        """Wait until lines before are out. Raises LinkLost if nobody carries them."""
        while self.up and len(self._lines) >= _WAITING:
            self._room.clear()
            await self._room.wait()
        if not self.up:
            raise LinkLost("no bridge, or it has no broker; what was to be sent waits")

    async def publish(self, topic, payload, qos=0, retain=False, confirmed=None):
        """Send a message. QoS 0 is dropped when the line is busy."""
        if qos:
            await self.room()
        elif not self.up or self._lines:
            return
        payload = payload if isinstance(payload, bytes) else b"".join(payload)
        self._say(b">%d%s %s %s\n" % (qos, b"r" if retain else b"-", topic.encode(), payload), confirmed)

    def _say(self, line, confirmed=None):
        self._lines.append((line, confirmed))
        self._work.set()

    def write(self, text):
        """Take a line of the log: there is one line for all, and it must not come amid a message."""
        if self._log_lines is None:
            self._sink.write(text)
        elif len(self._log_lines) < _LOG_LINES:
            self._log_lines.append(text)

    async def _write(self):
        while True:
            while self._lines:
                entry = self._lines[0]
                line, confirmed = entry
                self._log_lines = []
                at = 0
                while at < len(line):
                    end = at + _SLICE
                    while end < len(line) and line[end] & 0xC0 == 0x80:  # noqa: PLR2004 - not amid a letter of UTF-8
                        end += 1
                    self._sink.write(line[at:end].decode())
                    at = end
                    await clock.sleep_ms(_SLICE_MS)
                logged, self._log_lines = self._log_lines, None
                for text in logged:
                    self._sink.write(text)
                if entry not in self._lines:  # the link was lost meanwhile, and with it what waited
                    continue
                self._lines.remove(entry)
                self._room.set()
                if confirmed:
                    confirmed()
            self._work.clear()
            await self._work.wait()

    async def _read(self):
        """Take in what is there, byte by byte: `readline` would hold the node until the other end ended its line."""
        there = select.poll()
        there.register(self._source, select.POLLIN)
        source = getattr(self._source, "buffer", self._source)
        line = bytearray()
        while True:
            for _ in range(_AT_ONCE):
                if not there.poll(0):
                    break
                byte = source.read(1)
                if byte == b"\n":
                    self._line(bytes(line))
                    line = bytearray()
                elif len(line) < _LONGEST_LINE:  # what is longer is none of ours, and its mac will say so
                    line.extend(byte)
            await clock.sleep_ms(_READ_MS)

    def _line(self, line):
        """Take in a line. What noise makes of one must not end the node."""
        try:
            self._take(line.rstrip())
        except Exception as error:
            self._log.warning("message_refused", {"reason": type(error).__name__})

    def _take(self, line):
        if line[:1] == b"^":
            self._heard = clock.ticks_ms()
            self._told(line[1:].decode().split(" "))
        elif line[:1] == b"<" and self.up:
            space = line.find(b" ")
            self._handler.message(line[1:space].decode(), line[space + 1 :])

    def _told(self, words):
        if words[0] == "down":
            self._lost()
        elif words[0] == "up" and words[1:] == [str(self._link)]:
            if not self.up:
                self.up = True
                self._handler.up()
        elif not self._lines:  # asked, or it carries a link that is not ours any more
            self._introduce()

    def _introduce(self):
        self._lost()
        topic, will = self._handler.will()
        self._link = self._handler.link
        self._say(b"!%d %s %s\n" % (self._link, topic.encode(), will))

    async def _watch(self):
        while True:
            await clock.sleep_ms(500)
            self.turned = clock.ticks_ms()
            if self.up and clock.ticks_diff(self.turned, self._heard) > _SILENCE_MS:
                self._log.warning("link_lost", {"reason": "the bridge is silent; is `ebs bridge` running?"})
                self._lost()

    def _lost(self):
        self._lines.clear()
        self._room.set()
        if self.up:
            self.up = False
            self._handler.down()
