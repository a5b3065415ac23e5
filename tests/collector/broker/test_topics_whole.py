"""Every topic with every kind of login, by hand, at a real broker: `h` hears it, `s` says it, `b` both, `.` neither.

Told to the broker by its plugin and by its files, over TCP and WebSocket, by exact topics, by wildcards, shared and
retained. A topic without a row fails, and so does a login of the house without a column.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import aiomqtt
import pytest
import pytest_asyncio

from collector.access.grants import Identity, grant_of
from collector.broker.admitted.acl_files import LoginFiles
from collector.broker.admitted.admission import Admissions, Login, new_password
from collector.broker.admitted.dynsec import ADMIN, DynamicSecurity, admin_password
from collector.broker.admitted.rules import rules_of_output, rules_of_page
from collector.broker.link import Address
from collector.broker.logins import HOUSE_LOGINS, WEB, Logins
from collector.broker.mosquitto import Mosquitto
from collector.wire.topic_words import TOPIC_WORDS

pytestmark = [pytest.mark.broker, pytest.mark.timeout(180)]
sharing = pytest.mark.asyncio(loop_scope="module")
QUIET_S: Final = 1.0
PAGE, OUTPUT, OTHER = "c-alice-k3x9ab", "o-main", "somebody"
LOGINS: Final = ("operator", "floor", "installer", "monitor", "updater", "programme", "public", "node-1", WEB,
                 "collector", PAGE, OUTPUT)  # fmt: skip
# The page is of an operator of table t1 alone, the output shows t1. ME is whoever speaks or listens.
TOLD = """
                                   ope flo ins mon upd pro pub nod web col pag out
table/t1/public/state               h   h   h   h   .   h   h   .   .   s   h   h
table/t1/public/event               h   h   h   h   .   h   h   .   .   s   h   h
table/t2/public/state               h   h   h   h   .   h   h   .   .   s   .   .
table/t1/delayed/state              .   .   .   .   .   h   h   .   .   s   .   .
table/t1/delayed/event              .   .   .   .   .   h   h   .   .   s   .   .
table/t1/live/state                 .   .   .   .   .   h   .   .   .   s   .   .
table/t1/live/event                 .   .   .   .   .   h   .   .   .   s   .   .
table/t1/live/alert                 .   .   .   .   .   h   .   .   .   s   .   .
table/t1/alert                      h   h   h   h   .   h   .   .   .   s   h   .
table/t2/alert                      h   h   h   h   .   h   .   .   .   s   .   .
table/t1/command/ME                 s   s   s   .   .   .   .   .   s   h   s   .
table/t1/command/somebody           .   .   .   .   .   .   .   .   .   h   .   .
table/t1/reply/ME                   h   h   h   h   .   .   .   .   h   s   h   .
table/t1/reply/somebody             .   .   .   h   .   .   .   .   .   s   .   .
house/command/ME                    s   s   s   .   .   .   .   .   s   h   s   .
house/command/somebody              .   .   .   .   .   .   .   .   .   h   .   .
house/reply/ME                      h   h   h   h   .   .   .   .   h   s   h   .
house/reply/somebody                .   .   .   h   .   .   .   .   .   s   .   .
collector/main/status               h   h   h   h   .   h   h   .   h   s   h   h
collector/main/nudge                .   .   .   .   .   .   .   .   .   s   .   .
dev/node-1/status                   h   h   h   h   h   .   .   b   .   h   .   .
dev/node-1/event                    .   .   h   h   h   .   .   s   .   h   .   .
dev/node-1/snapshot                 .   .   .   h   .   .   .   s   .   h   .   .
dev/node-1/health                   h   h   h   h   .   .   .   s   .   h   .   .
dev/node-1/progress                 .   .   .   h   h   .   .   s   .   h   .   .
dev/node-1/ack                      .   .   .   h   .   .   .   h   .   s   .   .
dev/node-1/command                  .   .   .   h   s   .   .   h   .   s   .   .
dev/node-2/status                   h   h   h   h   h   .   .   .   .   h   .   .
dev/node-2/event                    .   .   h   h   h   .   .   .   .   h   .   .
dev/node-2/command                  .   .   .   h   s   .   .   .   .   s   .   .
"""
LINES = [line.split() for line in TOLD.strip("\n").split("\n")[1:]]
ROWS = {line[0]: dict(zip(LOGINS, line[1:], strict=True)) for line in LINES}
WILDCARDS = ("#", "+/#", "ebs/#", "ebs/v1/+/+/#", "ebs/v1/table/+/live/+", "$SYS/#", "$CONTROL/#", "$share/g/ebs/v1/#",
             "$share/g/#")  # fmt: skip
EXACT = ("$CONTROL/dynamic-security/v1/response", "$SYS/broker/version")
Transport = Literal["tcp", "websockets"]


def topics(login: str, *marks: str) -> set[str]:
    return {f"ebs/v1/{topic.replace('ME', login)}" for topic, told in ROWS.items() if told[login] in marks}


def every(login: str) -> list[str]:
    return [f"ebs/v1/{topic.replace('ME', login)}" for topic in ROWS]


@dataclass
class Broker:
    """A broker with all logins. `speaker` may say everything, `listener` hear everything."""

    mosquitto: Mosquitto
    passwords: dict[str, str]

    @contextlib.asynccontextmanager
    async def as_(self, user: str, transport: Transport = "tcp", **more: Any) -> AsyncIterator[aiomqtt.Client]:
        port = self.mosquitto.port if transport == "tcp" else self.mosquitto.ws_port
        async with aiomqtt.Client(
            "127.0.0.1", port, username=user, password=self.passwords[user], transport=transport, timeout=5, **more
        ) as client:
            yield client


SPEAKER, LISTENER = "c-speaker-000001", "c-listener-000001"


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["plugin", "files"])
async def broker(request: Any, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Broker]:
    folder = tmp_path_factory.mktemp("topics")
    logins = Logins.kept_in(folder / "credentials.json", consoles=("operator",), nodes=("node-1",))
    admin = admin_password(folder)
    made = Mosquitto(folder / "broker", logins, admin=admin if request.param == "plugin" else None)
    await made.start()

    async def reload() -> None:
        made.reload()
        await asyncio.sleep(0.2)

    files = LoginFiles(folder / "broker", reload)
    admissions: Admissions = files
    running = None
    if request.param == "plugin":
        told = DynamicSecurity(Address("127.0.0.1", made.port, ADMIN, admin), changes_a_second=100)
        running = asyncio.create_task(told.run())
        await told.connected.wait()
        admissions = told
    alice = Identity("alice", (grant_of("operator", events=["e1"], tables=["t1"]),), user="alice")
    page = rules_of_page(PAGE, alice, {"t1": "e1", "t2": "e1"})
    passwords = dict(logins.passwords)
    whole = tuple(f"{way} ebs/v1/{'/'.join(['+'] * levels)}" for way in ("read", "write") for levels in (3, 4))
    for to, name, rules in (
        (admissions, PAGE, page),
        (admissions, OUTPUT, rules_of_output("t1", "public")),
        (files, SPEAKER, whole),
        (files, LISTENER, whole),
    ):
        login = Login(name, new_password(), rules)
        passwords[name] = login.password
        await to.give(login)
    yield Broker(made, passwords)
    if running:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    await made.stop()


async def heard(client: aiomqtt.Client) -> list[tuple[str, str]]:
    """Return topics and payloads that a client hears until nothing has come for a while."""
    found: list[tuple[str, str]] = []
    with contextlib.suppress(TimeoutError):
        while True:
            async with asyncio.timeout(QUIET_S):
                message = await anext(aiter(client.messages))
            found.append((message.topic.value, bytes(message.payload).decode()))  # type: ignore[arg-type]
    return found


ALL: Final = sorted({topic for login in LOGINS for topic in every(login)})


async def speak(broker: Broker, *, retain: bool, payload: bytes | None = b"x") -> None:
    async with broker.as_(SPEAKER) as speaker:
        for topic in ALL:
            await speaker.publish(topic, payload, qos=1, retain=retain)


def wanted(*marks: str) -> dict[str, set[str]]:
    """Return by login what it hears or says, of the topics of all."""
    found = {login: topics(login, *marks) for login in LOGINS}
    for login in LOGINS:
        # Where a row is of somebody else's name, it is of everybody else's: of the other logins here too.
        for topic, told in ROWS.items():
            if topic.endswith("/somebody") and told[login] in marks:
                found[login] |= {f"ebs/v1/{topic.replace('somebody', other)}" for other in LOGINS}
    return found


@sharing
@pytest.mark.parametrize("filters", ["exact", "wildcards"])
@pytest.mark.parametrize("transport", ["tcp", "websockets"])
async def test_a_login_hears_these_topics_and_no_other(broker: Broker, transport: Transport, filters: str) -> None:
    async with contextlib.AsyncExitStack() as stack:
        clients = {login: await stack.enter_async_context(broker.as_(login, transport)) for login in LOGINS}
        for client in clients.values():
            for topic in (*ALL, *EXACT) if filters == "exact" else WILDCARDS:
                with contextlib.suppress(aiomqtt.MqttError):
                    await client.subscribe(topic, qos=1)
        await speak(broker, retain=False)
        found = dict(zip(clients, await asyncio.gather(*map(heard, clients.values())), strict=True))

    assert {login: {topic for topic, _ in got} for login, got in found.items()} == wanted("h", "b")


@sharing
async def test_what_the_broker_has_kept_is_for_the_same_ones(broker: Broker) -> None:
    await speak(broker, retain=True)
    async with contextlib.AsyncExitStack() as stack:
        clients = {login: await stack.enter_async_context(broker.as_(login)) for login in LOGINS}
        for client in clients.values():
            await client.subscribe("#", qos=1)
        found = dict(zip(clients, await asyncio.gather(*map(heard, clients.values())), strict=True))
    await speak(broker, retain=True, payload=None)

    assert {login: {topic for topic, _ in got} for login, got in found.items()} == wanted("h", "b")


def said(found: list[tuple[str, str]]) -> dict[str, set[str]]:
    return {login: {topic for topic, payload in found if payload == login} for login in LOGINS}


@sharing
@pytest.mark.parametrize("transport", ["tcp", "websockets"])
async def test_a_login_says_these_topics_and_no_other(broker: Broker, transport: Transport) -> None:
    async with broker.as_(LISTENER) as listener:
        await listener.subscribe("ebs/v1/#", qos=1)
        for login in LOGINS:
            async with broker.as_(login, transport) as client:
                for topic in ALL:
                    await client.publish(topic, login.encode(), qos=1)

        assert said(await heard(listener)) == wanted("s", "b")


@sharing
async def test_a_will_says_no_more_than_its_login(broker: Broker) -> None:
    async with broker.as_(LISTENER) as listener:
        await listener.subscribe("ebs/v1/#", qos=1)
        for login in LOGINS:
            for topic in every(login):
                with contextlib.suppress(aiomqtt.MqttError):
                    async with broker.as_(login, will=aiomqtt.Will(topic, login.encode(), qos=1)) as client:
                        client._client._sock_close()  # as one that vanishes

        assert said(await heard(listener)) == {login: topics(login, "s", "b") for login in LOGINS}


@sharing
async def test_nobody_administers_the_broker(broker: Broker) -> None:
    command = b'{"commands": [{"command": "createClient", "username": "c-evil-000001", "password": "x"}]}'
    for login in LOGINS:
        async with broker.as_(login) as client:
            await client.publish("$CONTROL/dynamic-security/v1", command, qos=1)
    broker.passwords["c-evil-000001"] = "x"
    with pytest.raises(aiomqtt.MqttError):
        async with broker.as_("c-evil-000001"):
            pass


def test_every_topic_and_every_login_is_here(tmp_path: Path) -> None:
    def covers(pattern: str, topic: str) -> bool:
        levels, own = pattern.split("/"), topic.split("/")
        return len(levels) == len(own) and all(one in {"+", other} for one, other in zip(levels, own, strict=True))

    assert [name for name in TOPIC_WORDS if not any(covers(name, topic) for topic in ROWS)] == []
    assert [topic for topic in ROWS if not any(covers(name, topic) for name in TOPIC_WORDS)] == []
    logins = Logins.kept_in(tmp_path / "credentials.json", consoles=("operator",), nodes=("node-1",))
    assert set(logins.passwords) == {*HOUSE_LOGINS, "operator", "node-1"} == {*LOGINS} - {PAGE, OUTPUT}
