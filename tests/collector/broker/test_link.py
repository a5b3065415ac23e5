"""The link to the broker: what it shows of a message, and the nudge behind the last one."""

from __future__ import annotations

import asyncio
import contextlib
import stat
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from collector.broker import link as link_module
from collector.broker.link import AT_ONCE, CLIENT_ID, NUDGE_S, Address, Incoming, MqttLink, client_id
from collector.broker.logins import Logins
from collector.broker.mosquitto import Mosquitto
from collector.pipeline.repeats import nudge_topic
from collector.wire.topics import PREFIX

NOWHERE = Address("127.0.0.1", 1, "collector", "made-up")


class Client:
    """Stands for paho behind aiomqtt: keeps what is published, and when."""

    def __init__(self) -> None:
        self._client = self
        self.sent: list[tuple[float, str]] = []

    def publish(self, topic: str, payload: bytes | None = None, qos: int = 0, retain: bool = False) -> Any:
        assert topic != "nudge" or (payload, qos, retain) == (None, 0, False)
        self.sent.append((time.monotonic(), topic))
        return type("Done", (), {"rc": 0})


def link(**how: Any) -> tuple[MqttLink, Client]:
    made, client = MqttLink(NOWHERE, identifier="test", subscriptions=(), **how), Client()
    made._client = client  # type: ignore[assignment]
    return made, client


def test_a_message_shows_where_it_came_from_and_never_what_it_says() -> None:
    message = Incoming("ebs/v1/dev/node-01/event", b'{"uid":"04a1b2c3"}', retained=False, mid=7, qos=1, generation=2)

    shown = repr(message)

    assert "04a1b2c3" not in shown
    assert "payload" not in shown
    assert "topic='ebs/v1/dev/node-01/event'" in shown
    assert "made-up" not in repr(NOWHERE)


async def test_a_nudge_follows_a_moment_behind_the_last_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_module, "NUDGE_S", 0.5)
    made, client = link(nudges="nudge")

    for _ in range(5):
        await made.publish("state", b"{}")
        made.nudge()
        await asyncio.sleep(0.01)
    await asyncio.sleep(1)

    topics = [topic for _, topic in client.sent]
    assert topics == ["state"] * 5 + ["nudge"], "one for all, behind the last"
    assert client.sent[-1][0] - client.sent[-2][0] >= 0.45
    assert NUDGE_S <= 0.005, "nobody notices it"


async def test_nothing_is_nudged_without_a_topic_or_a_connection() -> None:
    silent, client = link()
    silent.nudge()
    away, gone = link(nudges="nudge")
    away.nudge()
    away._client = None
    await asyncio.sleep(NUDGE_S * 10)

    assert (client.sent, gone.sent) == ([], [])


def test_the_collectors_login_may_nudge_and_nobody_listens(tmp_path: Path) -> None:
    acl = Logins.kept_in(tmp_path / "credentials.json", consoles=("operator",), nodes=("node-01",)).acl()

    assert nudge_topic("main") == f"{PREFIX}/collector/main/nudge"
    assert f"topic write {PREFIX}/collector/+/nudge" in acl
    assert acl.count("nudge") == 1


def test_the_secret_of_a_client_id_is_kept_and_private(tmp_path: Path) -> None:
    name = client_id(tmp_path, "ebs-collector-main")
    kept = tmp_path / CLIENT_ID

    assert len(name) == len("ebs-collector-main-") + 32
    assert client_id(tmp_path, "ebs-collector-main") == name, "commands wait at the broker under this name"
    assert client_id(tmp_path, "ebs-collector-b") == name.replace("main", "b")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    kept.write_text("x" * 100_000)
    assert client_id(tmp_path, "ebs-collector-main") not in {name, ""}


class House:
    """A mosquitto, and links of its collector's and its operator's logins."""

    def __init__(self, folder: Path) -> None:
        self._logins = Logins.kept_in(folder / "credentials.json", consoles=("operator",), nodes=())
        self.broker = Mosquitto(folder / "broker", self._logins)

    def link(self, login: str, **how: Any) -> MqttLink:
        address = Address("127.0.0.1", self.broker.port, login, self._logins.passwords[login])
        return MqttLink(address, identifier=f"test-{login}", **how)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    await house.broker.start()
    yield house
    await house.broker.stop()


@contextlib.asynccontextmanager
async def running(link: MqttLink) -> AsyncIterator[MqttLink]:
    task = asyncio.create_task(link.run())
    try:
        await asyncio.wait_for(link.connected.wait(), 20)
        yield link
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


STATE = f"{PREFIX}/table/table_01/public/state"
COMMAND = f"{PREFIX}/table/table_01/command/operator"


@pytest.mark.broker
async def test_a_flush_writes_all_that_was_published_and_without_one_it_leaves_at_the_next_turn(house: House) -> None:
    async with (
        running(house.link("operator", subscriptions=(STATE,))) as console,
        running(house.link("collector", subscriptions=())) as link,
    ):
        inner: Any = link._client._client  # type: ignore[union-attr]
        for number in range(3):
            await link.publish(STATE, b"%d" % number)
        assert inner.want_write(), "nothing leaves between the messages of a burst"
        link.flush()
        assert not inner.want_write(), "no turn of the loop later"
        await link.publish(STATE, b"3")
        assert [(await asyncio.wait_for(console.received.get(), 5)).payload for _ in range(4)] == [
            b"0", b"1", b"2", b"3",
        ]  # fmt: skip


@pytest.mark.broker
async def test_a_burst_is_one_write_and_a_large_one_a_few(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    async with (
        running(house.link("operator", subscriptions=(STATE,))) as console,
        running(house.link("collector", subscriptions=(COMMAND,))) as link,
    ):
        await console.publish(COMMAND, b"{}", qos=1)
        came = await asyncio.wait_for(link.received.get(), 5)
        inner: Any = link._client._client  # type: ignore[union-attr]
        writes, send = list[int](), inner._sock_send

        def count(packet: bytes) -> int:
            writes.append(len(packet))
            return int(send(packet))

        monkeypatch.setattr(inner, "_sock_send", count)
        for number in range(8):
            await link.publish(STATE, b"%d" % number + b"." * 5000, qos=number % 2)
        link.acknowledge(came)
        link.flush()
        small = list(writes)
        for number in range(8, 40):
            await link.publish(STATE, b"%d" % number + b"." * 5000, qos=number % 2)
        link.flush()
        large = writes[len(small) :]
        heard = [await asyncio.wait_for(console.received.get(), 5) for _ in range(40)]

    assert len(small) == 1
    assert len(large) == 3
    assert max(large) <= AT_ONCE
    assert [message.payload.partition(b".")[0] for message in heard] == [b"%d" % number for number in range(40)]


@pytest.mark.broker
async def test_more_than_the_socket_takes_leaves_as_it_takes_it(house: House) -> None:
    async with (
        running(house.link("operator", subscriptions=(STATE,))) as console,
        running(house.link("collector", subscriptions=())) as link,
    ):
        many = 400  # of 60 kB: no socket holds so much
        for number in range(many):
            await link.publish(STATE, b"%d" % number + b"." * 60_000, qos=1)
        link.flush()
        numbers = [(await asyncio.wait_for(console.received.get(), 20)).payload.partition(b".")[0] for _ in range(many)]
        for _ in range(100):
            if not link._client._client.want_write():  # type: ignore[union-attr]
                break
            await asyncio.sleep(0.05)
        assert numbers == [b"%d" % number for number in range(many)]


@pytest.mark.broker
async def test_what_comes_while_we_say_that_we_are_there_is_taken_behind_it(house: House) -> None:
    heard: list[str] = []
    come, said = asyncio.Event(), asyncio.Event()

    async def say() -> None:
        come.set()
        await said.wait()
        heard.append("said")

    link = house.link(
        "collector",
        subscriptions=(COMMAND,),
        on_connect=say,
        on_message=lambda message: heard.append(message.payload.decode()),
    )
    async with running(house.link("operator", subscriptions=())) as console, running(link):
        await come.wait()
        await console.publish(COMMAND, b"early", qos=1)
        await asyncio.sleep(0.3)
        assert not heard
        said.set()
        await asyncio.sleep(0.1)
        await console.publish(COMMAND, b"late", qos=1)
        await asyncio.sleep(0.3)

    assert heard == ["said", "early", "late"]


@pytest.mark.broker
async def test_an_error_of_whoever_takes_messages_is_none_of_the_connection(house: House) -> None:
    def break_down(_: Incoming) -> None:
        raise KeyError("ours")

    link = house.link("collector", subscriptions=(COMMAND,), on_message=break_down)
    task = asyncio.create_task(link.run())
    async with running(house.link("operator", subscriptions=())) as console:
        await asyncio.wait_for(link.connected.wait(), 20)
        await console.publish(COMMAND, b"{}", qos=1)
        with pytest.raises(KeyError, match="ours"):
            await asyncio.wait_for(task, 10)
