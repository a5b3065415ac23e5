"""Bad input from every side: counted, answered where it can be, and it never stops the collector or loses a fact."""

from __future__ import annotations

import asyncio
import json
import random
import urllib.error
import urllib.request
from typing import Any

import pytest

from collector.wire.device import sign
from tests.e2e.client import Client, metric, twin
from tests.e2e.conftest import House
from tests.e2e.waiting import eventually
from tools.rehearsal import demo
from tools.rehearsal.console import ConsoleError

pytestmark = [pytest.mark.broker, pytest.mark.node, pytest.mark.timeout(120)]
COMMAND = f"ebs/v1/table/{demo.TABLE}/command"
EVENT = f"ebs/v1/dev/{demo.DEVICE}/event"


def envelope(house: House, seq: int = 9000, **changes: Any) -> bytes:
    """Return a signed device message of this node, from a boot of its own."""
    boot = "77-00000000000000aa"
    event = {"kind": "card_read", "antenna": "a01", "uid": "04aabbccddeeff"}
    body = {"v": 1, "device": demo.DEVICE, "boot": boot, "tx": 1, "origin": boot, "seq": seq, "age_ms": 5}
    return sign(json.dumps({**body, "events": [event], **changes}).encode(), house.stack.device_key())


BAD_COMMANDS = [
    b"",
    b"not json",
    b"[]",
    b"null",
    b"\xff\xfe",
    b'{"id":"x1"}',
    b'{"id":"x2","type":"rob_the_bank"}',
    b'{"id":"x3","type":"fold","seat":11}',
    b'{"id":"x4","type":"raise_to","seat":1,"amount":-5}',
    b'{"id":"x5","type":"raise_to","seat":1,"amount":1e999}',
    b'{"id":"x6","type":"raise_to","seat":1,"amount":NaN}',
    b'{"id":"x7","type":"seat_player","seat":1,"player_id":"P BAD","name":"x"}',
    b'{"id":"x8","type":"deal_card","card":"1x"}',
    b'{"id":"x9","type":"set_blinds","small_blind":1,"big_blind":' + b"9" * 400 + b"}",
    b"[" * 20_000,
    json.dumps({"id": "x10", "type": "fold", "seat": 1, "note": "x" * 40_000}).encode(),
]


async def test_no_payload_whatever_stops_the_collector(house: House) -> None:
    dropped = metric(house, "ebs_payloads_dropped_total")
    chance = random.Random(3)
    async with (
        Client(await twin(house.stack, "dealer"), f"ebs/v1/table/{demo.TABLE}/reply/dealer") as console,
        Client(await twin(house.stack, demo.DEVICE)) as node,
    ):
        for payload in BAD_COMMANDS:
            await console.send(f"{COMMAND}/dealer", payload)
            await console.send("ebs/v1/house/command/dealer", payload)
            await console.send("ebs/v1/table/no_such_table/command/dealer", payload)
        good = envelope(house)
        for _ in range(200):
            broken = bytearray(good)
            broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
            await node.send(EVENT, bytes(broken))
        for kind in ("event", "snapshot", "status"):
            await node.send(f"ebs/v1/dev/{demo.DEVICE}/{kind}", b'{"v":1}')
        await eventually(lambda: metric(house, "ebs_payloads_dropped_total") >= dropped + 240)

        def replies() -> dict[str, dict[str, Any]]:
            return {json.loads(payload)["id"]: json.loads(payload) for _, payload in console.received()}

        await eventually(lambda: set(replies()) >= {"x2", "x3", "x4", "x7", "x8"})
    assert all(not reply["accepted"] and reply["error"]["message"] for reply in replies().values())
    await house.console.command("set_blinds", small_blind=50, big_blind=100)  # and it still works


async def test_what_is_wrong_with_a_command_is_said(house: House) -> None:
    with pytest.raises(ConsoleError, match="seat.*less than or equal to 10"):
        await house.console.command("fold", seat=11)
    with pytest.raises(ConsoleError, match="no hand is running"):
        await house.console.command("fold", seat=1)
    with pytest.raises(ConsoleError, match="small blind 200 is above big blind 100"):
        await house.console.command("set_blinds", small_blind=200, big_blind=100)


async def test_a_forged_reading_is_dropped_and_the_floor_told(house: House) -> None:
    async with (
        Client(await twin(house.stack, demo.DEVICE)) as node,
        Client(await twin(house.stack, "operator"), f"ebs/v1/table/{demo.TABLE}/alert") as floor,
    ):
        await node.send(EVENT, envelope(house)[:-10] + b'00000000"}')
        await eventually(lambda: any(json.loads(payload)["code"] == "MAC" for _, payload in floor.received()))
        await node.send(EVENT, envelope(house, device="node-99"))

    assert metric(house, 'ebs_facts_total{kind="card_read"}') == 0


async def test_a_reading_sent_twice_is_logged_once_and_acknowledged_twice(house: House) -> None:
    async with Client(await twin(house.stack, demo.DEVICE), f"ebs/v1/dev/{demo.DEVICE}/ack") as node:
        for _ in range(3):
            await node.send(EVENT, envelope(house, seq=1))
        await eventually(lambda: len([1 for _, payload in node.received() if b"77-" in payload]) >= 1)
        await eventually(lambda: metric(house, "ebs_device_events_repeated_total") >= 2)

    assert metric(house, 'ebs_facts_total{kind="card_read"}') == 1


async def test_an_older_reading_is_logged_as_evidence_and_deals_no_card(house: House) -> None:
    await house.console.command("set_blinds", small_blind=50, big_blind=100)
    for seat in (1, 2):
        await house.console.command("seat_player", seat=seat, player_id=f"p_{seat}", name=f"P{seat}", stack=1000)
    await house.console.command("start_hand")
    tag = demo.tag(0, "As")  # type: ignore[arg-type]
    event = {"kind": "card_read", "antenna": "a01", "uid": tag}
    async with (
        Client(await twin(house.stack, demo.DEVICE)) as node,
        Client(await twin(house.stack, "programme"), f"ebs/v1/table/{demo.TABLE}/live/alert") as programme,
    ):
        await node.send(EVENT, envelope(house, seq=1, age_ms=600_000, events=[event]))
        await eventually(
            lambda: any(json.loads(payload)["code"] == "OLD_READING" for _, payload in programme.received())
        )

    assert metric(house, 'ebs_facts_total{kind="card_read"}') == 1
    assert (house.sees.feeds["live"].state or {})["seats"][0]["hole"] is None


async def test_rest_answers_bad_requests_in_the_standard_envelope(house: House) -> None:
    for path, status in (
        ("/api/v1/events/evt_demo/hands?limit=lots", 422),
        ("/api/v1/events/nowhere/hands", 404),
        ("/api/v1/events/evt_demo/hands/h_none", 404),
        ("/api/v1/nothing", 404),
    ):
        with pytest.raises(urllib.error.HTTPError) as refused:
            await asyncio.to_thread(urllib.request.urlopen, house.stack.url + path)
        assert refused.value.code == status
        body = json.loads(refused.value.read())
        assert body["error"]["code"]
        assert body["error"]["message"]
        assert body["request_id"]
        refused.value.close()


async def test_no_tag_and_no_hidden_card_is_in_any_log_file(house: House) -> None:
    """Readings pass through every process; their logs hold where and when, never what."""
    await house.console.command("set_blinds", small_blind=50, big_blind=100)
    for seat in (1, 2):
        await house.console.command("seat_player", seat=seat, player_id=f"p_{seat}", name=f"P{seat}", stack=1000)
    await house.console.command("start_hand")
    for antenna, card in (("a01", "As"), ("a02", "Kd")):
        await house.node.put(antenna, demo.tag(0, card))  # type: ignore[arg-type]
    await house.sees.until("live", lambda state: all(state["seats"][seat]["hole"] for seat in (0, 1)))

    collected = (house.stack.folder / "collector.log").read_text()
    assert '"event":"card_read"' in collected
    everything = collected + (house.stack.folder / "broker" / "mosquitto.log").read_text() + "\n".join(house.node.logs)
    for card in ("As", "Kd"):
        assert demo.tag(0, card) not in everything  # type: ignore[arg-type]
        assert f'"{card}"' not in everything
    trace = json.loads(next(line for line in collected.splitlines() if '"event":"card_read"' in line))["trace_id"]
    assert trace.startswith(f"{demo.DEVICE}.{house.node.boot}.")
    assert any(trace in line for line in house.node.logs)


async def test_what_newer_firmware_tells_is_logged_and_holds_nothing_up(house: House) -> None:
    strange = {"kind": "card_sniffed", "antenna": "a01", "smell": "new"}
    known = {"kind": "card_read", "antenna": "a01", "uid": "04aabbccddeeff"}
    async with Client(await twin(house.stack, demo.DEVICE), f"ebs/v1/dev/{demo.DEVICE}/ack") as node:
        await node.send(EVENT, envelope(house, seq=1, events=[strange, known]))
        await eventually(lambda: any(b'"through":2' in payload for _, payload in node.received()))

    assert metric(house, 'ebs_facts_total{kind="unknown_event"}') == 1
    assert metric(house, 'ebs_facts_total{kind="card_read"}') == 1
