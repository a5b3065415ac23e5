"""The bytes on the wire: node and collector meet the same golden payloads, tests/contract/device/."""

import hmac
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from collector.wire import device as wire
from edge import envelope, envelope_birth, envelope_notices
from edge.antenna_presence import READ, REMOVED
from edge.antenna_scan import Antenna
from edge.seal import Seal

KEY = bytes(range(32))
SEAL = Seal(KEY)
BOOT = "7-00112233aabbccdd"
TOLD = envelope.told_of("log-1", "6-ffeeddccbbaa9988", 64)
GOLDEN = Path(__file__).parents[1] / "contract" / "device"


def golden(name: str) -> bytes:
    return (GOLDEN / f"{name}.json").read_bytes().rstrip(b"\n")


def event_payload() -> bytes:
    events = [
        envelope.card_event("card_read", "a03", bytes.fromhex("04a1b2c3d4e5f6")),
        envelope.card_event("card_removed", "a11", bytes.fromhex("11223344")),
        envelope.card_event("card_moved", "a02", bytes.fromhex("11223344"), "a12"),
        envelope_notices.fault_event("a12", "no_chip", 'antenna a12: no reader chip "answers"'),
        envelope_notices.gone_event("6-ffeeddccbbaa9988", 1, 64),
        envelope_notices.result_event("c-42", True, ""),
    ]
    return SEAL.close(envelope.events_body("node-1", BOOT, 9, BOOT, 17, 3, events))


def snapshot_payload() -> bytes:
    lying: list[tuple[str, list[bytes]]] = [
        ("a01", []),
        ("a02", [bytes.fromhex("04a1b2c3d4e5f6"), bytes.fromhex("11223344")]),
    ]
    [part] = envelope.snapshot_parts(lying)
    return SEAL.close(envelope.snapshot_body("node-1", BOOT, 21, envelope.told_of("log-1", BOOT, 20), part))


def status_payload() -> bytes:
    antennas = [answered("a01", 0x92), answered("a02", 0x12)]
    return SEAL.close(envelope_birth.status_body("node-1", BOOT, 2, TOLD, "0.1.0", "esp32_devkitc", antennas))


def answered(name: str, version: int) -> Antenna:
    """Return an antenna whose chip said that it is of this version."""
    chip = SimpleNamespace(chip="MFRC522", known_versions=(0x92,), version=version)
    return Antenna(name, SimpleNamespace(chip=chip))


MADE = {
    "event": event_payload,
    "snapshot": snapshot_payload,
    "status": status_payload,
    "will": lambda: SEAL.close(envelope_birth.will_body("node-1", BOOT, 2)),
}


@pytest.mark.parametrize("name", MADE)
def test_the_node_says_the_golden_bytes(name: str) -> None:
    assert MADE[name]() == golden(name)


@pytest.mark.parametrize("name", ["event", "snapshot", "status", "will", "ack", "command"])
def test_the_collector_takes_the_golden_mac(name: str) -> None:
    assert wire.verify(golden(name), KEY)
    assert not wire.verify(golden(name).replace(b"7-", b"8-", 1), KEY)


def test_the_collector_reads_what_the_node_says() -> None:
    events = wire.decode_events(golden("event"))
    told = ["card_read", "card_removed", "card_moved", "fault", "gone", "command_result"]
    assert [event.kind for event in events.events] == told
    assert (events.seq, events.age_ms, events.origin) == (17, 3, BOOT)
    assert {name: len(cards) for name, cards in wire.decode_snapshot(golden("snapshot")).antennas.items()} == {
        "a01": 0,
        "a02": 2,
    }
    assert wire.decode_status(golden("status")).state == "online"
    assert wire.decode_status(golden("will")).state == "lost"


def test_the_node_reads_what_the_collector_says() -> None:
    ack = SEAL.open(golden("ack"))
    assert ack is not None
    assert wire.DeviceAcks.model_validate_json(golden("ack")).acks[0].through == ack["acks"][0]["through"] == 21
    command = SEAL.open(golden("command"))
    assert command is not None
    assert wire.DeviceCommand.model_validate_json(golden("command")).type == command["type"] == "resend"


@pytest.mark.parametrize("key", [b"", b"k", KEY, bytes(64), bytes(65), bytes(200)])
def test_the_mac_is_hmac_sha256(key: bytes) -> None:
    assert Seal(key).close('{"v":1').endswith(hmac.new(key, b'{"v":1', "sha256").hexdigest().encode() + b'"}')


@pytest.mark.parametrize("place", range(0, 140, 7))
def test_a_payload_changed_anywhere_is_not_opened(place: int) -> None:
    payload = bytearray(golden("ack"))
    payload[place] ^= 1

    assert SEAL.open(bytes(payload)) is None


@pytest.mark.parametrize("payload", [b"", b"{}", b'{"mac":"00"}', b"x" * 80])
def test_what_carries_no_mac_is_not_opened(payload: bytes) -> None:
    assert SEAL.open(payload) is None


def test_kinds_of_presence_are_not_confused() -> None:
    assert READ != REMOVED
    assert json.loads(envelope.card_event("card_read", "a", b"\x01"))["uid"] == "01"
