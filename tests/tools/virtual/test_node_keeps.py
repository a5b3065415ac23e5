"""What a node keeps through restarts, and what it hides: the firmware on MicroPython against a real broker."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from collector.devices.sealing import Opener
from collector.wire import device as wire
from tests.tools.virtual.conftest import DEVICE, KEY
from tools.virtual.node import NodeError

pytestmark = [pytest.mark.node, pytest.mark.broker]

ACE, KING = "04a1b2c3d4e5f6", "11223344"


async def until_saved(node: Any, folder: Path) -> None:
    """Wait until the outbox has something on the flash."""
    while not list((folder / "outbox").iterdir()):  # noqa: ASYNC110 - a file has no event
        await asyncio.sleep(0.02)


async def test_what_the_collector_never_got_is_told_by_the_next_boot(
    start_node: Callable[..., Any], hear: Callable[[], Any], tmp_path: Path
) -> None:
    node = await start_node()
    await node.put("a01", ACE)
    async with asyncio.timeout(10):
        await until_saved(node, tmp_path / "flash")
    await node.stop()

    async with hear() as ear:
        again = await start_node()
        await ear.until(lambda: any(message.origin == node.boot for message in ear.messages))
        [late, *_] = [message for message in ear.messages if message.origin == node.boot]
        assert (late.boot, late.seq, late.age_ms) == (again.boot, 1, None)
        lying = [snapshot.antennas for snapshot in ear.snapshots]
        assert not any(lying), "what lies there would be taken for what came before"
        await ear.client.publish(
            f"ebs/v1/dev/{DEVICE}/ack",
            wire.sign(
                json.dumps(
                    {"v": 1, "boot": again.boot, "log_id": "l", "acks": [{"origin": node.boot, "through": 1}]}
                ).encode(),
                KEY,
            ),
            qos=1,
        )
        await ear.until(lambda: any(snapshot.antennas for snapshot in ear.snapshots))


async def test_told_to_restart_it_answers_keeps_and_begins_anew(
    start_node: Callable[..., Any], hear: Callable[[], Any]
) -> None:
    async with hear() as ear:
        node = await start_node()
        await node.put("a01", ACE)
        await ear.until(lambda: 1 in ear.events())
        await ear.command(node.boot, "restart", "c-1")
        assert await asyncio.wait_for(node.died, 10) == 0
        again = await start_node()
        await ear.until(lambda: sum(message.boot == again.boot for message in ear.messages) >= 2)

    kept = [message for message in ear.messages if message.boot == again.boot and message.origin == node.boot]
    kinds = {message.seq + n: event.kind for message in kept for n, event in enumerate(message.events)}
    assert kinds == {1: "card_read", 2: "command_result"}


async def test_a_sealed_node_says_no_uid_to_the_network_nor_to_its_flash(
    start_node: Callable[..., Any], hear: Callable[[], Any], tmp_path: Path
) -> None:
    async with hear() as ear:
        node = await start_node(settings={"sealed": True})
        await node.put("a01", ACE)
        await node.put("a02", KING)
        await ear.until(lambda: {1, 2} <= {message.seq + n for message in ear.messages for n in range(4)})
        await ear.until(lambda: any(snapshot.as_of == 2 for snapshot in ear.snapshots))
        async with asyncio.timeout(10):
            await until_saved(node, tmp_path / "flash")

    frames = {
        message.seq + place: Opener(KEY, DEVICE, message.origin).event(message.seq + place, frame)
        for message in ear.messages
        for place, frame in enumerate(message.sealed)
    }
    assert {json.loads(frames[seq])["uid"] for seq in (1, 2)} == {ACE, KING}
    snapshots = [snapshot for snapshot in ear.snapshots if snapshot.as_of == 2][-3:]
    antennas: dict[str, list[str]] = {}
    for snapshot in snapshots:
        for frame in snapshot.sealed:
            antennas |= json.loads(Opener(KEY, DEVICE, snapshot.boot).antenna(2, frame) or b"")
    assert len(antennas) == 12, "all antennas in every snapshot"
    assert {uid for uids in antennas.values() for uid in uids} == {ACE, KING}
    flash = [path.read_bytes() for path in (tmp_path / "flash" / "outbox").iterdir()]
    for uid in (ACE, KING):
        assert not any(uid.encode() in content or bytes.fromhex(uid) in content for content in [*ear.payloads, *flash])


async def test_a_snapshot_of_many_cards_comes_in_parts_and_whole(
    start_node: Callable[..., Any], hear: Callable[[], Any]
) -> None:
    async with hear() as ear:
        node = await start_node()
        for number in range(96):
            await node.put(f"a{number % 12 + 1:02}", f"04{number:018x}")
        await ear.until(lambda: any(snapshot.as_of >= 96 for snapshot in ear.snapshots), 60)
        last = max(snapshot.as_of for snapshot in ear.snapshots)
        heard = len(ear.snapshots)
        await ear.command(node.boot, "snapshot", "c-1")
        await ear.until(lambda: len(ear.snapshots) >= heard + 4, 20)

    lying: dict[str, int] = {}
    for snapshot in ear.snapshots:
        if snapshot.as_of >= last:
            lying |= {name: len(uids) for name, uids in snapshot.antennas.items()}
    assert lying == {f"a{number:02}": 8 for number in range(1, 13)}


async def test_a_configuration_that_leads_nowhere_is_given_back(
    start_node: Callable[..., Any], hear: Callable[[], Any], tmp_path: Path
) -> None:
    async with hear() as ear:
        node = await start_node()
        await ear.command(node.boot, "configure", "c-1", version=1, config={"broker": {"port": "x"}})
        await ear.command(node.boot, "configure", "c-2", version=1, config={"key": "00" * 32})
        await ear.command(node.boot, "configure", "c-3", version=1, config={"broker": {"port": 1}})
        assert await asyncio.wait_for(node.died, 10) == 0
        with pytest.raises((NodeError, TimeoutError)):
            await asyncio.wait_for(start_node(), 3)
        again = await start_node()
        results = {}
        while "c-3" not in results:
            await ear.until(lambda: ear.messages)
            for message in ear.messages:
                results |= {event.id: event for event in message.events if event.kind == "command_result"}
            await asyncio.sleep(0.05)

    assert {name: event.ok for name, event in results.items()} == {"c-1": False, "c-2": False, "c-3": False}
    assert "went back" in results["c-3"].message
    assert json.loads((tmp_path / "flash" / "config.json").read_text())["broker"]["port"] > 1
    assert again.boot.startswith("3-")


async def test_a_configuration_that_works_holds_from_then_on(
    start_node: Callable[..., Any], hear: Callable[[], Any], tmp_path: Path
) -> None:
    async with hear() as ear:
        node = await start_node()
        await ear.command(node.boot, "configure", "c-1", version=4, config={"broker": {"keepalive_s": 9}})
        assert await asyncio.wait_for(node.died, 10) == 0
        again = await start_node()
        for _ in range(50):  # a configuration on trial is proven by the collector's signed word alone
            if any(message.boot == again.boot for message in ear.messages):
                break
            await ear.ack(again.boot, 0)
            await asyncio.sleep(0.2)
        kept = json.loads((tmp_path / "flash" / "config.json").read_text())
        await ear.command(again.boot, "configure", "c-2", version=4, config={"sealed": True})
        await ear.until(
            lambda: "c-2" in {event.id for message in ear.messages for event in message.events if hasattr(event, "id")}
        )

    results = {event.id: event.ok for message in ear.messages for event in message.events if hasattr(event, "id")}
    assert (kept["version"], kept["broker"]["keepalive_s"]) == (4, 9)
    assert results == {"c-1": True, "c-2": False}, "the same version is not taken twice"
