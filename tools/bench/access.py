"""What coming in costs the picture, and how soon somebody is out whose session, key, output or account has ended.

A graphics page listens as it would on air: over WebSocket, with the login of an output that may hear its table live.
Cards come and go all the time. In turns nobody comes, pages come in and go out, and a flood of sign-ins comes; a delay
is from the node's outbox to that page. What is shown is the cost: how many times the p99 of the turns in which nobody
came. The turns are short and many, so that a machine that becomes slower becomes so in all of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from collector.broker.link import Address
from tools.bench import access_revoked
from tools.bench.access_client import Rest
from tools.bench.access_flood import KNOWN
from tools.bench.access_house import People
from tools.bench.access_revoked import Revoked
from tools.bench.latency import Listener, all_seen, deal, load
from tools.bench.report import Figure, Progress, percentile, within
from tools.rehearsal import demo
from tools.rehearsal.felt import Felt
from tools.rehearsal.pace import Pace
from tools.rehearsal.rehearsal import Rehearsal, rehearsal
from tools.rehearsal.stack import Stack

TURNS: Final = ("rest", "pages", "flood")
SIGN_INS_A_SECOND: Final = 200
_OWNER: Final = "director"
_COMER: Final = "dealers"
_OVERLAY: Final = "programme"
_SETTLED_S: Final = 1.0
"""Between two turns: what the one before left behind is not counted."""
_ANSWER_S: Final = 30.0
_MOST: Final = 1.2
"""Times the p99 at rest."""


@dataclass(frozen=True)
class Size:
    """How much to measure. pages: that come and go in one turn. turn_s: how long a turn of rest or flood lasts.

    pages_s: how long a turn of pages may take. revoked: sessions, keys, outputs and people, of each so many.
    """

    rounds: int
    pages: int
    turn_s: float
    pages_s: float
    revoked: int


SHORT: Final = Size(rounds=3, pages=32, turn_s=8, pages_s=15, revoked=15)
FULL: Final = Size(rounds=5, pages=200, turn_s=30, pages_s=90, revoked=100)


@dataclass
class Measured:
    """What was measured. delays_ms: by turn; infinity for a card that did not come. waited_ms: for logins."""

    delays_ms: dict[str, list[float]] = field(default_factory=lambda: {turn: [] for turn in TURNS})
    waited_ms: list[float] = field(default_factory=list)
    gone: int = 0
    flood_s: float = 0.0
    statuses: Counter[str] = field(default_factory=Counter)
    revoked: Revoked = field(default_factory=Revoked)


def run(progress: Progress) -> list[Figure]:
    """Return the figures of 96 pages, in less than three minutes."""
    return figures(progress, SHORT)


def run_full(progress: Progress) -> list[Figure]:
    """Return the figures of 1,000 pages, in some fifteen minutes."""
    return figures(progress, FULL)


def figures(progress: Progress, size: Size) -> list[Figure]:
    """Measure so much."""
    return of_measured(asyncio.run(_measure(progress, size)), size)


async def _measure(progress: Progress, size: Size) -> Measured:
    queued: dict[str, int] = {}

    def note(origin: str, seq: int, at_ns: int) -> None:
        queued[f"{demo.DEVICE}.{origin}.{seq}"] = at_ns

    found = Measured()
    with tempfile.TemporaryDirectory(prefix="ebs-bench-") as name:
        async with rehearsal(Path(name), say=progress, queued=note) as table:
            people = await asyncio.to_thread(People, table.stack.folder, demo.TABLE)
            try:
                listener = await _on_air(table, people)
                alerts = Listener(table.stack.login("programme"), ("alert",))
                turns = await _in_turns(table, found, size, progress)
                await all_seen(queued, listener)
                for each in (listener, alerts):
                    each.close()
                shown = listener.seen()
                # What is an alert and nothing else is not for the picture, and the output may not hear it.
                told = alerts.seen()
                meant = {trace: at for trace, at in queued.items() if trace in shown or trace not in told}
                _take(found, turns, meant, shown)
                progress(f"{size.revoked} each of {', '.join(access_revoked.KINDS)} end")
                found.revoked = await asyncio.to_thread(
                    access_revoked.measure, table.stack.url, demo.TABLE, people, size.revoked, progress
                )
            finally:
                people.close()
    return found


async def _on_air(table: Rehearsal, people: People) -> Listener:
    """Deal a hand, and open the page of an output that may hear it live."""
    await deal(table.console, Felt(table.node, table.sees, Pace(0)))
    for name in (_OWNER, _COMER, KNOWN):
        people.person(name)
    key = people.output(_OVERLAY, _OWNER, "live")
    await _granted(table.stack)
    login = await asyncio.to_thread(Rest(table.stack.url).must, "POST", "/auth/output", {"key": key})
    for console in (table.console, table.sees):
        await console.link.pause()  # what they follow would only cost the time that is measured
    broker = urlsplit(login["ws_url"])
    address = Address(broker.hostname or "127.0.0.1", broker.port or 80, login["login"], login["password"])
    listener = Listener(address, ("live", "event"), transport="websockets")
    if not await asyncio.to_thread(listener.there.wait, _ANSWER_S):
        raise AssertionError(f"{login['login']} was not let in at the broker")
    return listener


async def _granted(stack: Stack) -> None:
    """Give the output its table live, as somebody at the collector's machine does."""
    verb = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tools.cli", "live", "grant", "--table", demo.TABLE, "--output", _OVERLAY),
        *("--data", str(stack.folder)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await verb.communicate()
    if verb.returncode:
        raise AssertionError(said.decode())


@dataclass(frozen=True)
class _Turn:
    """A time between two moments of the machine's clock, in ns."""

    name: str
    began: int
    ended: int


async def _in_turns(table: Rehearsal, found: Measured, size: Size, progress: Progress) -> list[_Turn]:
    """Let cards come and go, and take turns meanwhile."""
    turns: list[_Turn] = []
    over = asyncio.Event()
    cards = asyncio.create_task(load(table.node, over.is_set))
    try:
        await asyncio.sleep(2 * _SETTLED_S)
        for number in range(size.rounds):
            for name in TURNS:
                progress(f"round {number + 1} of {size.rounds}: {name}")
                turns.append(await _turn(name, table.stack, number, found, size))
    finally:
        over.set()
        await cards
    return turns


async def _turn(name: str, stack: Stack, number: int, found: Measured, size: Size) -> _Turn:
    """Take a turn. Its time begins when the processes of it wait for its begin, and what was before has settled."""
    net = str(10 + number)  # addresses that no earlier turn has used up
    match name:
        case "pages":
            count = str(size.pages)
            async with _beside("access_pages", stack.url, demo.TABLE, _COMER, net, count) as (began, pages, told):
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(pages.wait(), size.pages_s)
                ended = time.monotonic_ns()
            found.gone += told["gone"]
            found.waited_ms += told["waited_ms"]
        case "flood":
            async with _beside("access_flood", stack.url, str(100 + number), str(SIGN_INS_A_SECOND)) as (
                began,
                _,
                told,
            ):
                await asyncio.sleep(size.turn_s)
                ended = time.monotonic_ns()
            found.flood_s += told["seconds"]
            found.statuses.update(told["statuses"])
        case _:
            await asyncio.sleep(_SETTLED_S)
            began = time.monotonic_ns()
            await asyncio.sleep(size.turn_s)
            ended = time.monotonic_ns()
    return _Turn(name, began, ended)


@asynccontextmanager
async def _beside(
    module: str, *arguments: str
) -> AsyncIterator[tuple[int, asyncio.subprocess.Process, dict[str, Any]]]:
    """Run a process until the body ends; give the ns at which it began, and what has its words after that."""
    told: dict[str, Any] = {}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"tools.bench.{module}", *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # it gives way to all others
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        await within(_ANSWER_S, f"the start of {module}", process.stdout.readline())
        await asyncio.sleep(_SETTLED_S)
        process.stdin.write(b"\n")
        yield time.monotonic_ns(), process, told
        said, _ = await within(_ANSWER_S, f"the end of {module}", process.communicate(b""))  # its input ends
        if process.returncode:
            raise AssertionError(f"{module} ended with {process.returncode}")
        told |= json.loads(said)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _take(found: Measured, turns: list[_Turn], queued: dict[str, int], seen: dict[str, int]) -> None:
    """Note the delay of each card that was queued in a turn."""
    for trace, at in queued.items():
        for turn in turns:
            if turn.began <= at < turn.ended:
                found.delays_ms[turn.name].append((seen[trace] - at) / 1e6 if trace in seen else float("inf"))


def of_measured(found: Measured, size: Size) -> list[Figure]:
    """Return the figures of what was measured."""
    refused = sum(count for status, count in found.statuses.items() if status in {"429", "503"})
    sign_ins = sum(found.statuses.values())
    delays = [(turn, percent, found.delays_ms[turn]) for turn in TURNS for percent in (50, 99)]
    return [
        *(Figure.told(f"overlay_{turn}_p{p}", round(_at(values, p), 2), "ms") for turn, p, values in delays),
        Figure.at_most("pages_p99_cost", _cost(found, "pages"), "x", _MOST),
        Figure.at_most("flood_p99_cost", _cost(found, "flood"), "x", _MOST),
        Figure.at_most("lost", sum(values.count(float("inf")) for values in found.delays_ms.values()), "cards", 0),
        Figure.told("cards", sum(map(len, found.delays_ms.values())), "cards"),
        Figure.at_least("pages_came_and_went", found.gone, "pages", size.rounds * size.pages),
        Figure.told("page_login_p50", round(_at(found.waited_ms, 50), 1), "ms"),
        Figure.told("page_login_p99", round(_at(found.waited_ms, 99), 1), "ms"),
        Figure.at_least(
            "sign_ins_a_second", round(sign_ins / (found.flood_s or 1)), "1/s", round(0.95 * SIGN_INS_A_SECOND)
        ),
        Figure.told("sign_ins_refused_at_once", round(refused / max(1, sign_ins), 3), ""),
        *_of_revoked(found.revoked),
    ]


def _of_revoked(revoked: Revoked) -> list[Figure]:
    places = (("connection", revoked.connection), ("rest", revoked.rest))
    return [
        *(
            Figure.at_most(
                f"revoked_{place}_p99", round(_at([each for of in kinds.values() for each in of], 99), 1), "ms", 1000
            )
            for place, kinds in places
        ),
        *(
            Figure.told(f"revoked_{kind}_{place}_most", round(max(values), 1), "ms")
            for place, kinds in places
            for kind, values in kinds.items()
            if values
        ),
    ]


def _cost(found: Measured, turn: str) -> float:
    """Return how many times the p99 at rest that of a turn is; infinity where nothing is known of the rest."""
    at_rest = _at(found.delays_ms["rest"], 99)
    return round(_at(found.delays_ms[turn], 99) / at_rest, 2) if math.isfinite(at_rest) else math.inf


def _at(values: list[float], percent: float) -> float:
    """Return a percentile; infinity where nothing was measured."""
    return percentile(values, percent) if values else float("inf")
