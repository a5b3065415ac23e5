"""What of a node is accounted for: events by boot, committed or declared gone; and which transmissions were taken."""

from __future__ import annotations

from typing import Literal

Range = tuple[int, int]
_PATIENCE = 2
"""Times that a message beyond a gap is refused, of a node that was told of nothing that is not in the log."""
_LONGER = 12
"""The same, of a node that may have been told of more: it sends that again as soon as it hears of this log."""


class Progress:
    """Events of one boot, counted from 1. `through`: everything up to it is in; `ahead`: numbers beyond a gap."""

    __slots__ = ("_gone", "_waited", "ahead", "through")

    def __init__(self) -> None:
        self.through = 0
        self.ahead: set[int] = set()
        self._gone: list[Range] = []  # declared, and not in
        self._waited = (0, 0, 0)  # beyond a gap: the first number that came, times it came, its last transmission

    def add(self, seq: int) -> bool:
        """Account for a number; False: it was already. What was declared gone and comes after all is welcome, once."""
        if self._declared(seq):
            self._gone = [part for span in self._gone for part in _without(span, seq)]
            if seq > self.through:
                self.ahead.add(seq)
            return True
        if seq <= self.through or seq in self.ahead:
            return False
        self.ahead.add(seq)
        self._advance()
        return True

    def holds(self, seq: int) -> bool:
        """Tell whether an event is in the log."""
        return (seq <= self.through or seq in self.ahead) and not self._declared(seq)

    def gaps(self, seq: int) -> list[Range]:
        """Return the numbers before `seq` that are neither in nor declared."""
        return self._missing(self.through + 1, seq - 1)

    def lacks(self, seq: int) -> int:
        """Return how many those are."""
        return sum(last - first + 1 for first, last in self.gaps(seq))

    def has_waited(self, seq: int, tx: int, *, in_step: bool) -> bool:
        """Note that `seq` came beyond a gap; tell whether its node sent it so often that the gap will stay.

        A node sends what is not acknowledged again and again, the oldest first: what is before it is with nobody.
        """
        first, times, last_tx = self._waited
        if seq < first or times == 0 or self.through >= first:
            first, times, last_tx = seq, 0, -1
        if seq == first and tx > last_tx:
            times, last_tx = times + 1, tx
        self._waited = (first, times, last_tx)
        return times > (_PATIENCE if in_step else _LONGER)

    def cover(self, first: int, last: int) -> int:
        """Account for a range that will not come; return how many of it are not in. Nodes may name any size."""
        missing = self._missing(max(first, self.through + 1), last)
        self._gone += missing
        self._advance()
        return sum(end - start + 1 for start, end in missing)

    def _declared(self, seq: int) -> bool:
        return any(first <= seq <= last for first, last in self._gone)

    def _missing(self, first: int, last: int) -> list[Range]:
        """Return the parts of a range that are neither in nor declared."""
        known = sorted([(seq, seq) for seq in self.ahead if first <= seq <= last] + self._gone)
        parts = []
        for start, end in known:
            if start > first:
                parts.append((first, min(start - 1, last)))
            first = max(first, end + 1)
        if first <= last:
            parts.append((first, last))
        return [(start, end) for start, end in parts if start <= end]

    def _advance(self) -> None:
        moved = True
        while moved:
            moved = False
            while self.through + 1 in self.ahead:
                self.through += 1
                self.ahead.discard(self.through)
                moved = True
            for first, last in self._gone:
                if first <= self.through + 1 <= last:
                    self.through = last
                    self.ahead = {seq for seq in self.ahead if seq > last}
                    moved = True


def _without(span: Range, seq: int) -> list[Range]:
    """Return what is left of a range without one number of it."""
    first, last = span
    if not first <= seq <= last:
        return [span]
    return [(start, end) for start, end in ((first, seq - 1), (seq + 1, last)) if start <= end]


Standing = Literal["new", "again", "earlier", "ahead"]


class Transmissions:
    """Transmissions of one node. `boot` is the one it runs now: the last that was seen for the first time."""

    __slots__ = ("_highest", "boot")

    def __init__(self) -> None:
        self.boot: str | None = None
        self._highest: dict[str, int] = {}

    def note(self, boot: str, tx: int = 0) -> None:
        """Account for a transmission that is taken."""
        if boot not in self._highest:
            self.boot = boot
        self._highest[boot] = max(tx, self._highest.get(boot, 0))

    def standing(self, boot: str, tx: int) -> Standing:
        """Tell what a transmission is.

        `again`: it was taken already, or comes behind a later one. `earlier`: it is of a boot that is over.
        """
        if self.is_over(boot):
            return "earlier"
        return "new" if tx > self._highest.get(boot, 0) else "again"

    def is_over(self, boot: str) -> bool:
        """Tell whether another boot came after this one."""
        return boot != self.boot and boot in self._highest

    def counts_back(self, boot: str) -> bool:
        """Tell whether a boot that was never seen counts itself before one that was: wiped or copied."""
        return boot not in self._highest and any(_count(boot) <= _count(known) for known in self._highest)


class Claims:
    """Up to where a node was told that its events are in the log, by boot. A log that was restored lacks some of them.

    `in_step`: it knows this very log, and was told of nothing that is not in it.
    """

    __slots__ = ("_acked", "in_step")

    def __init__(self) -> None:
        self.in_step = False
        self._acked: dict[str, int] = {}

    def note(self, origin: str, acked: int) -> None:
        """Take in what the node says. It is never told of less than before."""
        self._acked[origin] = max(acked, self._acked.get(origin, 0))

    def before(self, origin: str) -> list[tuple[str, int]]:
        """Return what is claimed of the boots before this one."""
        return [(boot, acked) for boot, acked in self._acked.items() if _count(boot) < _count(origin)]

    def drop(self) -> None:
        """Believe none of it any more: the node does not send what it claims."""
        self._acked.clear()


def _count(boot: str) -> int:
    return int(boot.split("-", maxsplit=1)[0])
