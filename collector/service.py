"""Builds the service and runs it until SIGTERM, or until any part of it fails. The only module that wires adapters."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from functools import partial

from collector import equity
from collector.api import serve
from collector.appstore import AppStore
from collector.broker.keyfile import KEYS, KeyFile
from collector.broker.link import Address, Incoming, MqttLink, Will, client_id
from collector.certificates.watch import watching
from collector.doors import Doors
from collector.facts.chain import Chain
from collector.log.sqlite import SqliteLog, path_of
from collector.logs import log_event, logger_of
from collector.metrics import Metrics
from collector.pipeline.batch import Batches
from collector.pipeline.deciding import Deciding, Solved, Tick
from collector.pipeline.desk import Desk
from collector.pipeline.floor import Floor
from collector.pipeline.garbage import settle
from collector.pipeline.inbox import Inbox
from collector.pipeline.intake import LISTENS_TO, Intake
from collector.pipeline.loading import desk_of, load_desk
from collector.pipeline.outgoing import Outgoing
from collector.pipeline.projector import Projector
from collector.pipeline.repeats import Repeats, nudge_topic, status, status_topic
from collector.pipeline.showclock import Machine, ShowClock, Timekeeper
from collector.readmodel import ReadModelWriter
from collector.settings import Settings
from collector.signin.register import Register
from collector.solver import Solver
from collector.system import boot_id, boottime_ms, now_ms
from collector.table.commands import COMMANDS
from collector.table.show.renderer import Renderer
from collector.web_role import web_app

log = logger_of(__name__)


async def run(settings: Settings, listener: socket.socket) -> None:
    """Serve on `listener` until told to stop. A failed part ends the process; the supervisor starts it again."""
    # The log's thread needs Python's lock before and after each commit. By default the loop may keep it for 5 ms.
    sys.setswitchinterval(0.0002)
    metrics = Metrics()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        group = await stack.enter_async_context(asyncio.TaskGroup())
        parts = None if settings.role == "web" else _collector(settings, metrics)
        collector = await stack.enter_async_context(parts) if parts else None
        warn = collector.floor.certificate_ends if collector else None
        watch = watching(settings.certificates, metrics.days_left, warn)
        app, beside = await web_app(settings, metrics, collector.checks if collector else {}, watch, stack)
        stack.callback(lambda tasks: [task.cancel() for task in tasks], [group.create_task(each()) for each in beside])
        group.create_task(watch.run(stop), name="certificates")
        server = group.create_task(serve(app, listener, stop, watch.context), name="web")
        if collector:
            await collector.start(group)  # behind the server: it says that this process lives meanwhile
        settle()
        log_event(log, "INFO", "started", role=settings.role, port=settings.http_port)
        await stop.wait()
        await server
        log_event(log, "INFO", "stopped")


class Collector:
    """The collector's parts, wired. Most run as tasks. register: the house's people, as it knows them."""

    def __init__(
        self, settings: Settings, metrics: Metrics, store: SqliteLog, writer: ReadModelWriter, register: Register
    ) -> None:
        keys = KeyFile(settings.data / KEYS)
        self._store, self._writer = store, writer
        self._tasks: list[asyncio.Task[None]] = []
        self.inbox: Inbox[Incoming] = Inbox(metrics)
        self.link = MqttLink(
            Address.of_login("collector", settings.broker, settings.credentials_file),
            identifier=client_id(settings.data, f"ebs-collector-{settings.instance}"),
            subscriptions=LISTENS_TO,
            will=Will(status_topic(settings.instance), status("lost")),
            clean_session=False,
            on_connect=lambda: self.repeats.connected(),  # noqa: PLW0108 - they are made below
            on_message=self.inbox.offer,
            nudges=nudge_topic(settings.instance),
        )
        self.checks = {"log": asyncio.Event(), "broker": self.link.connected}
        metrics.connected.set_function(self.link.connected.is_set)
        renderer = Renderer(COMMANDS, lambda name: self.deciding.desk.evenings[name].memory.chances)  # one for all
        self.floor = floor = Floor(self.link, renderer, metrics)
        self.projector = Projector(writer, metrics, store)
        self.solver = Solver(lambda table_id, found: self.inbox.put_nowait(Solved(table_id, found)))
        publish, take = self.link.publish, self.inbox.put_nowait
        self._doors = doors = Doors(settings, register, publish, take, desk=lambda: self.deciding.desk)
        self._clock = clock = ShowClock(Machine(now_ms, boottime_ms, boot_id()))
        desk, intake = Desk(Chain({}, clock.now_ms), COMMANDS, doors.access), Intake(keys, floor, COMMANDS)
        reload = partial(desk_of, store, COMMANDS, clock.now_ms, doors.access)
        self.deciding = Deciding(desk, intake, store, floor, metrics, reload=reload, gate=doors.offer)
        self.batches = Batches(
            self.inbox,
            metrics,
            deciding=self.deciding,
            store=store,
            outgoing=Outgoing(self.link, renderer, keys, store, metrics),
            floor=floor,
            puback=self.link.acknowledge,
            want=self.solver.want,
            nudge=self.link.nudge,
            projector=self.projector,
        )
        tables, unsealed = (lambda: self.deciding.desk.tables), (lambda: self.deciding.desk.house.unsealed)
        self._timekeeper = Timekeeper(clock, lambda: self.deciding.desk, take, floor.complain)
        self.repeats = Repeats(
            self.link,
            renderer,
            settings.instance,
            tables,
            floor,
            lagging=lambda: self.deciding.desk.lagging,
            unsealed=unsealed,
        )

    async def load(self) -> None:
        """Fold the log, ask what is open, and project what the read model has not got yet."""
        began = now_ms()
        desk, ended = await load_desk(self._store, COMMANDS, self._clock.now_ms, self._doors.access)
        self.deciding.desk = desk
        self.inbox.put_nowait(Tick(self._clock.resume(desk.house.anchor, desk.latest)))  # before any message
        self.solver.want(desk.questions(desk.tables))
        self.projector.loaded(desk, ended, {each: await self._writer.cursor(each) for each in desk.tables})
        self.checks["log"].set()
        log_event(log, "INFO", "log_folded", tables=len(desk.tables), hands=len(ended), elapsed_ms=now_ms() - began)

    async def start(self, group: asyncio.TaskGroup) -> None:
        """Load, then let every part run as a task of `group`, until `stop`."""
        await self.load()
        parts = [self.link.run, self.batches.run, self.projector.run, self.solver.run, self.repeats.run]
        parts += [self._timekeeper.run, self.projector.audit.run, *self._doors.parts]
        self._tasks = [group.create_task(part(), name=part.__qualname__) for part in parts]

    async def stop(self) -> None:
        """End every part."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def _collector(settings: Settings, metrics: Metrics) -> AsyncIterator[Collector]:
    equity.warm()
    store = await SqliteLog.open(path_of(settings.log_url))
    writer = await asyncio.to_thread(ReadModelWriter, settings.readmodel_url, settings.sharing("collector"))
    people = await asyncio.to_thread(AppStore, settings.app_store_url, settings.sharing("web"))
    with closing(writer), closing(people), closing(Register(people, now_ms, keeps=False)) as register:
        collector = Collector(settings, metrics, store, writer, register)
        try:
            yield collector
        finally:
            await collector.stop()
            await store.close()
