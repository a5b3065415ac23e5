"""Facts to table. `fold` is the one function that both live operation and replay use."""

from __future__ import annotations

from operator import attrgetter
from typing import NamedTuple

from collector.facts.fact import Fact, of_odds
from collector.hand.copying import completed, replace
from collector.house.commands import TABLE_OPENED
from collector.table.amend.chapters import Evening, Memory, with_closed
from collector.table.amend.preview import fold_amendment
from collector.table.consequences import consequences
from collector.table.effects import UPDATED, Warn
from collector.table.play import Play
from collector.table.registration import Past
from collector.table.registry import Commands
from collector.table.releasing import Freed, counted_on, freed_at_once
from collector.table.state import Stamp, Table
from collector.wire.feed_events import EventData

_hidden = attrgetter("hidden")


class Outcome(NamedTuple):
    """The evening after a fact, and all there is to tell of it. Sequence numbers are those of the table after it."""

    evening: Evening
    happenings: tuple[EventData, ...] = ()
    warnings: tuple[Warn, ...] = ()
    ended: tuple[Play, ...] = ()  # put away by this fact, or changed or voided by an amendment
    released: tuple[Freed, ...] = ()  # hands whose hidden cards become known by this fact

    @property
    def table(self) -> Table:
        """The table after the fact."""
        return self.evening.table


def opens_table(fact: Fact) -> bool:
    """Tell whether a fact opens a table. Not every stream has one: nodes without a table have a stream too."""
    return fact.kind == TABLE_OPENED.name


def open_table(fact: Fact) -> Evening:
    """Return the evening that the first fact of a table's stream opens, with an empty table."""
    opened = TABLE_OPENED.value(fact)
    table = Table(
        table_id=fact.stream,
        event_id=opened.event_id,
        event_name=opened.event_name,
        name=opened.name,
        mode=opened.mode,
        position=fact.position,
        public_stamp=Stamp(fact.received_at, fact.trace_id),
        live_stamp=Stamp(fact.received_at, fact.trace_id),
    )
    return Evening(table, Memory())


def fold(commands: Commands, evening: Evening, fact: Fact, value: object = None) -> Outcome:
    """Return the evening after `fact`. Total: every fact in the log folds, now and in any later version.

    value: the content of the fact, typed, if the caller has it; None reads it from the fact's body.
    """
    before = evening.table
    fact = commands.kinds.newest(fact)
    registered = commands.of_type(fact.kind)
    if registered and registered.amends:
        effect, amended, ended = fold_amendment(commands, evening, fact, value)
        chapter, closed = amended.chapter or evening.chapter_with(fact, starts=False, may_change=False), amended.closed
    elif of_odds(fact.stream):
        return _beside(commands, evening, fact, value)
    else:
        effect = commands.fold(before, fact, value)
        starts = registered is not None and registered.past is Past.ALONE
        chapter = evening.chapter_with(fact, starts=starts, may_change=commands.may_change(fact))
        ended, closed = effect.closed, with_closed(evening.closed, effect.closed)
    happenings = (*effect.happenings, *consequences(before, effect.table, evening.memory.chances.question))
    public = len(happenings) - sum(map(_hidden, happenings))
    if fact.command_id and not public:
        happenings, public = (*happenings, *UPDATED), 1  # `decision` rose: a new state needs a new seq
    stamp = Stamp(fact.received_at, fact.trace_id)
    time, waiting = counted_on(before if registered and registered.amends else effect.table, fact, ended)
    after = (completed if registered and registered.act else replace)(  # an act has just made its table
        effect.table,
        position=fact.position,
        public_stamp=stamp if public else before.public_stamp,
        live_stamp=stamp if happenings else before.live_stamp,
        decision=before.decision + 1 if fact.command_id else before.decision,
        public_seq=before.public_seq + public,
        live_seq=before.live_seq + len(happenings),
        amendable=chapter.commanded,
        time=time,
        waiting=waiting,
    )
    released = tuple([Freed.of(closed, due) for due in effect.released]) if time.counts else freed_at_once(ended)
    return Outcome(Evening(after, evening.memory, chapter, closed), happenings, effect.warnings, ended, released)


def _beside(commands: Commands, evening: Evening, fact: Fact, value: object) -> Outcome:
    """Return the evening after a fact that stands beside its stream. The stream has not moved on, and no chapter has.

    Only the live channel hears of it, and it puts no hand away.
    """
    before, effect = evening.table, commands.fold(evening.table, fact, value)
    told = consequences(before, effect.table, evening.memory.chances.question)
    stamp = Stamp(fact.received_at, fact.trace_id) if told else before.live_stamp
    after = replace(effect.table, live_stamp=stamp, live_seq=before.live_seq + len(told))
    return Outcome(evening._replace(table=after), tuple(told))
