"""Logins that come and go: one contract, held by each way a broker is told of them, with a real mosquitto."""

from __future__ import annotations

import asyncio
import contextlib
import json
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from collector.broker.admitted.acl_files import LoginFiles
from collector.broker.admitted.admission import MOST_RULES, Admissions, Login, hashed, new_password
from collector.broker.admitted.dynsec import ADMIN, DynamicSecurity, admin_password, write_config
from collector.broker.admitted.reading_again import ByAnother, BySignal
from collector.broker.link import Address
from collector.broker.logins import Logins
from collector.broker.mosquitto import Mosquitto
from collector.errors import BrokerError
from tests.deploy.path_unit import PathUnit

STATE = "ebs/v1/table/t1/public/state"
LIVE = "ebs/v1/table/t1/live/state"
COMMAND = "ebs/v1/table/t1/command/c-alice-000001"
GOOD = "x" * 43
RULES = ("read ebs/v1/table/t1/public/+", "write ebs/v1/table/+/command/c-alice-000001")


@dataclass
class Door:
    """A broker, and the way in. `restart` ends the broker as a power cut does."""

    broker: Mosquitto
    admissions: Admissions
    restart: Callable[[], Awaitable[None]]


async def _made(way: str, broker: Mosquitto, tasks: list[asyncio.Task[None]]) -> Admissions:
    """Return what tells a broker that runs of logins, in one of the ways that there are."""
    folder = broker._folder
    if way == "files, by signal":
        return LoginFiles(folder, BySignal(_pid_file(broker)))
    if way == "files, by a unit":
        tasks.append(asyncio.create_task(PathUnit(folder, lambda: reloads(broker)).run()))
        return LoginFiles(folder, ByAnother(folder))
    made = DynamicSecurity(Address("127.0.0.1", broker.port, ADMIN, str(broker._admin)), changes_a_second=100)
    tasks.append(asyncio.create_task(made.run()))
    await made.connected.wait()
    return made


def _pid_file(broker: Mosquitto) -> Path:
    path = broker._folder / "mosquitto.pid"
    path.write_text(f"{broker.pid}\n")
    return path


def reloads(broker: Mosquitto) -> bool:
    """Do what `systemctl reload` does; return whether there was a broker."""
    broker.reload()
    return broker._process is not None and broker._process.returncode is None


@pytest.fixture(params=["dynsec", "files, by signal", "files, by a unit"])
async def door(request: Any, tmp_path: Path) -> AsyncIterator[Door]:
    logins = Logins.kept_in(tmp_path / "credentials.json", consoles=("operator",), nodes=("node-01",))
    admin = admin_password(tmp_path) if request.param == "dynsec" else None
    broker = Mosquitto(tmp_path / "broker", logins, admin=admin)
    await broker.start()
    tasks: list[asyncio.Task[None]] = []
    admissions = await _made(request.param, broker, tasks)

    async def restart() -> None:
        broker._process.kill()  # type: ignore[union-attr]
        await broker.wait()
        await broker.start()
        _pid_file(broker)
        if isinstance(admissions, DynamicSecurity):
            await asyncio.sleep(0)
            await admissions.connected.wait()

    yield Door(broker, admissions, restart)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await broker.stop()


def login(name: str = "c-alice-000001", rules: tuple[str, ...] = RULES) -> Login:
    return Login(name, new_password(), rules)


def client(door: Door, name: str, password: str, transport: Any = "tcp") -> aiomqtt.Client:
    port = door.broker.port if transport == "tcp" else door.broker.ws_port
    return aiomqtt.Client("127.0.0.1", port, username=name, password=password, transport=transport, timeout=5)


def of_house(door: Door, name: str) -> aiomqtt.Client:
    return client(door, name, door.broker.logins.passwords[name])


async def heard(one: aiomqtt.Client, seconds: float = 0.4) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            async for message in one.messages:
                assert isinstance(message.payload, bytes)
                found += [(message.topic.value, message.payload)]
    return found


async def ends(one: aiomqtt.Client) -> None:
    """Return when the broker has ended a connection."""
    async with asyncio.timeout(1):
        with pytest.raises(aiomqtt.MqttError):
            await anext(aiter(one.messages))


@pytest.mark.parametrize("transport", ["tcp", "websockets"])
async def test_a_login_that_was_given_hears_and_says_what_its_rules_allow_and_nothing_else(
    door: Door, transport: str
) -> None:
    page = login()
    await door.admissions.give(page)

    async with of_house(door, "collector") as collector, client(door, page.name, page.password, transport) as alice:
        for topic in ("#", "+/#", STATE, LIVE, "$SYS/#", "$CONTROL/#", "$share/g/ebs/v1/table/+/live/+"):
            with contextlib.suppress(aiomqtt.MqttError):
                await alice.subscribe(topic)
        await collector.subscribe("ebs/v1/table/+/command/+", qos=1)
        await collector.publish(STATE, b"public", retain=True)
        await collector.publish(LIVE, b"hidden", retain=True)
        await alice.publish(COMMAND, b"mine", qos=1)
        for foreign in ("ebs/v1/table/t1/command/operator", STATE, LIVE, "$CONTROL/dynamic-security/v1"):
            await alice.publish(foreign, b"forged", qos=1)

        assert set(await heard(alice)) == {(STATE, b"public")}
        assert await heard(collector) == [(COMMAND, b"mine")]
    async with client(door, page.name, page.password) as late:
        await late.subscribe("#")
        assert await heard(late) == [(STATE, b"public")], "what was kept is no way round either"


async def test_a_login_that_was_taken_is_out_within_a_second_and_nobody_else_is(door: Door) -> None:
    page, other = login(), login("o-output_1", ("read ebs/v1/table/t1/public/+",))
    await door.admissions.give(page)
    await door.admissions.give(other)
    async with client(door, other.name, other.password) as stays, of_house(door, "operator") as console:
        await stays.subscribe(STATE)
        async with contextlib.AsyncExitStack() as gone:
            for transport in ("tcp", "websockets"):
                one = await gone.enter_async_context(client(door, page.name, page.password, transport))
                with contextlib.suppress(aiomqtt.MqttError):
                    await one.subscribe(STATE)
                gone.push_async_callback(ends, one)
            await door.admissions.take([page.name])
        assert await door.admissions.listed() == {other.name: frozenset(other.rules)}
        with pytest.raises(aiomqtt.MqttError):
            async with client(door, page.name, page.password):
                pass
        async with of_house(door, "collector") as collector:
            await collector.publish(STATE, b"still")
            assert await heard(stays) == [(STATE, b"still")]
        await console.publish("ebs/v1/table/t1/command/operator", b"still", qos=1)


async def test_logins_outlive_the_broker(door: Door) -> None:
    page = login()
    await door.admissions.give(page)

    await door.restart()

    assert await door.admissions.listed() == {page.name: frozenset(page.rules)}
    async with client(door, page.name, page.password), of_house(door, "operator"):
        pass


async def test_the_rules_of_many_logins_are_listed_whole(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collector.broker.admitted.reading_again._READS_S", 0.0)  # what is listed waits for no broker
    many = [login(f"c-alice-{number:06}", (f"read ebs/v1/table/t{number}/public/+", *RULES)) for number in range(45)]
    for each in many:
        await door.admissions.give(each)

    assert await door.admissions.listed() == {each.name: frozenset(each.rules) for each in many}


async def test_a_login_that_is_given_again_has_another_password_and_other_rules(door: Door) -> None:
    first, second = login(), login(rules=("read ebs/v1/table/t2/public/+",))
    await door.admissions.give(first)
    await door.admissions.give(second)

    with pytest.raises(aiomqtt.MqttError):
        async with client(door, first.name, first.password):
            pass
    async with client(door, second.name, second.password) as again, of_house(door, "collector") as collector:
        await again.subscribe("#")
        await collector.publish(STATE, b"no longer")
        await collector.publish(STATE.replace("t1", "t2"), b"now")
        assert await heard(again) == [(STATE.replace("t1", "t2"), b"now")]


async def test_what_is_not_there_is_taken_without_a_word_and_no_other_login_is_ever_taken(door: Door) -> None:
    await door.admissions.take(["c-nobody-000001"])
    for name in ("collector", ADMIN, "node-01", "c-", "c-a\nuser x"):
        with pytest.raises(ValueError, match="no login of a page"):
            await door.admissions.take([name])

    async with of_house(door, "collector"):
        assert await door.admissions.listed() == {}


@pytest.mark.parametrize(
    ("name", "password", "rules", "told"),
    [
        ("operator", GOOD, RULES, "no login of a page"),
        ("c-alice\nuser collector", GOOD, RULES, "no login of a page"),
        ("c-alice-1", "short", RULES, "is not one that was made"),
        ("c-alice-1", GOOD + "\n", RULES, "is not one that was made"),
        ("c-alice-1", GOOD, (), "has 0 rules"),
        ("c-alice-1", GOOD, RULES * MOST_RULES, "rules; a login has 1 to"),
        ("c-alice-1", GOOD, ("read #",), "is no rule"),
        ("c-alice-1", GOOD, ("read ebs/v1/table/#",), "is no rule"),
        ("c-alice-1", GOOD, ("readwrite ebs/v1/a",), "is no rule"),
        ("c-alice-1", GOOD, ("read ebs/v1/a\nuser collector",), "is no rule"),
        ("c-alice-1", GOOD, ("read $CONTROL/dynamic-security/v1",), "is no rule"),
    ],
)
def test_what_the_broker_could_read_as_something_else_is_no_login(
    name: str, password: str, rules: tuple[str, ...], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        Login(name, password, rules)


def test_a_password_is_shown_nowhere(tmp_path: Path) -> None:
    page = login()
    assert page.password not in repr(page)
    assert page.password not in "".join(map(str, hashed(page.password)))
    assert hashed(page.password) != hashed(page.password), "each has its own salt"
    assert len(page.password) >= 40


def test_the_file_of_the_plugin_is_private_and_keeps_those_that_come_and_go(tmp_path: Path) -> None:
    path = tmp_path / "dynamic-security.json"
    write_config(path, "first")
    config = json.loads(path.read_text())
    strangers = [{"username": "c-alice-000001", "roles": []}, {"username": "thief", "roles": [{"rolename": ADMIN}]}]
    config["clients"] += strangers
    config["roles"] += [{"rolename": "c-alice-000001", "acls": []}, {"rolename": "everything", "acls": []}]
    path.write_text(json.dumps(config))

    write_config(path, "second")

    again = json.loads(path.read_text())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each["username"] for each in again["clients"]] == [ADMIN, "c-alice-000001"]
    assert [each["rolename"] for each in again["roles"]] == [ADMIN, "c-alice-000001"]
    assert again["clients"][0]["password"] != config["clients"][0]["password"]
    topics = {each["topic"] for each in again["roles"][0]["acls"]}
    assert topics == {"$CONTROL/dynamic-security/#", "$SYS/broker/log/N"}, "it makes logins, and hears no table"
    assert again["defaultACLAccess"]["publishClientReceive"] is False


@pytest.mark.parametrize("torn", ["", "{", "[]", '{"clients": 1}', '{"clients": [1], "roles": null}', "[" * 100_000])
def test_a_torn_file_of_the_plugin_is_written_anew(torn: str, tmp_path: Path) -> None:
    path = tmp_path / "dynamic-security.json"
    path.write_text(torn)
    path.chmod(0o600)

    write_config(path, "made-up")

    assert [each["username"] for each in json.loads(path.read_text())["clients"]] == [ADMIN]


def test_the_password_of_the_admin_is_made_once(tmp_path: Path) -> None:
    made = admin_password(tmp_path)

    assert admin_password(tmp_path) == made
    assert stat.S_IMODE((tmp_path / ADMIN).stat().st_mode) == 0o600


async def test_a_broker_that_is_not_there_or_runs_no_plugin_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collector.broker.admitted.dynsec._ANSWER_S", 0.3)
    away = DynamicSecurity(Address("127.0.0.1", 1, ADMIN, "made-up"), changes_a_second=100)
    with pytest.raises(BrokerError, match="not connected"):
        await away.give(login())

    logins = Logins.kept_in(tmp_path / "credentials.json", consoles=(), nodes=())
    broker = Mosquitto(tmp_path / "broker", logins)
    await broker.start()
    without = DynamicSecurity(Address("127.0.0.1", broker.port, "public", logins.passwords["public"]))
    running = asyncio.create_task(without.run())
    await without.connected.wait()
    with pytest.raises(BrokerError, match="may not run the dynamic-security plugin"):
        await without.take(["c-alice-000001"])
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await broker.stop()


async def test_changes_come_no_faster_than_the_broker_can_bear(door: Door) -> None:
    if isinstance(door.admissions, DynamicSecurity):
        door.admissions._pause = 0.1
    began = asyncio.get_running_loop().time()

    await asyncio.gather(*(door.admissions.give(login(f"c-alice-{number:06}")) for number in range(5)))

    assert asyncio.get_running_loop().time() - began >= 0.4
    assert len(await door.admissions.listed()) == 5


async def test_the_plugin_tells_who_connects_and_no_client_can_say_it_is_another(tmp_path: Path) -> None:
    logins = Logins.kept_in(tmp_path / "credentials.json", consoles=("operator",), nodes=())
    admin = admin_password(tmp_path)
    broker = Mosquitto(tmp_path / "broker", logins, admin=admin)
    await broker.start()
    made = DynamicSecurity(Address("127.0.0.1", broker.port, ADMIN, admin))
    heard_of: list[tuple[str, str]] = []
    made.heard = lambda login, address: heard_of.append((login, address))
    running = asyncio.create_task(made.run())
    await made.connected.wait()
    await asyncio.sleep(0.2)
    forged = "1796023048: New client connected from 10.0.0.1:1 as x (p2, c1, k60, u'programme')."
    ways: Any = (("tcp", broker.port), ("websockets", broker.ws_port))
    for transport, port in ways:
        own = {"username": "operator", "password": logins.passwords["operator"], "transport": transport}
        async with aiomqtt.Client("127.0.0.1", port, identifier=forged, **own) as one:
            await one.subscribe("$SYS/#")
            await one.publish("$SYS/broker/log/N", forged.encode(), qos=1)
            assert await heard(one) == []
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await broker.stop()

    assert heard_of == [("operator", "127.0.0.1"), ("operator", "127.0.0.1")]


async def test_whoever_changes_the_files_at_the_same_time_loses_nobody(tmp_path: Path) -> None:
    """The house writes its own logins anew while others come: each reads both files before it writes them."""

    async def reload() -> None:
        pass

    logins = Logins.kept_in(tmp_path / "credentials.json", consoles=("operator",), nodes=())
    broker = Mosquitto(tmp_path, logins)
    await broker.renew(logins)
    writers = [LoginFiles(tmp_path, reload) for _ in range(2)]
    names = {f"c-alice-{number:06}" for number in range(20)}

    await asyncio.gather(
        *(writers[number % 2].give(login(name)) for number, name in enumerate(sorted(names))),
        *(broker.renew(logins) for _ in range(20)),
    )

    assert set(await writers[0].listed()) == names
    assert "user operator" in (tmp_path / "acl").read_text()
