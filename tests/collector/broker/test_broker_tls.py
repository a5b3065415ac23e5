"""The real broker over TLS: what it shows, who is refused and in which words, what is renewed without a restart."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from collector.broker.link import Address, MqttLink
from collector.broker.logins import Logins
from collector.broker.mosquitto import Mosquitto
from collector.certificates.contexts import trusting
from collector.certificates.kept import BROKER, PAGES, Kept, load
from collector.errors import SettingsError
from collector.system import Place, free_port
from tests.collector.certificates.house import HERE, LONG_AGO, TODAY, made, shake, untrusting
from tools.hardware import HardwareError
from tools.hardware.login import broker_login
from tools.hardware.session import connected

pytestmark = [
    pytest.mark.broker,
    # paho forgets to close the socket on which TLS did not come to be; its memory closes it a moment later.
    pytest.mark.filterwarnings("ignore:Exception ignored in. <ssl.SSLSocket:pytest.PytestUnraisableExceptionWarning"),
]
FARAWAY = "127.0.0.2"
"""An address of this machine that stands for the network of the tables."""


class House:
    """A broker with certificates, in a data folder."""

    def __init__(self, data: Path, kept: Kept, listen: str | None = None) -> None:
        self.data, self.kept = data, kept
        logins = Logins.kept_in(data / "credentials.json", consoles=("operator",), nodes=())
        self.broker = Mosquitto(data / "broker", logins, listen=listen, certificates=kept)

    def address(self, ca: Path | None, *, host: str = "127.0.0.1", port: int | None = None) -> Address:
        password = self.broker.logins.passwords["operator"]
        return Address.at(Place(host, port or int(self.broker.tls_port or 0), ca), "operator", password)


@contextlib.asynccontextmanager
async def house(data: Path, kept: Kept | None = None, listen: str | None = None) -> AsyncIterator[House]:
    opened = House(data, kept or made(data), listen)
    await opened.broker.start()
    try:
        yield opened
    finally:
        await opened.broker.stop()


@pytest.fixture
async def open_house(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as opened:
        yield opened


async def trouble(address: Address) -> str:
    """Return why there is no connection; "" where there is one."""
    link = MqttLink(address, identifier="test", subscriptions=("ebs/v1/table/+/public/state",))
    task = asyncio.create_task(link.run())
    try:
        async with asyncio.timeout(20):
            while not link.trouble and not link.connected.is_set():  # noqa: ASYNC110 - it is asked
                await asyncio.sleep(0.02)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return link.trouble


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_client_that_knows_the_authority_gets_in(open_house: House, host: str) -> None:
    assert await trouble(open_house.address(open_house.kept.certificate("ca"), host=host)) == ""


async def test_another_authority_is_refused(open_house: House, tmp_path: Path) -> None:
    other = made(tmp_path / "other")

    assert (await trouble(open_house.address(other.certificate("ca")))).startswith(
        "its certificate is of another authority"
    )


async def test_a_name_that_the_certificate_has_not_is_refused(tmp_path: Path) -> None:
    async with house(tmp_path, made(tmp_path, ("ebs.local",))) as opened:
        said = await trouble(opened.address(opened.kept.certificate("ca")))

    assert said.startswith("its certificate does not speak for 127.0.0.1")


async def test_a_certificate_that_has_ended_is_refused(tmp_path: Path) -> None:
    async with house(tmp_path, made(tmp_path, now=LONG_AGO)) as opened:
        said = await trouble(opened.address(opened.kept.certificate("ca")))

    assert said == "its certificate has expired; renew it: ebs certs renew"


async def test_a_client_in_clear_is_refused_at_the_port_of_tls(open_house: House) -> None:
    said = await trouble(open_house.address(None))

    assert said.endswith("if that port speaks TLS, name its authority: EBS_BROKER_CA, or --ca")


async def test_a_client_of_tls_hears_that_a_port_is_in_clear(open_house: House) -> None:
    said = await trouble(open_house.address(open_house.kept.certificate("ca"), port=open_house.broker.port))

    assert "does this port speak TLS" in said or "this port does not speak TLS" in said


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.parametrize("websocket", [False, True])
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
async def test_an_old_tls_is_refused(open_house: House, version: ssl.TLSVersion, websocket: bool) -> None:
    port = open_house.broker.ws_port if websocket else int(open_house.broker.tls_port or 0)
    with pytest.raises(OSError, match=r".") as refused:
        await asyncio.to_thread(shake, port, untrusting(version))
    with await asyncio.to_thread(shake, port, untrusting(ssl.TLSVersion.TLSv1_2)) as connection:
        assert connection.version() == "TLSv1.2"

    assert isinstance(refused.value, ssl.SSLError | ConnectionError)


async def test_nodes_reach_the_port_of_tls_from_the_network_and_no_other(tmp_path: Path) -> None:
    kept = made(tmp_path, ("localhost", FARAWAY))
    async with house(tmp_path, kept, listen=FARAWAY) as opened:
        said = await trouble(opened.address(kept.certificate("ca"), host=FARAWAY))
        open_ports = []
        for port in (opened.broker.port, opened.broker.ws_port, int(opened.broker.tls_port or 0)):
            with socket.socket() as probe:
                open_ports.append(probe.connect_ex((FARAWAY, port)) == 0)

    assert said == ""
    assert open_ports == [False, False, True]


def shown(port: int) -> bytes:
    with shake(port, untrusting()) as connection:
        return connection.getpeercert(binary_form=True) or b""


async def test_a_renewed_certificate_is_shown_and_whoever_is_connected_stays(open_house: House) -> None:
    port = int(open_house.broker.tls_port or 0)
    link = MqttLink(open_house.address(open_house.kept.certificate("ca")), identifier="t", subscriptions=())
    task = asyncio.create_task(link.run())
    await asyncio.wait_for(link.connected.wait(), 10)
    before = await asyncio.to_thread(shown, port)
    open_house.kept.make("test", (*HERE, "new.local"), TODAY, replace=True)
    open_house.broker.reload()
    deadline = time.monotonic() + 5
    while (after := await asyncio.to_thread(shown, port)) == before and time.monotonic() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    stayed = link.connected.is_set()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert stayed
    assert after == load(open_house.kept.certificate(BROKER)).public_bytes(Encoding.DER)


async def test_the_websocket_shows_a_renewed_certificate_from_the_brokers_next_start_on(open_house: House) -> None:
    before = await asyncio.to_thread(shown, open_house.broker.ws_port)
    open_house.kept.make("test", HERE, TODAY, replace=True)
    await open_house.broker.stop()
    await open_house.broker.start()
    after = await asyncio.to_thread(shown, open_house.broker.ws_port)

    assert before != after == load(open_house.kept.certificate(PAGES)).public_bytes(Encoding.DER)


async def test_tools_say_why_they_are_not_let_in(open_house: House, tmp_path: Path) -> None:
    other = made(tmp_path / "other")
    place = f"127.0.0.1:{open_house.broker.tls_port}"
    address = broker_login(open_house.data, "operator", place, None, other.certificate("ca"))
    link = MqttLink(address, identifier="t", subscriptions=())
    task = asyncio.create_task(link.run())
    with pytest.raises(HardwareError, match="its certificate is of another authority"):
        await connected(link, address)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    with pytest.raises(HardwareError, match="holds no certificate"):
        broker_login(open_house.data, "operator", place, None, open_house.kept.key(BROKER))


def test_the_broker_of_this_machine_is_spoken_to_in_clear(tmp_path: Path) -> None:
    (tmp_path / "ports.json").write_text(f'{{"mqtt": {free_port()}}}')
    Logins.kept_in(tmp_path / "credentials.json", consoles=("operator",), nodes=())
    kept = made(tmp_path)

    assert broker_login(tmp_path, "operator", None, None, kept.certificate("ca")).tls is None
    assert broker_login(tmp_path, "operator", "h:1", None, kept.certificate("ca")).tls is not None


def test_an_authority_that_is_none_is_told_before_anything_begins(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file"):
        Address.at(Place("h", 1, tmp_path / "nothing.crt"), "u", "p")
    with pytest.raises(SettingsError, match="holds no certificate"):
        trusting(Path(__file__))
