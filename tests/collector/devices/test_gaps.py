"""Events of a node are logged in order: what is beyond a gap waits, until the gap is filled, declared, or stays."""

from __future__ import annotations

import pytest

from collector.devices.nodes import Nodes
from collector.devices.progress import Progress
from edge import envelope_notices
from tests.collector.pipeline.hall import Hall, kinds, read, snapshot, warnings
from tests.collector.table.dealer import BOOT, NODE


async def test_a_gap_is_not_acknowledged_until_it_is_filled_or_declared() -> None:
    hall = Hall()
    beyond = await hall.event(3, read("As"))
    assert (kinds(beyond), hall.acks(beyond), hall.dropped("ahead")) == ([], {BOOT: 0}, 1)
    gone = await hall.event(4, envelope_notices.gone_event(BOOT, 1, 2))
    assert hall.acks(gone) == {BOOT: 2}
    anew = await hall.event(3, read("As"))

    assert (kinds(anew), hall.acks(anew)) == (["card_read"], {BOOT: 4})
    assert hall.told == []
    assert gone.facts[0].body["missing"] == 2
    assert warnings(gone) == ["READINGS_GONE"]


async def test_what_is_sent_again_after_a_gap_is_in_order() -> None:
    hall = Hall()
    await hall.event(3, read("As"))
    for seq, card in ((1, "Ks"), (2, "Qs"), (3, "As")):
        await hall.event(seq, read(card))

    seqs = [fact.device_key.seq for fact in hall.store.facts if fact.device_key]
    assert seqs == [1, 2, 3]


async def test_a_gap_that_stays_is_told_and_the_table_goes_on() -> None:
    hall = Hall()
    await hall.take("snapshot", snapshot(3, 0))  # was told of nothing that is not here
    for tx in (5, 5, 6, 6, 7):  # two of them doubled on the way
        assert hall.told == []
        taken = await hall.event(3, read("As"), tx=tx)

    assert (kinds(taken), hall.told) == (["gone", "card_read"], ["EVENTS_MISSING"])
    assert hall.acks(taken) == {BOOT: 3}, "else the node would send all that comes after it for ever"
    assert not taken.warned, "it has been told"


async def test_a_gap_that_stayed_is_known_after_a_restart_and_what_comes_late_is_welcome() -> None:
    hall = Hall()
    await hall.take("snapshot", snapshot(3, 0))
    for _ in range(3):
        await hall.event(3, read("As"))
    restarted = Nodes()
    for fact in hall.store.facts:
        restarted.remember(fact)

    assert restarted.progress[NODE, BOOT].through == 3
    assert kinds(await hall.event(2, read("Ks"))) == ["card_read"]


@pytest.mark.parametrize("word", [None, "log-0"])
async def test_a_node_that_may_not_know_this_log_is_given_longer_to_fill_a_gap(word: str | None) -> None:
    """The network may lose what it is told, so that it sends what comes after the gap again and again."""
    hall = Hall()
    if word:
        await hall.take("snapshot", snapshot(3, 2, word))
    for _ in range(12):
        assert kinds(await hall.event(3, read("As"))) == []
    assert hall.told == []

    assert kinds(await hall.event(3, read("As"))) == ["gone", "card_read"]
    assert hall.told == ["EVENTS_MISSING"]


async def test_what_was_declared_gone_and_was_in_is_no_alert() -> None:
    hall = Hall()
    await hall.event(1, read("As"))
    gone = await hall.event(2, envelope_notices.gone_event(BOOT, 1, 1))

    assert gone.facts[0].body["missing"] == 0
    assert not gone.warned


async def test_what_was_declared_gone_and_comes_after_all_is_taken_once() -> None:
    hall = Hall()
    await hall.event(3, envelope_notices.gone_event(BOOT, 1, 2))

    assert kinds(await hall.event(2, read("As"))) == ["card_read"]
    assert kinds(await hall.event(2, read("As"))) == []


def test_what_was_declared_gone_and_comes_beyond_another_gap_counts_once() -> None:
    progress = Progress()
    progress.cover(4, 6)  # 1 to 3 are still missing

    assert [progress.add(5), progress.add(5)] == [True, False]
    assert (progress.holds(5), progress.holds(4)) == (True, False)
    assert progress.gaps(7) == [(1, 3)]
