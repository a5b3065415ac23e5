"""A session belongs to a login, where mosquitto can do that without harm; nobody takes another's either way."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiomqtt
import pytest

from collector.broker import mosquitto
from collector.broker.logins import Logins
from collector.broker.mosquitto import Mosquitto, one_each, version_of
from collector.certificates.kept import Kept
from collector.system import program

OPTION = "use_username_as_clientid true"
pytestmark = pytest.mark.broker


def configured(broker: Mosquitto, monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...]) -> list[str]:
    monkeypatch.setattr(broker, "_one_each", one_each(version))
    return broker._configuration().split("\nlistener ")


@pytest.mark.parametrize("tls", [False, True])
def test_each_listener_and_nothing_before_the_first_one_says_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, tls: bool
) -> None:
    logins = Logins.kept_in(tmp_path / "credentials.json", consoles=(), nodes=())
    kept = Kept.of(tmp_path) if tls else None
    broker = Mosquitto(tmp_path / "broker", logins, listen="127.0.0.2", certificates=kept)

    before, *listeners = configured(broker, monkeypatch, (2, 0, 13))

    assert OPTION not in before
    assert len(listeners) == (4 if tls else 3)
    assert [each.split("\n").count(OPTION) for each in listeners] == [1] * len(listeners)


@pytest.mark.parametrize("version", [(), (1, 6, 9), (2, 0, 11), (2, 0, 12)])
def test_a_version_in_which_it_does_harm_is_not_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: tuple[int, ...]
) -> None:
    logins = Logins.kept_in(tmp_path / "credentials.json", consoles=(), nodes=())
    broker = Mosquitto(tmp_path / "broker", logins)

    assert OPTION not in "".join(configured(broker, monkeypatch, version))


def test_the_version_of_this_broker_is_known() -> None:
    assert version_of(program("mosquitto")) >= (2, 0, 0)
    assert version_of("/bin/true") == ()


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Mosquitto]:
    logins = Logins.kept_in(tmp_path / "credentials.json", consoles=("operator",), nodes=())
    made = Mosquitto(tmp_path / "broker", logins)
    await made.start()
    yield made
    await made.stop()


def client(broker: Mosquitto, user: str | None, name: str, transport: str) -> aiomqtt.Client:
    port = broker.port if transport == "tcp" else broker.ws_port
    known = {"username": user, "password": broker.logins.passwords[user]} if user else {}
    return aiomqtt.Client("127.0.0.1", port, identifier=name, transport=transport, timeout=5, **known)  # type: ignore[arg-type]


async def is_there(one: aiomqtt.Client, broker: Mosquitto, transport: str) -> bool:
    """Return whether a client hears what is published now."""
    async with client(broker, "collector", "speaker", transport) as speaker:
        await speaker.publish("ebs/v1/table/t1/public/state", b"{}", qos=1)
    with contextlib.suppress(TimeoutError, aiomqtt.MqttError):
        async with asyncio.timeout(1):
            await anext(aiter(one.messages))
            return True
    return False


@pytest.mark.parametrize("transport", ["tcp", "websockets"])
async def test_who_gives_no_name_does_not_take_another_out_of_the_broker_s_list(
    broker: Mosquitto, transport: str
) -> None:
    """With the option, mosquitto 2.0.11 forgets whoever is named so: a second connection then stands beside the first,
    and a broker that reads its files again uses memory that it has given back.
    """
    name = "operator"
    async with client(broker, "operator", name, transport) as first:
        await first.subscribe("ebs/v1/table/+/public/state", qos=1)
        for clean in (True, False):
            with pytest.raises(aiomqtt.MqttError):
                async with aiomqtt.Client(
                    "127.0.0.1",
                    broker.port if transport == "tcp" else broker.ws_port,
                    identifier=name,
                    clean_session=clean,
                    transport=transport,  # type: ignore[arg-type]
                ):
                    pass
        assert await is_there(first, broker, transport)
        async with client(broker, "operator", name, transport) as second:
            await second.subscribe("ebs/v1/table/+/public/state", qos=1)
            broker.reload()
            assert await is_there(second, broker, transport)
            assert not await is_there(first, broker, transport), "there is one session of a name"
        with contextlib.suppress(aiomqtt.MqttError):
            await first.__aexit__(None, None, None)
    assert broker._process is not None
    assert broker._process.returncode is None


def test_the_venue_s_listeners_say_from_which_version_on() -> None:
    text = (Path(__file__).parents[3] / "mosquitto" / "venue.conf").read_text()
    before, *listeners = re.split(r"^#?listener ", text, flags=re.MULTILINE)

    assert OPTION not in before
    assert [each.count(f"#{OPTION}") for each in listeners] == [1] * len(listeners)
    assert ".".join(map(str, mosquitto._ONE_EACH_SINCE)) in before
