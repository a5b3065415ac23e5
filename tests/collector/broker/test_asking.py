"""How a web process asks the collector, over a real mosquitto with the house's own logins."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiomqtt
import pytest

from collector.access.senders import Sender
from collector.broker import asking as asking_module
from collector.broker.asking import Asking
from collector.broker.link import Address
from collector.broker.logins import WEB, Logins
from collector.broker.mosquitto import Mosquitto
from collector.errors import NoAnswerError


class Collector:
    """Answers what `says` returns for a payload, on the reply topic of its command. None: nothing."""

    def __init__(self, client: aiomqtt.Client) -> None:
        self._client = client
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.says: Any = lambda told: {"id": told["id"], "accepted": True}

    async def run(self) -> None:
        async for message in self._client.messages:
            assert isinstance(message.payload, bytes)
            told = json.loads(message.payload)
            self.heard.append((message.topic.value, told))
            if (answer := self.says(told)) is not None:
                payload = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                await self._client.publish(message.topic.value.replace("/command/", "/reply/"), payload, qos=1)


@pytest.fixture
async def two(tmp_path: Path) -> AsyncIterator[tuple[Asking, Collector]]:
    logins = Logins.kept_in(tmp_path / "credentials.json", consoles=(), nodes=())
    broker = Mosquitto(tmp_path / "broker", logins)
    await broker.start()
    web = Asking(Address("127.0.0.1", broker.port, WEB, logins.passwords[WEB]), identifier="web-test")
    passwords = logins.passwords
    async with aiomqtt.Client(
        "127.0.0.1", broker.port, username="collector", password=passwords["collector"]
    ) as client:
        await client.subscribe("ebs/v1/table/+/command/+", qos=1)
        await client.subscribe("ebs/v1/house/command/+", qos=1)
        collector = Collector(client)
        tasks = [asyncio.create_task(web.run()), asyncio.create_task(collector.run())]
        await web.connected.wait()
        yield web, collector
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    await broker.stop()


async def test_each_request_gets_the_answer_to_its_id_and_its_place(two: tuple[Asking, Collector]) -> None:
    web, collector = two
    collector.says = lambda told: {"id": told["id"], "accepted": True, "of": told["n"]}

    asked = [("house", 1), ("t1", 2), ("t2", 3)]
    answers = await asyncio.gather(*(web.ask(stream, {"id": "same", "n": n}) for stream, n in asked))

    assert [answer["of"] for answer in answers] == [1, 2, 3]
    assert {topic for topic, _ in collector.heard} == {
        "ebs/v1/house/command/web-main",
        "ebs/v1/table/t1/command/web-main",
        "ebs/v1/table/t2/command/web-main",
    }


async def test_a_command_names_whom_it_is_for(two: tuple[Asking, Collector]) -> None:
    web, collector = two
    words = frozenset({"write:tables", "write:actions"})

    await web.command(Sender(WEB, "alice", "alice", words), "t1", {"id": "c1", "type": "fold", "seat": 2})
    await web.command(Sender(WEB, "key:k1", "alice", words), "t1", {"id": "c2", "type": "fold", "seat": 2})

    told = [body["principal"] for _, body in collector.heard]
    assert told[0] == {"person": "alice", "words": ["write:actions", "write:tables"]}
    assert told[1] == {**told[0], "key": "k1"}


async def test_without_an_answer_it_says_so_and_a_repeat_is_asked_again(
    two: tuple[Asking, Collector], monkeypatch: pytest.MonkeyPatch
) -> None:
    web, collector = two
    monkeypatch.setattr(asking_module, "ANSWER_S", 0.3)
    for nothing in (None, b"{", b"[]", b'{"id":"other"}'):
        collector.says = lambda _, nothing=nothing: nothing
        with pytest.raises(NoAnswerError, match="has not answered"):
            await web.ask("house", {"id": "r1"})

    collector.says = lambda told: {"id": told["id"], "accepted": False}
    assert await web.ask("house", {"id": "r1"}) == {"id": "r1", "accepted": False}


async def test_what_is_being_asked_is_not_asked_twice_and_there_is_a_bound(
    two: tuple[Asking, Collector], monkeypatch: pytest.MonkeyPatch
) -> None:
    web, collector = two
    monkeypatch.setattr(asking_module, "ANSWER_S", 0.5)
    monkeypatch.setattr(asking_module, "MOST_OPEN", 2)
    collector.says = lambda _: None
    first = [asyncio.create_task(web.ask("house", {"id": name})) for name in ("r1", "r2")]
    await asyncio.sleep(0)

    with pytest.raises(NoAnswerError, match="already"):
        await web.ask("house", {"id": "r1"})
    with pytest.raises(NoAnswerError, match="too much"):
        await web.ask("house", {"id": "r3"})
    await asyncio.gather(*first, return_exceptions=True)


async def test_without_a_broker_it_says_so() -> None:
    web = Asking(Address("127.0.0.1", 1, WEB, "made-up"), identifier="web-test")
    with pytest.raises(NoAnswerError, match="no connection to the broker"):
        await web.ask("house", {"id": "r1"})
