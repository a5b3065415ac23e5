"""What a message of a node leads to: what is to be logged, in which order, and that facts change nothing."""

from __future__ import annotations

from collector.devices.nodes import Nodes, Taken
from collector.secrecy import Secret
from collector.wire.device import CardRead, DeviceEvents, DeviceFact, Gone
from tests.collector.table.dealer import BOOT, NODE, TABLE


def message(seq: int, *events: DeviceFact, tx: int = 1) -> DeviceEvents:
    return DeviceEvents(v=1, device=NODE, boot=BOOT, tx=tx, origin=BOOT, seq=seq, age_ms=5, events=events, mac="")


def card(uid: str = "04a1b2c3") -> CardRead:
    return CardRead(antenna="a01", uid=Secret(uid))


def logged(nodes: Nodes, taken: Taken) -> list[tuple[int, int] | int]:
    """Return the numbers that a desk logs, in its order."""
    return [*(new.seq for new in taken.gone), *taken.gaps, *(new.seq for new in taken.new)]


def test_what_is_declared_gone_is_logged_first() -> None:
    nodes = Nodes()

    taken = nodes.take(message(3, card(), Gone(origin=BOOT, first=1, last=2), card("04a1b2c4")))

    assert logged(nodes, taken) == [4, 3, 5]
    assert [new.missing for new in taken.gone] == [2]
    assert (taken.count, taken.lacking, taken.ahead) == (3, 0, False)
    assert nodes.progress[NODE, BOOT].through == 5


def test_beyond_a_gap_only_what_declares_events_gone_is_taken() -> None:
    nodes = Nodes()

    taken = nodes.take(message(5, card(), Gone(origin=BOOT, first=1, last=2)))

    assert logged(nodes, taken) == [6]
    assert (taken.ahead, taken.standing, taken.refused) == (True, "new", False)


def test_a_gap_that_stays_is_logged_before_what_comes_behind_it() -> None:
    nodes = Nodes()
    nodes.in_step(NODE, yes=True)
    waited = [nodes.take(message(4, card(), tx=tx)) for tx in (1, 2, 3)]

    assert [logged(nodes, taken) for taken in waited] == [[], [], [(1, 3), 4]]
    assert waited[-1].lacking == 3
    assert nodes.progress[NODE, BOOT].through == 4


def test_a_fact_is_made_without_changing_what_is_known() -> None:
    nodes = Nodes()
    sent = message(1, card(), Gone(origin=BOOT, first=5, last=9))
    taken = nodes.take(sent)
    before = (nodes.progress[NODE, BOOT].through, nodes.next_events(NODE), nodes.boots)

    facts = [nodes.fact(sent, new, taken.standing, TABLE) for new in (*taken.gone, *taken.new) for _ in range(2)]

    assert facts[0] == facts[1]
    assert facts[2] == facts[3]
    assert facts[0].body["missing"] == 5
    assert (nodes.progress[NODE, BOOT].through, nodes.next_events(NODE), nodes.boots) == before


def test_a_message_that_is_refused_leaves_nothing_to_log() -> None:
    nodes = Nodes()
    nodes.take(message(1, card(), tx=2))

    taken = nodes.take(message(2, card("04a1b2c4"), tx=1))

    assert (taken.refused, taken.standing, taken.count) == (True, "again", 0)
    assert nodes.progress[NODE, BOOT].through == 1
