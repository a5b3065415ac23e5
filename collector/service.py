"""Builds the service and runs it until SIGTERM, or until any part of it fails. The only module that wires adapters."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from fastapi import FastAPI

from collector import equity
from collector.api import create_app, create_collector_app
from collector.api.server import serve
from collector.broker.keyfile import KEYS, KeyFile
from collector.broker.link import Address, Incoming, MqttLink, Will
from collector.facts.chain import Chain
from collector.log.sqlite import SqliteLog, path_of
from collector.logs import log_event, logger_of
from collector.metrics import Metrics
from collector.pipeline.batch import Batches
from collector.pipeline.deciding import Deciding, Solved
from collector.pipeline.desk import Desk
from collector.pipeline.floor import Floor
from collector.pipeline.intake import LISTENS_TO, Intake
from collector.pipeline.loading import desk_of, load_desk
from collector.pipeline.outgoing import Outgoing
from collector.pipeline.projector import Projector
from collector.pipeline.repeats import Repeats, status, status_topic
from collector.readmodel import ReadModelQueries, ReadModelWriter
from collector.settings import Settings
from collector.solver import Solver
from collector.table.commands import COMMANDS
from collector.table.show.renderer import Renderer

log = logger_of(__name__)
PAGES = Path(__file__).parent / "web" / "static"


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
        checks: dict[str, asyncio.Event] = {}
        if settings.role != "web":
            collector = await stack.enter_async_context(_collector(settings, metrics, group))
            checks["broker"] = collector.link.connected
        app = await _app(settings, metrics, checks, stack)
        server = group.create_task(serve(app, settings.http_host, settings.http_port, stop), name="web")
        gc.freeze()  # what start-up made stays; collecting it again would stop the table for milliseconds
        log_event(log, "INFO", "started", role=settings.role, port=settings.http_port)
        await stop.wait()
        await server
        log_event(log, "INFO", "stopped")


class Collector:
    """The collector's parts, wired. `link`, `batches`, `projector`, `solver` and `repeats` each run as a task."""

    def __init__(self, settings: Settings, metrics: Metrics, store: SqliteLog, writer: ReadModelWriter) -> None:
        keys = KeyFile(settings.data / KEYS)
        self._store = store
        self.inbox: asyncio.Queue[Incoming | Solved] = asyncio.Queue()
        self.link = MqttLink(
            Address.of_login("collector", settings.broker_host, settings.broker_port, settings.credentials_file),
            identifier=f"ebs-collector-{settings.instance}",
            subscriptions=LISTENS_TO,
            will=Will(status_topic(settings.instance), status("lost")),
            clean_session=False,
            on_connect=self._connected,
            on_message=self.inbox.put_nowait,
        )
        metrics.connected.set_function(self.link.connected.is_set)
        renderer = Renderer(COMMANDS)  # one for all, so that what it keeps is drawn once
        floor = Floor(self.link, renderer, metrics)
        self.projector = Projector(writer, metrics)
        self.solver = Solver(lambda table_id, found: self.inbox.put_nowait(Solved(table_id, found)))
        desk, intake = Desk(Chain({}, _now_ms), COMMANDS), Intake(keys, floor, COMMANDS)
        self.deciding = Deciding(desk, intake, store, floor, metrics, reload=lambda: desk_of(store, COMMANDS, _now_ms))
        self.batches = Batches(
            self.inbox,
            metrics,
            deciding=self.deciding,
            store=store,
            outgoing=Outgoing(self.link, renderer, keys, store, metrics),
            floor=floor,
            puback=self.link.acknowledge,
            want=self.solver.want,
            projector=self.projector,
        )
        self.repeats = Repeats(self.link, renderer, settings.instance, lambda: self.deciding.desk.tables)

    async def load(self, writer: ReadModelWriter) -> None:
        """Fold the log, and project what the read model has not got yet."""
        began = time.monotonic()
        desk, ended = await load_desk(self._store, COMMANDS, _now_ms)
        self.deciding.desk = desk
        self.solver.want(desk.questions())
        self.projector.loaded(desk, ended, {stream: await writer.cursor(stream) for stream in desk.tables})
        elapsed = round((time.monotonic() - began) * 1000)
        log_event(log, "INFO", "log_folded", tables=len(desk.tables), hands=len(ended), elapsed_ms=elapsed)

    async def _connected(self) -> None:
        await self.repeats.connected()


@contextlib.asynccontextmanager
async def _collector(settings: Settings, metrics: Metrics, group: asyncio.TaskGroup) -> AsyncIterator[Collector]:
    equity.warm()
    store = await SqliteLog.open(path_of(settings.log_url))
    writer = await asyncio.to_thread(ReadModelWriter, settings.readmodel_url)
    collector = Collector(settings, metrics, store, writer)
    await collector.load(writer)
    tasks = [
        group.create_task(collector.link.run(), name="link"),
        group.create_task(collector.batches.run(), name="take"),
        group.create_task(collector.projector.run(), name="projector"),
        group.create_task(collector.solver.run(), name="solver"),
        group.create_task(collector.repeats.run(), name="repeat"),
    ]
    try:
        yield collector
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await store.close()
        writer.close()


async def _app(
    settings: Settings, metrics: Metrics, checks: Mapping[str, asyncio.Event], stack: contextlib.AsyncExitStack
) -> FastAPI:
    def ready() -> Mapping[str, bool]:
        return {part: event.is_set() for part, event in checks.items()}

    if settings.role == "collector":
        return create_collector_app(ready=ready, registry=metrics.registry)
    queries = await asyncio.to_thread(ReadModelQueries, settings.readmodel_url)
    stack.callback(queries.close)
    config = {"ws_url": settings.broker_ws_url or f"ws://{settings.broker_host}:{settings.broker_ws_port}"}
    return create_app(queries, ready=ready, config=lambda: config, registry=metrics.registry, static=PAGES)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
