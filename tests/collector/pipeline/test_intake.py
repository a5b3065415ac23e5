"""What comes from a node is believed when it is signed, opened when it is sealed, and said when it is not right."""

from __future__ import annotations

import json
from typing import Any

import pytest

from collector.wire import device as wire
from edge import envelope
from edge.seal import Seal
from edge.seal_frames import Frames
from tests.collector.pipeline.hall import KEY, NEXT_BOOT, Hall, kinds, read, sealed, snapshot
from tests.collector.table.dealer import BOOT, NODE, uid_of


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
