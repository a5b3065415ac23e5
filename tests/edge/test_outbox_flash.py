"""What outlives a boot: segments on the flash, told again by the next boot, dropped only aloud."""

import asyncio
import errno
import json
from pathlib import Path
from typing import Any

import pytest

from edge import outbox_reopen
from edge.antenna_presence import MOVED, READ
from edge.outbox import Outbox
from edge.outbox_flash import Store

FIRST, SECOND = "7-00112233aabbccdd", "8-00112233aabbccdd"
UID = bytes.fromhex("04a1b2c3d4e5f6")


def outbox(folder: Path, origin: str = FIRST, capacity: int = 4096, seal: Any = None) -> Outbox:
    store = Store(str(folder))
    outbox_reopen.fill(store)
    return Outbox(origin, ["a01", "a02"], capacity, store, seal)


def save(box: Outbox, now: int = 0, everything: bool = True) -> None:
    asyncio.run(box.save(now, everything))


def sent(box: Outbox, now: int = 0) -> list[tuple[str, int, int | None, dict[str, Any]]]:
    """Return (origin, seq, age, event) of all that goes out after a reconnection."""
    box.rewind()
    found = []
    while box.pending():
        origin, seq, age, events, frames = box.take(now)
        assert not frames
        found += [(origin, seq + place, age, json.loads(event)) for place, event in enumerate(events)]
    return found


def numbers(box: Outbox) -> list[tuple[str, int]]:
    return [(origin, seq) for origin, seq, _, _ in sent(box)]


def test_the_next_boot_sends_what_the_last_one_could_not(tmp_path: Path) -> None:
    box = outbox(tmp_path)
    for now in range(300):
        box.add_card(READ, now % 2, UID, now)
    box.add_text('{"kind":"fault"}', 300)
    save(box)

    again = outbox(tmp_path, SECOND)
    again.add_card(READ, 0, UID, 5)

    told = sent(again, 9)
    assert [(origin, seq) for origin, seq, _, _ in told] == [(FIRST, n) for n in range(1, 302)] + [(SECOND, 1)]
    assert told[1][2:] == (None, {"kind": "card_read", "antenna": "a02", "uid": UID.hex()})
    assert told[300][3] == {"kind": "fault"}
    assert told[301][2] == 4
    assert again.depth() == 302


def test_the_next_boot_knows_up_to_where_the_last_one_was_acknowledged(tmp_path: Path) -> None:
    box = outbox(tmp_path)
    assert box.acknowledged() == (FIRST, 0)
    for now in range(250):
        box.add_card(READ, 0, UID, now)
    save(box)
    box.acknowledge(FIRST, 200)  # the first segment, and a part of the second
    assert box.acknowledged() == (FIRST, 200)

    again = outbox(tmp_path, SECOND)
    assert again.acknowledged() == (FIRST, 192), "a flash knows segments"
    again.acknowledge(FIRST, 250)
    assert again.acknowledged() == (FIRST, 250)
    again.add_card(READ, 0, UID, 5)
    again.acknowledge(SECOND, 1)
    assert again.acknowledged() == (SECOND, 1)


def test_a_move_keeps_both_its_antennas_on_the_flash(tmp_path: Path) -> None:
    box = outbox(tmp_path)
    box.add_card(MOVED, 0, UID, 1, left=1)
    box.add_card(READ, 1, UID, 1)
    save(box)

    told = [event for _, _, _, event in sent(outbox(tmp_path, SECOND), 9)]
    assert told[0] == {"kind": "card_moved", "antenna": "a01", "came_from": "a02", "uid": UID.hex()}
    assert told[1] == {"kind": "card_read", "antenna": "a02", "uid": UID.hex()}


def test_what_is_on_the_flash_keeps_its_age_in_its_own_boot(tmp_path: Path) -> None:
    box = outbox(tmp_path)
    box.add_card(READ, 0, UID, 100)
    save(box)
    box.add_card(READ, 0, UID, 150)

    assert [(seq, age) for _, seq, age, _ in sent(box, 200)] == [(1, 100), (2, 50)]


def test_an_acknowledged_segment_is_not_sent_by_the_next_boot(tmp_path: Path) -> None:
    box = outbox(tmp_path)
    for now in range(400):
        box.add_card(READ, 0, UID, now)
    save(box)
    box.acknowledge(FIRST, 200)

    again = outbox(tmp_path, SECOND)
    assert numbers(again)[0] == (FIRST, 193), "the segment that is acknowledged in part comes whole"
    assert again.acknowledge(FIRST, 400)
    assert not numbers(again)
    assert not numbers(outbox(tmp_path, "9-00112233aabbccdd"))


def test_another_log_gets_everything_that_is_kept(tmp_path: Path) -> None:
    box = outbox(tmp_path)
    for now in range(300):
        box.add_card(READ, 0, UID, now)
    box.acknowledge(FIRST, 300)
    save(box)
    box.add_card(READ, 0, UID, 301)
    assert numbers(box) == [(FIRST, 301)]

    box.reclaim()

    assert numbers(box) == [(FIRST, n) for n in range(1, 302)]
    assert len(numbers(outbox(tmp_path, SECOND))) == 300, "and remembers to, if the power goes meanwhile"


def test_what_reached_the_collector_ahead_of_a_lost_event_is_no_riddle(tmp_path: Path) -> None:
    box = outbox(tmp_path)
    for now in range(10):
        box.add_card(READ, 0, UID, now)
    box.acknowledge(FIRST, 4)
    box._memory.forget(4)
    save(box)

    again = outbox(tmp_path, SECOND)

    assert sent(again)[-1][3] == {"kind": "gone", "origin": FIRST, "first": 1, "last": 4}


def test_ten_seconds_of_waiting_are_on_the_flash(tmp_path: Path) -> None:
    box = outbox(tmp_path)
    box.add_card(READ, 0, UID, 1000)

    assert not box.due(1999)
    assert box.due(2000)
    save(box, 2000, everything=False)
    box.add_card(READ, 0, UID, 2100)
    assert not box.due(4000)
    assert box.due(4100), "the second time it waits twice as long"
    for _ in range(20):
        box.add_card(READ, 0, UID, 5000)
        save(box, 5000, everything=False)
    box.add_card(READ, 0, UID, 5000)
    assert not box.due(14_999)
    assert box.due(15_000), "never longer than ten seconds"


def test_a_collector_that_answers_leaves_the_flash_still_for_ten_seconds(tmp_path: Path) -> None:
    box = outbox(tmp_path)
    for now in range(200):
        box.add_card(READ, 0, UID, now)
        box.acknowledge(FIRST, box.last)
        assert not box.due(now + 9_000)

    assert not list(tmp_path.iterdir())


def test_what_is_acknowledged_outlives_a_power_cut_for_a_log_that_is_restored(tmp_path: Path) -> None:
    box = outbox(tmp_path)
    box.add_card(READ, 0, UID, 0)
    box.acknowledge(FIRST, 1)
    assert box.due(10_000)
    save(box, 10_000, everything=False)

    again = outbox(tmp_path, SECOND)
    assert not again.pending()
    again.reclaim()
    assert sent(again)[0][:2] == (FIRST, 1)


class FullStore(Store):
    """A flash with room for some segments."""

    room = 3

    async def write(self, *args: Any) -> Any:
        if len(self.segments) >= self.room:
            raise OSError(errno.ENOSPC, "full")
        return await super().write(*args)


def full_outbox(folder: Path, capacity: int = 4096) -> Outbox:
    store = FullStore(str(folder))
    outbox_reopen.fill(store)
    return Outbox(FIRST, ["a01"], capacity, store)


def fill(box: Outbox, count: int) -> None:
    for now in range(count):
        box.add_card(READ, 0, UID, now)
        box._not_before = 0
        if box.due(now):
            save(box, now, everything=False)


def test_a_full_flash_gives_up_nothing_below_two_thousand_events(tmp_path: Path) -> None:
    box = full_outbox(tmp_path)
    fill(box, 2048)

    assert (box.dropped, box.depth()) == (0, 2048)
    assert box.flash_faults > 0
    assert numbers(box) == [(FIRST, n) for n in range(1, 2049)]


def test_a_flash_that_renames_nothing_costs_repetitions_and_no_event(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    box = outbox(tmp_path)
    fill(box, 500)
    save(box)
    with monkeypatch.context() as flash:
        flash.setattr("os.rename", refuse)
        assert box.acknowledge(FIRST, 500)
        assert not numbers(box), "they are with the collector, whatever the flash says"
        box.reclaim()
        assert numbers(box) == [(FIRST, n) for n in range(1, 501)]
        assert box.acknowledge(FIRST, 500)
    box._capacity = 250
    fill(box, 400)
    names = {segment.file() for segment in box.segments()}

    assert {path.name for path in tmp_path.iterdir()} == names, "what is let go of is gone from the flash too"


def test_a_full_flash_lets_go_of_what_is_acknowledged_first(tmp_path: Path) -> None:
    box = full_outbox(tmp_path)
    fill(box, 900)
    faults = box.flash_faults
    box.acknowledge(FIRST, 300)
    save(box, everything=False)

    assert (box.dropped, box.flash_faults, faults > 0) == (0, faults, True)
    assert numbers(box) == [(FIRST, n) for n in range(301, 901)]


@pytest.mark.parametrize("capacity", [700, 4096])
def test_every_number_is_held_or_declared_gone_when_nothing_fits_any_more(tmp_path: Path, capacity: int) -> None:
    box = full_outbox(tmp_path, capacity)
    fill(box, 6000)

    told = sent(box)
    gone = {n for *_, event in told if event["kind"] == "gone" for n in range(event["first"], event["last"] + 1)}
    assert box.dropped > 0
    assert gone | {seq for _, seq, _, _ in told} == set(range(1, box.last + 1))


def test_beyond_its_capacity_the_oldest_go_first_and_are_told(tmp_path: Path) -> None:
    box = outbox(tmp_path, capacity=1000)
    fill(box, 3000)

    told = sent(box)
    gone = {n for *_, event in told if event["kind"] == "gone" for n in range(event["first"], event["last"] + 1)}
    assert box.held() <= 1000 + 256
    assert gone | {seq for _, seq, _, _ in told} == set(range(1, box.last + 1))
    assert not gone & {seq for _, seq, _, event in told if event["kind"] != "gone"}, "nothing is declared that is held"


def test_what_an_earlier_boot_declared_gone_is_not_forgotten_when_that_is_dropped_too(tmp_path: Path) -> None:
    box = outbox(tmp_path, capacity=400)
    fill(box, 800)
    save(box)
    again = outbox(tmp_path, SECOND, capacity=400)
    fill(again, 2000)

    told = sent(again)
    gone = {
        n for *_, e in told if e["kind"] == "gone" and e["origin"] == FIRST for n in range(e["first"], e["last"] + 1)
    }
    held = {seq for origin, seq, _, _ in told if origin == FIRST}
    assert gone | held >= set(range(1, 801))


@pytest.mark.parametrize("damage", [b"", b"ebs2", b"x" * 100])
def test_a_damaged_segment_is_taken_away_and_counted(tmp_path: Path, damage: bytes) -> None:
    box = outbox(tmp_path)
    fill(box, 300)
    assert len(list(tmp_path.iterdir())) == 1
    (tmp_path / "0000ffffu").write_bytes(damage)
    half = next(path for path in tmp_path.iterdir() if path.name.startswith("00000001"))
    half.write_bytes(half.read_bytes()[:-20])

    store = Store(str(tmp_path))

    assert (outbox_reopen.fill(store), store.segments) == (2, [])
    assert not list(tmp_path.iterdir())


def test_sealed_the_flash_holds_frames_only(tmp_path: Path) -> None:
    box = outbox(tmp_path, seal=lambda seq, event: b"frame %d" % seq)
    for now in range(10):
        box.add_card(READ, 0, UID, now)
    save(box)

    again = outbox(tmp_path, SECOND, seal=lambda seq, event: b"")
    messages = []
    while again.pending():
        messages.append(again.take(0))
    assert next((seq, frames) for _, seq, _, _, frames in messages) == (1, [b"frame %d" % n for n in range(1, 5)])
    assert sum(len(frames) for *_, frames in messages) == 10
    assert not any(UID in path.read_bytes() or UID.hex().encode() in path.read_bytes() for path in tmp_path.iterdir())
