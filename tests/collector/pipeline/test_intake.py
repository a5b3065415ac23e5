"""What comes from a node is believed when it is signed, opened when it is sealed, and said when it is not right."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from collector.pipeline.floor import LINES_A_SECOND, MOST_TOLD_APART
from collector.wire import device as wire
from edge import envelope
from edge.seal import Seal
from edge.seal_frames import Frames
from tests.collector.pipeline.hall import KEY, NEXT_BOOT, Hall, Message, kinds, read, sealed, snapshot
from tests.collector.table.dealer import BOOT, NODE, TABLE, uid_of


@pytest.mark.parametrize("kind", ["event", "snapshot", "status"])
async def test_what_is_forged_is_refused_counted_and_told(kind: str) -> None:
    hall = Hall()
    batch = await hall.take(kind, Seal(bytes(32)).close('{"v":1'))

    assert not batch.facts
    assert (hall.dropped("mac"), hall.told) == (1, ["MAC"])


async def test_a_sealed_event_is_taken_like_any_other() -> None:
    hall = Hall()
    frame = sealed(1, read("As"))
    batch = await hall.take("event", envelope.events_body(NODE, BOOT, 1, BOOT, 1, 3, [], [frame]))

    assert batch.facts[0].body["uid"] == uid_of("As")
    assert batch.facts[0].body["age_ms"] == 3


@pytest.mark.parametrize(
    "frame",
    [
        sealed(2, read("As")),
        sealed(1, read("As"), boot=NEXT_BOOT),
        sealed(1, read("As"), device="node-02"),
        sealed(1, read("As"), key=bytes(32)),
        sealed(1, read("As"))[:-1] + b"\x00",
        sealed(1, read("As"))[:40] + b"\x00" + sealed(1, read("As"))[41:],
    ],
    ids=["another number", "another boot", "another node", "another key", "its tag", "its content"],
)
async def test_a_frame_in_another_place_is_refused(frame: bytes) -> None:
    hall = Hall()
    batch = await hall.take("event", envelope.events_body(NODE, BOOT, 1, BOOT, 1, 3, [], [frame]))

    assert not batch.facts
    assert (hall.dropped("frame"), hall.told) == (1, ["FRAME"])


async def test_a_node_that_is_to_seal_is_not_heard_in_clear() -> None:
    hall = Hall()
    hall.dealer.house(type="seal_device", device=NODE, sealed=True)
    assert kinds(await hall.event(1, read("As"))) == []
    assert not (await hall.take("snapshot", snapshot(0, 0))).facts
    assert hall.told == ["UNSEALED", "UNSEALED"]

    frame = sealed(1, read("As"))
    assert kinds(await hall.take("event", envelope.events_body(NODE, BOOT, 9, BOOT, 1, 3, [], [frame])))
    hall.dealer.house(type="seal_device", device=NODE, sealed=False)
    assert kinds(await hall.event(2, read("Ks"), tx=10)) == ["card_read"]


async def test_a_sealed_snapshot_is_compared_like_any_other() -> None:
    hall = Hall()
    hall.desk.nodes.heard(NODE, BOOT)
    frames = Frames(KEY, NODE, BOOT)
    content = envelope.antenna_content("a01", [bytes.fromhex(uid_of("As"))])
    parts = [frames.antenna(0, "{" + content + "}"), frames.antenna(0, '{"a02":[]}')]
    batch = await hall.take(
        "snapshot", envelope.snapshot_body(NODE, BOOT, 0, envelope.told_of(None, BOOT, 0), parts, True)
    )

    assert [(fact.kind, fact.body["antenna"]) for fact in batch.facts] == [("card_read", "a01")]


def test_the_wire_takes_events_or_frames_not_both() -> None:
    frame = "A" * 376
    message: dict[str, Any] = {"v": 1, "device": NODE, "boot": BOOT, "tx": 1, "origin": BOOT, "seq": 1, "age_ms": 1}
    for both in ({}, {"events": [{"kind": "x"}], "sealed": [frame]}):
        with pytest.raises(ValueError, match="one of both"):
            wire.decode_events(json.dumps({**message, **both, "mac": ""}).encode())


LONG = "a" * 60_000


@pytest.mark.parametrize(
    "topic",
    [
        f"ebs/v1/table/{LONG}/command/operator",
        f"ebs/v1/table/{TABLE}/command/{'c' * 65}",
        "ebs/v1/table/caf\u00e9/command/operator",
        "ebs/v1/table//command/operator",
        f"ebs/v1/dev/{LONG}/event",
        f"ebs/v1/dev/{NODE}/event\n",
        f"ebs/v2/dev/{NODE}/event",
        "ebs/v1/house/command/a/b/c/d",
        LONG,
    ],
)
async def test_a_topic_that_is_none_of_ours_is_counted_and_nothing_is_kept_or_told_of_it(
    topic: str, caplog: pytest.LogCaptureFixture
) -> None:
    hall = Hall()
    batch = await hall.take_all([Message(topic, b'{"id":"1","type":"undo"}')] * 3)

    assert (batch.facts, batch.replies, hall.told) == ([], [], [])
    assert hall.dropped("topic") == 3
    assert len(hall.floor._dropped._passed) == 0
    assert all(len(json.dumps(vars(record)["ebs_data"])) < 300 for record in caplog.records)


async def test_rubbish_by_the_thousand_is_few_lines_of_the_log_which_count_the_rest(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    hall, now = Hall(), [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    await hall.take_all([Message(f"ebs/v1/table/t{n}/command/c", b"x") for n in range(3000)])
    now[0] += 1
    await hall.take_all([Message("ebs/v1/table/t/command/c", b"x")])

    lines = [vars(each)["ebs_data"] for each in caplog.records if each.msg == "payload_dropped"]
    assert [line.get("unsaid", 0) for line in lines] == [0] * LINES_A_SECOND + [3000 - LINES_A_SECOND]
    assert hall.dropped("schema") == 3001
    assert len(hall.floor._dropped._passed) == MOST_TOLD_APART


async def test_a_payload_with_a_hundred_faults_is_told_in_a_few_words() -> None:
    hall = Hall()
    levels = [{"small_blind": "x" * 200, "y" * 500: 1}] * 150
    payload = json.dumps({"id": "1", "type": "set_levels", "levels": levels}).encode()
    batch = await hall.take_all([Message(f"ebs/v1/table/{TABLE}/command/op", payload)])

    ((_, _, reply),) = batch.replies
    assert reply.error is not None
    assert reply.error.code == "BAD_COMMAND"
    assert reply.error.message.endswith("; 140 more")
    assert len(reply.error.message) < 2100


@pytest.mark.parametrize(
    "wrong",
    [
        '{"v":1,"device":"node-01","boot":"1-0000000000000001","link":"one","state":"online"',
        '{"v":1,"device":"node-01","boot":"1-0000000000000001","link":1,"state":"well"',
        '{"v":1,"device":"node-01","boot":"one","link":1,"state":"online"',
        '{"v":1,"device":"node-01","boot":"1-0000000000000001","link":1,"link":2,"state":"online"',
    ],
)
async def test_a_signed_status_that_cannot_be_read_is_dropped_counted_and_told(wrong: str) -> None:
    hall = Hall()
    batch = await hall.take("status", Seal(KEY).close(wrong))

    assert not batch.facts
    assert (hall.dropped("schema"), hall.told) == (1, ["SCHEMA"])
    assert hall.link.to("/alert")[0]["device"] == NODE
    assert hall.metrics.nodes._value.get() == 0, "and nobody is thought to be there"


async def test_a_message_whose_events_count_beyond_every_number_is_refused() -> None:
    hall, last = Hall(), 2**53 - 1
    body = envelope.events_body(NODE, BOOT, 1, BOOT, last, 3, [read("As"), read("Ks")])
    batch = await hall.take("event", body)

    assert (batch.facts, hall.told) == ([], ["SCHEMA"])


async def test_a_node_that_speaks_where_nobody_listens_is_told_of() -> None:
    hall = Hall()
    await hall.take_all([Message(f"ebs/v1/dev/{NODE}/health", b"{}")])

    assert (hall.dropped("topic"), hall.told) == (1, ["TOPIC"])
