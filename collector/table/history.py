"""What a table remembers of its log, so that an amendment can fold it again: the facts, hand by hand.

A chapter begins with each hand. Chapters and facts are linked backwards: adding one costs the same however long the
evening is, and tables that follow one another share them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from collector.facts.fact import Fact
from collector.hand.copying import replace

if TYPE_CHECKING:
    from collector.table.state import Table

_FIXED: Final = frozenset(("assign_device", "amend"))
"""Commands that decided where facts were logged, or what they mean: they are not amended."""
Tape = tuple[Fact, "Tape | None"]
"""Facts, the newest first."""


class Chapter(NamedTuple):
    """A stretch of the log, from the start of one hand to that of the next. S0 inside."""

    before: Table  # as it stood before the first fact, without history and closed hands
    tape: Tape | None
    earlier: Chapter | None
    commanded: bool = False  # a command stands here or earlier that can be amended

    def facts(self) -> list[Fact]:
        """Return the facts in order."""
        found, rest = [], self.tape
        while rest is not None:
            fact, rest = rest
            found.append(fact)
        return found[::-1]


def bare(table: Table) -> Table:
    """Return a table without what it remembers."""
    return replace(table, history=None, closed=())


def remembered(table: Table, fact: Fact) -> Chapter | None:
    """Return the history of the table before a fact, with that fact."""
    now = table.history
    commanded = may_change(fact) or (now is not None and now.commanded)
    if now is None or fact.kind == "start_hand":
        return Chapter(bare(table), (fact, None), now, commanded)
    return Chapter(now.before, (fact, now.tape), now.earlier, commanded)


def may_change(fact: Fact) -> bool:
    """Return whether a fact is a command that can be amended."""
    return fact.command_id is not None and fact.kind not in _FIXED


def chapters(table: Table) -> Iterator[Chapter]:
    """Yield the chapters, the newest first."""
    chapter = table.history
    while chapter is not None:
        yield chapter
        chapter = chapter.earlier
