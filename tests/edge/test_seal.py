"""Seal and frames against vectors of others: RFC 4231, NIST SP 800-38A, and OpenSSL by way of `cryptography`."""

import hashlib
import hmac
import json
import os
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from collector.devices.sealing import Opener
from edge.seal import Hmac, Seal, same
from edge.seal_cpython import aes
from edge.seal_frames import Frames, keystream, mix
from tools.rehearsal.micropython import NoInterpreterError, ensure

REPOSITORY = Path(__file__).parents[2]
KEY = bytes(range(32))
BOOT = "7-00112233aabbccdd"
GOLDEN = Path(__file__).parents[1] / "contract" / "device"

NIST_KEY = bytes.fromhex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4")
NIST_PLAIN = bytes.fromhex("6bc1bee22e409f96e93d7e117393172a")


def test_hmac_is_that_of_rfc_4231() -> None:
    """Test cases 1 and 6 of the RFC."""
    short = Hmac(b"\x0b" * 20).digest(b"Hi There")
    long = Hmac(b"\xaa" * 131).digest(b"Test Using Larger Than Block-Size Key - ", b"Hash Key First")

    assert short.hex() == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    assert long.hex() == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"


def test_the_cipher_is_that_of_nist() -> None:
    """SP 800-38A, F.1.5: AES-256 in ECB."""
    assert aes(NIST_KEY, 1).encrypt(NIST_PLAIN).hex() == "f3eed1bdb5d2a03c064b5a7e3db181f8"


@pytest.mark.parametrize("counter", [1, 2**32 - 1, 2**40])
def test_counting_over_ecb_is_counter_mode(counter: int) -> None:
    start, plain = counter.to_bytes(8, "big"), os.urandom(256)
    reference = Cipher(algorithms.AES(NIST_KEY), modes.CTR(start + bytes(8))).encryptor().update(plain)

    assert mix(plain, keystream(aes(NIST_KEY, 1), start, 256)) == reference


@pytest.mark.parametrize(("one", "other", "equal"), [(b"ab", b"ab", True), (b"ab", b"ac", False), (b"a", b"ab", False)])
def test_equal_is_equal(one: bytes, other: bytes, equal: bool) -> None:
    assert same(one, other) is equal


def test_a_frame_has_one_length_whatever_is_in_it() -> None:
    frames = Frames(KEY, "node-1", BOOT)

    assert {len(frames.event(seq, "x" * seq)) for seq in range(257)} == {8 + 256 + 16}
    assert len(frames.event(1, "x" * 257)) == 8 + 512 + 16


def test_no_counter_is_used_twice_and_no_key_in_two_boots() -> None:
    frames, next_boot = Frames(KEY, "node-1", BOOT), Frames(KEY, "node-1", "8-00112233aabbccdd")
    made = [frames.event(1, "same") for _ in range(50)] + [frames.antenna(1, "same") for _ in range(50)]

    assert len({frame[:8] for frame in made}) == 100
    assert len({frame[8:264] for frame in made}) == 100
    assert next_boot.event(1, "same")[8:] != made[0][8:]


def test_a_frame_is_opened_by_the_collector_and_its_parts_are_where_the_guide_says() -> None:
    frame = Frames(KEY, "node-1", BOOT).event(17, '{"kind":"fault"}')
    key = hmac.new(KEY, b"ebs-frame-key " + BOOT.encode(), hashlib.sha256).digest()
    mac = hmac.new(KEY, b"ebs-frame-mac " + BOOT.encode(), hashlib.sha256).digest()
    plain = Cipher(algorithms.AES(key), modes.CTR(frame[:8] + bytes(8))).decryptor().update(frame[8:-16])

    assert plain == b'{"kind":"fault"}'.ljust(256)
    assert (
        frame[-16:] == hmac.new(mac, b"node-1 " + BOOT.encode() + b" event 17 " + frame[:-16], "sha256").digest()[:16]
    )


def golden_frames() -> bytes:
    from edge import envelope  # noqa: PLC0415

    event = envelope.card_event("card_read", "a03", bytes.fromhex("04a1b2c3d4e5f6"))
    frame = Frames(KEY, "node-1", BOOT).event(17, event)
    return Seal(KEY).close(envelope.events_body("node-1", BOOT, 9, BOOT, 17, 3, [], [frame]))


def test_the_sealed_message_is_the_golden_one() -> None:
    golden = (GOLDEN / "event_sealed.json").read_bytes().rstrip(b"\n")
    [frame] = json.loads(golden)["sealed"]

    assert golden_frames() == golden
    assert json.loads(Opener(KEY, "node-1", BOOT).event(17, frame) or b"")["uid"] == "04a1b2c3d4e5f6"


@pytest.mark.node
def test_the_chip_seals_the_same_bytes() -> None:
    try:
        interpreter = ensure()
    except NoInterpreterError as error:
        pytest.skip(str(error))
    script = (
        "from edge.seal_frames import *; from edge.seal_frames import _aes; from edge.seal import Hmac; import json\n"
        f"frame = Frames({KEY!r}, 'node-1', '{BOOT}').event(17, '{{\"a\":1}}')\n"
        f"print(json.dumps([frame.hex(), _aes({NIST_KEY!r}).encrypt({NIST_PLAIN!r}).hex(),"
        " Hmac(b'\\x0b' * 20).digest(b'Hi There').hex()]))"
    )
    environment = {**os.environ, "MICROPYPATH": f"{REPOSITORY}:.frozen"}
    ran = subprocess.run([*interpreter, "-c", script], env=environment, capture_output=True, text=True, check=False)
    frame, block, digest = json.loads(ran.stdout)

    assert frame == Frames(KEY, "node-1", BOOT).event(17, '{"a":1}').hex()
    assert block == "f3eed1bdb5d2a03c064b5a7e3db181f8"
    assert digest == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
