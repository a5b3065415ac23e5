"""All is well if something is heard: else the radio is told to join again, and at last the node restarts."""

from __future__ import annotations

import asyncio
import importlib
import io
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from edge import clock, link_mqtt, node_unheard
from edge.antenna_presence import READ
from edge.link_mqtt import Client
from edge.logs import Log
from edge.node import Node
from edge.outbox import Outbox
from edge.outbox_flash import Store
from edge.outbox_reopen import fill
from tools.virtual import machine, radio

MINUTE_MS = 60_000
BOOT = "7-0000000000000007"
UID = bytes.fromhex("04f00ba4000001")


class Hall:
    """A node whose broker is not heard, minute by minute: its client's loop turns all the same."""

    def __init__(self, folder: Path, rejoin: Any, store: bool = True) -> None:
        kept = Store(str(folder / "outbox")) if store else None
        if kept:
            fill(kept)
        self.node: Any = object.__new__(Node)
        self.node.outbox = Outbox(BOOT, ["a01"], store=kept)
        self.node.rejoin = rejoin
        self.node.now_ms = lambda: self.now
        client = SimpleNamespace(
            up=True, _dirty=False, confirm=None, _write=lambda packet: self.sent.append(bytes(packet))
        )
        self.node.uplink = SimpleNamespace(client=client, last_words=lambda: ("status", b"lost"))
        self.node._restart = lambda: self.steps.append("restart")
        self.steps: list[str] = []
        self.sent: list[bytes] = []
        self.now = 0
        self.out = io.StringIO()

    async def minutes(self, count: int) -> None:
        for _ in range(2 * count):
            self.now += MINUTE_MS // 2
            node_unheard.act(self.node, self.now, Log(self.out))
            await asyncio.sleep(0)
            if self.node.outbox.store:
                await asyncio.sleep(0.02)


async def test_a_node_in_no_network_restarts_after_a_quarter_of_an_hour_with_its_readings_kept(tmp_path: Path) -> None:
    joins: list[int] = []
    hall = Hall(tmp_path, lambda: bool(joins.append(hall.now)))
    hall.node.outbox.add_card(READ, 0, UID, 0)
    await hall.minutes(14)
    assert (len(joins), hall.steps) == (28, [])
    await hall.minutes(1)

    assert hall.steps == ["restart"]
    assert hall.sent == [b"\x31\x0c\x00\x06statuslost", b"\xe0\x00"]
    again = Store(str(tmp_path / "outbox"))
    fill(again)
    assert [(segment.origin, segment.first, segment.last) for segment in again.segments] == [(BOOT, 1, 1)]


async def test_a_node_whose_broker_alone_is_away_waits_an_hour(tmp_path: Path) -> None:
    hall = Hall(tmp_path, lambda: True)
    await hall.minutes(59)
    assert hall.steps == []
    await hall.minutes(1)

    assert hall.steps == ["restart"]


async def test_readings_that_no_flash_keeps_are_not_given_up_for_a_restart(tmp_path: Path) -> None:
    hall = Hall(tmp_path, lambda: False, store=False)
    hall.node.outbox.add_card(READ, 0, UID, 0)
    await hall.minutes(90)
    assert hall.steps == []

    hall.node.outbox.acknowledge(BOOT, 1)
    await hall.minutes(1)
    assert hall.steps[:1] == ["restart"]


async def test_the_client_says_so_every_half_minute_until_it_hears_something(monkeypatch: pytest.MonkeyPatch) -> None:
    now, told = [5_000], []
    monkeypatch.setattr(clock, "ticks_ms", lambda: now[0])
    monkeypatch.setattr(clock, "ticks_diff", lambda later, earlier: later - earlier)
    client: Any = Client({}, SimpleNamespace(unheard=told.append, down=lambda: None), Log(io.StringIO()))

    async def session() -> None:
        if now[0] == 205_000:
            client._heard = now[0]
        raise OSError(113)

    async def passes(ms: int) -> None:
        now[0] += 1_000
        await asyncio.sleep(0)
        if now[0] > 290_000:
            raise asyncio.CancelledError

    client._session = session
    monkeypatch.setattr(clock, "sleep_ms", passes)
    with pytest.raises(asyncio.CancelledError):
        await client.run()

    assert told == [30_000, 60_000, 90_000, 120_000, 150_000, 180_000, 30_000, 60_000]
    assert link_mqtt._UNHEARD_MS == 30_000


@pytest.fixture
def wifi(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setitem(sys.modules, "network", radio)
    for name, value in (("away", False), ("connects", 0), ("_active", False), ("_joined", False), ("_trying", False)):
        monkeypatch.setattr(radio.WLAN, name, value)
    monkeypatch.delitem(sys.modules, "firmware.wifi", raising=False)
    return importlib.import_module("firmware.wifi")


def test_a_radio_that_has_given_up_is_switched_off_and_on_and_joins_again(wifi: Any) -> None:
    settings = {"ssid": "hall", "password": "twelve-letters"}
    wifi.join(settings)
    assert (radio.WLAN.connects, wifi.rejoin(settings)) == (1, True)
    radio.WLAN.lose()
    assert [wifi.rejoin(settings) for _ in range(3)] == [False, False, False]
    assert radio.WLAN.connects == 4
    radio.WLAN.away = False
    assert wifi.rejoin(settings) is False, "it joins now"

    assert wifi.rejoin(settings) is True
    assert radio.WLAN.connects == 5


def test_a_board_with_a_radio_hands_it_to_whoever_hears_nothing(wifi: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    del wifi
    monkeypatch.setitem(sys.modules, "machine", machine)
    wiring: Any = importlib.import_module("firmware.wiring")
    board: Any = importlib.import_module("firmware.boards.esp32_devkitc")
    assert wiring.join({}, board) is None, "a cable, or nothing"

    rejoin = wiring.join({"wifi": {"ssid": "hall", "password": "twelve-letters"}}, board)
    assert rejoin() is True
    radio.WLAN.lose()
    radio.WLAN.away = False
    assert (rejoin(), rejoin()) == (False, True)
