"""Whom an installer's tools believe: with the node's key only what carries its signature, without it they say so."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from collector.broker.keyfile import KeyFile
from collector.broker.logins import INSTALLER
from collector.wire.device import sign
from edge.seal_frames import Frames
from tests.e2e.client import Client, twin
from tools.hardware.ear import FORGED, NOT_VERIFIED, SEALED, Reading
from tools.hardware.session import Session, session
from tools.rehearsal import demo
from tools.rehearsal.stack import KEYS, Stack

pytestmark = pytest.mark.broker
BOOT = "3-00000000000000aa"
ACE = "04a1b2c3d4e5f6"


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    made = Stack(tmp_path / "data", say=print)
    made.device_key()
    await made.broker.start()
    yield made
    await made.stop()


def message(seq: int, **changes: Any) -> dict[str, Any]:
    event = {"kind": "card_read", "antenna": "a01", "uid": ACE}
    body = {"v": 1, "device": demo.DEVICE, "boot": BOOT, "tx": seq, "origin": BOOT, "seq": seq, "age_ms": 3}
    return {**body, "events": [event], **changes}


def frame(key: bytes, number: int, **changes: Any) -> dict[str, Any]:
    plain = message(number)
    [event] = plain.pop("events")
    sealed = Frames(key, demo.DEVICE, BOOT).event(number, json.dumps(event))
    return {**plain, "sealed": [base64.b64encode(sealed).decode()], **changes}


async def heard(stack: Stack, said: list[str], messages: list[bytes], *, key_here: bool) -> list[Reading]:
    """Return what a session makes of messages on the node's topic."""
    keys = KeyFile(stack.folder / KEYS) if key_here else None
    async with (
        session(stack.login(INSTALLER), demo.TABLE, None, keys, said.append, commands=False) as now,
        Client(await twin(stack, demo.DEVICE)) as node,
    ):
        for payload in messages:
            await node.send(f"ebs/v1/dev/{demo.DEVICE}/event", payload)
        await node.send(f"ebs/v1/dev/{demo.DEVICE}/event", signed(stack, message(99, events=[removal()])))
        return await readings(now)


def removal() -> dict[str, str]:
    return {"kind": "card_removed", "antenna": "a12", "uid": ACE}


async def readings(now: Session) -> list[Reading]:
    """Return all readings before the removal that ends the test."""
    found = []
    while True:
        item = await now.next()
        assert isinstance(item, Reading)
        if not item.came:
            return found
        found.append(item)


def signed(stack: Stack, content: dict[str, Any], key: bytes | None = None) -> bytes:
    return sign(json.dumps(content).encode(), key or stack.device_key())


async def test_with_the_key_only_what_is_signed_is_heard(stack: Stack) -> None:
    said: list[str] = []
    forged = signed(stack, message(1), bytes(32))

    found = await heard(stack, said, [forged, signed(stack, message(2))], key_here=True)

    assert len(found) == 1
    assert said == [FORGED.format(demo.DEVICE)]


async def test_with_the_key_what_is_sealed_is_opened(stack: Stack) -> None:
    said: list[str] = []
    key = stack.device_key()
    misplaced = frame(key, 8, seq=9)  # a true frame under another number

    found = await heard(stack, said, [signed(stack, frame(key, 7)), signed(stack, misplaced)], key_here=True)

    assert [(reading.antenna, reading.uid.reveal(), reading.came) for reading in found] == [("a01", ACE, True)]
    assert said == [FORGED.format(demo.DEVICE)]


async def test_without_the_key_it_is_said_that_nobody_checked(stack: Stack) -> None:
    said: list[str] = []
    key = stack.device_key()

    found = await heard(stack, said, [signed(stack, message(1)), signed(stack, frame(key, 2))], key_here=False)

    assert len(found) == 1
    assert said == [NOT_VERIFIED.format(demo.DEVICE), SEALED.format(demo.DEVICE)]


async def test_a_message_that_names_another_node_than_its_topic_is_not_heard(stack: Stack) -> None:
    found = await heard(stack, [], [signed(stack, message(1, device="node-77"))], key_here=True)

    assert found == []


async def test_keys_that_may_not_be_read_are_no_keys(stack: Stack, tmp_path: Path) -> None:
    nowhere = KeyFile(tmp_path / "file" / "below")
    (tmp_path / "file").write_text("no folder")

    assert nowhere.key(demo.DEVICE) is None
    assert KeyFile(stack.folder / KEYS).key(demo.DEVICE) == stack.device_key()
