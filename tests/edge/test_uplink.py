"""What a node does when it is due, on CPython: one thing that fails must not end the others."""

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest

from edge import uplink
from edge.antenna_presence import READ
from edge.clock import Clock
from edge.logs import Log
from edge.node_orders import Orders
from edge.outbox import Outbox
from edge.outbox_flash import Store
from edge.outbox_reopen import fill
from edge.seal import Seal

BOOT, NEXT = "1-0000000000000001", "2-0000000000000002"
UID = bytes.fromhex("04a1b2c3d4e5f6")


class Client:
    """A link that takes everything."""

    up = True

    def __init__(self) -> None:
        self.sent: list[str] = []

    async def room(self) -> None:
        """There is."""

    async def publish(self, topic: str, payload: Any, *_: Any, **__: Any) -> None:
        del payload
        self.sent.append(topic.rsplit("/", 1)[-1])


class Node:
    boot = BOOT
    frames = None
    trial = False
    firmware = board = ""
    antennas: tuple[Any, ...] = ()

    def spoken_to(self) -> None:
        self.trial = False

    def lying(self) -> list[Any]:
        return []


class Looks:
    count = 0

    def look(self, _: int) -> None:
        self.count += 1


def made(outbox: Outbox, folder: Path, out: io.StringIO) -> uplink.Uplink:
    config = {"device": "node-1", "key": "00" * 32}
    return uplink.Uplink(config, Node(), outbox, str(folder / "log_id"), Clock().now_ms, Log(out), lambda *_: Client())


async def test_a_heap_that_is_short_costs_a_health_message_and_not_the_node(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = [MemoryError("13 bytes"), MemoryError("13 bytes")]

    def health_body(*_: Any) -> list[str]:
        if short:
            raise short.pop()
        return ['{"v":1']

    monkeypatch.setattr(uplink, "health_body", health_body)
    monkeypatch.setattr(uplink, "_HEALTH_MS", 1)
    monkeypatch.setattr(uplink, "_TICK_MS", 5)
    out, looks = io.StringIO(), Looks()
    node = made(Outbox(BOOT, ["a01"]), tmp_path, out)
    keeping = asyncio.create_task(node.keep_time(looks))
    async with asyncio.timeout(5):
        while "health" not in node.client.sent:
            assert not keeping.done()
            await asyncio.sleep(0.01)
    keeping.cancel()

    assert looks.count > 2
    assert out.getvalue().count("memory_short") == 2


def opened(folder: Path) -> Store:
    store = Store(str(folder))
    fill(store)
    return store


async def test_what_is_saved_before_a_restart_waits_for_a_save_that_runs(tmp_path: Path) -> None:
    box = Outbox(BOOT, ["a01"], 4096, opened(tmp_path))
    for now in range(100):
        box.add_card(READ, 0, UID, now)
    running = asyncio.create_task(box.save(0))
    while not any(tmp_path.iterdir()):  # noqa: ASYNC110 - a file has no event
        await asyncio.sleep(0)
    box.add_card(READ, 0, UID, 100)

    class Restarting(Node):
        outbox = box

        async def save(self) -> None:
            await box.save(0, everything=True)

    await Orders(Restarting(), lambda: None, None)._save_and_restart()

    kept = Outbox(NEXT, ["a01"], 4096, opened(tmp_path))
    assert kept.backlog() == 101
    await running


@pytest.mark.parametrize(
    ("key", "boot", "leaves"),
    [("00" * 32, BOOT, ["status", "snapshot", "event"]), ("11" * 32, BOOT, ["status"]), ("00" * 32, NEXT, ["status"])],
    ids=["the collector's", "of another key", "of another boot"],
)
async def test_what_was_read_leaves_a_node_on_trial_behind_a_signed_word_only(
    tmp_path: Path, key: str, boot: str, leaves: list[str]
) -> None:
    """A configuration may name a foreign broker: it gets the birth, and no card."""
    box = Outbox(BOOT, ["a01"])
    box.add_card(READ, 0, UID, 0)
    node = made(box, tmp_path, io.StringIO())
    node._node.trial = True
    node.up()
    running = asyncio.create_task(node.run())
    await asyncio.sleep(0.01)
    assert node.client.sent == ["status"]

    ack = f'{{"v":1,"boot":"{boot}","log_id":"log-1","acks":[]'
    node.message("ebs/v1/dev/node-1/ack", Seal(bytes.fromhex(key)).close(ack))
    node.wake()
    await asyncio.sleep(0.05)
    running.cancel()

    assert list(dict.fromkeys(node.client.sent)) == leaves
