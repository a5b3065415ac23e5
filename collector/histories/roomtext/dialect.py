"""What differs between card rooms: the first line, the lines of the table, and words that a room has of its own.

A rule is a pattern and what it tells. A line that no rule knows is a fault where it may hold a seat, a street, a post,
an act, a card or chips; else it is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from collector.histories.roomtext.telling import Telling

Found = Mapping[str, str]
"""The named groups of a pattern; a group that is not there is an empty text."""


@dataclass(frozen=True)
class Words:
    """The pattern of a rule, compiled when the first line is held against it: most processes never read a room."""

    pattern: str
    flags: re.RegexFlag = re.IGNORECASE

    @cached_property
    def fullmatch(self) -> Callable[[str], re.Match[str] | None]:
        """Match a whole text."""
        return re.compile(self.pattern, self.flags).fullmatch


LineRule = tuple[Words, Callable[[Telling, Found], None]]
ActRule = tuple[Words, Callable[[Telling, int, Found], None]]


@dataclass(frozen=True, slots=True)
class Dialect:
    """The text of a room. lines: whole lines, before the shared ones; acts: what stands behind a player's name.

    begins: the first line of a hand. before: words that stand before the name in lines of acts.
    opened: makes a telling of the first line; it raises BadHistory for a game that the engine does not play.
    """

    room: str
    begins: re.Pattern[str]
    opened: Callable[[Found], Telling]
    lines: tuple[LineRule, ...] = ()
    acts: tuple[ActRule, ...] = ()
    before: tuple[str, ...] = field(default=("",))


def line(pattern: str, tells: Callable[[Telling, Found], None]) -> LineRule:
    """Return a rule for whole lines."""
    return Words(pattern), tells


def act(pattern: str, tells: Callable[[Telling, int, Found], None]) -> ActRule:
    """Return a rule for what stands behind a player's name; a colon or blanks before it are passed over."""
    return Words(rf" ?:? *(?:{pattern})[ .]*"), tells


def nothing(*_: object) -> None:
    """Tell nothing: the line changes no hand."""


_HOLDS_SOMETHING: Final = re.compile(
    r"\*\*|\bseat\b|\[|\d|♣|♦|♥|♠|\b(?:folds?|folded|checks?|calls?|bets?|rais\w+|posts?|blinds?|antes?|straddles?"
    r"|all.?in|shows?|showed|mucks?|mucked|discards?|draws?|stands|brings?|completes?|collects?|collected|wins?|won"
    r"|pot|uncalled|board|flop|turn|river|cards?|button|dealer|rake|dealt|run)\b",
    re.IGNORECASE,
)


def holds_something(text: str) -> bool:
    """Return whether a line that no rule knows may hold a seat, street, post, act, card or chips."""
    return bool(_HOLDS_SOMETHING.search(text))
