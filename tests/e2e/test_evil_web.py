"""A web process that was taken over: another program with its login, its settings, its key and the app store.

It may write into the app store whatever it likes, so it is anybody at REST, and lets anybody into pages. It never gets
the live channel, the nodes' keys, the broker's administration, or a word that the collector does not let a person say.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import uuid
from collections.abc import AsyncIterator
from typing import Any, Final, Literal

import aiomqtt
import pytest
import pytest_asyncio

from collector.broker.admitted.dynsec import ADMIN
from collector.broker.link import Address
from collector.broker.logins import WEB
from tests.e2e.client import Client, twin
from tests.e2e.opened_house import TABLE, House

pytestmark = [pytest.mark.broker, pytest.mark.timeout(180), pytest.mark.asyncio(loop_scope="module")]

CARD: Final = b'"As"'
CONTROL: Final = "$CONTROL/dynamic-security/v1"
EVERYTHING: Final = (
    "#", "+/#", "ebs/#", "ebs/v1/table/+/live/#", f"ebs/v1/table/{TABLE}/live/state", "$SYS/#", "$CONTROL/#",
    f"{CONTROL}/response", "$share/evil/ebs/v1/table/+/live/#", "$share/evil/#", "ebs/v1/dev/+/event",
)  # fmt: skip


class Evil:
    """What the program has: the web's login, and the files that the web works with."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.login = house.stack.login(WEB)
        self.folder = house.stack.folder

    @contextlib.asynccontextmanager
    async def connected(
        self, login: Address | None = None, transport: Literal["tcp", "websockets"] = "tcp", **more: Any
    ) -> AsyncIterator[aiomqtt.Client]:
        login, broker = login or self.login, self.house.stack.broker
        port = broker.port if transport == "tcp" else broker.ws_port
        async with aiomqtt.Client(
            "127.0.0.1", port, username=login.username, password=login.password, transport=transport, **more
        ) as client:
            yield client

    async def asks(self, kind: str, **fields: Any) -> dict[str, Any]:
        """Ask the collector something in the web's name; return its reply."""
        return await self.sends("house/command", "house/reply", {"v": 1, "type": kind, **fields})

    async def sends(self, to: str, back: str, body: dict[str, Any]) -> dict[str, Any]:
        body = {"id": f"e{uuid.uuid4().hex}", **body}
        async with self.connected() as client:
            await client.subscribe(f"ebs/v1/{back}/{WEB}", qos=1)
            await client.publish(f"ebs/v1/{to}/{WEB}", json.dumps(body), qos=1)
            async with asyncio.timeout(5):
                async for message in client.messages:
                    reply: dict[str, Any] = json.loads(bytes(message.payload))  # type: ignore[arg-type]
                    if reply["id"] == body["id"]:
                        return reply
        raise AssertionError("no reply")

    def writes(self, *statements: str) -> None:
        """Write into the app store past all that REST and `ebs` check, and have everybody look."""
        with contextlib.closing(sqlite3.connect(self.folder / "app.db", timeout=5)) as store:
            for statement in statements:
                store.execute(statement)
            changed = "UPDATE counters SET value = value + 1 WHERE name = 'changes'"
            noted = (
                "INSERT INTO changes (number, at, kind, about) SELECT value, 0, ?, ? FROM counters WHERE name='changes'"
            )
            for kind, about in (("user", "alice"), ("output", "main"), ("session", "s_evil")):
                store.execute(changed)
                store.execute(noted, (kind, about))
            store.commit()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def evil(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Evil]:
    """A running hand with a card at seat 1 that only `live` shows, and the web's process dead."""
    house = House(tmp_path_factory.mktemp("evil"))
    await house.start()
    for seat in (1, 2):
        told = await house.command(
            "alice", {"type": "seat_player", "seat": seat, "player_id": f"p_{seat}", "name": f"P{seat}", "stack": 1000}
        )
        assert told.status_code == 200
    assert (await house.command("alice", {"type": "start_hand"})).status_code == 200
    assert (await house.command("alice", {"type": "deal_card", "seat": 1, "card": "As"})).status_code == 200
    web = house.stack._web.process
    assert web is not None
    web.kill()
    await web.wait()
    yield Evil(house)
    await house.stop()


async def heard(evil: Evil, login: Address | None, transport: Literal["tcp", "websockets"]) -> dict[str, list[bytes]]:
    """Return what a login hears of everything, while the live channel says the card again."""
    found: dict[str, list[bytes]] = {}
    async with (
        evil.connected(login, transport) as client,
        Client(await twin(evil.house.stack, "programme"), f"ebs/v1/table/{TABLE}/live/#") as programme,
    ):
        for topic in EVERYTHING:
            with contextlib.suppress(aiomqtt.MqttError):
                await client.subscribe(topic, qos=1)
        with contextlib.suppress(TimeoutError, aiomqtt.MqttError):
            async with asyncio.timeout(6.5):  # a state is repeated each five seconds
                async for message in client.messages:
                    found.setdefault(message.topic.value, []).append(bytes(message.payload))  # type: ignore[arg-type]
        assert any(CARD in payload for _, payload in programme.received()), "the card was said meanwhile"
    return found


def harmless(found: dict[str, list[bytes]]) -> None:
    assert not [topic for topic, payloads in found.items() if any(CARD in payload for payload in payloads)]
    assert not [
        topic for topic in found if topic.startswith("$") or ("/live/" in topic and not topic.endswith("/alert"))
    ]


@pytest.mark.parametrize("transport", ["tcp", "websockets"])
async def test_the_web_s_own_login_hears_no_feed_at_all(evil: Evil, transport: Literal["tcp", "websockets"]) -> None:
    found = await heard(evil, None, transport)

    assert set(found) <= {"ebs/v1/collector/main/status"}


async def test_it_speaks_under_no_other_name_and_administers_nothing(evil: Evil) -> None:
    stack = evil.house.stack
    made = {
        "command": "createClient",
        "username": "c-evil-000001",
        "password": "x" * 43,
        "roles": [{"rolename": ADMIN}],
    }
    forged = {
        f"ebs/v1/table/{TABLE}/command/floor", f"ebs/v1/table/{TABLE}/live/state", f"ebs/v1/table/{TABLE}/public/state",
        "ebs/v1/house/command/installer", "ebs/v1/house/reply/alice", "ebs/v1/dev/node-01/command",
        "ebs/v1/dev/node-01/event", "ebs/v1/collector/main/status", "ebs/v1/collector/main/nudge",
    }  # fmt: skip
    listens = ("ebs/v1/table/+/command/+", "ebs/v1/house/command/+", "ebs/v1/dev/+/event")
    async with (
        Client(await twin(stack, "collector"), *listens) as collector,
        Client(await twin(stack, "programme"), f"ebs/v1/table/{TABLE}/#", "ebs/v1/collector/+/status") as programme,
        Client(await twin(stack, "monitor"), "ebs/v1/dev/+/command", "ebs/v1/house/reply/+") as monitor,
    ):
        async with evil.connected(will=aiomqtt.Will(f"ebs/v1/table/{TABLE}/live/state", b"evil", qos=1)) as client:
            for topic in forged:
                await client.publish(topic, b"evil", qos=1)
                await client.publish(topic, b"evil", qos=1, retain=True)
            await client.publish(CONTROL, json.dumps({"commands": [made]}), qos=1)
            client._client._sock_close()  # so that its will is said, if it may be
        await asyncio.sleep(0.5)
        got = [each for listener in (collector, programme, monitor) for each in listener.received()]

    assert got
    assert not [topic for topic, payload in got if payload == b"evil"]
    with pytest.raises(aiomqtt.MqttError):
        async with evil.connected(Address("127.0.0.1", stack.broker.port, "c-evil-000001", "x" * 43)):
            pass


@pytest.mark.parametrize("words", ["read:live", "read:*", "read:holecards read:live write:devices"])
async def test_a_right_that_it_writes_into_the_app_store_shows_no_card(evil: Evil, words: str) -> None:
    """It makes an admin of alice, with a word that no grant can name, and a session beside."""
    generation = evil.house.store.users()["alice"].generation
    evil.writes(
        f"UPDATE grants SET role = 'admin', words = '{words}', events = '*', tables = '*' WHERE user = 'alice'",
        "DELETE FROM sessions WHERE id = 's_evil'",
        "INSERT INTO sessions (id, digest, user, generation, created_at, seen_at, expires_at, address) "
        f"VALUES ('s_evil', '{uuid.uuid4().hex}', 'alice', {generation}, 0, 99999999999999, 99999999999999, '')",
    )
    await asyncio.sleep(0.5)  # until the collector has read it
    reply = await evil.asks("admit_page", person="alice", session="s_evil")
    assert reply["accepted"], "it lets itself in as anybody: that is on record, and all that it can"
    login = Address("127.0.0.1", evil.house.stack.broker.port, reply["login"], reply["password"])

    harmless(await heard(evil, login, "tcp"))


@pytest.mark.parametrize("channel", ["live", "live/#", "+", "#"])
async def test_an_output_that_it_writes_into_the_app_store_shows_no_card(evil: Evil, channel: str) -> None:
    evil.writes(f"UPDATE output_keys SET channel = '{channel}', table_id = '{TABLE}' WHERE id = 'main'")
    await asyncio.sleep(0.5)
    reply = await evil.asks("admit_output", output="main")
    if reply["accepted"]:
        login = Address("127.0.0.1", evil.house.stack.broker.port, reply["login"], reply["password"])
        harmless(await heard(evil, login, "tcp"))
    else:
        assert reply["error"]["code"] == ("NO_GRANT" if channel == "live" else "UNKNOWN_CHANNEL")


async def test_it_sends_no_command_without_a_person_who_may(evil: Evil) -> None:
    to, back = f"table/{TABLE}/command", f"table/{TABLE}/reply"
    body = {"v": 1, "type": "misdeal", "override": True}
    everything = ["write:*", "manage:*", "write:actions"]
    codes = [
        (await evil.sends(to, back, {**body, **principal}))["error"]["code"]
        for principal in (
            {},
            {"principal": {"person": "vera", "words": everything}},
            {"principal": {"person": "nobody", "words": everything}},
            {"principal": {"person": "floor", "words": everything}},
            {"principal": {"person": "vera", "words": everything, "role": "admin"}},
        )
    ]

    assert codes == ["BAD_PRINCIPAL", "NOT_PERMITTED", "NOT_PERMITTED", "NOT_PERMITTED", "BAD_PRINCIPAL"]


async def test_it_takes_nobody_s_session(evil: Evil) -> None:
    """Its own client id has nothing of the collector's in it, and the names of logins are no client ids."""
    log = evil.folder / "collector.log"
    before = log.read_text().count("broker_lost")
    for name in ("collector", ADMIN, "dealer", "ebs-collector-main"):
        async with evil.connected(identifier=name):
            await asyncio.sleep(0.1)

    assert log.read_text().count("broker_lost") == before
