"""What goes out to nodes behind a commit."""

from __future__ import annotations

from collector.wire import device as wire
from collector.wire import to_node
from edge import envelope
from edge.seal import Seal
from tests.collector.pipeline.hall import KEY, ROOM, Hall, Message, read, snapshot
from tests.collector.table.dealer import BOOT, NODE
from tools.verbs.update import PIECE


async def test_what_is_in_the_log_is_acknowledged_by_boot() -> None:
    hall = Hall()

    (ack,) = await hall.acknowledged(await hall.event(1, read("As")))

    assert (ack["boot"], ack["acks"]) == (BOOT, [{"origin": BOOT, "through": 1}])


async def test_many_boots_at_once_are_acknowledged_in_messages_that_the_node_has_room_for() -> None:
    hall = Hall()
    earlier = [f"1234567{number}-{number:016x}" for number in range(100, 140)]
    messages = []
    for tx, origin in enumerate(earlier, 1):
        body = envelope.events_body(NODE, BOOT, tx, origin, 1, None, [read("As")])
        messages.append(Message(f"ebs/v1/dev/{NODE}/event", Seal(KEY).close(body)))

    acks = await hall.acknowledged(await hall.take_all(messages))

    assert [ack["origin"] for each in acks for ack in each["acks"]] == earlier
    assert len(acks) == 3
    assert {each["boot"] for each in acks} == {BOOT}


def test_room_is_counted_with_the_longest_name_a_node_may_have() -> None:
    name, boot = "n" * 64, "9999999999-" + "f" * 16
    acks = to_node.acks(name, boot, "l" * 64, [(boot, 2**53)] * 30)

    for payload in acks:
        assert len(f"ebs/v1/dev/{name}/ack") + len(wire.sign(payload, KEY)) <= ROOM
    piece = {"step": "piece", "offset": 999_999, "data": "x" * (PIECE * 4 // 3)}
    assert to_node.command(name, "u-12345678-9999", boot, "update", piece), "pieces of an update fit"


async def test_a_node_that_knows_another_log_hears_of_this_one_before_it_has_sent_anything() -> None:
    hall = Hall()

    (ack,) = await hall.acknowledged(await hall.take("snapshot", snapshot(0, 0, "log-0")))

    assert (ack["log_id"], ack["acks"]) == ("log-1", [])
