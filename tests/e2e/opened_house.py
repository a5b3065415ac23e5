"""A house with people, keys and an output: real mosquitto, collector and web, each a process of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiomqtt
import httpx

from collector.access.grants import grant_of
from collector.access.people import User
from collector.appstore import AppStore
from collector.signin.making import new_key, new_output
from collector.signin.passwords import Passwords
from collector.system import now_ms
from tests.e2e.client import Client
from tests.e2e.waiting import eventually
from tools.rehearsal.stack import Stack

WORD = "four odd words here"
TABLE = "t1"


async def until(ask: Callable[[], Awaitable[httpx.Response]], status: int, seconds: float = 10) -> httpx.Response:
    async with asyncio.timeout(seconds):
        while (answer := await ask()).status_code != status:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return answer


class House:
    """A stack with an event, a table, people and a key."""

    def __init__(self, folder: Path, stack: type[Stack] = Stack) -> None:
        self.stack = stack(folder, say=lambda _line: None)
        self.http = httpx.AsyncClient(base_url=self.stack.url, timeout=10)
        self.keys: dict[str, str] = {}

    async def start(self) -> None:
        await self.stack.start()
        self.store = AppStore(f"sqlite:///{self.stack.folder}/app.db")
        passwords = Passwords()
        kept = await passwords.made(WORD)
        passwords.close()
        for name, role, tables in (("alice", "operator", ()), ("vera", "viewer", ()), ("tom", "operator", ("other",))):
            grant = grant_of(role, (), (), tables)
            self.store.add_user(User(name, role, (grant,), kept, now_ms()), "test", now_ms())
            key, text = new_key("test", name, grant.all_words(), now_ms(), 1)
            self.store.add_key(key, "test", now_ms())
            self.keys[name] = text
        output, self.key = new_output("main", "alice", TABLE, "public", now_ms())
        self.store.add_output(output, "test")
        async with Client(self.stack.login("operator"), "ebs/v1/house/reply/operator") as console:
            for told in (
                {"type": "create_event", "event_id": "e1", "name": "E"},
                {"type": "open_table", "event_id": "e1", "table_id": TABLE, "name": "T"},
            ):
                await console.send(
                    "ebs/v1/house/command/operator", json.dumps({"v": 1, "id": uuid.uuid4().hex, **told}).encode()
                )
            await eventually(lambda: len(console.received()) == 2)
        await until(lambda: self.command("alice", {"type": "set_blinds", "small_blind": 1, "big_blind": 2}), 200)

    async def stop(self) -> None:
        await self.http.aclose()
        self.store.close()
        await self.stack.stop()

    async def command(self, who: str, body: dict[str, Any], **headers: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.keys[who]}", **headers}
        return await self.http.post(f"/api/v1/events/e1/tables/{TABLE}/commands", json=body, headers=headers)

    async def output(self, key: str) -> httpx.Response:
        return await self.http.post("/api/v1/auth/output", json={"key": key})

    async def page_of(self, who: str) -> tuple[dict[str, Any], dict[str, str]]:
        """Sign somebody in; return the login of a page of theirs, and the headers that this page sends."""
        page = {"Origin": self.stack.url}
        word = {"username": who, "password": WORD}
        signed = await self.http.post("/api/v1/auth/session", json=word, headers=page)
        assert signed.status_code == 200, signed.text
        own = {**page, "X-CSRF-Token": signed.json()["csrf_token"]}
        return (await self.http.post("/api/v1/auth/broker", headers=own)).json(), own

    def page(self, login: dict[str, Any]) -> aiomqtt.Client:
        return aiomqtt.Client(
            "127.0.0.1",
            self.stack.broker.ws_port,
            transport="websockets",
            username=login["login"],
            password=login["password"],
            timeout=5,
        )


async def hears(client: aiomqtt.Client, seconds: float = 3) -> set[str]:
    topics: set[str] = set()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            async for message in client.messages:
                topics.add(message.topic.value)
    return topics


async def ended(client: aiomqtt.Client, seconds: float = 1) -> None:
    with contextlib.suppress(aiomqtt.MqttError):
        async with asyncio.timeout(seconds):
            async for _ in client.messages:
                pass


async def typed(house: House, *line: str) -> str:
    """Type a verb of `ebs` on the house's machine; return what it says."""
    verb = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tools.cli", *line, "--data", str(house.stack.folder)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await verb.communicate()
    return said.decode()


async def live(house: House, *line: str) -> str:
    return await typed(house, "live", *line)
