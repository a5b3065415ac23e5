"""A node over TLS, on the real MicroPython against a real broker: whom it believes, and that nothing is left over."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from collector.broker.link import Address, MqttLink
from collector.broker.logins import Logins
from collector.broker.mosquitto import Mosquitto
from collector.certificates.kept import Kept, load
from edge.config import AUTHORITY, ConfigError, check
from tests.collector.certificates.house import LONG_AGO, made
from tools.rehearsal.micropython import NoInterpreterError, ensure
from tools.verbs.provision import TRUSTED
from tools.virtual import machine
from tools.virtual.node import VirtualNode

FLASH = Path(__file__).parent / "flash"
REPOSITORY = Path(__file__).parents[2]
KEY = bytes(32)
pytestmark = [pytest.mark.node, pytest.mark.broker]


@pytest.fixture(scope="module")
def interpreter() -> list[str]:
    try:
        return ensure()
    except NoInterpreterError as error:
        pytest.skip(str(error))


def trusted(kept: Kept, folder: Path) -> None:
    """Put a house's authority on a flash."""
    folder.mkdir(exist_ok=True)
    (folder / AUTHORITY).write_bytes(load(kept.certificate("ca")).public_bytes(Encoding.DER))


async def linked(
    interpreter: list[str], tmp_path: Path, kept: Kept, *, believed: Kept | None = None, clear: bool = False
) -> dict[str, Any]:
    """Return what came of a node's connection to the broker that shows `kept`."""
    logins = Logins.kept_in(tmp_path / "credentials.json", consoles=(), nodes=("node-1",))
    broker = Mosquitto(tmp_path / "broker", logins, certificates=kept)
    await broker.start()
    flash = tmp_path / "flash"
    trusted(believed or kept, flash)
    try:
        process = await asyncio.create_subprocess_exec(
            *interpreter, str(FLASH / "tls_link.py"), str(flash), "127.0.0.1",
            str(broker.port if clear else broker.tls_port), "node-1", logins.passwords["node-1"],
            env={**os.environ, "MICROPYPATH": f"{REPOSITORY}:.frozen"}, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said, _ = await asyncio.wait_for(process.communicate(), 60)
    finally:
        await broker.stop()
    found: dict[str, Any] = json.loads(said)
    return found


async def test_a_node_speaks_tls_both_ways_and_lets_go_of_what_it_needed(
    interpreter: list[str], tmp_path: Path
) -> None:
    found = await linked(interpreter, tmp_path, made(tmp_path))

    assert found == {"up": True, "reasons": [], "confirmed": 40, "heard": 40, "left": []}


async def test_a_node_believes_no_other_authority(interpreter: list[str], tmp_path: Path) -> None:
    found = await linked(interpreter, tmp_path, made(tmp_path), believed=made(tmp_path / "other"))

    assert not found["up"]
    assert found["reasons"][0] == (
        "the broker's certificate is refused: The certificate is not correctly signed by the trusted CA"
    )


async def test_a_node_asks_for_the_name_that_it_was_given(interpreter: list[str], tmp_path: Path) -> None:
    found = await linked(interpreter, tmp_path, made(tmp_path, ("ebs.local",)))

    assert not found["up"]
    assert "does not match" in found["reasons"][0]


async def test_a_node_with_the_time_refuses_what_has_ended(interpreter: list[str], tmp_path: Path) -> None:
    found = await linked(interpreter, tmp_path, made(tmp_path, now=LONG_AGO))

    assert not found["up"]
    assert found["reasons"][0].endswith("The certificate validity has expired")


async def test_a_node_of_tls_sends_no_password_to_a_port_in_clear(interpreter: list[str], tmp_path: Path) -> None:
    found = await linked(interpreter, tmp_path, made(tmp_path), clear=True)

    assert not found["up"]
    assert found["reasons"]


async def test_a_whole_node_tells_its_cards_over_tls(interpreter: list[str], tmp_path: Path) -> None:
    kept = made(tmp_path)
    logins = Logins.kept_in(tmp_path / "credentials.json", consoles=(), nodes=("node-1",))
    broker = Mosquitto(tmp_path / "broker", logins, certificates=kept)
    await broker.start()
    word, port = logins.passwords["node-1"], int(broker.tls_port or 0)
    trusted(kept, tmp_path / "flash")
    address = Address("127.0.0.1", broker.port, "collector", logins.passwords["collector"])
    link = MqttLink(address, identifier="ear", subscriptions=("ebs/v1/dev/+/event",))
    task = asyncio.create_task(link.run())
    await link.connected.wait()
    tls = {
        "host": "127.0.0.1",
        "port": port,
        "username": "node-1",
        "password": word,
        "tls": True,
        "since": [2026, 1, 1],
    }
    node = await VirtualNode.start(
        tmp_path / "flash", "node-1", KEY, "127.0.0.1", port, "node-1", word, interpreter,
        settings={"broker": tls}, report=lambda _: None,
    )  # fmt: skip
    try:
        await node.put("a03", "04a1b2c3d4e5f6")
        message = await asyncio.wait_for(link.received.get(), 20)
    finally:
        await node.stop()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await broker.stop()

    assert message.topic == "ebs/v1/dev/node-1/event"
    assert b"04a1b2c3d4e5f6" in message.payload


def test_a_configuration_for_tls_is_whole_or_refused_and_one_in_clear_is_as_it_was() -> None:
    broker: dict[str, object] = {"host": "h", "username": "u", "password": "p"}

    def checked(**more: object) -> dict[str, object]:
        found: dict[str, object] = check({"device": "d", "key": "00" * 32, "broker": {**broker, **more}})["broker"]
        return found

    assert "tls" not in checked()
    assert "tls" not in checked(tls=False)
    assert checked(tls=True, since=[2026, 11, 30])["tls"] == AUTHORITY == TRUSTED
    for wrong in ({"tls": 1}, {"tls": True}, {"tls": True, "since": "2026"}, {"tls": True, "since": [2026, 11]}):
        with pytest.raises(ConfigError, match=r"broker\.(tls|since)"):
            checked(**wrong)


@pytest.mark.parametrize(
    ("now", "set_to"),
    [
        ((2000, 1, 1, 5, 0, 0, 3, 0), [(2026, 11, 30, 0, 0, 0, 0, 0)]),
        ((2026, 11, 29, 0, 23, 59, 59, 0), [(2026, 11, 30, 0, 0, 0, 0, 0)]),
        ((2026, 11, 30, 0, 9, 0, 0, 0), []),
        ((2027, 1, 1, 0, 0, 0, 0, 0), []),
    ],
)
def test_a_board_without_the_time_begins_on_the_day_that_it_was_told(
    monkeypatch: pytest.MonkeyPatch, now: tuple[int, ...], set_to: list[tuple[int, ...]]
) -> None:
    given: list[tuple[int, ...]] = []

    class Clock:
        def datetime(self, *new: tuple[int, ...]) -> tuple[int, ...]:
            given.extend(new)
            return now

    monkeypatch.setitem(sys.modules, "machine", machine)
    monkeypatch.delitem(sys.modules, "firmware.day", raising=False)
    day = importlib.import_module("firmware.day")
    monkeypatch.setattr(day, "RTC", Clock)

    day.not_before([2026, 11, 30])

    assert given == set_to
