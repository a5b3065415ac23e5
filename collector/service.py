"""Builds the service and runs it until SIGTERM, or until any part of it fails. The only module that wires adapters."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from collector import equity
from collector.api import serve
from collector.broker.keyfile import KEYS, KeyFile
from collector.broker.link import Incoming
from collector.certificates.watch import watching
from collector.doors import Doors, collector_link
from collector.facts.chain import Chain
from collector.logs import log_event, logger_of
from collector.metrics import Metrics
from collector.pipeline.batch import Batches
from collector.pipeline.deciding import Deciding, Solved, Tick
from collector.pipeline.desk import Desk
from collector.pipeline.floor import Floor
from collector.pipeline.garbage import settle
from collector.pipeline.inbox import Inbox
from collector.pipeline.intake import Intake
from collector.pipeline.loading import desk_of, load_desk
from collector.pipeline.outgoing import Outgoing
from collector.pipeline.projector import Projector
from collector.pipeline.repeats import Repeats
from collector.pipeline.showclock import ShowClock, Timekeeper
from collector.readmodel import ReadModelWriter
from collector.settings import Settings
from collector.signin.register import Register
from collector.solver import Solver
from collector.table.commands import COMMANDS
from collector.table.show.renderer import Renderer
from collector.vault import Part, Vault, stores
from collector.web_role import web_app

log = logger_of(__name__)


async def run(settings: Settings, listener: socket.socket) -> None:
    """Serve on `listener` until told to stop. A failed part ends the process; the supervisor starts it again."""
    # The log's thread needs Python's lock before and after each commit. By default the loop may keep it for 5 ms.
    sys.setswitchinterval(0.0002)
    metrics, stop = Metrics(), asyncio.Event()
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
        self, settings: Settings, metrics: Metrics, vault: Vault, writer: ReadModelWriter, register: Register
    ) -> None:
        keys, store = KeyFile(settings.data / KEYS), vault.store
        self._vault, self._store, self._writer, self._wall = vault, store, writer, settings.wall
        self._tasks: list[asyncio.Task[None]] = []
        self.inbox: Inbox[Incoming] = Inbox(metrics)
        self.link = collector_link(settings, lambda: self.repeats.connected(), self.inbox.offer)  # noqa: PLW0108 - made below
        self.checks = {"log": asyncio.Event(), "broker": self.link.connected}
        metrics.connected.set_function(self.link.connected.is_set)
        renderer = Renderer(COMMANDS, lambda name: self.deciding.desk.evenings[name].memory.chances)  # one for all
        self.floor = floor = Floor(self.link, renderer, metrics)
        self.projector = Projector(writer, metrics, store)
        self.solver = Solver(lambda table_id, found: self.inbox.put_nowait(Solved(table_id, found)))
        publish, take = self.link.publish, self.inbox.put_nowait
        self._doors = doors = Doors(settings, register, publish, take, desk=lambda: self.deciding.desk)
        self._clock = clock = ShowClock.of_machine()
        desk, intake = Desk(Chain({}, clock.now_ms), COMMANDS, doors.access), Intake(keys, floor, COMMANDS)
        reload = partial(desk_of, store, COMMANDS, clock.now_ms, doors.access, settings.wall)
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
        self._timekeeper = Timekeeper(clock, lambda: self.deciding.desk, take, floor.complain)
        tables, lagging = (lambda: self.deciding.desk.tables), (lambda: self.deciding.desk.lagging)
        name, unsealed = settings.instance, (lambda: self.deciding.desk.house.unsealed)
        self.repeats = Repeats(self.link, renderer, name, tables, floor, lagging=lagging, unsealed=unsealed)

    async def load(self) -> None:
        """Fold the log, ask what is open, and project what the read model has not got yet."""
        began = self._clock.now_ms()
        desk, ended = await load_desk(self._store, COMMANDS, self._clock.now_ms, self._doors.access, self._wall)
        self.deciding.desk = desk
        self.solver.want(desk.questions(desk.tables))
        self.projector.loaded(desk, ended, {each: await self._writer.cursor(each) for each in desk.tables})
        await self.batches.take([Tick(self._clock.resume(desk.house.anchor, desk.latest))])  # before any message
        self.checks["log"].set()
        elapsed_ms = self._clock.now_ms() - began
        log_event(log, "INFO", "log_folded", tables=len(desk.tables), hands=len(ended), elapsed_ms=elapsed_ms)

    async def start(self, group: asyncio.TaskGroup) -> None:
        """Load, then let every part run as a task of `group`, until `stop`. A log that is locked is waited for."""
        if self._vault.lacks():
            self._run(group, self.link.run, partial(self._begin, group))
        else:
            await self._begin(group, self.link.run)

    async def _begin(self, group: asyncio.TaskGroup, *first: Part) -> None:
        await self._vault.unlocked(self.inbox, self.link, self.floor, COMMANDS)
        await self.load()
        await self.repeats.connected()  # a link that was there first has told of no table
        parts = (self.batches, self.projector, self.solver, self.repeats, self.projector.audit, self._timekeeper)
        runs: list[Part] = [part.run for part in parts]
        self._run(group, *first, *runs, *self._doors.parts, partial(self._vault.look_after, self.floor))

    def _run(self, group: asyncio.TaskGroup, *parts: Part) -> None:
        self._tasks += [group.create_task(part(), name=getattr(part, "__qualname__", "vault")) for part in parts]

    async def stop(self) -> None:
        """End every part."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@asynccontextmanager
async def _collector(settings: Settings, metrics: Metrics) -> AsyncIterator[Collector]:
    equity.warm()
    async with stores(settings) as (vault, writer, register):
        collector = Collector(settings, metrics, vault, writer, register)
        try:
            yield collector
        finally:
            await collector.stop()
