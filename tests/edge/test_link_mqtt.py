"""The node's MQTT client, on CPython, against a broker that does what the test says."""

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from edge import link_mqtt, link_mqtt_leave
from edge.errors import LinkLost
from edge.link_mqtt import Client
from edge.logs import Log

WILL = ("ebs/v1/dev/node-1/status", b'{"state":"lost"}')


def publish_packet(topic: str, payload: bytes, qos: int, retain: bool, pid: int) -> bytes:
    return b"".join(map(bytes, link_mqtt.publish_packet(topic, [payload], qos, retain, pid, bytearray(64))))


class Connection:
    """One accepted connection, packet by packet."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def packet(self) -> tuple[int, bytes]:
        head = (await self.reader.readexactly(1))[0]
        length = shift = 0
        while True:
            byte = (await self.reader.readexactly(1))[0]
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                return head, await self.reader.readexactly(length)

    async def accept(self, code: int = 0, present: int = 0, granted: bytes = b"\x01") -> bytes:
        """Answer CONNECT and SUBSCRIBE; return CONNECT."""
        _, connect = await self.packet()
        self.writer.write(bytes([0x20, 2, present, code]))
        if code:
            return connect
        head, subscribe = await self.packet()
        assert head == 0x82
        self.writer.write(bytes([0x90, 2 + len(granted)]) + subscribe[:2] + granted)
        return connect

    async def published(self) -> tuple[int, int, bytes]:
        """Return (first byte, packet id, payload) of the next PUBLISH, answering nothing."""
        while True:
            head, body = await self.packet()
            if head & 0xF0 == 0x30:
                end = 2 + int.from_bytes(body[:2], "big")
                return head, int.from_bytes(body[end : end + 2], "big"), body[end + 2 :]

    def acknowledge(self, pid: int) -> None:
        self.writer.write(b"\x40\x02" + pid.to_bytes(2, "big"))


class Handler:
    """What the client calls."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.heard: list[tuple[str, bytes]] = []
        self.is_up = asyncio.Event()

    def will(self) -> tuple[str, bytes]:
        return WILL

    def subscriptions(self) -> list[tuple[str, int]]:
        return [("ebs/v1/dev/node-1/ack", 1)]

    def up(self) -> None:
        self.calls.append("up")
        self.is_up.set()

    def down(self) -> None:
        self.calls.append("down")
        self.is_up.clear()

    def message(self, topic: str, payload: bytes) -> None:
        self.heard.append((topic, payload))
        if payload == b"bad":
            raise KeyError("acks")
        if payload == b"too much":
            raise MemoryError


class Desk:
    """A client, its handler, and the broker's side of each of its connections."""

    def __init__(self) -> None:
        self.handler = Handler()
        self.connections: asyncio.Queue[Connection] = asyncio.Queue()
        self.log: list[str] = []
        self.client: Any = None

    def write(self, line: str) -> None:
        self.log.append(line)

    async def connection(self, **answers: Any) -> Connection:
        made = await asyncio.wait_for(self.connections.get(), 5)
        if answers.pop("accept", True):
            await made.accept(**answers)
            if not answers.get("code"):
                await asyncio.wait_for(self.handler.is_up.wait(), 5)
        return made


@pytest_asyncio.fixture
async def desk(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setattr(link_mqtt, "_FIRST_DELAY_MS", 10)
    monkeypatch.setattr(link_mqtt, "_REFUSED_DELAY_MS", 10)
    made = Desk()
    server = await asyncio.start_server(lambda r, w: made.connections.put_nowait(Connection(r, w)), "127.0.0.1", 0)
    options = {
        "host": "127.0.0.1",
        "port": server.sockets[0].getsockname()[1],
        "client_id": "node-1",
        "username": "node-1",
        "password": "secret",
        "keepalive_s": 1,
        "clean": False,
    }
    made.client = Client(options, made.handler, Log(made))
    task = asyncio.create_task(made.client.run())
    yield made
    while not task.done():  # CPython 3.11's wait_for may swallow a cancellation
        task.cancel()
        await asyncio.wait({task}, timeout=0.1)
    server.close()
    while not made.connections.empty():
        made.connections.get_nowait().writer.close()


async def test_it_introduces_itself_with_a_retained_will(desk: Desk) -> None:
    raw = await desk.connection(accept=False)
    connect = await raw.accept()

    assert connect[:10] == b"\x00\x04MQTT\x04\xec\x00\x01", "3.1.1; user, password, retained QoS 1 will, no clean start"
    for part in ("node-1", *WILL, "secret"):
        assert (part.encode() if isinstance(part, str) else part) in connect
    raw.writer.close()


async def test_a_session_that_is_still_there_is_no_error(desk: Desk) -> None:
    link = await desk.connection(present=1)

    assert desk.handler.calls == ["up"]
    link.writer.close()


async def test_at_most_eight_messages_wait_for_their_acknowledgement(desk: Desk) -> None:
    link = await desk.connection()
    sending = [
        asyncio.create_task(desk.client.publish("t", b"%d" % number, 1)) for number in range(link_mqtt._WINDOW + 2)
    ]
    seen = [await link.published() for _ in range(link_mqtt._WINDOW)]
    await asyncio.sleep(0.02)

    assert [task.done() for task in sending] == [True] * link_mqtt._WINDOW + [False] * 2
    link.acknowledge(seen[0][1])
    assert (await link.published())[2] == b"8"
    link.acknowledge(seen[1][1])
    assert (await link.published())[2] == b"9"
    await asyncio.gather(*sending)
    link.writer.close()


@pytest.mark.parametrize("present", [1, 0])
async def test_what_was_not_confirmed_is_its_senders_to_make_anew(desk: Desk, present: int) -> None:
    link = await desk.connection()
    for number in range(link_mqtt._WINDOW):
        await desk.client.publish("t", b"%d" % number, 1)
    link.writer.close()

    again = await desk.connection(present=present)

    assert desk.handler.calls == ["up", "down", "up"]
    await asyncio.wait_for(desk.client.publish("t", b"next", 1), 1)
    assert (await again.published())[2] == b"next"
    again.writer.close()


@pytest.mark.parametrize("size", [1, 60, 64, 65, 127, 128, 1000])
def test_a_message_longer_than_the_buffer_goes_out_in_pieces(size: int) -> None:
    whole = b"".join(bytes(piece) for piece in link_mqtt.publish_packet("t", [b"x" * size], 1, False, 9, bytearray(64)))
    one = b"".join(bytes(piece) for piece in link_mqtt.publish_packet("t", [b"x" * size], 1, False, 9, bytearray(2000)))

    assert whole == one
    assert whole.endswith(b"\x00\x01t\x00\x09" + b"x" * size)


async def test_the_sender_hears_of_the_acknowledgement(desk: Desk) -> None:
    link = await desk.connection()
    confirmed = asyncio.Event()
    await desk.client.publish("t", b"x", 1, confirmed=confirmed.set)
    _, pid, _ = await link.published()
    assert not confirmed.is_set()

    link.acknowledge(pid)

    await asyncio.wait_for(confirmed.wait(), 1)
    link.writer.close()


async def test_a_publisher_is_told_when_the_connection_ends(desk: Desk) -> None:
    link = await desk.connection()
    for number in range(link_mqtt._WINDOW):
        await desk.client.publish("t", b"%d" % number, 1)
    waiting = asyncio.create_task(desk.client.publish("t", b"one too many", 1))
    await asyncio.sleep(0.01)
    link.writer.close()

    with pytest.raises(LinkLost):
        await asyncio.wait_for(waiting, 2)


async def test_a_silent_broker_is_left(desk: Desk) -> None:
    link = await desk.connection()

    again = await desk.connection()

    assert desk.handler.calls == ["up", "down", "up"]
    assert any("silent" in line for line in desk.log)
    for each in (link, again):
        each.writer.close()


async def test_pings_keep_a_quiet_connection(desk: Desk) -> None:
    link = await desk.connection()
    for _ in range(5):
        head, _ = await asyncio.wait_for(link.packet(), 1)
        assert head == 0xC0
        link.writer.write(b"\xd0\x00")

    assert desk.handler.calls == ["up"]
    link.writer.close()


@pytest.mark.parametrize(
    ("answers", "says"), [({"code": 5}, "user name and password"), ({"granted": b"\x80"}, "access list")]
)
async def test_a_refusal_is_logged_with_what_to_do(desk: Desk, answers: dict[str, Any], says: str) -> None:
    raw = await desk.connection(accept=False)
    await raw.accept(**answers)

    again = await desk.connection()

    assert any(says in line for line in desk.log)
    for each in (raw, again):
        each.writer.close()


async def test_messages_arrive_and_are_acknowledged_whatever_is_in_them(desk: Desk) -> None:
    link = await desk.connection()
    link.writer.write(publish_packet("a", b"bad", 1, False, 7))
    link.writer.write(publish_packet("b", b"x" * 300, 0, True, 0))
    link.writer.write(publish_packet("c", b"x" * 9000, 0, False, 0))
    link.writer.write(publish_packet("c", b"x" * 1200, 1, False, 9))  # else the broker would bring it again and again
    link.writer.write(publish_packet("d", b"", 1, False, 8))

    for pid in (7, 9, 8):
        assert await link.packet() == (0x40, bytes([0, pid]))
    assert desk.handler.heard == [("a", b"bad"), ("b", b"x" * 300), ("d", b"")]
    assert any("message_too_large" in line for line in desk.log)
    link.writer.close()


async def test_a_heap_that_is_full_costs_the_connection_and_not_the_program(desk: Desk) -> None:
    link = await desk.connection()
    link.writer.write(publish_packet("ebs/v1/dev/node-1/ack", b"too much", 1, False, 7))
    again = await desk.connection()

    assert desk.handler.calls == ["up", "down", "up"]
    link.writer.close()
    again.writer.close()


async def test_a_broker_that_confirms_nothing_is_left_though_it_answers_pings(desk: Desk) -> None:
    link = await desk.connection()
    await desk.client.publish("t", b"x", 1)

    async def only_pong() -> None:
        while True:
            if (await link.packet())[0] == 0xC0:
                link.writer.write(b"\xd0\x00")

    answering = asyncio.create_task(only_pong())
    again = await desk.connection()

    assert desk.handler.calls == ["up", "down", "up"]
    answering.cancel()
    for each in (link, again):
        each.writer.close()


@pytest.mark.parametrize("garbage", [b"\x40\x00", b"\x30\x04\x00\x01\xff\xff"])
async def test_what_is_not_mqtt_ends_the_connection_at_once(desk: Desk, garbage: bytes) -> None:
    link = await desk.connection()
    link.writer.write(garbage)
    again = await desk.connection()

    assert desk.handler.calls == ["up", "down", "up"]
    assert not any("silent" in line for line in desk.log)
    for each in (link, again):
        each.writer.close()


async def test_half_a_message_ends_the_connection_since_what_follows_would_be_its_rest(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = await desk.connection()
    write, pieces = desk.client._write, []

    def short_of_memory(packet: bytes) -> None:
        pieces.append(packet)
        if len(pieces) == 2:
            raise MemoryError
        write(packet)

    monkeypatch.setattr(desk.client, "_write", short_of_memory)
    with pytest.raises(MemoryError):
        await desk.client.publish("t", b"x" * 900, 1)
    await desk.client.publish("t", b"y", 1)
    monkeypatch.undo()
    again = await desk.connection()

    sent = await link.reader.read()
    assert b"x" * 100 in sent
    assert b"y" not in sent
    assert await asyncio.wait_for(link.reader.read(), 1) == b""
    for each in (link, again):
        each.writer.close()


class Narrow:
    """A stream as MicroPython's, over a socket that takes nothing while it is `shut`.

    What waits is in `out_buf`; `drain` sends what was there when it began, and forgets the rest.
    """

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.out_buf = b""
        self.shut = False
        self._writer = writer
        self.close = writer.close

    def write(self, data: bytes) -> None:
        if self.shut or self.out_buf:
            self.out_buf += bytes(data)
        else:
            self._writer.write(bytes(data))

    async def drain(self) -> None:
        begun_with = self.out_buf
        while self.shut:  # noqa: ASYNC110 - what opens it is the test
            await asyncio.sleep(0.01)
        self._writer.write(begun_with)
        self.out_buf = b""


@pytest.fixture
async def narrow(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> tuple[Connection, Narrow]:
    """A connection whose socket can be shut."""
    made: list[Narrow] = []
    connect = asyncio.open_connection

    async def connected(*address: Any) -> tuple[asyncio.StreamReader, Any]:
        reader, writer = await connect(*address)
        made.append(Narrow(writer))
        return reader, made[-1]

    monkeypatch.setattr(asyncio, "open_connection", connected)
    link = await desk.connection(accept=False)  # of before; the next one is narrow
    link.writer.close()
    return await desk.connection(), made[-1]


async def test_an_acknowledgement_behind_a_full_socket_is_not_lost(
    desk: Desk, narrow: tuple[Connection, Narrow]
) -> None:
    link, stream = narrow
    stream.shut = True
    await desk.client.publish("t", [b"x" * 600], 1)
    await asyncio.sleep(0.1)  # `drain` has begun
    link.writer.write(publish_packet("ebs/v1/dev/node-1/ack", b"told", 1, False, 7))
    while not desk.handler.heard:  # noqa: ASYNC110 - the test's own time limit ends it
        await asyncio.sleep(0.01)
    stream.shut = False

    head, _, payload = await link.published()
    assert (head & 0xF0, payload) == (0x30, b"x" * 600)
    assert await asyncio.wait_for(link.packet(), 0.3) == (0x40, b"\x00\x07"), "before any ping"
    link.writer.close()


async def test_a_socket_that_takes_nothing_is_left(
    desk: Desk, narrow: tuple[Connection, Narrow], monkeypatch: pytest.MonkeyPatch
) -> None:
    link, stream = narrow
    monkeypatch.setattr(link_mqtt, "_TIMEOUT_S", 0.2)
    stream.shut = True
    await desk.client.publish("t", [b"x" * 600], 1)
    again = await desk.connection()

    assert desk.handler.calls[-2:] == ["down", "up"]
    await asyncio.wait_for(desk.client.publish("t", b"next", 1), 1)
    for each in (link, again):
        each.writer.close()


async def test_what_was_not_confirmed_goes_out_again_under_its_packet_id_and_says_so(desk: Desk) -> None:
    """MQTT 3.1.1, 3.3.1.1 and 4.4: the broker kept the session."""
    link = await desk.connection(present=1)
    for mark in (("b", 1), ("b", 2), ("b", 3)):
        await desk.client.publish("t", b"first", 1, mark=mark)
    sent = [await link.published() for _ in range(3)]
    assert [head for head, _, _ in sent] == [0x32] * 3
    link.acknowledge(sent[0][1])
    await asyncio.sleep(0.05)
    link.writer.close()
    again = await desk.connection(present=1)

    for mark in (("b", 4), ("b", 3), ("b", 1), ("b", 2), ("b", 2)):
        await desk.client.publish("t", b"made anew", 1, mark=mark)
    heads, pids, _ = zip(*[await again.published() for _ in range(5)], strict=True)
    assert heads == (0x32, 0x3A, 0x32, 0x3A, 0x32)
    assert (pids[1], pids[3]) == (sent[2][1], sent[1][1])
    assert len({*pids}) == 5
    again.writer.close()


async def test_a_broker_that_forgot_the_session_is_sent_nothing_again(desk: Desk) -> None:
    link = await desk.connection(present=1)
    await desk.client.publish("t", b"x", 1)
    link.writer.close()
    again = await desk.connection(present=0)
    await desk.client.publish("t", b"x", 1)

    assert (await again.published())[0] == 0x32
    again.writer.close()


@pytest.mark.parametrize(
    "packet",
    [
        pytest.param(b"\x30\xff\xff\xff\xff\x01", id="a length of five bytes"),
        pytest.param(b"\xf0\x00", id="type 15"),
        pytest.param(b"\x00\x00", id="type 0"),
        pytest.param(b"\x20\x02\x00\x00", id="a second CONNACK"),
        pytest.param(b"\x41\x02\x00\x01", id="PUBACK with a flag"),
        pytest.param(b"\x40\x03\x00\x01\x00", id="PUBACK that is too long"),
        pytest.param(b"\xd1\x00", id="PINGRESP with a flag"),
        pytest.param(b"\xd0\x01\x00", id="PINGRESP with a body"),
        pytest.param(b"\x90\x03\x00\x09\x01", id="SUBACK that nobody waits for"),
        pytest.param(b"\x34\x06\x00\x01t\x00\x01x", id="QoS 2"),
        pytest.param(b"\x36\x06\x00\x01t\x00\x01x", id="QoS 3"),
        pytest.param(b"\x62\x02\x00\x01", id="PUBREL"),
        pytest.param(b"\xe0\x00", id="DISCONNECT"),
    ],
)
async def test_what_a_broker_may_not_send_ends_the_connection_at_once(desk: Desk, packet: bytes) -> None:
    link = await desk.connection()
    link.writer.write(packet)
    again = await asyncio.wait_for(desk.connection(), 0.8)

    assert desk.handler.calls == ["up", "down", "up"]
    assert not any("silent" in line for line in desk.log)
    assert desk.handler.heard == []
    for each in (link, again):
        each.writer.close()


@pytest.mark.parametrize(
    ("connack", "suback"),
    [(b"\x21\x02\x00\x00", None), (b"\x20\x02\x02\x00", None), (None, 1), (None, 0), (None, 2)],
)
async def test_an_answer_to_something_else_is_no_answer(desk: Desk, connack: bytes | None, suback: int | None) -> None:
    raw = await desk.connection(accept=False)
    await raw.packet()
    raw.writer.write(connack or b"\x20\x02\x00\x00")
    if suback is not None:
        _, subscribe = await raw.packet()
        pid = int.from_bytes(subscribe[:2], "big") + (suback == 1)
        raw.writer.write(bytes([0x90, 3 if suback else 2]) + pid.to_bytes(2, "big") + b"\x01"[: 1 if suback else 0])
    if suback == 2:
        await asyncio.wait_for(desk.handler.is_up.wait(), 2)
        raw.writer.close()
        return
    again = await desk.connection()

    assert desk.handler.calls == ["up"], "only the second one"
    for each in (raw, again):
        each.writer.close()


async def test_a_planned_restart_takes_its_leave(desk: Desk) -> None:
    link = await desk.connection()
    link_mqtt_leave.leave(desk.client, *WILL)

    head, body = await link.packet()
    assert (head, body) == (0x31, len(WILL[0]).to_bytes(2, "big") + WILL[0].encode() + WILL[1])
    assert await link.packet() == (0xE0, b"")
    link.writer.close()


class Sleepy:
    """A stream as MicroPython's: a read may find nothing after a wake-up."""

    def __init__(self, data: bytes) -> None:
        self.data, self.woken = data, 0

    async def readexactly(self, count: int) -> bytes:
        taken, self.data = self.data[:count], self.data[count:]
        return taken

    async def readinto(self, into: memoryview) -> int | None:
        self.woken += 1
        if self.woken % 2:
            return None
        taken = await self.readexactly(min(3, len(into)))
        into[: len(taken)] = taken
        return len(taken)


async def test_a_wake_up_without_bytes_is_not_the_end_of_the_connection() -> None:
    client: Any = Client({}, Handler(), Log(Desk()))
    reader = Sleepy(publish_packet("topic", b"payload", 0, False, 0))

    kind, body = await client.packet(reader)

    assert (kind, bytes(body)) == (0x30, b"\x00\x05topicpayload")
    with pytest.raises(EOFError):
        await client._body(Sleepy(b""), 2)


async def test_a_broker_that_stays_away_is_asked_less_often_but_at_least_every_second_and_a_half(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[int] = []

    async def sleep(duration: int) -> None:
        waits.append(duration)
        if len(waits) == 7:
            raise asyncio.CancelledError

    async def fails() -> None:
        raise OSError("no route")

    client: Any = Client({}, Handler(), Log(io.StringIO()))
    client._session = fails
    monkeypatch.setattr(link_mqtt, "_jitter", lambda delay: delay)
    monkeypatch.setattr(link_mqtt.clock, "sleep_ms", sleep)

    with pytest.raises(asyncio.CancelledError):
        await client.run()

    assert waits == [100, 200, 400, 800, 1500, 1500, 1500]
