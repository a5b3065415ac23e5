"""A log that was restored from an older backup: found out by what nodes were told, and filled again in order."""

from __future__ import annotations

from tests.collector.pipeline.hall import NEXT_BOOT, Hall, born, kinds, read, snapshot
from tests.collector.table.dealer import BOOT, NODE


async def test_a_log_older_than_what_nodes_were_told_gets_a_new_name() -> None:
    hall = Hall()
    await hall.event(1, read("As"))
    same = await hall.take("snapshot", snapshot(5, 1))
    assert (hall.store.log_id, same.devices) == ("log-1", {})

    older = await hall.take("snapshot", snapshot(5, 4))
    assert (hall.store.log_id, older.devices, hall.told) == ("log-2", {NODE: BOOT}, ["LOG_RESTORED"])

    behind = await hall.take("snapshot", snapshot(5, 4))
    assert behind.devices == {NODE: BOOT}, "who knows the old name is told the new one"
    assert hall.store.log_id == "log-2"


async def test_a_birth_tells_what_an_older_log_lacks_of_boots_before() -> None:
    hall = Hall()
    await hall.event(1, read("As"))
    same = await hall.take("status", born(NEXT_BOOT, BOOT, 1))
    assert (hall.store.log_id, same.devices, same.origins) == ("log-1", {NODE: NEXT_BOOT}, {NODE: {BOOT}})

    older = await hall.take("status", born(NEXT_BOOT, BOOT, 3))

    assert (hall.store.log_id, hall.told) == ("log-2", ["LOG_RESTORED"])
    assert (older.devices, older.origins) == ({NODE: NEXT_BOOT}, {NODE: {BOOT}})


async def test_what_an_older_log_lacks_of_boots_before_comes_first() -> None:
    hall = Hall()
    await hall.event(1, read("As"))
    await hall.take("status", born(NEXT_BOOT, BOOT, 3))
    for _ in range(5):
        assert kinds(await hall.event(1, read("2c"), boot=NEXT_BOOT)) == []

    for seq, card in ((2, "Ks"), (3, "Qs")):
        await hall.event(seq, read(card), boot=NEXT_BOOT, origin=BOOT)
    await hall.event(1, read("2c"), boot=NEXT_BOOT)

    keys = [(key.origin, key.seq) for fact in hall.store.facts if (key := fact.device_key)]
    assert keys == [(BOOT, 1), (BOOT, 2), (BOOT, 3), (NEXT_BOOT, 1)]


async def test_a_node_that_does_not_send_what_it_was_told_of_is_waited_for_once() -> None:
    hall = Hall()
    await hall.take("status", born(NEXT_BOOT, BOOT, 3))
    for _ in range(13):
        first = await hall.event(1, read("As"), boot=NEXT_BOOT)
    second = await hall.event(2, read("Ks"), boot=NEXT_BOOT)

    assert kinds(first) == kinds(second) == ["card_read"]
    assert hall.told == ["LOG_RESTORED", "EVENTS_MISSING"]
