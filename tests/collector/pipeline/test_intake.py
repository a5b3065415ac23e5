"""What comes from a node: believed when signed, taken once, opened when sealed, and said when it is not right."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

import edge
from collector.devices.nodes import Nodes
from collector.facts.chain import Chain
from collector.facts.fact import Fact
from collector.metrics import Metrics
from collector.pipeline.desk import Batch, Desk
from collector.pipeline.intake import Ingest
from collector.wire import device as wire
from collector.wire import to_node
from edge import envelope, envelope_birth, envelope_notices
from edge.link_mqtt import publish_packet
from edge.seal import Seal
from edge.seal_frames import Frames
from tests.collector.table.dealer import BOOT, NODE, TABLE, Dealer, uid_of

KEY = bytes(range(32))
NEXT_BOOT = "2-0000000000000002"


@dataclass
class Message:
    topic: str
    payload: bytes


class Keys:
    def key(self, device: str) -> bytes | None:
        return KEY if device == NODE else None


@dataclass
class Store:
    log_id: str = "log-1"
    facts: list[Fact] = field(default_factory=list)

    async def append(self, facts: list[Fact]) -> None:
        self.facts += facts

    async def renew(self) -> None:
        self.log_id = "log-2"


class Floor:
    """An ingest with a set-up table, and what the floor is told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.dealer = Dealer()
        self.store = Store()
        self.metrics = Metrics()
        self.tx = 0

        async def reload() -> Desk:
            raise AssertionError("a payload broke us")

        async def complain(where: str, code: str, message: str) -> None:
            self.told.append(code.upper())

        self.ingest = Ingest(
            self.dealer.desk,
            self.store,
            Keys(),
            self.metrics,
            reload=reload,
            complain=complain,  # type: ignore[arg-type]
        )

    async def take(self, kind: str, body: str | bytes) -> Batch:
        payload = body if isinstance(body, bytes) else Seal(KEY).close(body)
        batch = await self.ingest.decide([Message(f"ebs/v1/dev/{NODE}/{kind}", payload)])
        await self.ingest.commit(batch)
        await self.ingest.report(batch)
        return batch

    async def event(self, seq: int, event: str, *, boot: str = BOOT, origin: str | None = None, tx: int = 0) -> Batch:
        self.tx += 1
        age = 3 if origin in (None, boot) else None
        body = envelope.events_body(NODE, boot, tx or self.tx, origin or boot, seq, age, [event])
        return await self.take("event", body)

    def dropped(self, reason: str) -> float:
        return self.metrics.dropped.labels(reason)._value.get()

    def acks(self, batch: Batch) -> dict[str, int]:
        progress = self.ingest.desk.nodes.progress
        return {o: progress[NODE, o].through for o in batch.origins.get(NODE, ()) if (NODE, o) in progress}


def read(card: str, antenna: str = "a01") -> str:
    return envelope.card_event("card_read", antenna, bytes.fromhex(uid_of(card)))


def kinds(batch: Batch) -> list[str]:
    return [fact.kind for fact in batch.facts]


async def test_a_message_is_taken_once_and_acknowledged_again() -> None:
    floor = Floor()
    first = await floor.event(1, read("As"))
    again = await floor.event(1, read("As"))

    assert (kinds(first), kinds(again)) == (["card_read"], [])
    assert floor.acks(again) == {BOOT: 1}
    assert not floor.told, "a node that repeats what it was not told of does what it should"


async def test_a_transmission_that_comes_again_is_refused_counted_and_told() -> None:
    floor = Floor()
    await floor.event(1, read("As"), tx=5)
    again = await floor.event(1, read("As"), tx=5)

    assert kinds(again) == []
    assert (floor.dropped("replayed"), floor.told) == (1, ["REPLAYED"])


async def test_a_repetition_that_is_played_back_is_refused_too() -> None:
    floor = Floor()
    await floor.event(1, read("As"), tx=5)
    await floor.event(1, read("As"), tx=6)
    assert not floor.told
    await floor.event(1, read("As"), tx=6)

    assert floor.told == ["REPLAYED"]


async def test_a_transmission_behind_a_later_one_is_refused_until_it_is_sent_anew() -> None:
    floor = Floor()
    await floor.event(1, read("Ks"), tx=6)
    behind = await floor.event(2, read("As"), tx=5)
    assert (kinds(behind), floor.told) == ([], ["REPLAYED"])

    anew = await floor.event(2, read("As"), tx=7)
    assert (kinds(anew), floor.acks(anew)) == (["card_read"], {BOOT: 2})


async def test_what_was_taken_is_known_after_a_restart() -> None:
    floor = Floor()
    await floor.event(1, read("As"), tx=9)
    again = Floor()
    again.ingest.desk = Desk(Chain({}, lambda: 1))
    again.ingest.desk.load([*floor.dealer.facts, *floor.store.facts])

    assert kinds(await again.event(2, read("Ks"), tx=9)) == []
    assert again.told == ["REPLAYED"]


async def test_an_earlier_boots_event_is_accepted_once_as_evidence() -> None:
    floor = Floor()
    await floor.event(1, read("As"), tx=1)
    await floor.event(1, read("Ks"), boot=NEXT_BOOT, tx=1)
    late = await floor.event(2, read("Qs"), tx=2)
    again = await floor.event(2, read("Qs"), tx=2)

    assert kinds(late) == ["card_read"]
    assert late.facts[0].body["age_ms"] is None
    assert (kinds(again), floor.told) == ([], ["REPLAYED"])


async def test_backlog_moves_no_card_on_the_live_table() -> None:
    floor = Floor()
    floor.dealer.command(type="start_hand")
    before = floor.dealer.table.play.hand
    batch = await floor.event(1, read("As"), boot=NEXT_BOOT, origin=BOOT)
    table = floor.ingest.desk.tables[TABLE]

    assert kinds(batch) == ["card_read"]
    assert table.play.hand == before
    assert [warning.code for change in batch.changes for warning in change.outcome.warnings] == ["OLD_READING"]
    assert not any(change.outcome.happenings for change in batch.changes)


async def test_a_card_that_a_restarted_node_finds_again_is_marked_so_and_counted_once() -> None:
    floor = Floor()
    first = await floor.event(1, read("As"))
    again = await floor.event(1, read("As"), boot=NEXT_BOOT)

    assert "again" not in first.facts[0].body
    assert again.facts[0].body["again"] is True
    assert floor.ingest.desk.tables[TABLE].lying[1] == 1


async def test_a_gap_is_not_acknowledged_until_it_is_filled_or_declared() -> None:
    floor = Floor()
    beyond = await floor.event(3, read("As"))
    assert (kinds(beyond), floor.acks(beyond), floor.dropped("ahead")) == ([], {BOOT: 0}, 1)
    gone = await floor.event(4, envelope_notices.gone_event(BOOT, 1, 2))
    assert floor.acks(gone) == {BOOT: 2}
    anew = await floor.event(3, read("As"))

    assert (kinds(anew), floor.acks(anew)) == (["card_read"], {BOOT: 4})
    assert floor.told == []
    assert gone.facts[0].body["missing"] == 2
    assert [warning.code for change in gone.changes for warning in change.outcome.warnings] == ["READINGS_GONE"]


async def test_what_is_sent_again_after_a_gap_is_in_order() -> None:
    floor = Floor()
    await floor.event(3, read("As"))
    for seq, card in ((1, "Ks"), (2, "Qs"), (3, "As")):
        await floor.event(seq, read(card))

    seqs = [fact.device_key.seq for fact in floor.store.facts if fact.device_key]
    assert seqs == [1, 2, 3]


async def test_a_gap_that_stays_is_told_and_the_table_goes_on() -> None:
    floor = Floor()
    await floor.take("snapshot", snapshot(3, 0))  # was told of nothing that is not here
    for tx in (5, 5, 6, 6, 7):  # two of them doubled on the way
        assert floor.told == []
        taken = await floor.event(3, read("As"), tx=tx)

    assert (kinds(taken), floor.told) == (["gone", "card_read"], ["EVENTS_MISSING"])
    assert floor.acks(taken) == {BOOT: 3}, "else the node would send all that comes after it for ever"
    assert not any(change.outcome.warnings for change in taken.changes), "it has been told"


async def test_a_gap_that_stayed_is_known_after_a_restart_and_what_comes_late_is_welcome() -> None:
    floor = Floor()
    await floor.take("snapshot", snapshot(3, 0))
    for _ in range(3):
        await floor.event(3, read("As"))
    restarted = Nodes()
    for fact in floor.store.facts:
        restarted.remember(fact)

    assert restarted.progress[NODE, BOOT].through == 3
    assert kinds(await floor.event(2, read("Ks"))) == ["card_read"]


@pytest.mark.parametrize("word", [None, "log-0"])
async def test_a_node_that_may_not_know_this_log_is_given_longer_to_fill_a_gap(word: str | None) -> None:
    """The network may lose what it is told, so that it sends what comes after the gap again and again."""
    floor = Floor()
    if word:
        await floor.take("snapshot", snapshot(3, 2, word))
    for _ in range(12):
        assert kinds(await floor.event(3, read("As"))) == []
    assert floor.told == []

    assert kinds(await floor.event(3, read("As"))) == ["gone", "card_read"]
    assert floor.told == ["EVENTS_MISSING"]


async def test_what_was_declared_gone_and_was_in_is_no_alert() -> None:
    floor = Floor()
    await floor.event(1, read("As"))
    gone = await floor.event(2, envelope_notices.gone_event(BOOT, 1, 1))

    assert gone.facts[0].body["missing"] == 0
    assert not any(change.outcome.warnings for change in gone.changes)


async def test_what_was_declared_gone_and_comes_after_all_is_taken_once() -> None:
    floor = Floor()
    await floor.event(3, envelope_notices.gone_event(BOOT, 1, 2))

    assert kinds(await floor.event(2, read("As"))) == ["card_read"]
    assert kinds(await floor.event(2, read("As"))) == []


async def test_a_boot_that_counts_back_is_taken_and_told() -> None:
    floor = Floor()
    await floor.event(1, read("As"), boot="5-0000000000000005")
    wiped = await floor.event(1, read("Ks"), boot="1-00000000000000ff", tx=1)

    assert kinds(wiped) == ["card_read"]
    assert floor.told == ["BOOT_BACK"]


async def test_a_boot_that_counts_back_is_told_with_its_birth_which_comes_before_its_events() -> None:
    floor = Floor()
    await floor.event(1, read("As"), boot="5-0000000000000005")
    wiped = "1-00000000000000ff"
    for _ in range(2):
        await floor.take(
            "status",
            "".join(envelope_birth.status_body(NODE, wiped, 1, envelope.told_of("log-1", wiped, 0), "0", "b", [])),
        )
    await floor.event(1, read("Ks"), boot=wiped, tx=1)

    assert floor.told == ["BOOT_BACK"]


@pytest.mark.parametrize("kind", ["event", "snapshot", "status"])
async def test_what_is_forged_is_refused_counted_and_told(kind: str) -> None:
    floor = Floor()
    batch = await floor.take(kind, Seal(bytes(32)).close('{"v":1'))

    assert not batch.facts
    assert (floor.dropped("mac"), floor.told) == (1, ["MAC"])


def snapshot(as_of: int, acked: int, log_id: str = "log-1") -> str:
    return envelope.snapshot_body(NODE, BOOT, as_of, envelope.told_of(log_id, BOOT, acked), ['"a01":[]'])


def born(boot: str, origin: str, acked: int, log_id: str = "log-1") -> str:
    return envelope_birth.status_body(
        NODE, boot, 1, envelope.told_of(log_id, origin, acked), "0.1.0", "esp32_devkitc", []
    )


async def test_a_snapshot_of_a_boot_that_is_over_is_a_replay_and_moves_no_card() -> None:
    floor = Floor()
    await floor.event(1, read("As"))
    await floor.event(1, read("As"), boot=NEXT_BOOT)

    played_back = await floor.take("snapshot", snapshot(1, 1))

    assert (kinds(played_back), played_back.devices) == ([], {})
    assert (floor.dropped("replayed"), floor.told) == (1, ["REPLAYED"])


async def test_a_snapshot_of_a_boot_that_was_never_heard_moves_no_card() -> None:
    """As one of long ago, played back to a collector that started since: it knows no boot without events."""
    floor = Floor()
    await floor.event(1, read("As"))
    long_ago = "0-00000000000000aa"
    body = envelope.snapshot_body(NODE, long_ago, 0, envelope.told_of(None, long_ago, 0), ['"a01":[]'])

    assert kinds(await floor.take("snapshot", body)) == []


async def test_a_log_older_than_what_nodes_were_told_gets_a_new_name() -> None:
    floor = Floor()
    await floor.event(1, read("As"))
    same = await floor.take("snapshot", snapshot(5, 1))
    assert (floor.store.log_id, same.devices) == ("log-1", {})

    older = await floor.take("snapshot", snapshot(5, 4))
    assert (floor.store.log_id, older.devices, floor.told) == ("log-2", {NODE: BOOT}, ["LOG_RESTORED"])

    behind = await floor.take("snapshot", snapshot(5, 4))
    assert behind.devices == {NODE: BOOT}, "who knows the old name is told the new one"
    assert floor.store.log_id == "log-2"


async def test_a_birth_tells_what_an_older_log_lacks_of_boots_before() -> None:
    floor = Floor()
    await floor.event(1, read("As"))
    same = await floor.take("status", born(NEXT_BOOT, BOOT, 1))
    assert (floor.store.log_id, same.devices) == ("log-1", {})

    older = await floor.take("status", born(NEXT_BOOT, BOOT, 3))

    assert (floor.store.log_id, floor.told) == ("log-2", ["LOG_RESTORED"])
    assert (older.devices, older.origins) == ({NODE: NEXT_BOOT}, {NODE: {BOOT}})


async def test_what_an_older_log_lacks_of_boots_before_comes_first() -> None:
    floor = Floor()
    await floor.event(1, read("As"))
    await floor.take("status", born(NEXT_BOOT, BOOT, 3))
    for _ in range(5):
        assert kinds(await floor.event(1, read("2c"), boot=NEXT_BOOT)) == []

    for seq, card in ((2, "Ks"), (3, "Qs")):
        await floor.event(seq, read(card), boot=NEXT_BOOT, origin=BOOT)
    await floor.event(1, read("2c"), boot=NEXT_BOOT)

    keys = [(key.origin, key.seq) for fact in floor.store.facts if (key := fact.device_key)]
    assert keys == [(BOOT, 1), (BOOT, 2), (BOOT, 3), (NEXT_BOOT, 1)]


async def test_a_node_that_does_not_send_what_it_was_told_of_is_waited_for_once() -> None:
    floor = Floor()
    await floor.take("status", born(NEXT_BOOT, BOOT, 3))
    for _ in range(13):
        first = await floor.event(1, read("As"), boot=NEXT_BOOT)
    second = await floor.event(2, read("Ks"), boot=NEXT_BOOT)

    assert kinds(first) == kinds(second) == ["card_read"]
    assert floor.told == ["LOG_RESTORED", "EVENTS_MISSING"]


def sealed(seq: int, event: str, *, key: bytes = KEY, boot: str = BOOT, device: str = NODE) -> bytes:
    frames = Frames(key, device, boot)
    return frames.event(seq, event)


async def test_a_sealed_event_is_taken_like_any_other() -> None:
    floor = Floor()
    frame = sealed(1, read("As"))
    batch = await floor.take("event", envelope.events_body(NODE, BOOT, 1, BOOT, 1, 3, [], [frame]))

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
    floor = Floor()
    batch = await floor.take("event", envelope.events_body(NODE, BOOT, 1, BOOT, 1, 3, [], [frame]))

    assert not batch.facts
    assert (floor.dropped("frame"), floor.told) == (1, ["FRAME"])


async def test_a_node_that_is_to_seal_is_not_heard_in_clear() -> None:
    floor = Floor()
    floor.dealer.house(type="seal_device", device=NODE, sealed=True)
    assert kinds(await floor.event(1, read("As"))) == []
    assert not (await floor.take("snapshot", snapshot(0, 0))).facts
    assert floor.told == ["UNSEALED", "UNSEALED"]

    frame = sealed(1, read("As"))
    assert kinds(await floor.take("event", envelope.events_body(NODE, BOOT, 9, BOOT, 1, 3, [], [frame])))
    floor.dealer.house(type="seal_device", device=NODE, sealed=False)
    assert kinds(await floor.event(2, read("Ks"), tx=10)) == ["card_read"]


async def test_a_sealed_snapshot_is_compared_like_any_other() -> None:
    floor = Floor()
    floor.ingest.desk.nodes.heard(NODE, BOOT)
    frames = Frames(KEY, NODE, BOOT)
    content = envelope.antenna_content("a01", [bytes.fromhex(uid_of("As"))])
    parts = [frames.antenna(0, "{" + content + "}"), frames.antenna(0, '{"a02":[]}')]
    batch = await floor.take(
        "snapshot", envelope.snapshot_body(NODE, BOOT, 0, envelope.told_of(None, BOOT, 0), parts, True)
    )

    assert [(fact.kind, fact.body["antenna"]) for fact in batch.facts] == [("card_read", "a01")]


def test_a_command_to_a_node_names_its_boot_and_waits_for_one_that_was_heard() -> None:
    dealer = Dealer()
    refused = dealer.house(type="command_device", device=NODE, action="identify")
    assert refused.error
    assert refused.error.code == "DEVICE_SILENT"

    dealer.desk.nodes.heard(NODE, BOOT)
    bad = dealer.house(type="command_device", device=NODE, action="configure")
    assert bad.error
    assert bad.error.code == "BAD_CONFIGURATION"
    assert dealer.house(type="command_device", device=NODE, action="identify").accepted
    assert dealer.facts[-1].body["boot"] == BOOT


@pytest.mark.parametrize("value", ["1.5", "NaN"])
def test_a_configuration_with_a_fraction_is_refused_and_breaks_nothing(value: str) -> None:
    dealer = Dealer()
    dealer.desk.nodes.heard(NODE, BOOT)
    config = {"outbox_events": float(value)}
    reply = dealer.house(type="command_device", device=NODE, action="configure", version=1, config=config)

    assert reply.error
    assert (reply.error.code, "fractions" in reply.error.message) == ("BAD_CONFIGURATION", True)


def test_a_configuration_that_a_node_would_skip_is_refused() -> None:
    """The limit is the node's: a packet, with its topic, in the buffer that is there for it."""
    dealer = Dealer()
    dealer.desk.nodes.heard(NODE, BOOT)
    password, packet = "", 0
    while True:
        password += "x"
        config = {"wifi": {"ssid": "hall", "password": password}}
        reply = dealer.house(type="command_device", device=NODE, action="configure", version=1, config=config)
        if not reply.accepted:
            break
        unsigned = to_node.command(NODE, reply.id, BOOT, "configure", {"version": 1, "config": config})
        where, payload = f"ebs/v1/dev/{NODE}/command", wire.sign(unsigned, KEY)
        packet = len(b"".join(map(bytes, publish_packet(where, [payload], 1, False, 1, bytearray(99))))) - 3

    assert packet == len(edge.IN), "the largest that is accepted fills the buffer"
    assert reply.error
    assert reply.error.code == "BAD_CONFIGURATION"
    assert "1 bytes larger than node" in reply.error.message
    assert "x" * 9 not in reply.error.message


async def test_a_command_that_failed_is_told() -> None:
    floor = Floor()
    batch = await floor.event(1, envelope_notices.result_event("c-1", False, "no room"))

    assert [warning.code for change in batch.changes for warning in change.outcome.warnings] == ["COMMAND_FAILED"]


def test_the_wire_takes_events_or_frames_not_both() -> None:
    frame = "A" * 376
    message: dict[str, Any] = {"v": 1, "device": NODE, "boot": BOOT, "tx": 1, "origin": BOOT, "seq": 1, "age_ms": 1}
    for both in ({}, {"events": [{"kind": "x"}], "sealed": [frame]}):
        with pytest.raises(ValueError, match="one of both"):
            wire.decode_events(json.dumps({**message, **both, "mac": ""}).encode())
