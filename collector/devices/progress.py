"""Counts for one node: its events by boot, its transmissions, and what it says that the log holds. Knows no message.

An event is accounted for when it is in the log, or when it was declared gone.
"""

from __future__ import annotations

from typing import Literal

Range = tuple[int, int]
_PATIENCE = 2
"""How often a message beyond a gap is refused, if its node was told of no event that the log lacks."""
_LONGER = 12
MOST_BOOTS = 10_000
"""Boots that are told apart of one node. Ten a day for three years; whoever invents more has the key of the node."""
"""The same for a node that may have been told of more: it sends the rest again as soon as it hears of this log."""


class Progress:
    """Events of one boot, counted from 1.

    Every event up to `through` is accounted for. `ahead` holds the numbers beyond a gap that are in the log.
    """

    __slots__ = ("_gone", "_waited", "ahead", "through")

    def __init__(self) -> None:
        self.through = 0
        self.ahead: set[int] = set()
        self._gone: list[Range] = []  # declared, and not in
        self._waited = (0, 0, 0)  # of the first number beyond a gap: the number, how often it came, its last `tx`

    def add(self, seq: int) -> bool:
        """Account for an event; return False if it is in the log. One that was declared gone may still come, once."""
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
        """Return the ranges before `seq` that are not accounted for."""
        return self._missing(self.through + 1, seq - 1)

    def lacks(self, seq: int) -> int:
        """Return how many numbers before `seq` are not accounted for."""
        return sum(last - first + 1 for first, last in self.gaps(seq))

    def has_waited(self, seq: int, tx: int, *, in_step: bool) -> bool:
        """Note that `seq` came beyond a gap; return whether it came so often that the gap will stay.

        A node repeats the oldest event that is not acknowledged. If it repeats `seq`, it has nothing older, and nobody
        has what the gap lacks.
        """
        first, times, last_tx = self._waited
        if seq < first or times == 0 or self.through >= first:
            first, times, last_tx = seq, 0, -1
        if seq == first and tx > last_tx:
            times, last_tx = times + 1, tx
        self._waited = (first, times, last_tx)
        return times > (_PATIENCE if in_step else _LONGER)

    def cover(self, first: int, last: int) -> int:
        """Account for a range that will not come; return how many events of it are not in.

        The cost does not grow with the range: a node may name one of any size.
        """
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


Standing = Literal["new", "again", "earlier"]


class Transmissions:
    """Transmissions of one node. `boot` is the boot that it runs: the one that was heard of last."""

    __slots__ = ("_highest", "boot")

    def __init__(self) -> None:
        self.boot: str | None = None
        self._highest: dict[str, int] = {}

    def note(self, boot: str, tx: int = 0) -> None:
        """Note a transmission that is taken. One of a new boot makes that boot the one that runs."""
        if boot not in self._highest:
            self.boot = boot
        self._highest[boot] = max(tx, self._highest.get(boot, 0))

    def standing(self, boot: str, tx: int) -> Standing:
        """Return whether a transmission is `new`, of an `earlier` boot, or comes `again`.

        One that comes behind a later one of its boot counts as `again` too, whether it was taken or not.
        """
        if self.is_over(boot):
            return "earlier"
        return "new" if tx > self._highest.get(boot, 0) else "again"

    def is_one_too_many(self, boot: str) -> bool:
        """Return whether a boot is new, and the node has had as many as are told apart."""
        return boot not in self._highest and len(self._highest) >= MOST_BOOTS

    def is_over(self, boot: str) -> bool:
        """Return whether the node has run another boot since this one."""
        return boot != self.boot and boot in self._highest

    def counts_back(self, boot: str) -> bool:
        """Return whether a boot is new but has a lower number than a known one: the node was wiped or copied."""
        return boot not in self._highest and any(_count(boot) <= _count(known) for known in self._highest)


class Claims:
    """What a node says that the log holds: for each of its boots, the last event that was acknowledged.

    A log that was restored from a backup may hold less. `in_step`: the node knows this very log, and the log holds all
    that the node says.
    """

    __slots__ = ("_acked", "in_step")

    def __init__(self) -> None:
        self.in_step = False
        self._acked: dict[str, int] = {}

    def note(self, origin: str, acked: int) -> None:
        """Take in what the node says of a boot. A claim never shrinks."""
        self._acked[origin] = max(acked, self._acked.get(origin, 0))
        if len(self._acked) > MOST_BOOTS:
            del self._acked[min(self._acked, key=_count)]

    def before(self, origin: str) -> list[tuple[str, int]]:
        """Return the claims about earlier boots than `origin`: the boot, and its last acknowledged event."""
        return [(boot, acked) for boot, acked in self._acked.items() if _count(boot) < _count(origin)]

    def drop(self) -> None:
        """Forget all claims: the node does not send again what it says was in the log."""
        self._acked.clear()


def _count(boot: str) -> int:
    return int(boot.split("-", maxsplit=1)[0])
