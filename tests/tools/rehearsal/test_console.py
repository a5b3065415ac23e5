"""What a console of ours sends: it always names the hand and the decision that it knows of."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from collector.broker.link import Address
from tools.rehearsal import console as module
from tools.rehearsal.console import Console, ConsoleError

TABLE = "t1"


class Link:
    """Takes what is sent, and lets the test say what comes."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self.connected = asyncio.Event()
        self.connected.set()
        self.received: asyncio.Queue[Any] = asyncio.Queue()
        self.sent: list[dict[str, Any]] = []
        self.answers: list[dict[str, Any]] = []

    async def run(self) -> None:
        await asyncio.Event().wait()

    def acknowledge(self, message: Any) -> None:
        del message

    async def publish(self, topic: str, payload: bytes, **_: Any) -> bool:
        self.sent.append(json.loads(payload))
        if self.answers:
            usual = {"id": self.sent[-1]["id"], "accepted": True, "error": None, "hand_id": None}
            self.say(topic.replace("/command/", "/reply/"), {**usual, **self.answers.pop(0)})
        return True

    def say(self, topic: str, content: dict[str, Any]) -> None:
        self.received.put_nowait(type("M", (), {"topic": topic, "payload": json.dumps(content).encode()}))

    def state(self, seq: int, decision: int, hand_id: str | None) -> None:
        where = f"ebs/v1/table/{TABLE}/public/state"
        self.say(where, {"epoch": 1, "seq": seq, "decision": decision, "hand_id": hand_id})


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> Console:
    monkeypatch.setattr(module, "MqttLink", Link)
    monkeypatch.setattr(module, "_STATE_S", 0.05)
    return Console(Address("h", 1, "op", "p"), TABLE)


def named(sent: dict[str, Any]) -> tuple[Any, Any]:
    return sent.get("hand_id"), sent.get("decision")


async def test_a_command_names_hand_and_decision_of_the_last_word_of_the_table(console: Console) -> None:
    link: Any = console.link
    running = asyncio.create_task(console.run())
    link.state(7, 3, None)
    link.answers = [{"decision": 4, "hand_id": "h_1"}, {"decision": 5, "hand_id": "h_1"}, {"decision": 6}]

    await console.command("start_hand")
    link.state(8, 4, "h_1")  # behind the reply, and no older than it
    await console.command("fold", seat=1)
    link.state(8, 4, "h_1")  # repeated: older than the last reply
    await console.command("end_hand")
    running.cancel()

    assert [named(each) for each in link.sent] == [(None, 3), ("h_1", 4), ("h_1", 5)]


async def test_whoever_names_them_is_not_corrected_and_a_refusal_says_where_the_table_is(console: Console) -> None:
    link: Any = console.link
    running = asyncio.create_task(console.run())
    link.state(7, 30, "h_1")
    stale = {"accepted": False, "decision": 4, "error": {"code": "STALE_DECISION", "message": "look"}}
    link.answers = [{"decision": 31, "hand_id": "h_1"}, stale, {"decision": 5}]

    await console.command("fold", seat=1, decision=29)
    with pytest.raises(ConsoleError) as refused:
        await console.command("check", seat=2)  # the log was restored: it counts less now
    await console.command("check", seat=2)
    running.cancel()

    assert refused.value.code == "STALE_DECISION"
    assert [each["decision"] for each in link.sent] == [29, 31, 4]


async def test_a_table_that_is_not_open_has_nothing_to_name(console: Console) -> None:
    link: Any = console.link
    running = asyncio.create_task(console.run())
    link.answers = [{"decision": None}]

    await console.command("start_hand")
    running.cancel()

    assert named(link.sent[0]) == (None, None)


async def test_a_command_of_the_house_names_neither(console: Console) -> None:
    link: Any = console.link
    running = asyncio.create_task(console.run())
    link.state(7, 3, "h_1")
    link.answers = [{"decision": None}]

    await console.house("create_event", event_id="e", name="E")
    running.cancel()

    assert set(link.sent[0]) == {"v", "type", "id", "event_id", "name"}
