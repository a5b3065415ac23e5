"""The collector as the corpus plays it: its own parts, with a link, a clock and a chance that are always the same.

The only module of the corpus that names code of the collector. When that code moves, this module follows it; what was
recorded stays as it is.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import secrets
import shutil
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest import mock

import httpx

from collector import doors, service
from collector.access.rights import Access
from collector.api import create_app
from collector.broker.link import Incoming
from collector.cards import DECK  # noqa: F401 - for whoever makes evenings
from collector.equity import Answered, answer
from collector.errors import BadInput
from collector.facts.chain import digest
from collector.facts.fact import DeviceKey, Fact
from collector.facts.seals import HouseKeys, Sealer
from collector.hand import board_wanted, legal, next_board, to_show  # noqa: F401 - for whoever makes evenings
from collector.hand.games import GAMES, ROTATIONS  # noqa: F401 - for whoever makes evenings
from collector.hand.limits import least_to  # noqa: F401 - for whoever makes evenings
from collector.house.commands import COMMANDS as HOUSE_COMMANDS
from collector.log.sqlite import SqliteLog
from collector.metrics import Metrics
from collector.pipeline.deciding import Solved
from collector.readmodel import ReadModelQueries, ReadModelWriter
from collector.secrecy import Secrecy, Secret
from collector.settings import _NOT_OURS, Settings, load_settings
from collector.solver.lines import ask_line
from collector.table.commands import COMMANDS
from collector.vault import Vault
from tests.collector.everybody import EverybodyMay
from tests.collector.table.dealer import OP_MAY_ALL
from tools.cli import Verbs

Row = list[Any]
"""A line of what left: topic, qos, retain, payload. Topics that begin with `@` are marks, and no message."""
Input = Mapping[str, Any]
"""A line of what came: `at` in ms since 1970, then topic and payload, or `do`."""
_EPOCH_MS = 1_790_000_000_000
_WORKER = "/equity"
_BY_THE_CLOCK = ("_created", "ebs_log_wal_bytes")
"""Metrics that say when something was done: a start, or the last time that nobody committed for a moment."""
_VERSION = f'"version":"{version("ebs")}"'


NOBODY: Any = mock.MagicMock(users={}, outputs={}, age=0.0, holds=True)
"""A house without people: its logins alone send commands."""
_WORDS = {login: OP_MAY_ALL.words("op") | OP_MAY_ALL.words(login) for login in ("op", "floor")}
"""Of the one login of the evenings: it sets the tables up that it runs."""


class Clock:
    """Wall clock and monotonic clock of an evening; both stand still between two inputs."""

    def __init__(self) -> None:
        self.now = _EPOCH_MS

    def monotonic(self) -> float:
        return self.now / 1000

    def time_ns(self) -> int:
        return self.now * 1_000_000


class Chance:
    """Names that would be drawn by chance, in order."""

    def __init__(self) -> None:
        self.drawn = 0

    def token_hex(self, size: int = 32) -> str:
        self.drawn += 1
        return f"{self.drawn:0{2 * size}x}"


@contextlib.contextmanager
def always_the_same(clock: Clock) -> Iterator[None]:
    """Put `clock` and a chance without surprises in the place of the machine's."""
    chance = Chance()
    with (
        mock.patch.object(time, "monotonic", clock.monotonic),
        mock.patch.object(time, "time_ns", clock.time_ns),
        mock.patch.object(secrets, "token_hex", chance.token_hex),
    ):
        yield


class WallClock:
    """Stands for the show clock: facts of an evening have the time that its input had. No stream gets an anchor."""

    @classmethod
    def of_machine(cls) -> WallClock:
        return cls()

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def resume(self, last: object, latest: int) -> None:
        """No anchor."""


class Link:
    """Stands for the link to the broker: keeps what is published and acknowledged, in order."""

    def __init__(self, address: object, **how: Any) -> None:
        del address
        self.how = how
        self.sent: list[Row] = []
        self.connected = asyncio.Event()
        self.connected.set()

    async def publish(self, topic: str, payload: bytes, *, qos: int = 0, retain: bool = False) -> bool:
        self.sent.append([topic, qos, int(retain), _unversioned(payload.decode())])
        return True

    def flush(self) -> None:
        """What was published is kept here already."""

    def nudge(self) -> None:
        """What only hurries the broker is nothing that left."""

    def acknowledge(self, message: Incoming) -> None:
        self.sent.append(["@puback", message.qos, 0, message.topic])


class LogNames(logging.Handler):
    """Counts what is logged, by level, event and names of its data."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.seen: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        names = ",".join(sorted(getattr(record, "ebs_data", {})))
        self.seen[f"{record.levelname} {record.msg} {names}"] += 1


@contextlib.contextmanager
def log_names() -> Iterator[Counter[str]]:
    """Count what the collector logs meanwhile."""
    handler, logger = LogNames(), logging.getLogger("collector")
    level, propagates = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield handler.seen
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagates


def _unversioned(payload: str) -> str:
    """The version of the program is no behaviour of it: a release changes that alone."""
    return payload.replace(_VERSION, '"version":"*"')


@dataclass
class Stage:
    """A collector over a folder. `sent` is what left since it started; `facts` what it committed, with its input."""

    folder: Path
    clock: Clock
    sent: list[Row]
    facts: list[tuple[int, Fact]]
    number: int = 0
    house_keys: HouseKeys | None = None  # None: the log is in clear, as it was when the evenings were recorded

    async def start(self) -> Stage:
        self.folder.mkdir(parents=True, exist_ok=True)
        settings = load_settings(data=self.folder)
        self.metrics = Metrics()
        keys = self.house_keys
        self._store = await SqliteLog.open(self.folder / "log.db", Sealer(lambda: keys, os.urandom) if keys else None)
        self._store._db.execute("PRAGMA synchronous=OFF")  # the power stays on here
        self._writer = await asyncio.to_thread(ReadModelWriter, settings.readmodel_url)
        self._queries = await asyncio.to_thread(ReadModelQueries, settings.readmodel_url)
        with mock.patch.object(doors, "MqttLink", Link), mock.patch.object(service, "ShowClock", WallClock):
            self._collector = service.Collector(settings, self.metrics, Vault(self._store), self._writer, NOBODY)
        self.link: Any = self._collector.link
        self.link.sent = self.sent
        self._asked: Mapping[str, Secret[Any]] = {}
        self._append = self._store.append
        mock.patch.object(self._store, "append", self._committed).start()
        await self._collector.load()
        self._ask()
        await self._project()
        return self

    async def stop(self) -> None:
        await self._store.close()
        self._writer.close()
        self._queries.close()

    @property
    def desk(self) -> Any:
        return self._collector.deciding.desk

    @property
    def log_id(self) -> str:
        return self._store.log_id

    async def take(self, inputs: Sequence[Input]) -> None:
        """Take one batch: messages that arrived together, or one thing that is done to the collector."""
        self.clock.now = inputs[-1]["at"]
        if "do" in inputs[0]:
            await getattr(self, inputs[0]["do"])()
        else:
            await self._collector.batches.take([_received(each, place) for place, each in enumerate(inputs)])
            self._ask()
            await self._project()
        self.number += 1

    async def connect(self) -> None:
        """The broker is there again."""
        await self.link.how["on_connect"]()

    async def restart(self) -> None:
        """The collector ends and starts again, over what it has kept."""
        await self.stop()
        await self.start()
        await self.connect()

    async def backup(self) -> None:
        """Somebody copies the log."""
        source, copy = sqlite3.connect(self.folder / "log.db"), sqlite3.connect(self.folder / "backup.db")
        source.backup(copy)
        source.close()
        copy.close()
        self._kept = len(self.facts)

    async def restore(self) -> None:
        """Somebody puts the copy in the place of the log, and the read model is made anew."""
        await self.stop()
        for file in (*self.folder.glob("log.db*"), *self.folder.glob("readmodel.db*")):
            file.unlink()
        shutil.copy(self.folder / "backup.db", self.folder / "log.db")
        del self.facts[self._kept :]
        await self.start()
        await self.connect()

    async def get(self, requests: Sequence[str]) -> list[dict[str, Any]]:
        """Ask REST. A request is a method and an address."""
        app = create_app(
            self._queries,
            ready=lambda: {"broker": True},
            config=lambda: {"ws_url": "ws://127.0.0.1:21884"},
            registry=self.metrics.registry,
            static=None,
            gate=EverybodyMay(),
        )
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return [await _asked(client, request) for request in requests]

    def questions(self) -> dict[str, dict[str, object]]:
        """Return the worker's answers to what the tables ask now, by table."""
        found = {}
        for table_id, question in self.desk.questions(self.desk.tables).items():
            with contextlib.suppress(BadInput):
                if question:
                    found[table_id] = answer(question.reveal()).plain()
        return found

    async def _committed(self, facts: Sequence[Fact]) -> None:
        await self._append(facts)
        self.facts += [(self.number, fact) for fact in facts]
        self.sent.append(["@commit", len(facts), 0, ""])

    def _ask(self) -> None:
        """Keep what would go to the worker."""
        wanted = self._collector.solver._waiting
        for table_id, question in wanted.items():
            if self._asked.get(table_id) != question:
                self.sent.append(["@ask", 0, 0, f"{table_id} {ask_line(0, question).decode().strip()}"])
        self._asked = dict(wanted)

    async def _project(self) -> None:
        projector, items = self._collector.projector, []
        while not projector._waiting.empty():
            items.append(projector._waiting.get_nowait())
        if not await projector._written(items):
            raise AssertionError("the read model did not take it")


def _received(line: Input, place: int) -> Incoming | Solved:
    topic = str(line["topic"])
    if topic.endswith(_WORKER) and not topic.startswith("ebs/"):
        return Solved(topic.split("/")[1], Secret(Answered.of_plain(line["payload"])))
    return Incoming(
        topic, str(line["payload"]).encode(), retained=bool(line.get("retained")), mid=place + 1, qos=1, generation=1
    )


async def _asked(client: httpx.AsyncClient, request: str) -> dict[str, Any]:
    method, address = request.split(" ", maxsplit=1)
    response = await client.request(method, address, headers={"X-Request-Id": "corpus"})
    headers = sorted(f"{name}: {value}" for name, value in response.headers.items() if name != "content-length")
    text = response.text
    if address == "/metrics":
        text = "\n".join(line for line in text.splitlines() if not any(each in line for each in _BY_THE_CLOCK))
    return {"request": request, "status": response.status_code, "headers": headers, "body": _unversioned(text)}


@contextlib.asynccontextmanager
async def playing(
    folder: Path,
    *,
    facts: Sequence[Fact] = (),
    log_id: str = "corpus-log",
    begin: bool = True,
    house_keys: HouseKeys | None = None,
) -> AsyncIterator[Stage]:
    """Open a stage over a folder, with the log that `facts` make. `begin` False: over what is there already.

    house_keys: seal what comes to the log.
    """
    clock = Clock()
    with always_the_same(clock), mock.patch.object(Access, "words", lambda _, login: _WORDS.get(login, _WORDS["op"])):
        if begin:
            await make_folder(folder, facts, log_id)
        stage = await Stage(folder, clock, [], [], house_keys=house_keys).start()
        try:
            yield stage
        finally:
            await stage.stop()


async def make_folder(folder: Path, facts: Sequence[Fact], log_id: str) -> None:
    """Make a data folder with keys, a login, and the log that `facts` make."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("device-keys.json", KEYS), ("credentials.json", {"collector": "corpus"})):
        path = folder / name
        path.write_text(json.dumps(content))
        path.chmod(0o600)
    database = sqlite3.connect(folder / "log.db")
    with database:
        database.execute("CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID")
        database.execute("INSERT INTO meta VALUES ('log_id', ?)", (log_id,))
    database.close()
    if facts:
        store = await SqliteLog.open(folder / "log.db")
        await store.append(facts)
        await store.close()


KEYS = {f"node-{number:02d}": bytes([number] * 32).hex() for number in (1, 2, 3, 4)}
"""Keys of the nodes of the corpus: made up, and no secret."""


def fact_out(number: int, fact: Fact) -> dict[str, Any]:
    """Return a fact as JSON, with the number of the input that it came of and its digest."""
    key = fact.device_key
    return {
        "input": number,
        "stream": fact.stream,
        "position": fact.position,
        "kind": fact.kind,
        "schema": fact.schema,
        "class": fact.secrecy.value,
        "key_id": fact.key_id,
        "trace_id": fact.trace_id,
        "cause": fact.cause,
        "received_at": fact.received_at,
        "prev_hash": fact.prev_hash,
        "device": [key.device, key.origin, key.seq] if key else None,
        "client": fact.client,
        "command_id": fact.command_id,
        "body": dict(fact.body),
    }


def fact_in(row: Mapping[str, Any]) -> Fact:
    """Return the fact that `fact_out` gave."""
    return Fact(
        stream=row["stream"],
        position=row["position"],
        kind=row["kind"],
        schema=row["schema"],
        secrecy=Secrecy(row["class"]),
        key_id=row["key_id"],
        trace_id=row["trace_id"],
        cause=row["cause"],
        received_at=row["received_at"],
        prev_hash=row["prev_hash"],
        body=row["body"],
        device_key=DeviceKey(*row["device"]) if row["device"] else None,
        client=row["client"],
        command_id=row["command_id"],
    )


def digest_of(row: Mapping[str, Any]) -> str:
    """Return what the next fact of the stream must name as `prev_hash`."""
    return digest(fact_in(row))


def _dumped(value: object) -> object:
    return value if isinstance(value, str | int | float | bool | type(None)) else str(value)


def verbs() -> dict[str, Any]:
    """Return every verb of `ebs`, and of those with verbs of their own each, with its parameters."""
    group, found = Verbs(name="ebs"), {}
    for name in group.list_commands(None):  # type: ignore[arg-type]
        command = group.get_command(None, name)
        for within, one in {name: command, **{f"{name} {n}": c for n, c in _within(command).items()}}.items():
            found[within] = [_parameter(each) for each in one.params]
    return found


def _within(command: Any) -> Mapping[str, Any]:
    return getattr(command, "commands", {})


def _parameter(parameter: Any) -> dict[str, object]:
    return {
        "names": [*parameter.opts, *parameter.secondary_opts],
        "default": _dumped(parameter.default() if callable(parameter.default) else parameter.default),
        "required": parameter.required,
        "many": parameter.nargs != 1 or getattr(parameter, "multiple", False),
        "environment": parameter.envvar,
    }


def metrics() -> dict[str, list[str]]:
    """Return every metric with its type and labels."""
    registry = Metrics().registry
    return {
        each._name: [each._type, *each._labelnames]
        for each in sorted(registry._collector_to_names, key=lambda each: each._name)
    }


def settings() -> dict[str, object]:
    """Return every setting as the environment names it, with its default, and the names that are others'."""
    ours = {f"EBS_{name.upper()}": _dumped(field.default) for name, field in Settings.model_fields.items()}
    return {**ours, "others": sorted(_NOT_OURS)}


def commands() -> dict[str, dict[str, object]]:
    """Return every command with its fields and what they are by default; `...`: the field must be there."""
    models = [each.model for each in (*HOUSE_COMMANDS, *COMMANDS)]
    return {str(model.model_fields["type"].default): _fields(model) for model in models}


def _fields(model: Any) -> dict[str, object]:
    fields = {}
    for name, field in model.model_fields.items():
        fields[name] = "..." if field.is_required() else _dumped(field.get_default(call_default_factory=True))
    return fields


def subscriptions() -> tuple[str, ...]:
    """Return what the collector listens to."""
    link: list[Any] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.object(doors, "MqttLink", lambda address, **how: link.append(how) or Link(address, **how)),
    ):
        asyncio.run(make_folder(Path(folder), (), "corpus-log"))
        service.Collector(load_settings(data=Path(folder)), Metrics(), mock.MagicMock(), mock.MagicMock(), NOBODY)
    return tuple(link[0]["subscriptions"])


def command_types() -> set[str]:
    """Return every type of command that the wire knows."""
    models = [each.model for each in (*HOUSE_COMMANDS, *COMMANDS)]
    return {str(model.model_fields["type"].default) for model in models}


def folded_kinds() -> set[str]:
    """Return every kind of fact that changes a table."""
    return set(COMMANDS.kinds.names) - {"end_hand"}  # it changes nothing: the fact before it puts the hand away
