"""A transmission of a node is taken once: repeats, boots that are over, boots that count back (ADR 13)."""

from __future__ import annotations

import pytest

from edge import envelope, envelope_birth
from tests.collector.pipeline.hall import NEXT_BOOT, Hall, born, kinds, read, restarted, snapshot, warnings
from tests.collector.table.dealer import BOOT, NODE, TABLE


async def test_a_message_is_taken_once_and_acknowledged_again() -> None:
    hall = Hall()
    first = await hall.event(1, read("As"))
    again = await hall.event(1, read("As"))

    assert (kinds(first), kinds(again)) == (["card_read"], [])
    assert hall.acks(again) == {BOOT: 1}
    assert not hall.told, "a node that repeats what it was not told of does what it should"


async def test_a_transmission_that_comes_again_is_refused_counted_and_told() -> None:
    hall = Hall()
    await hall.event(1, read("As"), tx=5)
    again = await hall.event(1, read("As"), tx=5)

    assert kinds(again) == []
    assert (hall.dropped("replayed"), hall.told) == (1, ["REPLAYED"])


async def test_a_repetition_that_is_played_back_is_refused_too() -> None:
    hall = Hall()
    await hall.event(1, read("As"), tx=5)
    await hall.event(1, read("As"), tx=6)
    assert not hall.told
    await hall.event(1, read("As"), tx=6)

    assert hall.told == ["REPLAYED"]


async def test_a_transmission_behind_a_later_one_is_refused_until_it_is_sent_anew() -> None:
    hall = Hall()
    await hall.event(1, read("Ks"), tx=6)
    behind = await hall.event(2, read("As"), tx=5)
    assert (kinds(behind), hall.told) == ([], ["REPLAYED"])

    anew = await hall.event(2, read("As"), tx=7)
    assert (kinds(anew), hall.acks(anew)) == (["card_read"], {BOOT: 2})


async def test_what_was_taken_is_known_after_a_restart() -> None:
    hall = Hall()
    await hall.event(1, read("As"), tx=9)
    again = restarted(hall)

    assert kinds(await again.event(2, read("Ks"), tx=9)) == []
    assert again.told == ["REPLAYED"]


async def test_an_earlier_boots_event_is_accepted_once_as_evidence() -> None:
    hall = Hall()
    await hall.event(1, read("As"), tx=1)
    await hall.event(1, read("Ks"), boot=NEXT_BOOT, tx=1)
    late = await hall.event(2, read("Qs"), tx=2)
    again = await hall.event(2, read("Qs"), tx=2)

    assert kinds(late) == ["card_read"]
    assert late.facts[0].body["age_ms"] is None
    assert (kinds(again), hall.told) == ([], ["REPLAYED"])


async def test_backlog_moves_no_card_on_the_live_table() -> None:
    hall = Hall()
    hall.dealer.command(type="start_hand")
    before = hall.dealer.table.play.hand
    batch = await hall.event(1, read("As"), boot=NEXT_BOOT, origin=BOOT)
    table = hall.desk.tables[TABLE]

    assert kinds(batch) == ["card_read"]
    assert table.play.hand == before
    assert warnings(batch) == ["OLD_READING"]
    assert not any(change.outcome.happenings for change in batch.changes)


async def test_a_card_that_a_restarted_node_finds_again_is_marked_so_and_counted_once() -> None:
    hall = Hall()
    first = await hall.event(1, read("As"))
    again = await hall.event(1, read("As"), boot=NEXT_BOOT)

    assert "again" not in first.facts[0].body
    assert again.facts[0].body["again"] is True
    assert hall.desk.tables[TABLE].cards_at[1] == 1


async def test_a_boot_that_counts_back_is_taken_and_told() -> None:
    hall = Hall()
    await hall.event(1, read("As"), boot="5-0000000000000005")
    wiped = await hall.event(1, read("Ks"), boot="1-00000000000000ff", tx=1)

    assert kinds(wiped) == ["card_read"]
    assert hall.told == ["BOOT_BACK"]


async def test_a_boot_that_counts_back_is_told_with_its_birth_which_comes_before_its_events() -> None:
    hall = Hall()
    await hall.event(1, read("As"), boot="5-0000000000000005")
    wiped = "1-00000000000000ff"
    for _ in range(2):
        await hall.take(
            "status",
            "".join(envelope_birth.status_body(NODE, wiped, 1, envelope.told_of("log-1", wiped, 0), "0", "b", [])),
        )
    await hall.event(1, read("Ks"), boot=wiped, tx=1)

    assert hall.told == ["BOOT_BACK"]


async def test_a_snapshot_of_a_boot_that_is_over_is_a_replay_and_moves_no_card() -> None:
    hall = Hall()
    await hall.event(1, read("As"))
    await hall.event(1, read("As"), boot=NEXT_BOOT)

    played_back = await hall.take("snapshot", snapshot(1, 1))

    assert (kinds(played_back), played_back.devices) == ([], {})
    assert (hall.dropped("replayed"), hall.told) == (1, ["REPLAYED"])


async def test_a_snapshot_of_a_boot_that_was_never_heard_moves_no_card() -> None:
    """As one of long ago, played back to a collector that started since: it knows no boot without events."""
    hall = Hall()
    await hall.event(1, read("As"))
    long_ago = "0-00000000000000aa"
    body = envelope.snapshot_body(NODE, long_ago, 0, envelope.told_of(None, long_ago, 0), ['"a01":[]'])

    assert kinds(await hall.take("snapshot", body)) == []


async def test_a_key_that_is_out_cannot_invent_boots_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collector.devices.progress.MOST_BOOTS", 5)
    monkeypatch.setattr("collector.devices.nodes.MOST_BOOTS", 5)
    hall = Hall()
    boots = [f"{number}-{number:016x}" for number in range(1, 11)]
    for boot in boots:
        await hall.take("status", born(boot, boot, 0))
        await hall.event(9, read("As"), boot=boot)
        await hall.event(9, read("As"), boot=boots[0], origin=boot)
    nodes = hall.desk.nodes

    assert {origin for _, origin in nodes.progress} == set(boots[:5])
    assert list(nodes._transmissions[NODE]._highest) == boots[:5]
    assert len(nodes._claims[NODE]._acked) == 5
    assert hall.told.count("BOOT_BACK") >= 5
    assert nodes.boots == {NODE: boots[4]}
