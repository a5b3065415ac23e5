"""The memory of a table's evening: its facts, hand by hand, from which an amendment folds it again (ADR 8).

A chapter begins with each hand. Chapters and facts are linked backwards, from the newest to the oldest. So adding a
fact costs the same however long the evening is, and the evenings before and after the fact share all older links. A
list that grows in place would not do: the preview of an amendment builds an evening beside the real one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from collector.facts.fact import Fact
from collector.odds.chances import Chances
from collector.table.play import Play
from collector.table.state import Table

Tape = tuple[Fact, "Tape | None"]
"""Facts, the newest first."""


class Chapter(NamedTuple):
    """A stretch of the log, from the start of one hand to that of the next. S0 inside."""

    before: Table  # the table before the first fact of the chapter
    tape: Tape | None
    earlier: Chapter | None
    commanded: bool = False  # an amendable command stands here or earlier: every state says so, without a walk

    def facts(self) -> list[Fact]:
        """Return the facts, the oldest first."""
        found, rest = [], self.tape
        while rest is not None:
            fact, rest = rest
            found.append(fact)
        return found[::-1]


def with_closed(closed: tuple[Play, ...], ended: tuple[Play, ...]) -> tuple[Play, ...]:
    """Return the finished hands with those of a fact: at the end, or in place of the same hand as it was before."""
    if not ended:
        return closed
    again = {play.hand_id: play for play in ended}
    known = {play.hand_id for play in closed} & again.keys()
    if not known:
        return closed + ended
    rest = tuple(play for play in ended if play.hand_id not in known)
    return (*(again.get(play.hand_id, play) for play in closed), *rest)


class Memory:
    """Results for a table that need not be worked out twice. The memory changes no result, only the time.

    last: the last amendment: the same evening is asked for its preview, its decision and its fold. chances: the odds
    questions of the last hands.
    """

    def __init__(self) -> None:
        self.last: object = None
        self.chances = Chances()


class Evening(NamedTuple):
    """A table, and the facts from which it is folded again. closed: its finished hands in order, void ones included."""

    table: Table
    memory: Memory
    chapter: Chapter | None = None
    closed: tuple[Play, ...] = ()

    def chapters(self) -> Iterator[Chapter]:
        """Yield the chapters, the newest first."""
        chapter = self.chapter
        while chapter is not None:
            yield chapter
            chapter = chapter.earlier

    def facts_at(self, positions: Iterable[int]) -> list[Fact]:
        """Return the facts that stand at these positions of the log, the newest first; those that are there."""
        wanted, found = set(positions), list[Fact]()
        for chapter in self.chapters():
            if not wanted:
                break
            here = [fact for fact in reversed(chapter.facts()) if fact.position in wanted]
            found += here
            wanted -= {fact.position for fact in here}
        return found

    def chapter_with(self, fact: Fact, *, starts: bool, may_change: bool) -> Chapter:
        """Return the chapter that a fact belongs to, with it.

        starts: the fact begins a hand, and so a chapter. may_change: it is a command that an amendment can change.
        """
        now = self.chapter
        commanded = may_change or (now is not None and now.commanded)
        if now is None or starts:
            return Chapter(self.table, (fact, None), now, commanded)
        return Chapter(now.before, (fact, now.tape), now.earlier, commanded)
