"""Facts to table: the one function that live operation and replay share is `fold`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

from collector.equity import Question
from collector.facts.fact import Fact
from collector.hand.copying import replace
from collector.hand.rulings import misawarded
from collector.odds.asked import for_a_worker, question
from collector.records.hands import HandRecord
from collector.secrecy import Secret
from collector.table import amending
from collector.table.applying import HANDLERS, Told
from collector.table.finished.record import record_of
from collector.table.history import remembered
from collector.table.show.told import consequences
from collector.table.state import Happening, Play, Stamp, Table, Warn
from collector.wire.feed_events import EventData, TableUpdate

FOLD_VERSION = 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """A table after a fact, and what there is to tell. Sequence numbers are those of the table after it."""

    table: Table
    happenings: tuple[EventData, ...] = ()
    warnings: tuple[Warn, ...] = ()
    ended: tuple[Play, ...] = ()  # hands that were put away, or came out otherwise than before, or are no more

    @property
    def records(self) -> tuple[HandRecord, ...]:
        """Every hand to store, or to store anew; made when they are asked for, behind the commit."""
        found = (record_of(self.table, play, void=play.void) for play in self.ended)
        return tuple(record for record in found if record)


def open_table(fact: Fact) -> Table:
    """Return the table that a stream's first fact opens."""
    body = fact.body
    return Table(
        table_id=fact.stream,
        event_id=str(body["event_id"]),
        event_name=str(body["event_name"]),
        name=str(body["name"]),
        mode=str(body["mode"]),
        position=fact.position,
        public_stamp=Stamp(fact.received_at, fact.trace_id),
        live_stamp=Stamp(fact.received_at, fact.trace_id),
    )


def fold(table: Table, fact: Fact) -> Outcome:
    """Return the table after `fact`. Total: every fact in the log folds, now and in any later version."""
    handler = _HANDLERS.get(fact.kind)
    after, happenings, warnings = handler(table, fact) if handler else (table, [], [])
    told = [*map(_modelled, happenings), *consequences(table, after)]
    public = sum([not event.hidden for event in told])
    if fact.command_id and not public:
        told.append(TableUpdate())  # it raised the decision, so the state is a new one
        public = 1
    stamp = Stamp(fact.received_at, fact.trace_id)
    after = replace(
        after,
        position=fact.position,
        public_stamp=stamp if public else table.public_stamp,
        live_stamp=stamp if told else table.live_stamp,
        decision=table.decision + (1 if fact.command_id else 0),
        public_seq=table.public_seq + public,
        live_seq=table.live_seq + len(told),
        history=after.history if fact.kind == "amend" else remembered(table, fact),
    )
    return Outcome(after, tuple(told), tuple(warnings), _ended(table, after))


def unanswered(table: Table) -> Secret[Question] | None:
    """Return what the table asks that takes a worker, None when there is nothing or it is answered."""
    asked = question(table.play.hand, table.odds_rules) if table.play else None
    return for_a_worker(asked, table.answered) if asked else None


def _modelled(told: EventData | Happening) -> EventData:
    """Return what a handler told as a model: some tell in dictionaries still."""
    return told.event() if isinstance(told, Happening) else told


def _ended(before: Table, after: Table) -> tuple[Play, ...]:
    if after.closed is before.closed:
        return ()
    known = set(map(id, before.closed))
    return tuple(play for play in after.closed if id(play) not in known)


def _amend(table: Table, fact: Fact) -> Told:
    """Fold an amendment; what it changed is told of every hand."""
    command = cast("Mapping[str, object]", fact.body["command"])
    after = amending.amend(table, amending.changes_of(command))
    told = [_corrected(now) for _, now in after.changed]
    return after.table, told, [warning for _, now in after.changed for warning in _wrong(now)]


def _corrected(now: Play) -> Happening:
    """The record goes out with it; it is made where it is told, see show.renderer."""
    return Happening("hand_corrected", {"reason": "amend", "corrected": now.hand_id, "revision": now.revision})


def _wrong(now: Play) -> list[Warn]:
    wrong = None if now.void else misawarded(now.hand)
    return [Warn("WRONG_AWARD", f"hand {now.number}: {wrong}", "error")] if wrong else []


_HANDLERS: Final = {**HANDLERS, "amend": _amend}
