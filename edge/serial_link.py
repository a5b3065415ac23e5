"""The way to the broker over a serial line, for a table without network: `ebs bridge` is at its other end.

A line each. The node says `!LINK TOPIC WILL` when it is asked or has begun anew, and `>QR TOPIC PAYLOAD` for a message
(Q: 0 or 1, R: `r` if it is retained, else `-`). The bridge says `^hello` to ask, `^up LINK` every second while it has
the broker for that link, `^down`, and `<TOPIC PAYLOAD`. Other lines, as the node's log, are for whoever reads along.
"""

import asyncio

from micropython import const

from edge import clock
from edge.errors import LinkLost

_SLICE = const(96)  # bytes at once: 115,200 baud carry them in 8 ms, and the loop goes on
_SLICE_MS = const(9)
_WAITING = const(4)  # lines, before a sender has to wait
_SILENCE_MS = const(3500)
_LONGEST_LINE = const(8192)
_LOG_LINES = const(16)  # held while a message goes out; more are dropped


class SerialLink:
    """Does for the uplink what the MQTT client does. `source` and `sink` are the two ends of the line."""

    def __init__(self, handler, log, source, sink):
        self._handler = handler
        self._log = log
        self._reader = asyncio.StreamReader(source)
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
                for at in range(0, len(line), _SLICE):
                    self._sink.write(line[at : at + _SLICE].decode())
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
        """Take in lines. What noise makes of one must not end the node."""
        while True:
            try:
                line = await self._reader.readline()
                if line and len(line) <= _LONGEST_LINE:
                    self._take(line.rstrip())
            except Exception as error:
                line = b""
                self._log.warning("message_refused", {"reason": type(error).__name__})
            if not line:
                await clock.sleep_ms(100)

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
