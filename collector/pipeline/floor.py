"""The one way to an alert: all that the floor hears passes here, and what repeats itself is held back.

An alert comes from the fold of a fact (`warn`), or of what no fact says: a dropped payload, a lost node, a restored
log (`drop`, `complain`, and `tell` behind the commit).
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from collector.devices.nodes import Taken
from collector.facts.fact import HOUSE
from collector.logs import log_event, logger_of
from collector.metrics import Metrics
from collector.pipeline.desk import Desk, Warned
from collector.ports import Link
from collector.table.airing import airs
from collector.table.effects import Warn
from collector.table.show.fitting import too_large
from collector.table.show.renderer import Renderer
from collector.table.state import Table
from collector.wire.device import DeviceEvents
from collector.wire.topics import levels_of, topic

log = logger_of(__name__)
AGAIN_S: Final = 2.0
"""Between two alerts about the same thing: what repeats a hundred times a second is one thing to look at."""
TOO_LARGE_AGAIN_S: Final = 60.0
"""Between two alerts about the same fields that a state has no room for."""
_SHOWN: Final = 100
"""Characters of a topic that is none of ours, in the log."""
LOG_WAITS: Final = 256_000_000
"""Bytes of the log that wait to be carried over, above which the floor hears of it, every ten minutes."""
MOST_COMPLAINTS: Final = 3
"""Alerts of one batch that no fact says; all dropped payloads are counted and logged."""


MOST_TOLD_APART: Final = 1000
"""Things that are told apart at once, since what they are called comes from outside. The oldest is forgotten first."""
LINES_A_SECOND: Final = 10
"""Lines of the log about dropped payloads. The next line counts those that had none."""


class _Seldom:
    """Lets each thing pass once in `every`, in the unit of the clock whose time it is given."""

    def __init__(self, every: float) -> None:
        self._every = every
        self._passed: OrderedDict[Hashable, float] = OrderedDict()

    def lets_pass(self, what: Hashable, now: float) -> bool:
        """Tell whether `what` may be said now; if so, not again for a while."""
        before = self._passed.get(what)
        if before is not None and now - before < self._every:
            return False
        self._passed[what] = now
        self._passed.move_to_end(what)
        if len(self._passed) > MOST_TOLD_APART:
            self._passed.popitem(last=False)
        return True


class _Lines:
    """Counts lines of the log, so that whoever sends rubbish does not fill the disk."""

    def __init__(self) -> None:
        self._second = 0
        self._written = 0
        self.unsaid = 0

    def lets_pass(self, now: float) -> bool:
        """Tell whether there is a line for one more; if not, it is `unsaid`."""
        if int(now) != self._second:
            self._second, self._written = int(now), 0
        self._written += 1
        if self._written > LINES_A_SECOND:
            self.unsaid += 1
            return False
        return True


@dataclass(frozen=True, slots=True)
class _Complaint:
    """A warning that no fact says. `stream` None: for the table of the warning's device, without one for all tables."""

    warning: Warn
    stream: str | None


class Floor:
    """Alerts the floor of every table."""

    def __init__(self, link: Link, renderer: Renderer, metrics: Metrics) -> None:
        self._link = link
        self._renderer = renderer
        self._metrics = metrics
        self._complaints: list[_Complaint] = []
        self._dropped = _Seldom(AGAIN_S)  # by the clock of the machine
        self._grown = _Seldom(600)
        self._warned = _Seldom(AGAIN_S * 1000)  # by the time of the facts, in milliseconds
        self._lines = _Lines()
        self._too_large = _Seldom(TOO_LARGE_AGAIN_S)

    async def warn(self, warned: Sequence[Warned]) -> None:
        """Alert of what a committed batch warns of. A card that lies wrong is read, and warned of, again and again."""
        for each in warned:
            fact, warning = each.fact, each.warning
            what = (fact.stream, warning.code, warning.device, warning.antenna, warning.seat, warning.hidden)
            if self._warned.lets_pass(what, fact.received_at):
                await self._alert(each.table, warning, fact.position, fact.trace_id)
            else:
                self._count_alert(warning)

    def drop(self, where: str, reason: str, problem: str, *, to_all: bool = False) -> None:
        """Count and log a payload that is dropped; complain of it, to all tables if need be.

        `where`: its topic, of levels that are names.
        """
        self._count(where, reason, problem)
        if self._dropped.lets_pass((where, reason), time.monotonic()):
            kind, name, *_ = levels_of(where)
            device = name if kind == "dev" else None
            stream = None if device or to_all else name if kind == "table" else HOUSE
            self.complain(Warn(reason.upper(), problem, device=device), stream)

    def nonsense(self, where: str) -> None:
        """Count and log a message on a topic that is none of ours. No table is concerned, and nothing is kept of it."""
        self._count(where[:_SHOWN], "topic", "nothing is expected on this topic")

    def _count(self, where: str, reason: str, problem: str) -> None:
        self._metrics.dropped.labels(reason).inc()
        if self._lines.lets_pass(time.monotonic()):
            more: dict[str, Any] = {"unsaid": self._lines.unsaid} if self._lines.unsaid else {}
            self._lines.unsaid = 0
            log_event(log, "WARNING", "payload_dropped", topic=where, reason=reason, problem=problem, **more)

    def complain(self, warning: Warn, stream: str | None = None) -> None:
        """Keep a warning until `tell`: for a table, for that of the warning's device, or without both for all."""
        self._complaints.append(_Complaint(warning, stream))

    def took(self, where: str, message: DeviceEvents, taken: Taken) -> None:
        """Complain of a message of a node that no honest node on an honest network sends. `where`: its topic."""
        device = message.device
        sent = f"node {device}, transmission {message.tx} of boot {message.boot}"
        if taken.ahead:
            self._metrics.dropped.labels("ahead").inc()
        elif taken.standing == "again":
            self.drop(where, "replayed", f"{sent} came again, or behind a later one; nothing of it was taken")
        elif taken.standing == "earlier" and not taken.count:
            self.drop(where, "replayed", f"{sent}, which is over, came again; nothing of it was taken")
        if taken.lacking:
            problem = f"node {device} has not sent {taken.lacking} events before {message.seq} of {message.origin}"
            problem += " and does not say why; compare the table with the picture"
            self.complain(Warn("EVENTS_MISSING", problem, device=device))
        if taken.counts_back:
            self.counts_anew(device, message.boot)

    def counts_anew(self, device: str, boot: str) -> None:
        """Complain of a node whose boots have lower numbers than before."""
        problem = f"node {device} counts its boots anew at {boot}; was its flash wiped, or is it a copy?"
        self.complain(Warn("BOOT_BACK", problem, device=device))

    def log_waits(self, waiting_bytes: int) -> None:
        """Complain where the log's write-ahead file has grown beyond its bound: somebody reads the log, and stays."""
        self._metrics.waiting.set(waiting_bytes)
        if waiting_bytes > LOG_WAITS and self._grown.lets_pass("log", time.monotonic()):
            problem = f"{waiting_bytes // 1_000_000} MB of the log wait to be carried over, and more come: a program"
            problem += " reads log.db and does not end; end it. Nothing is lost"
            self.complain(Warn("LOG_WAITS", problem))

    def certificate_ends(self, problem: str, urgent: bool) -> None:
        """Complain of a certificate that ends soon: whoever connects afterwards is refused."""
        self.complain(Warn("CERTIFICATE_ENDS", problem, "error" if urgent else "warning"))

    def house_key_missing(self, problem: str) -> None:
        """Complain of a house key that cannot be had: what is sealed from now on could not be read again."""
        if self._grown.lets_pass("house_key", time.monotonic()):
            log_event(log, "ERROR", "house_key_missing", problem=problem)
            self.complain(Warn("HOUSE_KEY_MISSING", f"no hand starts: {problem}", "error"))

    async def tell(self, desk: Desk) -> None:
        """Alert of the complaints of a batch: the first of them, since somebody who sends rubbish sends much of it."""
        await self.tell_what_was_left_out(desk.tables)
        complaints, self._complaints = self._complaints, []
        for complaint in complaints[:MOST_COMPLAINTS]:
            for table in _concerned(complaint, desk):
                await self._alert(table, complaint.warning, table.position, table.live_stamp.trace_id)

    async def tell_what_was_left_out(self, tables: Mapping[str, Table]) -> None:
        """Alert of states that were sent without some of their fields, again and again while it is so.

        How large the live state is follows from hidden cards too.
        """
        for (table_id, channel), left_out in list(self._renderer.left_out.items()):
            table, hidden = tables.get(table_id), channel == "live"
            if hidden and self._renderer.left_out.get((table_id, "public")) == left_out:
                continue  # the live state is never the smaller one: the same is told of the public one
            if table and self._too_large.lets_pass((table_id, left_out, hidden), time.monotonic()):
                warning = Warn("STATE_TOO_LARGE", too_large(left_out), "error", hidden=hidden)
                await self._alert(table, warning, table.position, table.live_stamp.trace_id)

    def _count_alert(self, warning: Warn) -> None:
        """Count an alert. What follows from hidden cards is in no figure: everybody may read those."""
        if not warning.hidden:
            self._metrics.alerts.labels(warning.code).inc()

    async def _alert(self, table: Table, warning: Warn, seq: int, trace_id: str) -> None:
        payload = self._renderer.alert(table, warning, seq, trace_id)
        self._count_alert(warning)
        if warning.hidden and not airs(table, "live"):
            return
        where = ("live", "alert") if warning.hidden else ("alert",)
        await self._link.publish(topic("table", table.table_id, *where), payload, qos=1)


def _concerned(complaint: _Complaint, desk: Desk) -> list[Table]:
    """Return the tables that a complaint concerns: none if its node belongs to none, or its sender names none."""
    stream, device = complaint.stream, complaint.warning.device
    if stream is None and device is None:
        return list(desk.tables.values())
    table = desk.tables.get(stream if stream is not None else desk.stream_of(str(device)))
    return [table] if table else []
