"""Which event numbers of one boot of a node are accounted for: committed, or declared gone."""

from __future__ import annotations


class Progress:
    """Numbers count from 1. `through`: everything up to it is in; `ahead`: numbers beyond a gap."""

    __slots__ = ("_gone", "ahead", "through")

    def __init__(self) -> None:
        self.through = 0
        self.ahead: set[int] = set()
        self._gone: list[tuple[int, int]] = []

    def add(self, seq: int) -> bool:
        """Account for a number; False: it was already."""
        if seq <= self.through or seq in self.ahead:
            return False
        self.ahead.add(seq)
        self._advance()
        return True

    def cover(self, first: int, last: int) -> None:
        """Account for a range that will never come. Ranges are kept as such: a node may name any size."""
        self._gone.append((first, last))
        self._advance()

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
        self._gone = [(first, last) for first, last in self._gone if last > self.through]
