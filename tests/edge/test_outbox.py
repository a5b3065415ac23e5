"""What waits for the collector: nothing is forgotten before it is acknowledged, or it says so."""

import json
from typing import Any

import pytest

import edge.outbox_memory
from edge.antenna_presence import MOVED, READ, REMOVED
from edge.outbox import Outbox

ORIGIN = "7-00112233aabbccdd"


def outbox(capacity: int = 2048) -> Outbox:
    return Outbox(ORIGIN, ["a01", "a02"], capacity)


def batch(box: Outbox, seq: int, now: int = 0) -> tuple[int | None, list[dict[str, Any]]]:
    """Return age and events of the message that begins with `seq`."""
    box.rewind()
    while True:
        _, first, age, events, _ = box.take(now)
        if first <= seq < first + len(events):
            return age, [json.loads(event) for event in events[seq - first :]]


def acknowledge(box: Outbox, through: int) -> None:
    box.acknowledge(ORIGIN, through)


def test_events_are_numbered_from_one_and_keep_what_they_saw() -> None:
    box = outbox()
    box.add_card(READ, 0, bytes.fromhex("04a1b2c3d4e5f6"), 100)
    box.add_card(REMOVED, 1, bytes.fromhex("11223344"), 100)
    box.add_text('{"kind":"fault"}', 100)
    box.add_card(MOVED, 1, bytes.fromhex("11223344"), 100, left=0)

    assert (box.first, box.last) == (1, 4)
    assert batch(box, 1)[1] == [
        {"kind": "card_read", "antenna": "a01", "uid": "04a1b2c3d4e5f6"},
        {"kind": "card_removed", "antenna": "a02", "uid": "11223344"},
        {"kind": "fault"},
        {"kind": "card_moved", "antenna": "a02", "came_from": "a01", "uid": "11223344"},
    ]


def test_a_message_holds_what_one_look_saw() -> None:
    box = outbox()
    for now in (100, 100, 101):
        box.add_card(READ, 0, bytes(7), now)

    assert len(batch(box, 1)[1]) == 2
    assert len(batch(box, 3)[1]) == 1


def test_the_age_is_that_of_the_moment_of_sending() -> None:
    box = outbox()
    box.add_card(READ, 0, bytes(7), 100)

    assert batch(box, 1, now=103)[0] == 3
    assert batch(box, 1, now=60_100)[0] == 60_000


@pytest.mark.parametrize("start", [2**30 - 5, 2**32 - 5, 2**33 + 7])
def test_the_age_survives_long_uptimes(start: int) -> None:
    box = outbox()
    box.add_card(READ, 0, bytes(7), start)

    assert batch(box, 1, now=start + 10)[0] == 10


def test_an_acknowledgement_lets_go_of_what_it_covers_and_no_more() -> None:
    box = outbox()
    for now in range(200):
        box.add_card(READ, 0, bytes([now]) * 7, now)

    acknowledge(box, 150)

    assert (box.first, box.last, box.depth()) == (151, 200, 50)
    assert batch(box, 151, 150)[1][0]["uid"] == bytes([150] * 7).hex()
    acknowledge(box, 10)
    assert box.first == 151, "an older acknowledgement changes nothing"
    acknowledge(box, 9999)
    assert box.depth() == 0


def test_numbers_go_on_after_everything_was_acknowledged() -> None:
    box = outbox()
    for round_ in range(1, 300):
        assert box.add_card(READ, 0, bytes([round_ % 256]) * 7, round_) == round_
        assert batch(box, round_)[1][0]["uid"] == bytes([round_ % 256] * 7).hex()
        acknowledge(box, round_)


def test_it_holds_two_thousand_events() -> None:
    box = outbox()
    for now in range(2048):
        box.add_card(READ, 0, bytes(10), now)

    assert (box.depth(), box.dropped) == (2048, 0)


def test_an_overflow_is_said_and_counted() -> None:
    box = outbox(capacity=128)
    for now in range(129):
        box.add_card(READ, 0, bytes(7), now)

    assert (box.first, box.dropped) == (33, 32)
    assert batch(box, 129)[1][0] == {"kind": "gone", "origin": ORIGIN, "first": 1, "last": 32}
    assert batch(box, 130)[1][0]["kind"] == "card_read"


def test_every_number_is_held_or_declared_gone_however_often_it_overflows() -> None:
    box = outbox(capacity=128)
    for now in range(1000):
        box.add_card(READ, 0, bytes(7), now)

    gone: set[int] = set()
    for seq in range(box.first, box.last + 1):
        event = batch(box, seq)[1][0]
        if event["kind"] == "gone":
            gone |= set(range(event["first"], event["last"] + 1))
    assert gone | set(range(box.first, box.last + 1)) == set(range(1, box.last + 1))


def test_a_heap_that_is_full_drops_the_oldest_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    box = outbox()
    blocks = edge.outbox_memory._new_block

    def scarce() -> bytearray:
        if len(box._memory._blocks) == 5:
            raise MemoryError
        return blocks()

    monkeypatch.setattr(edge.outbox_memory, "_new_block", scarce)
    for now in range(1000):
        box.add_card(READ, 0, bytes(7), now)

    assert box.depth() <= 320
    assert box.dropped > 0
    gone: set[int] = set()
    for seq in range(box.first, box.last + 1):
        event = batch(box, seq)[1][0]
        if event["kind"] == "gone":
            gone |= set(range(event["first"], event["last"] + 1))
    assert gone | set(range(box.first, box.last + 1)) == set(range(1, box.last + 1))


def test_a_message_stays_under_two_kilobytes() -> None:
    box = outbox()
    for _ in range(64):
        box.add_card(READ, 0, bytes(10), 5)

    sent = 0
    while box.pending():
        events = box.take(5)[3]
        assert len(",".join(events)) <= 1500
        sent += len(events)
    assert sent == 64
