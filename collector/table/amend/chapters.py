"""What the collector remembers of a table's evening, so that an amendment can fold it again: its facts, hand by hand.

A chapter begins with each hand. Chapters and facts are linked backwards: adding one costs the same however long the
evening is, and evenings that follow one another share them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from collector.facts.fact import Fact
from collector.odds.chances import Chances
from collector.table.play import Play
from collector.table.state import Table

Tape = tuple[Fact, "Tape | None"]
"""Facts, the newest first."""


class Chapter(NamedTuple):
    """A stretch of the log, from the start of one hand to that of the next. S0 inside."""

    before: Table  # as it stood before the first fact
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


class Memory:
    """What need not be worked out twice for a table. It changes no result, only the time.

    last: the last amendment, which is previewed, decided and folded on one evening. chances: the questions of its last
    hands.
    """

    def __init__(self) -> None:
        self.last: object = None
        self.chances = Chances(kept=4)


class Evening(NamedTuple):
    """A table, and what it takes to fold it again. closed: the hands that are over, in order, void ones among them."""

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

    def chapter_with(self, fact: Fact, *, starts: bool, may_change: bool) -> Chapter:
        """Return the chapter that a fact belongs to, with it.

        starts: it begins a hand, and so a chapter. may_change: it is a command that an amendment can replace.
        """
        now = self.chapter
        commanded = may_change or (now is not None and now.commanded)
        if now is None or starts:
            return Chapter(self.table, (fact, None), now, commanded)
        return Chapter(now.before, (fact, now.tape), now.earlier, commanded)
