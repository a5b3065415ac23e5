"""The link to the broker over a serial line, for a table without network. `ebs bridge` is at the other end.

Each message is a line. The node says `!LINK TOPIC WILL` when it is asked or begins a new link, and `>QR TOPIC PAYLOAD`
for a message (Q: 0 or 1, R: `r` if it is retained, else `-`). The bridge says `^hello` to ask, `^up LINK` every second
while it has the broker for that link, `^down`, and `<TOPIC PAYLOAD`. Other lines, as the node's log, are for people.
"""

import asyncio
import select

from micropython import const

from edge import clock
from edge.errors import LinkLost

_SLICE = const(96)  # bytes at once: 115,200 baud carry them in 8 ms, then the loop goes on
_SLICE_MS = const(9)
_WAITING = const(4)  # lines, before a sender has to wait
_SILENCE_MS = const(3500)
_LONGEST_LINE = const(1280)
_AT_ONCE = const(128)  # bytes
_READ_MS = const(5)  # 115,200 baud bring 58 bytes meanwhile; the port keeps 256
_LOG_LINES = const(16)  # held while a message goes out; further ones are dropped


class SerialLink:
    """A link for the uplink, with the methods of the MQTT client. `source` and `sink` are the two ends of the line."""

    def __init__(self, handler, log, source, sink):
        self._handler = handler
        self._log = log
        self._source = source
        self._sink = sink
        self._lines = []  # (bytes, what to call when they are out)
        self._work = asyncio.Event()
        self._room = asyncio.Event()
        self._log_lines = None  # log lines that wait while a message is half out; None: no message is
        self._link: int | None = None
        self.turned = self._heard = clock.ticks_ms()  # `turned`: when the task last ran
        self.up = False

    async def run(self):
        """Read and write for ever."""
        await asyncio.gather(self._read(), self._write(), self._watch())

    async def room(self):
        """Wait until earlier lines are out. Raises LinkLost if nobody carries them."""
        while self.up and len(self._lines) >= _WAITING:
            self._room.clear()
            await self._room.wait()
        if not self.up:
            raise LinkLost("no bridge, or it has no broker; what was to be sent waits")

    async def publish(self, topic, payload, qos=0, retain=False, confirmed=None, mark=None):  # noqa: ARG002 - of MQTT
        """Send a message. With QoS 0 it is dropped if the line is busy."""
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
        """Take a line of the log. Log and messages share the line, so the log waits until a message is out."""
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
                if entry not in self._lines:  # the link was lost meanwhile, and the waiting lines with it
                    continue
                self._lines.remove(entry)
                self._room.set()
                if confirmed:
                    confirmed()
            self._work.clear()
            await self._work.wait()

    async def _read(self):
        """Take in the bytes that are there. `readline` would hold the node until the other end has ended its line."""
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
                elif len(line) < _LONGEST_LINE:  # a longer line is none of ours: its mac will be wrong
                    line.extend(byte)
            await clock.sleep_ms(_READ_MS)

    def _line(self, line):
        """Take in a line. A line that noise has spoilt must not end the node."""
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
        elif not self._lines:  # the bridge asked, or carries a link that is ours no longer
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
