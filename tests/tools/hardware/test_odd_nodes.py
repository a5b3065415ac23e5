"""A node that says odd things breaks no tool and commands no terminal."""

from __future__ import annotations

import asyncio
import json
from io import StringIO
from typing import Any

import pytest
from rich.console import Console as Terminal

from collector.broker.link import Address, Incoming
from tools.hardware.ear import Ear
from tools.hardware.findings import figures, presence, wiring
from tools.verbs.monitor import Picture

NODE = "node-7"
WELL: dict[str, Any] = {
    "v": 1, "device": NODE, "boot": "1-00000000000000aa", "link": 1, "uptime_ms": 120_000, "loop_ms": 4, "rounds": 9,
    "heap": {"free": 91_000, "used": 40_000}, "time": {"offset_ms": 12},
    "outbox": {"depth": 3, "held": 3, "dropped": 1, "flash_faults": 0},
    "antennas": {"a01": {"version": 146, "looks": 50, "reads": 2, "errors": 0, "faults": 0, "ok": True,
                         "field": {"detuned": True}}},
}  # fmt: skip
STATUS = {
    "v": 1, "device": NODE, "boot": "1-00000000000000aa", "link": 1, "state": "online",
    "firmware": "\x1b]0;OWNED\x07", "board": "b\x1b[2J",
    "antennas": [{"name": "a01", "chip": "\x1b[31mRED\x9b1m\u202e"}],
}  # fmt: skip


async def heard(*messages: tuple[str, Any]) -> Ear:
    """Return an ear that has heard these, of a broker that is not there."""
    ear = Ear(Address("127.0.0.1", 9, "installer", "word"), lambda _: None)
    listening = asyncio.create_task(ear.run())
    for number, (kind, content) in enumerate(messages):
        payload = content if isinstance(content, bytes) else json.dumps(content).encode()
        ear.received.put_nowait(Incoming(f"ebs/v1/dev/{NODE}/{kind}", payload, True, number, 0, 1))
    await asyncio.wait_for(ear.news(), 5)
    await asyncio.sleep(0.01)
    assert ear.received.empty()
    assert not listening.done(), listening.result()
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    return ear


def drawn(ear: Ear) -> str:
    paper = Terminal(file=StringIO(), width=200)
    paper.print(Picture().draw(ear))
    text: str = paper.file.getvalue()  # type: ignore[attr-defined]
    return text


async def test_the_health_of_a_node_is_read_as_it_says_it() -> None:
    ear = await heard(("status", STATUS), ("health", WELL))

    text = drawn(ear)
    assert "up 2 min   heap 91 KB free   loop 4 ms   outbox 3, dropped 1" in text
    assert {found.about: found.ok for found in figures(ear.healths[NODE])} == {
        "memory": True, "loop": True, "outbox": False, "time": True, "antenna a01": False,
    }  # fmt: skip


async def test_what_a_node_calls_itself_is_shown_as_text() -> None:
    text = drawn(await heard(("status", STATUS), ("health", WELL)))

    assert "firmware \\u001b]0;OWNED\\u0007" in text
    assert "\\u001b[31mRED\\u009b1m\\u202e" in text
    assert not [sign for sign in text if (ord(sign) < 32 and sign != "\n") or "\x7f" <= sign <= "\x9f"]


ODD = {
    "heap a text": {"heap": "x"},
    "heap a list": {"heap": [1]},
    "free below nothing": {"heap": {"free": -1}},
    "free beyond": {"heap": {"free": 2**60}},
    "half a millisecond": {"loop_ms": 0.5},
    "uptime a text": {"uptime_ms": "1"},
    "outbox a number": {"outbox": 7},
    "depth none": {"outbox": {"depth": None}},
    "clock": {"time": {"offset_ms": 1e300}},
    "antennas a list": {"antennas": ["a01"]},
    "an antenna a text": {"antennas": {"a01": "fine"}},
    "an antenna's name": {"antennas": {"\x1b[2J": {}}},
    "errors": {"antennas": {"a01": {"looks": 5, "errors": "all"}}},
    "looks": {"antennas": {"a01": {"looks": True}}},
    "field": {"antennas": {"a01": {"field": 3}}},
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
async def test_an_odd_health_is_told_once_and_the_tools_go_on(odd: dict[str, Any]) -> None:
    ear = await heard(("status", STATUS), ("health", WELL), *[("health", {**WELL, **odd})] * 3)

    text = drawn(ear)
    assert f"{NODE}: its health cannot be read (" in text
    assert len([notice for notice in ear.notices if "health" in notice]) == 1
    assert "heap 91 KB" not in text, "what it said before holds no more"
    for found in [*figures(ear.healths[NODE]), *wiring(ear.statuses[NODE], ear.healths[NODE])]:
        assert found.line()
    assert [found.ok for found in presence(NODE, ear.statuses[NODE], "1")] == [True, False]
    assert "\x1b" not in text


@pytest.mark.parametrize(
    "payload", [b"", b"[]", b"null", b"{", b"[" * 100_000, b"\xff", b'{"uptime_ms":' + b"9" * 9_000 + b"}"]
)
async def test_what_is_no_health_at_all_is_no_end(payload: bytes) -> None:
    ear = await heard(("health", payload), ("status", payload), ("event", payload), ("status", STATUS))

    assert f"{NODE} online" in drawn(ear)


async def test_figures_that_a_newer_node_leaves_out_are_not_missed() -> None:
    ear = await heard(("status", STATUS), ("health", {"v": 1, "newer": {"x": 1}}))

    assert f"{NODE} online" in drawn(ear)
    assert not [notice for notice in ear.notices if "health" in notice]
