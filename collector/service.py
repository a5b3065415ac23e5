"""Builds the service and runs it until SIGTERM, or until any part of it fails. The only module that wires adapters."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Generator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from collector import equity
from collector.api import create_app, create_collector_app
from collector.broker.keyfile import KeyFile
from collector.broker.link import Address, Incoming, MqttLink, Will
from collector.canonical import canonical
from collector.errors import SettingsError
from collector.facts.chain import Chain
from collector.facts.fact import HOUSE
from collector.log.sqlite import SqliteLog
from collector.logs import log_event, logger_of
from collector.metrics import Metrics
from collector.pipeline.desk import Batch, Change, Desk
from collector.pipeline.intake import LARGEST_BATCH, Ingest, Solved
from collector.pipeline.outgoing import Feeds
from collector.pipeline.projector import Ended, Projector
from collector.readmodel import ReadModelQueries, ReadModelWriter
from collector.settings import Settings
from collector.solver import Solver
from collector.table.commands import COMMANDS
from collector.table.effects import Warn
from collector.table.show.renderer import Renderer
from collector.wire import topics
from collector.wire.feeds import CollectorStatus

log = logger_of(__name__)
PAGES = Path(__file__).parent / "web" / "static"
_PAGE = 5000


async def run(settings: Settings) -> None:
    """Serve until told to stop. A failed part ends the process; the supervisor starts it again, from the log."""
    # The log's thread needs Python's lock before and after each commit. By default the loop may keep it for 5 ms.
    sys.setswitchinterval(0.0002)
    metrics = Metrics()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        group = await stack.enter_async_context(asyncio.TaskGroup())
        collector = None
        if settings.role != "web":
            collector = await stack.enter_async_context(_collector(settings, metrics, group))
        app = await _app(settings, metrics, collector, stack)
        server = group.create_task(_serve(app, settings, stop), name="web")
        gc.freeze()  # what start-up made stays; collecting it again would stop the table for milliseconds
        log_event(log, "INFO", "started", role=settings.role, port=settings.http_port)
        await stop.wait()
        await server
        log_event(log, "INFO", "stopped")


class Collector:
    """The collector's parts, wired. `link.run`, `take` and `feeds.repeat` are its tasks."""

    def __init__(self, settings: Settings, metrics: Metrics, store: SqliteLog, writer: ReadModelWriter) -> None:
        keys = KeyFile(settings.data / "device-keys.json")
        status = topics.topic("collector", settings.instance, "status")
        self._metrics = metrics
        self._store = store
        self._status = status
        self.inbox: asyncio.Queue[Incoming | Solved] = asyncio.Queue()
        self.link = MqttLink(
            Address(settings.broker_host, settings.broker_port, "collector", _password(settings, "collector")),
            identifier=f"ebs-collector-{settings.instance}",
            subscriptions=(
                topics.DEVICE_EVENTS,
                topics.DEVICE_SNAPSHOTS,
                topics.DEVICE_STATUS,
                topics.TABLE_COMMANDS,
                topics.HOUSE_COMMANDS,
            ),
            will=Will(status, _status("lost")),
            clean_session=False,
            on_connect=self._connected,
            on_message=self.inbox.put_nowait,
        )
        metrics.connected.set_function(self.link.connected.is_set)
        self.renderer = Renderer(COMMANDS)
        self.feeds = Feeds(self.link, keys, store, metrics, self.renderer)
        self.projector = Projector(writer, metrics)
        self.solver = Solver(lambda table_id, answered: self.inbox.put_nowait(Solved(table_id, answered)))
        self.ingest = Ingest(
            Desk(Chain({}, _now_ms)), store, keys, metrics, reload=self._reload, complain=self._complain
        )

    async def load(self, writer: ReadModelWriter) -> None:
        """Fold the log, and project what the read model has not got yet."""
        began = time.monotonic()
        desk, ended = await load_desk(self._store)
        self.ingest.desk = desk
        self.solver.want(desk.questions())
        done = {stream: await writer.cursor(stream) for stream in desk.tables}
        self.projector.hands(each for each in ended if each.through > done[each.table.table_id])
        self._project_house()
        for table in desk.tables.values():
            self.projector.seats(table)
        elapsed = round((time.monotonic() - began) * 1000)
        log_event(log, "INFO", "log_folded", tables=len(desk.tables), hands=len(ended), elapsed_ms=elapsed)

    async def take(self) -> None:
        """Take what comes from the broker, for ever. While one commit runs the next batch piles up."""
        received = self.inbox
        while True:
            messages = [await received.get()]
            while len(messages) < LARGEST_BATCH and not received.empty():
                messages.append(received.get_nowait())
            await self._take(messages)

    async def _take(self, messages: list[Incoming | Solved]) -> None:
        taken_at = time.monotonic()
        self._metrics.queue.set(self.inbox.qsize())
        batch = await self.ingest.decide(messages)
        desk = self.ingest.desk
        await self.ingest.commit(batch)
        await self.feeds.committed(batch, desk.tables, desk.nodes.progress)
        for message in messages:
            if isinstance(message, Incoming):
                self.link.acknowledge(message)
        self.solver.want(desk.questions())
        self.feeds.observe(batch, taken_at)
        await self.ingest.report(batch)
        self.projector.hands(each for change in batch.changes for each in ended_by(change))
        if _names_changed(batch):
            self._project_house()
        for table in _seats_changed(batch):
            self.projector.seats(desk.tables[table])

    def _project_house(self) -> None:
        desk = self.ingest.desk
        self.projector.house(desk.house, {table.table_id: table.name for table in desk.tables.values()})

    async def _connected(self) -> None:
        await self.link.publish(self._status, _status("online"), qos=1, retain=True)
        await self.feeds.all_states(self.ingest.desk.tables)

    async def _reload(self) -> Desk:
        desk, _ = await load_desk(self._store)
        return desk

    async def _complain(self, where: str, code: str, message: str) -> None:
        """Alert the table that a dropped payload concerns, if it is known which."""
        desk = self.ingest.desk
        if not where:  # of the whole house: every table hears of it
            for each in desk.tables.values():
                payload = self.renderer.alert(
                    each, Warn(code, message, "error"), each.position, each.live_stamp.trace_id
                )
                await self.feeds.floor(each, payload, code)
            return
        levels = topics.levels_of(where)
        stream = desk.stream_of(levels[1]) if levels[0] == "dev" else levels[1] if levels[0] == "table" else HOUSE
        table = desk.tables.get(stream)
        if table:
            device = levels[1] if levels[0] == "dev" else None
            warning = Warn(code.upper(), message, "error" if code == "NODE_LOST" else "warning", device)
            payload = self.renderer.alert(table, warning, table.position, table.live_stamp.trace_id)
            await self.feeds.floor(table, payload, warning.code)


def ended_by(change: Change) -> list[Ended]:
    """Return the hands that a fact put away or corrected."""
    outcome = change.outcome
    return [Ended(outcome.table, play, change.fact.position) for play in outcome.ended]


def _seats_changed(batch: Batch) -> set[str]:
    """Return the tables where somebody sits elsewhere, or with other chips, than before."""
    return {
        change.fact.stream
        for change in batch.changes
        if change.before.seated is not change.outcome.table.seated
        or change.before.tournament is not change.outcome.table.tournament
    }


async def load_desk(store: SqliteLog) -> tuple[Desk, list[Ended]]:
    """Return the desk that the log folds to, and the finished hands in it."""
    heads = await store.heads()
    desk = Desk(Chain(heads, _now_ms))
    ended: list[Ended] = []
    for stream in sorted(heads, key=lambda name: (name != HOUSE, name)):
        after = 0
        while facts := await store.read(stream, after, _PAGE):
            ended += [each for change in desk.load(facts) for each in ended_by(change)]
            after = facts[-1].position
            await asyncio.sleep(0)
    return desk, ended


@contextlib.asynccontextmanager
async def _collector(settings: Settings, metrics: Metrics, group: asyncio.TaskGroup) -> AsyncIterator[Collector]:
    equity.warm()
    store = await SqliteLog.open(_sqlite_path(settings.log_url))
    writer = await asyncio.to_thread(ReadModelWriter, settings.readmodel_url)
    collector = Collector(settings, metrics, store, writer)
    await collector.load(writer)
    tasks = [
        group.create_task(collector.link.run(), name="link"),
        group.create_task(collector.take(), name="take"),
        group.create_task(collector.projector.run(), name="projector"),
        group.create_task(collector.solver.run(), name="solver"),
        group.create_task(_repeat(collector), name="repeat"),
    ]
    try:
        yield collector
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await store.close()
        writer.close()


async def _repeat(collector: Collector) -> None:
    await collector.feeds.repeat(lambda: collector.ingest.desk.tables)


async def _app(
    settings: Settings, metrics: Metrics, collector: Collector | None, stack: contextlib.AsyncExitStack
) -> FastAPI:
    def ready() -> Mapping[str, bool]:
        return {"broker": collector.link.connected.is_set()} if collector else {}

    if settings.role == "collector":
        return create_collector_app(ready=ready, registry=metrics.registry)
    queries = await asyncio.to_thread(ReadModelQueries, settings.readmodel_url)
    stack.callback(queries.close)

    def config() -> Mapping[str, object]:
        tables = sorted(collector.ingest.desk.tables) if collector else []
        ws_url = settings.broker_ws_url or f"ws://{settings.broker_host}:{settings.broker_ws_port}"
        return {"ws_url": ws_url, "tables": tables}

    return create_app(queries, ready=ready, config=config, registry=metrics.registry, static=PAGES)


class _Server(uvicorn.Server):
    """uvicorn without handlers of its own: it would raise SIGTERM again after its shutdown, and skip ours."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


async def _serve(app: FastAPI, settings: Settings, stop: asyncio.Event) -> None:
    listener = _listen(settings)
    server = _Server(
        uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=2)
    )
    task = asyncio.ensure_future(server.serve(sockets=[listener]))
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait((task, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.should_exit = True
    await task
    if not stop.is_set():
        raise RuntimeError("the web server ended by itself")


def _listen(settings: Settings) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.http_host, settings.http_port))
    except OSError as error:
        listener.close()
        where = f"{settings.http_host}:{settings.http_port}"
        raise SettingsError(
            f"cannot serve pages on {where}: {error.strerror}; set EBS_HTTP_PORT to a free port"
        ) from error
    return listener


def _password(settings: Settings, user: str) -> str:
    path = settings.credentials_file
    try:
        return str(json.loads(path.read_text())[user])
    except (OSError, ValueError, KeyError) as error:
        message = f"{path} holds no password for {user}; give EBS_CREDENTIALS, a JSON object of user and password"
        raise SettingsError(message) from error


def _sqlite_path(url: str) -> Path:
    path = url.removeprefix("sqlite:///")
    if path == url:
        raise SettingsError(f"EBS_LOG_DATABASE={url}: this version keeps its log on SQLite; write sqlite:///PATH")
    return Path(path)


def _names_changed(batch: Batch) -> bool:
    return any(fact.stream == HOUSE or fact.kind == "table_opened" for fact in batch.facts)


def _status(state: str) -> bytes:
    return canonical(CollectorStatus.model_validate({"state": state, "epoch": 1, "version": _version()}).model_dump())


def _version() -> str:
    try:
        return version("ebs")
    except PackageNotFoundError:
        return "0"


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
