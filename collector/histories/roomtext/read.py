"""Reads the text of card rooms, line by line, as Stories. `rooms` lists the rooms; their words are beside this.

Every line is understood, or known to change nothing, or named as a fault: a hand never loses a player, a card or chips
in silence. The rake is the one that the text states, since each room has its own formula.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeVar

from collector.errors import BadCard, BadHistory
from collector.histories.roomtext.closing import story_of_telling
from collector.histories.roomtext.dialect import ActRule, Dialect, Found, LineRule, holds_something
from collector.histories.roomtext.rooms import DIALECTS, READ, REFUSED
from collector.histories.roomtext.telling import Telling
from collector.histories.roomtext.wording import ACTS, LINES, SAYS, SUMMARY
from collector.histories.story import Story

_WHAT_TO_DO: Final = "correct the line, or take it out if it tells nothing of the hand"
_SUMMARY: Final = re.compile(r"^\*\*\* SUMMARY|^-+ Summary -+|^\*\* Summary \*\*|^Summary:", re.IGNORECASE)
_BLANKS: Final = re.compile(r"[ \t\u00a0]+")
_SHOWN: Final = 90
_Told = TypeVar("_Told")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a file: one hand of a room, or text that is none. line: of the file, from 1."""

    line: int
    text: str
    dialect: Dialect | None = None
    why: str = ""


def read_room_text(text: str, source: str = "text", *, lenient: bool = False) -> Story:
    """Return the story of one hand; raise BadHistory, naming the line, for text that is none or is not understood.

    So it does for a hand whose own sums differ from its acts; lenient: the story lists them.
    """
    parts = list(parts_of(text))
    if not parts:
        raise BadHistory(source, f"holds no hand; rooms that are read: {READ}")
    return story_of_part(parts[0], source, lenient=lenient)


def parts_of(text: str) -> Iterator[Part]:
    """Yield the hands of a text, in order, and what stands before the first one if that may be a hand too."""
    starts: dict[int, tuple[Dialect | None, str]] = {}
    for dialect in DIALECTS:
        starts |= {found.start(): (dialect, "") for found in dialect.begins.finditer(text)}
    for begins, room, why in REFUSED:
        starts |= {found.start(): (None, f"is a hand of {room}, {why}") for found in begins.finditer(text)}
    ordered = sorted(starts)
    before = text[: ordered[0]] if ordered else text
    lines = (line for line in before.splitlines() if not re.fullmatch(r"\s*\*+ # \d+ \*+\s*", line))
    strange = next(filter(holds_something, lines), None)  # archives count their hands
    if strange is not None:
        at = before[: before.index(strange)].count("\n") + 1
        why = f"{strange.strip()[:_SHOWN]!r} is not understood as the first line of a hand; rooms that are read: {READ}"
        yield Part(at, before, None, why)
    for begin, end in zip(ordered, [*ordered[1:], len(text)], strict=False):
        dialect_of, why = starts[begin]
        yield Part(text[:begin].count("\n") + 1, text[begin:end], dialect_of, why)


def split_hands(text: str) -> Iterator[str]:
    """Yield the text of each hand of a session."""
    yield from (part.text for part in parts_of(text) if part.dialect is not None)


def story_of_part(part: Part, source: str, *, lenient: bool = False) -> Story:
    """Return the story of a part; raise BadHistory, naming the line of the file, where it is none."""
    where, dialect = f"{source}, line {part.line}", part.dialect
    if dialect is None:
        raise BadHistory(where, part.why)
    found = dialect.begins.match(part.text)
    if found is None:
        raise BadHistory(where, "is not the first line of a hand")
    told = _at(where, found[0], lambda: dialect.opened(_groups(found)))
    rest = part.text[found.end() :]
    number = part.line + found[0].count("\n")
    _Reading(dialect, told, source).lines(rest.split("\n"), number)
    told.site = dialect.room
    return story_of_telling(told, f"{source}, hand {told.id}", lenient=lenient)


def _at(where: str, line: str, tell: Callable[[], _Told]) -> _Told:
    """Return what `tell` gives; an error of it names the line."""
    try:
        return tell()
    except BadCard as error:
        raise BadHistory(where, f"{error.message}: {line.strip()[:_SHOWN]!r}") from error
    except BadHistory as error:
        message = error.message.removeprefix(f"{error.details.get('where')}: ")
        raise BadHistory(where, f"{message}: {line.strip()[:_SHOWN]!r}") from error


def _groups(found: re.Match[str]) -> Found:
    return {name: _BLANKS.sub(" ", value or "") for name, value in found.groupdict().items()}


@dataclass(slots=True)
class _Reading:
    """The way through the lines of one hand."""

    dialect: Dialect
    told: Telling
    source: str
    summary: bool = False

    def lines(self, lines: Sequence[str], number: int) -> None:
        """Read all lines; number: of the first in its file."""
        for at, text in enumerate(lines, number):
            line = _BLANKS.sub(" ", text).strip().lstrip("\ufeff")
            if not line:
                continue
            where = f"{self.source}, line {at}"
            self.summary = self.summary or bool(_SUMMARY.match(line))
            understood = _at(where, line, partial(self._take, line))
            if not understood and holds_something(line):
                raise BadHistory(where, f"is not understood: {line[:_SHOWN]!r}; {_WHAT_TO_DO}")

    def _take(self, line: str) -> bool:
        """Take one line; return whether a rule knew it."""
        rules = (*self.dialect.lines, *(SUMMARY if self.summary else ()), *LINES)
        return self._act(line) or self._line(rules, line)

    def _line(self, rules: Sequence[LineRule], line: str) -> bool:
        for pattern, tells in rules:
            found = pattern.fullmatch(line)
            if found:
                tells(self.told, _groups(found))
                return True
        return False

    def _act(self, line: str) -> bool:
        """Take what a player did. The longest name that fits comes first: one name may begin another."""
        acts: tuple[ActRule, ...] = (SAYS, *self.dialect.acts, *ACTS)
        for before in self.dialect.before:
            if not line.startswith(before):
                continue
            rest = line[len(before) :]
            for name in sorted(self.told.names, key=len, reverse=True):
                words = rest[len(name) :]
                if not rest.startswith(name) or (words[:1].isalnum() and name[-1:].isalnum()):
                    continue
                for pattern, tells in acts:
                    found = pattern.fullmatch(words)
                    if found:
                        tells(self.told, self.told.names[name], _groups(found))
                        return True
        return False
