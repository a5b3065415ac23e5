"""Collector and web as two users: what the web's user can reach of a house, whatever program it runs."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import aiomqtt
import httpx
import pytest
import pytest_asyncio

from collector.access.grants import grant_of
from collector.broker.link import Address
from tests.e2e.client import Client
from tests.e2e.logged import facts
from tests.e2e.opened_house import until
from tests.e2e.two_users import COLLECTOR, WEB_USER, Venue, interpreter
from tests.e2e.waiting import eventually

pytestmark = [pytest.mark.broker, pytest.mark.timeout(240), pytest.mark.asyncio(loop_scope="module")]

TABLE: Final = "t1"
CARD: Final = "Qs"
LOOKS: Final = """
import os, sys
for top in sys.argv[1:]:
    for folder, folders, files in os.walk(top):
        for name in files:
            path = os.path.join(folder, name)
            try:
                with open(path, "rb") as file:
                    text = file.read()
            except OSError:
                continue
            print(path, file=sys.stdout)
            if b"Qs" in text and not path.endswith((".py", ".so", ".pyc")):
                print("CARD " + path)
"""
"""Prints each file that it can read, and those with the card in them."""
PROCESS: Final = """
import ctypes, os, sys
pid = int(sys.argv[1])
def read(path):
    with open(path, "rb") as file:
        file.read(1)
for name in ("environ", "mem", "maps", "auxv", "cwd", "root", "fd", "io", "syscall", "stack"):
    path = f"/proc/{pid}/{name}"
    try:
        (os.listdir if name == "fd" else os.readlink if name in ("cwd", "root") else read)(path)
        print(name)
    except (OSError, ValueError):
        pass
if ctypes.CDLL(None, use_errno=True).ptrace(16, pid, 0, 0) == 0:
    print("ptrace")
for number in map(int, sys.argv[2:]):
    try:
        os.kill(pid, number)
        print("kill", number)
    except PermissionError:
        pass
"""
"""Prints by which ways it gets at another process: its memory, and these signals."""
WRITES: Final = """
import sqlite3, sys
for path in sys.argv[1:]:
    try:
        store = sqlite3.connect(path)
        store.execute("PRAGMA user_version = 7")
        store.commit()
        print("wrote", path)
    except sqlite3.Error:
        pass
    try:
        open(path, "r+b").close()
        print("opened", path)
    except OSError:
        pass
"""


class People:
    """Who speaks to a venue: alice, an operator with a key, over REST."""

    def __init__(self, venue: Venue) -> None:
        self.venue = venue
        self.http = httpx.AsyncClient(base_url=venue.url, timeout=10)
        self.key = ""

    async def ready(self) -> None:
        for url in (self.venue.url, self.venue.health_url):
            await until_ready(url)

    async def command(self, kind: str, **fields: Any) -> httpx.Response:
        return await self.http.post(
            f"/api/v1/events/e1/tables/{TABLE}/commands", json={"type": kind, **fields},
            headers={"Authorization": f"Bearer {self.key}"},
        )  # fmt: skip


async def until_ready(url: str, status: int = 200, seconds: float = 40) -> dict[str, Any]:
    """Return what /health/ready says, once it has a status."""
    async with asyncio.timeout(seconds), httpx.AsyncClient() as client:
        while True:
            try:
                answer = await client.get(f"{url}/health/ready")
                if answer.status_code == status:
                    told: dict[str, Any] = answer.json()
                    return told
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def people() -> AsyncIterator[People]:
    """A hand that runs, with a card at seat 1 that only `live` shows."""
    python = await asyncio.to_thread(interpreter)
    if python is None:
        pytest.skip("needs root, to be two users, and a Python that both may run")
    venue = Venue(python)
    people = People(venue)
    await venue.broker.start()
    try:
        venue.start("web")  # before the collector has made the read model
        assert not (await until_ready(venue.url, 503))["checks"]["readmodel"]
        venue.start("collector")
        await people.ready()
        added = venue.verb(WEB_USER, "users", "add", "alice", "--role", "operator")
        assert added.returncode == 0, added.stderr
        scopes = [each for word in sorted(grant_of("operator").all_words()) for each in ("--scope", word)]
        made = venue.verb(WEB_USER, "keys", "create", "tests", "--owner", "alice", *scopes)
        assert made.returncode == 0, made.stderr
        people.key = made.stdout.splitlines()[-1]
        await _table(venue)
        await until(lambda: people.command("set_blinds", small_blind=1, big_blind=2), 200)
        for seat in (1, 2):
            told = await people.command("seat_player", seat=seat, player_id=f"p_{seat}", name=f"P{seat}", stack=100)
            assert told.status_code == 200, told.text
        assert (await people.command("start_hand")).status_code == 200
        assert (await people.command("deal_card", seat=1, card=CARD)).status_code == 200
        yield people
    finally:
        await people.http.aclose()
        await venue.close()


async def _table(venue: Venue) -> None:
    login = Address("127.0.0.1", venue.broker.port, "operator", venue.logins.passwords["operator"])
    async with Client(login, "ebs/v1/house/reply/operator") as console:
        for told in (
            {"type": "create_event", "event_id": "e1", "name": "E"},
            {"type": "open_table", "event_id": "e1", "table_id": TABLE, "name": "T"},
        ):
            body = {"v": 1, "id": uuid.uuid4().hex, **told}
            await console.send("ebs/v1/house/command/operator", json.dumps(body).encode())
        await eventually(lambda: len(console.received()) == 2)


async def test_the_web_s_user_reads_its_own_files_the_read_model_and_no_card(people: People) -> None:
    venue = people.venue
    seen = (await asyncio.to_thread(venue.looks, LOOKS, *map(str, venue.folder.iterdir()))).splitlines()
    files = {path.removeprefix(f"{venue.folder}/") for path in seen if not path.startswith("CARD")}

    assert not [line for line in seen if line.startswith("CARD")], "a card of a hand that runs"
    assert files
    assert {path.split("/")[0] for path in files} <= {"ebs-web", "ebs-read", "ebs-app"}
    assert {path.split("/")[1] for path in files if path.startswith("ebs-read/")} <= {
        "readmodel.db", "readmodel.db-wal", "readmodel.db-shm",
    }  # fmt: skip
    disk = (venue.vault / "log.db").read_bytes() + (venue.vault / "log.db-wal").read_bytes()
    assert f'"{CARD}"'.encode() not in disk
    assert CARD in {body["command"]["card"] for body in facts(venue.vault / "log.db", "deal_card")}


async def test_it_writes_nothing_of_the_collector_s_and_the_collector_nothing_of_its(people: People) -> None:
    venue = people.venue
    for store in (venue.read / "readmodel.db", venue.vault / "log.db"):
        assert await asyncio.to_thread(venue.looks, WRITES, str(store)) == ""
    assert (venue.app / "app.db").stat().st_mode & 0o777 == 0o640
    assert {path.stat().st_uid for path in venue.app.iterdir()} == {WEB_USER}
    assert {path.stat().st_uid for path in venue.read.iterdir()} == {COLLECTOR}
    assert not venue.verb(COLLECTOR, "users", "add", "eve", "--role", "admin").stdout


async def test_it_gets_at_no_process_of_the_collector(people: People) -> None:
    collector = people.venue.running["collector"].pid

    assert (await asyncio.to_thread(people.venue.looks, PROCESS, str(collector), "0", "9", "15")).splitlines() == []


async def test_no_other_process_of_its_user_gets_at_the_memory_of_a_role_and_none_leaves_a_core_dump(
    people: People,
) -> None:
    """Web and the equity worker too: the one has keys of sessions, the other asks with hidden cards."""
    for role, user in (("collector", COLLECTOR), ("web", WEB_USER)):
        pid = people.venue.running[role].pid
        assert (await asyncio.to_thread(people.venue.looks, PROCESS, str(pid), "0", user=user)).split() == ["kill", "0"]
        assert "Max core file size        0                    0 " in Path(f"/proc/{pid}/limits").read_text()
        assert Path(f"/proc/{pid}/environ").stat().st_uid == 0, "the kernel gives a closed process to root"


async def test_a_verb_of_the_wrong_user_says_who_may(people: People) -> None:
    wrong = people.venue.verb(COLLECTOR, "users", "add", "eve", "--role", "viewer")

    assert wrong.returncode == 2
    assert "type this as that user" in wrong.stderr
    assert people.venue.verb(COLLECTOR, "audit", "verify").returncode == 0, "which only reads"
    assert people.venue.verb(COLLECTOR, "live", "list").returncode == 0


async def test_they_come_back_in_any_order_and_who_was_revoked_is_out(people: People) -> None:
    venue = people.venue
    venue.kill("web")
    assert venue.end("collector") == 0
    venue.start("web")  # SQLite has taken the read model's WAL away with the collector
    await until_ready(venue.url, 503)
    venue.start("collector")
    await people.ready()
    assert (await until(lambda: people.command("call_clock", seat=1), 200)).status_code == 200
    venue.kill("collector")
    await asyncio.sleep(0.5)
    venue.start("collector")
    await people.ready()
    page = await _page(people)
    async with page:
        await page.subscribe(f"ebs/v1/table/{TABLE}/public/state")
        assert json.loads(bytes((await anext(aiter(page.messages))).payload))["hand"]  # type: ignore[arg-type]
        assert venue.verb(WEB_USER, "users", "disable", "alice").returncode == 0
        with pytest.raises(aiomqtt.MqttError):
            await _ended(page)


async def _ended(page: aiomqtt.Client) -> None:
    async with asyncio.timeout(2):
        async for _ in page.messages:
            pass


async def _page(people: People) -> aiomqtt.Client:
    """Return the connection of a page of bob, whom alice's venue lets in by password."""
    word = "four odd words here"
    venue = people.venue
    file = venue.web_data / "word"
    file.write_text(word)
    file.chmod(0o644)
    assert venue.verb(WEB_USER, "users", "password", "alice", "--password-file", str(file)).returncode == 0
    signed = await until(
        lambda: people.http.post(
            "/api/v1/auth/session", json={"username": "alice", "password": word}, headers={"Origin": venue.url}
        ),
        200,
    )
    headers = {"Origin": venue.url, "X-CSRF-Token": signed.json()["csrf_token"]}
    login = (await until(lambda: people.http.post("/api/v1/auth/broker", headers=headers), 200)).json()
    return aiomqtt.Client(
        "127.0.0.1", venue.broker.ws_port, transport="websockets", username=login["login"], password=login["password"]
    )
