"""The delayed pictures of all tables, kept by the desk beside the tables of now. A line of the log is all its I/O.

A fault of a picture is no fault of its table: the picture stands still from then on, and the floor is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from collector.facts.fact import Fact
from collector.logs import log_event, logger_of
from collector.release.showtime import CLOCK_ANCHORED
from collector.table.amend.chapters import Evening
from collector.table.effects import Warn
from collector.table.fold import Outcome
from collector.table.lagging import Lag, Played
from collector.table.registry import Commands
from collector.table.state import Table

log = logger_of(__name__)


class Trailing:
    """A `Lag` for each table that has, or has had, a delay. What they play is kept until `taken`."""

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._lags: dict[str, Lag] = {}
        self._stopped: set[str] = set()
        self._played: list[Played] = []
        self._complaints: list[Warn] = []

    def __contains__(self, table_id: str) -> bool:
        """Return whether a table has a delayed picture."""
        return table_id in self._lags

    @property
    def tables(self) -> Mapping[str, Table]:
        """The delayed pictures, by table."""
        return {stream: lag.table for stream, lag in self._lags.items()}

    def is_due(self, table: Table, now: int) -> bool:
        """Return whether something of a table is old enough to be played. now: ms since 1970."""
        lag = self._lags.get(table.table_id)
        return lag is not None and table.table_id not in self._stopped and lag.is_due(table.time.shown(now))

    def play(self, table: Table, now: int) -> None:
        """Play what is old enough. table: that of now. now: ms since 1970."""
        lag = self._lags.get(table.table_id)
        if lag:
            self._try(table.table_id, lambda: lag.play(table.time.shown(now)))

    def before(self, fact: Fact, table: Table) -> None:
        """Play what is old enough by the time of a fact, which comes next. An anchor says first how time counts."""
        if fact.stream in self._lags and fact.kind != CLOCK_ANCHORED.name:
            self.play(table, fact.received_at)

    def behind(self, fact: Fact, outcome: Outcome, was: Evening) -> None:
        """Take in a fact. was: the evening before it. The first delay of a table begins its picture."""
        table, lag = outcome.table, self._lags.get(fact.stream)
        if lag:
            self._try(fact.stream, lambda: lag.follow(fact, outcome, was))
        elif table.terms.delay_ms and table.time.counts:
            self._try(fact.stream, lambda: self._begin(outcome.evening, table.time.shown(fact.received_at)))

    def taken(self) -> tuple[list[Played], list[Warn]]:
        """Return what was played since the last call, and what to tell the floor."""
        found = self._played, self._complaints
        self._played, self._complaints = [], []
        return found

    def _begin(self, evening: Evening, now: int) -> list[Played]:
        self._lags[evening.table.table_id] = Lag(self._commands, evening, now)
        return []

    def _try(self, stream: str, step: Callable[[], list[Played]]) -> None:
        if stream in self._stopped:
            return
        try:
            self._played += step()
        except Exception as error:  # noqa: BLE001 - whatever it is: the table goes on, and nothing more is shown
            self._stopped.add(stream)
            log_event(log, "ERROR", "delayed_stopped", error=error, stream=stream)
            message = "the delayed channel of this table met a fault of ours and stands still; the table goes on: "
            message += "take the delayed picture off air, and report it with the log"
            self._complaints.append(Warn("DELAYED_STOPPED", message, "error"))
