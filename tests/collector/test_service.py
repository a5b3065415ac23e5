"""The service is wiring, and its two roles share no memory."""

from __future__ import annotations

import ast
import asyncio
import gc
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from collector import api, doors, readmodel, service, web_role
from collector.api.server import listening
from collector.appstore import AppStore
from collector.broker.link import NUDGE_S, Incoming
from collector.facts.fact import Fact
from collector.hand.model import Hand
from collector.log.sqlite import SqliteLog
from collector.metrics import Metrics
from collector.odds import asked as pure
from collector.odds.asked import Found, OddsRules
from collector.readmodel import ReadModelWriter
from collector.settings import Settings, load_settings
from collector.signin.register import Register
from collector.system import free_port, now_ms, write_private
from collector.vault import Vault
from tests.collector.table.dealer import TABLE, Dealer
from tests.collector.table.openings import bring

SOURCE = Path(service.__file__).read_text()
MOST_LINES = 160


def test_the_module_that_wires_everything_holds_little_else() -> None:
    assert len(SOURCE.splitlines()) <= MOST_LINES
    for other in (web_role, doors):
        assert len(Path(other.__file__).read_text().splitlines()) <= MOST_LINES


def test_the_web_role_is_given_nothing_of_the_collector_but_whether_the_broker_is_there() -> None:
    tree = ast.parse(Path(web_role.__file__).read_text())
    (app,) = [node for node in tree.body if isinstance(node, ast.AsyncFunctionDef) and node.name == "web_app"]
    names = {node.id for node in ast.walk(app) if isinstance(node, ast.Name)}
    attributes = {node.attr for node in ast.walk(app) if isinstance(node, ast.Attribute)}

    assert {"settings", "metrics", "checks", "queries"} <= names
    assert not names & {"collector", "Collector", "desk", "Desk"}
    assert not attributes & {"desk", "deciding", "batches", "tables", "link"}


def test_neither_the_api_nor_the_read_model_knows_the_pipeline() -> None:
    for package in (api, readmodel):
        files = sorted(Path(str(package.__file__)).parent.glob("*.py"))
        assert files
        assert not [file.name for file in files if "collector.pipeline" in file.read_text()]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data folder with a login and an empty log; nothing listens where its broker should be."""
    write_private(tmp_path / "credentials.json", json.dumps({"collector": "made-up"}))
    return load_settings(data=tmp_path, http_port=free_port(), broker_port=free_port())


@pytest.fixture
def listener(settings: Settings) -> Iterator[socket.socket]:
    with listening("127.0.0.1", settings.http_port) as opened:
        yield opened


@pytest.fixture
async def started(settings: Settings) -> AsyncIterator[Any]:
    """Return a function that loads a collector from facts. Nothing of it runs, and `sent` is what it published."""
    open_: list[Any] = []

    async def start(facts: list[Fact]) -> service.Collector:
        store = await SqliteLog.open(settings.data / "log.db")
        writer, people = ReadModelWriter(settings.readmodel_url), AppStore(settings.app_store_url)
        register = Register(people, now_ms)
        open_.append((store, writer, register, people))
        await store.append(facts)
        collector = service.Collector(settings, Metrics(), Vault(store), writer, register)
        await collector.load()
        return collector

    yield start
    for store, *others in open_:
        await store.close()
        for other in others:
            other.close()


async def test_whoever_asks_hears_that_it_lives_while_the_log_is_folded(
    settings: Settings, listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, folded = asyncio.Event(), asyncio.Event()
    fold = service.load_desk

    async def slow(*given: Any) -> Any:
        begun.set()
        await folded.wait()
        return await fold(*given)

    monkeypatch.setattr(service, "load_desk", slow)
    interval = sys.getswitchinterval()
    running = asyncio.create_task(service.run(settings, listener))
    try:
        async with asyncio.timeout(20), httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.http_port}") as client:
            await begun.wait()
            live, ready = await _answered(client, "live"), await _answered(client, "ready")
            assert (live.status_code, live.json()) == (200, {"live": True})
            assert (ready.status_code, ready.json()["checks"]["log"]) == (503, False)

            folded.set()
            while not (await _answered(client, "ready")).json()["checks"]["log"]:  # noqa: ASYNC110 - it is asked
                await asyncio.sleep(0.02)
    finally:
        os.kill(os.getpid(), signal.SIGTERM)  # as a supervisor ends it, so that it closes what it has opened
        await asyncio.gather(running, return_exceptions=True)
        sys.setswitchinterval(interval)
        gc.unfreeze()


async def _answered(client: httpx.AsyncClient, about: str) -> httpx.Response:
    while True:
        try:
            return await client.get(f"/health/{about}")
        except httpx.ConnectError:
            await asyncio.sleep(0.02)


async def test_a_question_that_is_open_at_the_start_is_asked_at_once(started: Any) -> None:
    dealer = Dealer((10_000, 10_000))
    bring(dealer, game="stud")
    for seat, cards in ((1, ("As", "Ah", "Kd")), (2, ("Qs", "Qd", "Jh"))):
        for card in cards:
            dealer.command(type="deal_card", seat=seat, card=card, up=card in {"Kd", "Jh"})
    asked = dealer.desk.questions([TABLE])[TABLE]
    assert asked, "three cards of stud are a question for the worker"

    collector = await started(dealer.facts)

    assert collector.solver._waiting == {TABLE: asked}


async def test_no_hand_is_asked_twice_for_its_odds(started: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fold asks whether the odds have changed, the desk whether a worker is needed, and the renderer for them."""
    dealer, asked, ask = Dealer((10_000, 10_000)), [], pure.question
    collector = await started(dealer.facts)

    def count(hand: Hand, rules: OddsRules) -> Found:
        asked.append(hand)  # kept, so that no other hand gets its identity
        return ask(hand, rules)

    monkeypatch.setattr(pure, "question", count)
    cards = ({"seat": seat, "card": card} for seat, card in ((1, "As"), (2, "Kd"), (1, "Ah"), (2, "Kc")))
    commands: list[dict[str, Any]] = [
        {"type": "start_hand", "button": 1},
        *({"type": "deal_card", **card} for card in cards),
        {"type": "call", "seat": 1},
        {"type": "check", "seat": 2},
        *({"type": "deal_card", "card": card} for card in ("2h", "7s", "Tc")),
    ]
    for number, fields in enumerate(commands):
        payload = json.dumps({"v": 1, "id": f"x{number}", **fields}).encode()
        where = f"ebs/v1/table/{TABLE}/command/op"
        await collector.batches.take([Incoming(where, payload, retained=False, mid=0, qos=0, generation=0)])

    table = collector.deciding.desk.tables[TABLE]
    assert table.play.hand.street == "flop"
    assert len(asked) == len({id(hand) for hand in asked}) >= len(commands)


async def test_after_each_connection_every_table_is_said_again(started: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broker that forgot everything knows the tables again, though no card moves."""
    dealer = Dealer()
    dealer.house(type="open_table", table_id="table_02", event_id="evt", name="Table 2")
    collector, sent = await started(dealer.facts), []

    async def publish(topic: str, payload: bytes, **_: object) -> bool:
        sent.append(topic.removeprefix("ebs/v1/"))
        return True

    monkeypatch.setattr(collector.link, "publish", publish)
    for _ in range(2):
        await collector.link._on_connect()

    tables = [f"table/{table}/{channel}/state" for table in (TABLE, "table_02") for channel in ("public", "live")]
    assert sent == ["collector/main/status", *tables] * 2


async def test_behind_a_batch_the_broker_of_this_collector_is_nudged(
    started: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    collector, sent = await started(Dealer().facts), []
    client = SimpleNamespace(_client=SimpleNamespace(publish=sent.append))
    monkeypatch.setattr(collector.link, "_client", client)

    collector.batches._nudge()
    await asyncio.sleep(20 * NUDGE_S)

    assert sent == ["ebs/v1/collector/main/nudge"]
