"""The unmodified firmware on the real MicroPython, against a real broker: the device protocol from both ends."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from collector.wire import device as wire
from tests.tools.virtual.conftest import KEY
from tools.virtual.node import NodeError

pytestmark = [pytest.mark.node, pytest.mark.broker]

ACE, KING, QUEEN = "04a1b2c3d4e5f6", "11223344", "04112233445566778899"


async def test_a_card_put_down_and_taken_away_is_told(start_node: Callable[..., Any], hear: Callable[[], Any]) -> None:
    async with hear() as ear:
        node = await start_node()
        for antenna, uid in (("a01", ACE), ("a11", KING), ("a12", QUEEN)):
            await node.put(antenna, uid)
        await ear.until(lambda: len(ear.events()) == 3)
        await node.remove(KING)
        await ear.until(lambda: len(ear.events()) == 4)
        await node.move("a02", QUEEN)
        await ear.until(lambda: len(ear.events()) == 5)

    told = [(kind, event.antenna, event.uid.reveal()) for _, (kind, event) in sorted(ear.events().items())]
    assert sorted(told[:3]) == [("card_read", "a01", ACE), ("card_read", "a11", KING), ("card_read", "a12", QUEEN)]
    assert told[3] == ("card_removed", "a11", KING)
    assert told[4:] == [("card_moved", "a02", QUEEN)]
    assert ear.events()[5][1].came_from == "a12"
    assert sorted(ear.events()) == list(range(1, 6))
    assert {message.boot for message in ear.messages} == {node.boot}
    assert not any(uid in line for uid in (ACE, KING, QUEEN) for line in node.logs), "a UID in the logs"


async def test_the_birth_names_every_antenna_and_a_snapshot_follows(
    start_node: Callable[..., Any], hear: Callable[[], Any]
) -> None:
    async with hear() as ear:
        node = await start_node()
        await node.put("a03", ACE)
        await ear.until(lambda: any(snapshot.as_of == 1 for snapshot in ear.snapshots))

    birth = ear.statuses[0]
    assert (birth.state, birth.boot, birth.link) == ("online", node.boot, 1)
    assert [antenna.name for antenna in birth.antennas] == [f"a{number:02}" for number in range(1, 13)]
    last = ear.snapshots[-1]
    assert {name: [uid.reveal() for uid in uids] for name, uids in last.antennas.items() if uids} == {"a03": [ACE]}
    assert len(last.antennas) == 12


async def test_its_health_tells_of_heap_outbox_and_every_antenna(
    start_node: Callable[..., Any], hear: Callable[[], Any]
) -> None:
    async with hear() as ear:
        node = await start_node()
        await ear.until(lambda: ear.healths)

    health = ear.healths[0]
    assert (health["boot"], health["link"]) == (node.boot, 1)
    assert health["outbox"] == {"depth": 0, "held": 0, "dropped": 0, "flash_faults": 0}
    assert health["heap"]["free"] > 0
    assert len(health["antennas"]) == 12
    assert health["antennas"]["a01"]["ok"]
    assert health["antennas"]["a01"]["version"] == 0x92


async def test_an_event_is_repeated_until_it_is_acknowledged(
    start_node: Callable[..., Any], hear: Callable[[], Any]
) -> None:
    async with hear() as ear:
        node = await start_node()
        await node.put("a01", ACE)
        await ear.until(lambda: len(ear.messages) >= 2)
        first, second = ear.messages[:2]
        assert (first.seq, first.events) == (second.seq, second.events)
        assert second.tx == first.tx + 1
        assert second.age_ms is not None
        assert second.age_ms >= 1900, "the age is that of the second sending"

        await ear.ack(node.boot, 1, key=bytes(32))
        await ear.ack("9-0011223344556677", 1)
        await ear.command(node.boot, "resend", "c-1")
        await ear.until(lambda: 2 in ear.events())
        assert ear.events()[2][1].ok
        assert 1 in {message.seq for message in ear.messages[2:]}, "no forged or foreign acknowledgement counts"

        await ear.ack(node.boot, 2)
        await ear.command(node.boot, "resend", "c-2")
        await ear.until(lambda: 3 in ear.events())
        heard = len(ear.messages)
        await ear.command(node.boot, "resend", "c-3")
        await ear.until(lambda: 4 in ear.events())
        assert {message.seq for message in ear.messages[heard:]} == {3, 4}


async def test_a_restored_log_gets_everything_that_is_held(
    start_node: Callable[..., Any], hear: Callable[[], Any]
) -> None:
    async with hear() as ear:
        node = await start_node()
        await node.put("a01", ACE)
        await ear.until(lambda: 1 in ear.events())
        await ear.ack(node.boot, 1, log_id="log-1")
        await node.put("a02", KING)
        await ear.until(lambda: 2 in ear.events())
        heard = len(ear.messages)
        begun = time.monotonic()
        await ear.ack(node.boot, 0, log_id="log-2")
        await ear.until(lambda: len(ear.messages) > heard)

    assert time.monotonic() - begun < 1.5
    assert ear.messages[heard].seq == 1, "what was acknowledged to the lost log too"


async def test_commands_are_answered_once(start_node: Callable[..., Any], hear: Callable[[], Any]) -> None:
    async with hear() as ear:
        node = await start_node()
        await ear.command(node.boot, "identify", "c-1")
        await ear.command(node.boot, "identify", "c-1")
        await ear.command(node.boot, "dance", "c-2")
        await ear.command("9-0011223344556677", "identify", "c-3")
        await ear.command(node.boot, "identify", "c-4", key=bytes(32))
        await ear.command(node.boot, "snapshot", "c-5")
        await ear.until(lambda: 3 in ear.events())

    answers = [(event.id, event.ok, event.message) for _, (_, event) in sorted(ear.events().items())]
    assert answers == [("c-1", True, ""), ("c-2", False, "this firmware knows no command dance"), ("c-5", True, "")]


async def test_what_is_not_acknowledged_outlives_the_broker(
    start_node: Callable[..., Any], hear: Callable[[], Any], broker: Any
) -> None:
    async with hear() as ear:
        node = await start_node()
        await node.put("a01", ACE)
        await ear.until(lambda: 1 in ear.events())
    await broker.stop()
    await node.put("a02", KING)
    await asyncio.sleep(0.6)
    await broker.start()
    begun = time.monotonic()

    async with hear() as ear:
        await ear.until(lambda: {1, 2} <= set(ear.events()))
        assert time.monotonic() - begun < 3
        await ear.until(lambda: ear.statuses)
        assert ear.statuses[-1].link >= 2
        ages = {message.seq: message.age_ms for message in ear.messages}
    assert ages[1] >= ages[2] >= 500


async def test_a_killed_node_is_lost_and_its_next_boot_is_another(
    start_node: Callable[..., Any], hear: Callable[[], Any]
) -> None:
    async with hear() as ear:
        node = await start_node()
        os.kill(node.pid, signal.SIGKILL)
        await ear.until(lambda: ear.statuses[-1].state == "lost")
        assert (ear.statuses[-1].boot, ear.statuses[-1].link) == (node.boot, 1)
        assert await node.died == -signal.SIGKILL
        with pytest.raises(NodeError, match="has ended"):
            await node.put("a01", ACE)

        again = await start_node()
        assert again.boot.split("-")[0] == "2"
        assert again.boot.split("-")[1] != node.boot.split("-")[1]


async def test_a_node_contradicts_who_says_it_is_lost(start_node: Callable[..., Any], hear: Callable[[], Any]) -> None:
    async with hear() as ear:
        node = await start_node()
        await ear.until(lambda: ear.statuses)
        await ear.client.publish(
            "ebs/v1/dev/node-1/status",
            wire.sign(f'{{"v":1,"device":"node-1","boot":"{node.boot}","link":1,"state":"lost"}}'.encode(), KEY),
            qos=1,
            retain=True,
        )
        await ear.until(lambda: [status.state for status in ear.statuses] == ["online", "lost", "online"])


async def test_the_trace_tells_when_an_event_was_queued(
    start_node: Callable[..., Any], hear: Callable[[], Any]
) -> None:
    queued: list[tuple[str, int, int]] = []
    async with hear() as ear:
        node = await start_node(queued=lambda *event: queued.append(event))
        await node.trace(True)
        begun = time.monotonic_ns()
        await node.put("a07", ACE)
        await ear.until(lambda: 1 in ear.events())
        await node.look()

    assert [(origin, seq) for origin, seq, _ in queued] == [(node.boot, 1)]
    assert begun < queued[0][2] < time.monotonic_ns()


async def test_a_dead_reader_is_told_and_told_again_when_it_works(
    start_node: Callable[..., Any], hear: Callable[[], Any]
) -> None:
    async with hear() as ear:
        node = await start_node()
        await node.put("a05", ACE)
        await ear.until(lambda: 1 in ear.events())
        await node.chip("a05", 0x00)
        await ear.until(lambda: 2 in ear.events())
        await node.put("a06", KING)
        await ear.until(lambda: 3 in ear.events())
        await node.chip("a05", 0x92)
        await ear.until(lambda: 4 in ear.events())

    kinds = [(kind, event.antenna) for _, (kind, event) in sorted(ear.events().items())]
    assert kinds == [("card_read", "a05"), ("fault", "a05"), ("card_read", "a06"), ("fault", "a05")]
    assert [ear.events()[seq][1].code for seq in (2, 4)] == ["no_chip", "ok"]


async def test_a_node_never_outlives_its_owner(start_node: Callable[..., Any]) -> None:
    node = await start_node()

    node._process.stdin.close()

    assert await asyncio.wait_for(node.died, 2) == 0


async def test_an_order_that_cannot_be_is_refused(start_node: Callable[..., Any]) -> None:
    node = await start_node()
    await node.put("a01", ACE)

    for antenna, uid in (("a01", ACE), ("a99", KING), ("a01", "0411")):
        with pytest.raises(NodeError):
            await node.put(antenna, uid)
    with pytest.raises(NodeError, match="not on the table"):
        await node.remove(KING)
    assert {name: uids for name, uids in (await node.look()).items() if uids} == {"a01": [ACE]}


async def test_both_chips_and_both_kinds_of_cards_on_one_node(
    start_node: Callable[..., Any], hear: Callable[[], Any]
) -> None:
    vicinity = "e00401501234abcd"
    async with hear() as ear:
        node = await start_node(settings={"antennas": {"a02": {"chip": "ST25R3911B"}}})
        for antenna, uid in (("a01", ACE), ("a02", vicinity), ("a02", QUEEN)):
            await node.put(antenna, uid)
        await ear.until(lambda: len(ear.events()) == 3)
        await ear.until(lambda: ear.healths)
        await node.metal("a02", 90)
        await ear.until(lambda: 4 in ear.events())

    told = {(event.antenna, event.uid.reveal()) for kind, event in ear.events().values() if kind == "card_read"}
    assert told == {("a01", ACE), ("a02", vicinity), ("a02", QUEEN)}
    assert (ear.events()[4][1].antenna, ear.events()[4][1].code) == ("a02", "detuned")
    assert [antenna.chip for antenna in ear.statuses[0].antennas[:2]] == ["MFRC522 92", "ST25R3911B 09"]
    assert ear.healths[0]["antennas"]["a01"]["field"] is None


async def test_a_board_with_another_chip_than_configured_says_so(
    start_node: Callable[..., Any], hear: Callable[[], Any]
) -> None:
    async with hear() as ear:
        await start_node(settings={"antennas": {"a02": {"chip": "ST25R3911B"}}}, soldered={"a02": "MFRC522"})
        await ear.until(lambda: 1 in ear.events())

    assert ear.events()[1][1].antenna == "a02"
    assert ear.events()[1][1].code in ("wrong_chip", "no_chip")
