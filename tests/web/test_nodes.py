"""The nodes page: what is sick is said in words, commands go to the house, and it never asks for a reading."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, WebSocket

from collector.house.commands import decode as decode_house_command
from collector.wire.house import CommandDevice
from tests.web.chromium import blank_page
from tests.web.publisher import Speaker
from tests.web.servers import STATIC, Broker
from tools.hardware import findings

pytestmark = [pytest.mark.browser, pytest.mark.broker]
COMMANDS = "ebs/v1/house/command/operator"


class House(Speaker):
    """Stands for nodes and collector."""

    def __init__(self, broker: Broker) -> None:
        super().__init__(broker, COMMANDS)
        self.retained: set[str] = set()

    def tell(self, topic: str, content: Any, *, retain: bool = False) -> None:
        if retain:
            self.retained.add(topic)
        self.say(topic, json.dumps(content), qos=1, retain=retain)

    def command(self) -> CommandDevice:
        """The next command, as the collector would read it."""
        _, payload = self.heard.get(timeout=5)
        command = decode_house_command(payload)
        assert isinstance(command, CommandDevice)
        return command

    def born(self, node: str, **changes: Any) -> None:
        antennas = [{"name": f"a{number:02}", "chip": "MFRC522 92"} for number in range(1, 13)]
        status = {"v": 1, "device": node, "boot": "3-aa", "link": 2, "state": "online", "firmware": "0.1.0"}
        self.tell(f"dev/{node}/status", {**status, "antennas": antennas, **changes}, retain=True)

    def health(self, node: str, antennas: dict[str, dict[str, Any]] | None = None, **changes: Any) -> None:
        well = {"version": 0x92, "looks": 100, "reads": 3, "errors": 0, "faults": 0, "ok": True, "field": None}
        rows = {f"a{number:02}": well for number in range(1, 13)}
        for name, row in (antennas or {}).items():
            rows[name] = {**well, **row}
        outbox = {"depth": 0, "held": 0, "dropped": 0, "flash_faults": 0}
        figures = {"uptime_ms": 600_000, "heap": {"free": 60_000, "used": 50_000}, "loop_ms": 12, "rounds": 9}
        body = {"v": 1, "device": node, "boot": "3-aa", "link": 2, **figures, "outbox": outbox, "antennas": rows}
        self.tell(f"dev/{node}/health", {**body, **changes}, retain=True)

    def close(self) -> None:
        for topic in self.retained:
            self.say(topic, b"", qos=1, retain=True)
        super().close()


@pytest.fixture
def house(broker: Broker) -> Iterator[House]:
    made = House(broker)
    yield made
    made.close()


@pytest.fixture
def open_nodes(open_desk: Callable[[str], Page]) -> Callable[[], Page]:
    return functools.partial(open_desk, "nodes")


def summary(page: Page) -> str:
    return page.locator("#summary").inner_text()


def complaints_of(page: Page, node: str) -> list[str]:
    return page.locator(f"[data-node='{node}'] .wrong li").all_inner_texts()


def test_nodes_that_are_well_are_quiet(house: House, open_nodes: Callable[[], Page]) -> None:
    for node in ("node-1", "node-2"):
        house.born(node)
        house.health(node)
    page = open_nodes()
    page.wait_for_selector("[data-node='node-2'] [data-antenna='a12'][data-state='ok']")

    assert summary(page) == "2 nodes, all well"
    assert complaints_of(page, "node-1") == []
    assert page.locator("[data-node='node-1'] [data-state='ok']").count() == 12


def test_a_sick_reader_is_named_with_what_to_do(house: House, open_nodes: Callable[[], Page]) -> None:
    house.born("node-1")
    sick = {"a03": {"ok": False, "faults": 4}, "a07": {"errors": 40}, "a09": {"field": {"detuned": True}}}
    house.health("node-1", sick)
    page = open_nodes()
    page.wait_for_selector("[data-antenna='a03'][data-state='fault']")

    assert summary(page) == "Look at node-1"
    assert [line.split(":")[0] for line in complaints_of(page, "node-1")] == ["a03", "a07", "a09"]
    assert page.locator("[data-antenna='a07'] span").inner_text() == "40% fail"
    assert page.locator("[data-antenna='a09'] span").inner_text() == "detuned"
    assert page.locator("[data-state='ok']").count() == 9


ODD_HEALTHS: tuple[Any, ...] = (
    7, "well", [], {"v": 1}, {"heap": "much"}, {"heap": {"free": -1}}, {"outbox": 3}, {"outbox": {"depth": "x"}},
    {"antennas": ["a01"]}, {"antennas": {"a01": None, "a02": 4}}, {"uptime_ms": {}, "loop_ms": []},
)  # fmt: skip
ODD_STATUSES: tuple[Any, ...] = (
    7, [], {"state": {}}, {"state": "online", "antennas": 5}, {"state": "online", "antennas": [None, {"chip": 3}]},
    {"state": "online", "firmware": {}, "antennas": [{"name": "a01", "chip": 9}, {"name": []}]},
)  # fmt: skip


@pytest.mark.parametrize("kind", ["health", "status"])
def test_a_node_that_says_odd_things_does_not_stop_the_page_of_the_others(
    house: House, open_nodes: Callable[[], Page], kind: str
) -> None:
    for odd in ODD_HEALTHS if kind == "health" else ODD_STATUSES:
        house.born("node-1")
        house.tell(f"dev/node-1/{kind}", odd, retain=True)
        if kind == "status":
            house.health("node-1")
    page = open_nodes()
    for odd in ODD_HEALTHS if kind == "health" else ODD_STATUSES:
        house.tell(f"dev/node-1/{kind}", odd, retain=True)
    house.born("node-2")
    house.health("node-2")

    page.wait_for_selector("[data-node='node-2'][data-well='1'] [data-antenna='a12'][data-state='ok']")
    house.born("node-1")
    house.tell("dev/node-1/health", {"heap": "much"}, retain=True)
    page.wait_for_selector("[data-node='node-1'] .wrong li")
    assert complaints_of(page, "node-1") == ["its figures cannot all be read: is its firmware EBS's?"]
    house.health("node-1")
    page.wait_for_selector("[data-node='node-1'][data-well='1']")


def test_an_antenna_that_is_well_again_is_quiet_again(house: House, open_nodes: Callable[[], Page]) -> None:
    house.born("node-1")
    house.health("node-1", {"a07": {"looks": 100, "errors": 40}})
    page = open_nodes()
    page.wait_for_selector("[data-antenna='a07'][data-state='weak']")
    house.health("node-1", {"a07": {"looks": 200, "errors": 41}})  # of the last hundred looks one failed

    page.wait_for_selector("[data-antenna='a07'][data-state='ok']")


def test_a_lost_node_is_said_and_takes_no_commands(house: House, open_nodes: Callable[[], Page]) -> None:
    house.born("node-1")
    house.health("node-1")
    page = open_nodes()
    page.wait_for_selector("[data-node='node-1'][data-well='1']")
    house.born("node-1", state="lost", link=1)  # the will of an older connection
    house.born("node-2")
    page.wait_for_selector("[data-node='node-2']")
    assert page.locator("[data-node='node-1'] .state").inner_text() == "Online"

    house.born("node-1", state="lost")
    page.wait_for_selector("[data-node='node-1'] .state[data-online='0']")

    assert complaints_of(page, "node-1") == ["lost: check its power and its network"]
    assert page.locator("[data-node='node-1'] button:enabled").count() == 0


def test_what_waits_or_was_lost_is_said(house: House, open_nodes: Callable[[], Page]) -> None:
    house.born("node-1")
    outbox = {"depth": 700, "held": 700, "dropped": 5, "flash_faults": 0}
    house.health("node-1", outbox=outbox, loop_ms=90, heap={"free": 9_000, "used": 1})
    page = open_nodes()
    page.wait_for_selector("[data-node='node-1'] .wrong li")

    words = " / ".join(complaints_of(page, "node-1"))
    assert re.search("5 readings lost.*700 readings wait.*memory is short: 9 KB.*held up for 90 ms", words)


def test_buttons_tell_the_house_and_restart_is_asked_twice(house: House, open_nodes: Callable[[], Page]) -> None:
    house.born("node-1")
    house.health("node-1")
    page = open_nodes()

    for action, presses in (("identify", 1), ("snapshot", 1), ("restart", 2)):
        for _ in range(presses):
            assert house.heard.empty()
            page.click(f"[data-node='node-1'] [data-action='{action}']:enabled")
        command = house.command()
        assert (command.device, command.action) == ("node-1", action)
        house.tell("house/reply/operator", {"v": 1, "id": command.id, "accepted": True, "seq": 3})
        page.wait_for_selector(f"[data-node='node-1'] [data-action='{action}']:enabled")

    assert house.heard.empty()
    assert page.locator("#message").inner_text() == "node-1 restarts."


def test_a_node_whose_seal_was_taken_off_stays_marked_until_it_is_sealed_again(
    house: House, open_nodes: Callable[[], Page]
) -> None:
    for node in ("node-1", "node-2"):
        house.born(node)
        house.health(node)
    status = {"v": 1, "state": "online", "epoch": 1, "version": "0"}
    house.tell("collector/main/status", {**status, "unsealed": ["node-2"]}, retain=True)
    page = open_nodes()
    page.wait_for_selector("[data-node='node-2'][data-well='0']")

    assert complaints_of(page, "node-1") == []
    assert complaints_of(page, "node-2") == ["its seal was taken off: whoever listens can read its cards"]
    house.tell("collector/main/status", {**status, "state": "lost", "unsealed": []}, retain=True)
    house.tell("collector/main/status", {**status, "unsealed": []}, retain=True)
    page.wait_for_selector("[data-node='node-2'][data-well='1']")


def test_the_page_never_asks_for_a_reading(open_nodes: Callable[[], Page], context: BrowserContext) -> None:
    frames: list[bytes] = []
    page = blank_page(context)

    def opened(socket: WebSocket) -> None:
        socket.on("framesent", lambda frame: frames.append(frame if isinstance(frame, bytes) else frame.encode()))

    page.on("websocket", opened)

    assert open_nodes() is page

    sent = b"".join(frames)
    assert set(re.findall(rb"ebs/v1/dev/\+/(\w+)", sent)) == {b"status", b"health"}
    assert b"live" not in sent
    assert "live" not in (STATIC / "nodes" / "nodes.js").read_text()


def test_page_and_doctor_have_the_same_limits() -> None:
    source = (STATIC / "nodes" / "judge.js").read_text()
    written = dict(re.findall(r"(\w+): ([\d_]+)", source.split("LIMITS = {")[1].split("}")[0]))

    assert {name: int(number) for name, number in written.items()} == {
        "heapLow": findings._HEAP_LOW,
        "loopMs": findings._LOOP_MS,
        "errorsPercent": findings._ERRORS_PERCENT,
        "outbox": findings._OUTBOX,
    }
