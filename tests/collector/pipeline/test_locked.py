"""A collector whose house key is missing: it folds and logs nothing, refuses every command, and the floor hears why."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass
from typing import Any

import pytest

from collector.facts.seals import HouseKeys, Sealer
from collector.metrics import Metrics
from collector.pipeline import locked
from collector.pipeline.floor import Floor
from collector.pipeline.locked import Locked
from collector.table.commands import COMMANDS
from collector.table.show.renderer import Renderer
from tests.collector.pipeline.hall import Link, Store
from tests.collector.table.dealer import Dealer

PROBLEM = "data/house-key: there is no house key; put it back, it opens the log's hidden cards"


@dataclass(frozen=True)
class Message:
    topic: str
    payload: bytes
    retained: bool = False


class Night:
    """A locked collector, and what it says. `facts`: of its log."""

    def __init__(self, store: Store) -> None:
        self.link, self.store, self.problem = Link(), store, PROBLEM
        self.inbox: asyncio.Queue[Any] = asyncio.Queue()
        self.acknowledged: list[Any] = []
        self.floor = Floor(self.link, Renderer(COMMANDS), Metrics())
        self.locked = Locked(
            lambda: self.problem,
            self.inbox,
            connected=lambda: True,
            puback=self.acknowledged.append,
            link=self.link,
            floor=self.floor,
            store=store,
            commands=COMMANDS,
        )


@pytest.fixture
def night(monkeypatch: pytest.MonkeyPatch) -> Night:
    monkeypatch.setattr(locked, "LOOK_S", 0.02)
    return Night(Store(facts=Dealer().facts))


async def until_asked(night: Night, *messages: Message) -> None:
    for message in messages:
        night.inbox.put_nowait(message)
    running = asyncio.create_task(night.locked.run())
    async with asyncio.timeout(5):
        while len(night.acknowledged) < len(messages) or not night.link.sent:  # noqa: ASYNC110 - it is asked
            await asyncio.sleep(0.01)
        night.problem = ""
        await running


async def test_each_command_is_refused_with_what_to_do(night: Night) -> None:
    before = list(night.store.facts)

    await until_asked(
        night,
        Message("ebs/v1/table/table_01/command/operator", json.dumps({"id": "c-1", "type": "fold"}).encode()),
        Message("ebs/v1/house/command/web-1", json.dumps({"id": "c-2", "type": "open_table"}).encode()),
        Message("ebs/v1/table/table_01/command/operator", b"{"),
        Message("ebs/v1/dev/node-01/event", b"{}"),
    )

    replies = {topic: said for topic, said in night.link.sent if "/reply/" in topic}
    assert replies.keys() == {"table/table_01/reply/operator", "house/reply/web-1"}
    for said in replies.values():
        assert (said["accepted"], said["error"]["code"]) == (False, "HOUSE_KEY_MISSING")
        assert said["error"]["message"] == f"the log cannot be read, no table runs: {PROBLEM}"
    assert night.store.facts == before
    assert not night.link.to("/ack")


async def test_the_floor_of_every_table_hears_it(night: Night) -> None:
    await until_asked(night)

    (alert,) = night.link.to("table_01/alert")
    assert (alert["code"], alert["severity"]) == ("HOUSE_KEY_MISSING", "error")
    assert PROBLEM in alert["message"]
    assert not night.link.to("/state")


def test_no_hand_starts_while_the_house_key_is_away_and_an_override_does_not_help() -> None:
    sealer = Sealer(lambda: HouseKeys([b"h" * 32]), random.Random(1).randbytes)
    dealer = Dealer(sealer=sealer)
    sealer.unsafe = lambda: PROBLEM

    for reply in (dealer.send(type="start_hand", button=1), dealer.send(type="start_hand", override=True)):
        assert reply.error
        assert (reply.error.code, reply.error.message) == ("HOUSE_KEY_MISSING", f"no hand starts: {PROBLEM}")

    sealer.unsafe = lambda: ""
    assert dealer.command(type="start_hand", button=1).accepted
    sealer.unsafe = lambda: PROBLEM
    assert dealer.act(1, "fold").accepted
