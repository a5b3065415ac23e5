"""The time that delays are counted in. Pure: the clock itself is read in one place (`system`).

Facts carry `received_at`, ms since 1970, which never runs back in a stream. Within one boot of the machine it goes on
with the machine's own clock, whatever happens to the wall clock. What lies between two boots is no time at all towards
a delay: a clock that was set ahead, or an hour without power, releases nothing early.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from collector.facts.fact import Body, NewFact
from collector.facts.kinds import Kind

NO_BOOT: Final = ""
"""The boot of a log of before there were anchors."""
UNKNOWN_BOOT: Final = "?"
"""The boot of a machine that does not say which one it is. No two of them are the same."""


class Anchor(NamedTuple):
    """Ties the time of facts to a boot of the machine. wall: ms since 1970. boottime: ms since the machine started."""

    wall: int
    boot_id: str
    boottime: int
    reason: str

    def fact(self, stream: str) -> NewFact:
        """Return the fact that puts this anchor into a stream."""
        return CLOCK_ANCHORED.fact(stream, f"anchor.{self.boot_id[:36]}.{self.boottime}", self._asdict(), self)


def _anchor(body: Body) -> Anchor:
    return Anchor(body["wall"], body["boot_id"], body["boottime"], body["reason"])


CLOCK_ANCHORED: Final = Kind("clock_anchored", _anchor, hides=lambda _: False)
"""At each start of the collector, in each stream of a table and in that of the house; and when a table opens."""


class ShowTime(NamedTuple):
    """How the time of a stream counts. at: of its last fact, ms since 1970. jumped: ms between boots, up to now.

    A stream without an anchor is of before there were delays: nothing of it waits.
    """

    boot_id: str = NO_BOOT
    at: int = 0
    jumped: int = 0

    @property
    def counts(self) -> bool:
        """Whether the stream has an anchor."""
        return self.boot_id != NO_BOOT

    def shown(self, at: int) -> int:
        """Return a time behind the last fact as what counts towards delays, in ms. at: ms since 1970."""
        return max(at, self.at) - self.jumped

    def after(self, at: int) -> ShowTime:
        """Return the time of the stream behind a fact of `at`."""
        return ShowTime(self.boot_id, at, self.jumped)

    def anchored(self, anchor: Anchor, at: int) -> ShowTime:
        """Return the time of the stream behind an anchor, whose fact is of `at`: another boot has not counted."""
        same = anchor.boot_id == self.boot_id and anchor.boot_id != UNKNOWN_BOOT
        jump = 0 if same or not self.counts else at - self.at
        return ShowTime(anchor.boot_id, at, self.jumped + jump)


NEVER_ANCHORED: Final = ShowTime()
