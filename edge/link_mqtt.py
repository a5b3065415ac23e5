"""MQTT 3.1.1 client on asyncio streams, for a chip and for a PC. Knows packets, not what they mean to a table.

One task reads. Another one pings, and flushes the bytes that the socket would not take at once. `publish` writes
straight away. At most `_WINDOW` QoS 1 messages wait for their PUBACK. When a connection ends, its unconfirmed messages
are gone: their sender makes them again, and they go out under the packet ids that they had, as the sent-again messages
that they are (MQTT 3.1.1, 4.4). A packet that the standard forbids ends the connection (4.8).
"""

import asyncio
import os

from micropython import const

from edge import IN, OUT, clock, forget
from edge.errors import LinkLost, LinkRefused

_WINDOW = const(8)
_PUBLISH = const(0x30)
_PUBACK = const(0x40)
_DUP = const(0x08)
_PINGREQ = const(b"\xc0\x00")
_PINGRESP = const(0xD0)
_TIMEOUT_S = const(5)
_FIRST_DELAY_MS = const(100)
_LONGEST_DELAY_MS = const(1500)  # a broker on the LAN comes back soon, and cards wait
_LOOK_MS = const(50)
_REFUSED_DELAY_MS = const(10_000)  # wrong password: somebody has to act
_MAX_PID = const(65535)
_WRONG = const("the broker does not keep to MQTT")
_LONGEST_LENGTH = const(28)  # bits: a remaining length has four bytes at most
_UNHEARD_MS = const(30_000)  # after so long, and again each time, somebody has to look after the network


class Client:
    """Keeps a connection to the broker for ever.

    `handler` gives `will()` as (topic, payload) and `subscriptions()` as (topic, qos) pairs, and is told `up()`,
    `down()`, `message(topic, payload)`, and `unheard(for_ms)` when the broker says nothing for long.
    """

    def __init__(self, options, handler, log):
        self._options = options
        self._handler = handler
        self._log = log
        self._writer: asyncio.StreamWriter | None = None
        self._waiting = {}  # packet id: what to call on PUBACK, and the mark of the message
        self._again = {}  # mark of a message that the last connection did not confirm: its packet id
        self._pid = 0
        self._room = asyncio.Event()
        self._dirty = False  # the socket did not take all: later bytes wait in `_behind`
        self._behind = b""
        self._failure: Exception | None = None
        self.turned = self._heard = self._confirmed = clock.ticks_ms()  # `turned`: when the task last ran
        self.up = False

    async def run(self):
        """Connect, serve, and start again whenever that ends."""
        delay = _FIRST_DELAY_MS
        unheard_ms = _UNHEARD_MS
        while True:
            refused = False
            self.turned = clock.ticks_ms()
            try:
                await self._session()
            except Exception as error:
                self._log.warning("link_lost", {"reason": str(error) or type(error).__name__})
                refused = isinstance(error, LinkRefused)
            finally:
                was_up = self._close()
            if was_up:
                delay = _FIRST_DELAY_MS
            silent_ms = clock.ticks_diff(clock.ticks_ms(), self._heard)
            if silent_ms < _UNHEARD_MS:
                unheard_ms = _UNHEARD_MS
            elif silent_ms >= unheard_ms:
                unheard_ms = silent_ms + _UNHEARD_MS
                self._handler.unheard(silent_ms)
            await clock.sleep_ms(_jitter(_REFUSED_DELAY_MS if refused else delay))
            delay = min(2 * delay, _LONGEST_DELAY_MS)

    async def room(self):
        """Wait until the window and the socket have room. Raises LinkLost without a connection."""
        while self.up and (len(self._waiting) >= _WINDOW or self._dirty):
            self._room.clear()
            await self._room.wait()
        if not self.up:
            raise LinkLost("no connection to the broker")

    async def publish(self, topic, payload, qos=0, retain=False, confirmed=None, mark=None):
        """Send a message, given as bytes or a list of parts; with QoS 1 wait for room in the window first.

        Raises LinkLost without a connection. A QoS 0 message is dropped if it cannot go out at once. `confirmed` is
        called when the PUBACK comes. `mark` tells messages of a topic apart that may be sent again.
        """
        if qos:
            await self.room()
        elif not self.up or self._dirty:
            return
        again = pid = 0
        parts = [payload] if isinstance(payload, bytes) else payload
        if qos:
            mark = mark or topic
            again = self._again.pop(mark, 0)
            pid = again or self.next_pid()
            if not self._waiting:
                self._confirmed = clock.ticks_ms()
            self._waiting[pid] = confirmed, mark
        try:
            for piece in publish_packet(topic, parts, qos, retain, pid, OUT, again):
                self._write(piece)
        except MemoryError as error:  # a part may be out: the broker would take the next packet for the rest
            self._fail(error)
            raise

    def next_pid(self):
        """Return a packet id for a packet that is answered."""
        while True:
            self._pid = self._pid % _MAX_PID + 1
            if self._pid not in self._waiting and self._pid not in self._again.values():
                return self._pid

    def _write(self, packet):
        writer = self._writer
        if writer is None or self._failure:
            return
        if self._dirty:  # MicroPython's `drain` sends the bytes of its beginning, and drops later ones
            self._behind += packet
            return
        try:
            writer.write(packet if hasattr(writer, "out_buf") else bytes(packet))  # CPython may keep what it is given
        except OSError as error:
            self._fail(error)
            return
        if getattr(writer, "out_buf", None):  # MicroPython keeps the rest until somebody drains
            self._dirty = True

    def _fail(self, error):
        if self._failure is None:
            self._failure = error

    async def _session(self):
        streams: tuple = await self._join()
        reader, writer = streams
        self.up = True
        receiving = asyncio.create_task(self._receive(reader))
        try:
            self._handler.up()
            await self._keep_alive(writer)
        finally:
            receiving.cancel()

    async def _join(self):
        from edge.link_mqtt_join import join, opened

        try:
            reader, writer = await opened(self._options)
            self._writer = writer
            self._failure = None
            self._dirty = False
            self._behind = b""
            if not await join(self, reader, writer, self._options, self._handler):
                self._again.clear()  # the broker knows nothing of what went before
        finally:
            forget("edge.link_mqtt_join")
        return reader, writer

    async def _receive(self, reader):
        """Take in packets. An error ends the connection, not the program."""
        try:
            while True:
                kind, body = await self.packet(reader)
                self.take(kind, body)
        except Exception as error:
            self._fail(error)

    async def packet(self, reader):
        """Read one packet; return its first byte and its body. A message that is too large is skipped."""
        kind = (await reader.readexactly(1))[0]
        length = shift = 0
        while True:
            byte = (await reader.readexactly(1))[0]
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
            if shift == _LONGEST_LENGTH:
                raise LinkLost(_WRONG)
        self._heard = clock.ticks_ms()
        body = await self._body(reader, min(length, len(IN)))
        if length <= len(IN):
            return kind, body
        from edge.link_mqtt_large import skip

        await skip(self, reader, parse_publish(kind, body), length, self._log)
        forget("edge.link_mqtt_large")
        return _PINGRESP, b""

    async def _body(self, reader, length):
        """Return the body of a packet, in the buffer where the port can read into it: valid until the next packet."""
        if not hasattr(reader, "readinto"):  # CPython
            return await reader.readexactly(length) if length else b""
        body = memoryview(IN)[:length]
        at = 0
        while at < length:
            got = await reader.readinto(body[at:])
            if got is None:  # woken, and nothing there yet
                continue
            if not got:
                raise EOFError
            at += got
        return body

    def take(self, kind, body):
        """Take in a packet. Raises LinkLost for one that no broker may send to this client."""
        if kind & 0xF4 == _PUBLISH:  # of QoS 0 or 1: nothing else was subscribed to
            topic, payload, pid = parse_publish(kind, body)
            if kind & 0x02:
                self.confirm(pid)
            self._deliver(topic, payload)
        elif kind == _PUBACK and len(body) == 2:  # noqa: PLR2004 - 3.4
            self._confirmed = self._heard
            confirmed = self._waiting.pop(body[0] << 8 | body[1], (None, None))[0]
            self._room.set()
            if confirmed:
                confirmed()
        elif kind != _PINGRESP or len(body):
            raise LinkLost(_WRONG)

    def confirm(self, pid):
        """Send PUBACK."""
        self._write(bytes([_PUBACK, 2]) + pid.to_bytes(2, "big"))

    def _deliver(self, topic, payload):
        """Hand a message over. A message that its handler cannot take is dropped: it must not end the connection."""
        try:
            self._handler.message(topic, payload)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            self._log.warning("message_refused", {"topic": topic, "reason": type(error).__name__})

    async def _keep_alive(self, writer):
        """Ping and flush until the session has failed, or the broker is silent for too long."""
        patience_ms = self._options["keepalive_s"] * 1000
        silent_ms = patience_ms * 5 // 4
        pinged = self._heard
        while self._failure is None:
            self.turned = now = clock.ticks_ms()
            unconfirmed = self._waiting and clock.ticks_diff(now, self._confirmed) > silent_ms
            if unconfirmed or clock.ticks_diff(now, self._heard) > silent_ms:
                raise LinkLost("the broker is silent; check the network")
            if clock.ticks_diff(now, pinged) > patience_ms // 3:
                pinged = now
                self._write(_PINGREQ)
            if self._dirty:
                await asyncio.wait_for(writer.drain(), _TIMEOUT_S)
                self._dirty = False
                behind, self._behind = self._behind, b""
                if behind:
                    self._write(behind)
                self._room.set()
            await clock.sleep_ms(_LOOK_MS)
        raise self._failure

    def _close(self):
        """Drop the connection; return whether there was one."""
        was_up, self.up = self.up, False
        if self._writer:
            getattr(self._writer, "s", self._writer).close()  # MicroPython's stream closes its socket only when awaited
            self._writer = None
        for pid, waiting in self._waiting.items():
            self._again[waiting[1]] = pid
        self._waiting.clear()
        self._room.set()
        if was_up:
            self._handler.down()
        return was_up


def publish_packet(topic, parts, qos, retain, pid, into, again=0):
    """Yield PUBLISH, its payload given in parts, in pieces that fill the buffer `into`: send each before the next.

    `again`: it was sent before, and not confirmed. Nothing is built beside the buffer: a heap that was in use for long
    has no room for it.
    """
    topic = topic.encode()
    length = 2 + len(topic) + (2 if qos else 0) + sum(map(len, parts))
    head = bytearray([_PUBLISH | qos << 1 | (1 if retain else 0) | (_DUP if again else 0)])
    rest = length
    while True:
        byte = rest & 0x7F
        rest >>= 7
        head.append(byte | 0x80 if rest else byte)
        if not rest:
            break
    at = 0
    pid_bytes = pid.to_bytes(2, "big") if qos else b""
    for part in [head, len(topic).to_bytes(2, "big"), topic, pid_bytes] + parts:  # noqa: RUF005 - MicroPython's tuples take no *
        left = memoryview(part)
        while len(left) >= len(into) - at:
            room = len(into) - at
            into[at:] = left[:room]
            left = left[room:]
            yield into
            at = 0
        into[at : at + len(left)] = left
        at += len(left)
    if at:
        yield memoryview(into)[:at]


def parse_publish(kind, body):
    """Return (topic, payload, packet id or 0)."""
    end = 2 + (body[0] << 8 | body[1])
    topic = str(body[2:end], "utf-8")
    if kind & 0x06:
        return topic, body[end + 2 :], body[end] << 8 | body[end + 1]
    return topic, body[end:], 0


def _jitter(delay_ms):
    """Return between half and all of `delay_ms`, so that a hall of nodes does not come back in step."""
    return delay_ms // 2 + delay_ms * os.urandom(1)[0] // 512
