"""A collector of which everything is kept that somebody without `read:live` can get: bytes, order, times.

It is the collector of the corpus (`tests/corpus/wiring.py`): the whole core with log and read model, without a broker.
"""

from __future__ import annotations

import contextlib
import logging
import re
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final
from unittest import mock

import httpx
from fastapi import Request

from collector.access.grants import Grant, Identity
from collector.access.rights import Access
from collector.access.vocabulary import READ_LIVE
from collector.api import create_app
from collector.logs import JsonLines
from collector.signin.door import Caller
from tests.collector.table.dealer import OP_MAY_ALL
from tests.corpus.wiring import Clock, Input, Row, Stage, always_the_same, make_folder

Seen = list[Any]
"""Something that somebody got: number of the input, time in ms, where, what."""
CONSOLES: Final = ("op", "op-2", "floor")
"""Logins that give commands. None of them holds `read:live`."""
OTHERS: Final = ("floor", "commentator")
"""Roles that ask REST beside the operator. None of them holds `read:holecards`."""
_AS: Final = "x-as"
FORMATS: Final = ("phh", "ohh", "pokerstars", "json")
_IN_MEMORY = Path("/dev/shm")
_WORDS: Final = {login: OP_MAY_ALL.words(login.split("-")[0]) - {READ_LIVE} for login in CONSOLES}
_BY_THE_CLOCK = ("_created", "ebs_log_wal_bytes")
_WHEN_OVER: Final = re.compile(r'"message":"hand \d+ is over: a ')
"""Of alerts that tell, once a hand is over, what the tags at its seats were: they are told by then."""
_COUNTED: Final = tuple(
    f'ebs_alerts_total{{code="{each}"}}' for each in ("UNKNOWN_TAG", "RESTING_DECK", "DUPLICATE_CARD")
)
_MARKS = ("@commit", "@ask", "@puback")
"""What stands in the order of things that left, and never leaves this process."""


class AsAsked:
    """A gate that takes everybody for the role that the request names."""

    async def admit(self, request: Request, word: str) -> Caller:
        role = request.headers[_AS]
        return Caller(Identity(role, () if role == "any" else (Grant(role),), user=role))


class Lines(logging.Handler):
    """Keeps the lines of the log as they are written, but for their time, which is that of the machine."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        record.created = 0
        self.lines.append(JsonLines().format(record))


@dataclass
class Watched(Stage):
    """A collector over a folder, and what was seen of it."""

    seen: list[Seen] = field(default_factory=list)
    log: Lines = field(default_factory=Lines)

    async def take(self, inputs: Sequence[Input]) -> None:
        known, said = len(self.sent), len(self.log.lines)
        await super().take(inputs)
        number, now = inputs[0]["batch"], self.clock.now
        self.seen += [[number, now, *row] for row in self.sent[known:] if may_be_heard(row)]
        self.seen += [[number, now, "log", line] for line in self.log.lines[said:]]

    async def solve(self) -> None:
        """The equity worker answers what is asked: in one run of a pair more may be asked than in the other."""
        for table_id, answered in self.questions().items():
            line = {"topic": f"table/{table_id}/equity", "payload": answered, "at": self.clock.now, "batch": 0}
            await super().take([line])

    async def look(self) -> None:
        """Everybody asks REST, and whoever reads metrics reads them."""
        for role, addresses in {"any": ["/metrics", "/health/ready"], **await self._addresses()}.items():
            for each in await _answers(self, role, addresses):
                self.seen.append(["rest", self.clock.now, *each])

    async def _addresses(self) -> dict[str, list[str]]:
        events, whole = [], []
        for event_id in sorted(self.desk.house.events):
            event = f"/api/v1/events/{event_id}"
            events += [f"{event}/hands?limit=500", f"{event}/players", f"{event}/statistics"]
            hands = await self._queries.hands(event_id, limit=500, newest_first=False, after=None, within=None)
            for number, hand in enumerate(hands):  # one history of each, in turn, and the one that says most
                forms = {FORMATS[number % len(FORMATS)], "json"}
                whole.append(f"{event}/hands/{hand.hand_id}")
                whole += [f"{event}/hands/{hand.hand_id}/export?format={form}" for form in sorted(forms)]
            players = {player.player_id for hand in hands for player in hand.players}
            whole += [f"{event}/players/{player_id}" for player_id in sorted(players)]
        return {"operator": ["/config.json", *events, *whole], **dict.fromkeys(OTHERS, events)}


class Behind:
    """Stands for what is watched now: the application is made once, since that takes longer than a run."""

    def __init__(self, part: str) -> None:
        self._part = part

    def __getattr__(self, name: str) -> Any:
        return getattr(_part_of(current(), self._part), name)


_WATCHED: list[Watched] = []


def current() -> Watched:
    """Return the collector that is watched now."""
    return _WATCHED[-1]


def _part_of(stage: Watched, part: str) -> Any:
    return stage.metrics.registry if part == "registry" else stage._queries


@cache
def _application() -> Any:
    queries, registry = Behind("queries"), Behind("registry")
    config = {"ws_url": "ws://127.0.0.1:21884"}
    parts: dict[str, Any] = {"registry": registry, "ready": lambda: {"broker": True}, "config": lambda: config}
    return create_app(queries, static=None, gate=AsAsked(), **parts)  # type: ignore[arg-type]


async def _answers(stage: Watched, role: str, addresses: Sequence[str]) -> list[tuple[str, str]]:
    found = []
    transport = httpx.ASGITransport(_application())
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        for address in addresses:
            answer = await client.get(address, headers={"X-Request-Id": "pair", _AS: role})
            headers = sorted(f"{name}: {value}" for name, value in answer.headers.items())
            text = answer.text
            if address == "/metrics":
                text = "\n".join(
                    line for line in text.splitlines() if not any(c in line for c in (*_BY_THE_CLOCK, *_COUNTED))
                )
                headers = [each for each in headers if not each.startswith("content-length")]
            found.append((f"{role} {address}", f"{answer.status_code} {headers} {text}"))
    return found


def may_be_heard(row: Row) -> bool:
    """Return whether somebody without `read:live` may hear what left."""
    topic = str(row[0])
    levels = topic.split("/")
    if levels[-1] == "alert" and _WHEN_OVER.search(str(row[3])):
        return False
    return topic not in _MARKS and not (levels[2:3] == ["table"] and levels[4:5] == ["live"])


@contextlib.contextmanager
def log_lines(handler: Lines) -> Iterator[None]:
    """Have a handler keep what the collector logs."""
    logger = logging.getLogger("collector")
    level, propagates = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagates


@contextlib.asynccontextmanager
async def watching() -> AsyncIterator[Watched]:
    """Open a watched collector over an empty folder."""
    clock, handler = Clock(), Lines()
    words = mock.patch.object(Access, "words", lambda _, login: _WORDS.get(login, frozenset()))
    place = str(_IN_MEMORY) if _IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=place) as name, always_the_same(clock), words, log_lines(handler):
        folder = Path(name)
        await make_folder(folder, (), "pair-log")
        stage = Watched(folder, clock, [], [], log=handler)
        _WATCHED[:] = [stage]
        await stage.start()
        try:
            yield stage
        finally:
            await stage.stop()
