"""A dealer at a table whose time counts: hidden cards wait there until they are due."""

from __future__ import annotations

from collector.pipeline.desk import Batch
from collector.release import Anchor
from tests.collector.table.dealer import Dealer

MINUTE = 60_000


class Show(Dealer):
    """A dealer at a table whose time counts."""

    def __init__(self, delay_s: int = 0, **policies: str) -> None:
        super().__init__()
        object.__setattr__(self.table, "mode", "rehearsal")
        self.boot("b1")
        if delay_s or policies:
            self.command(type="set_release", delay_s=delay_s, **policies)

    def boot(self, boot_id: str) -> None:
        """Start the collector, in a boot of the machine."""
        batch = Batch()
        self.desk.anchor(Anchor(self.now, boot_id, 0, "start"), batch)
        self.desk.release(batch)
        self._done(batch, None)

    def wait(self, ms: int) -> None:
        """Let time pass, then have the timer look."""
        self.now += ms
        batch = Batch()
        self.desk.release(batch)
        self._done(batch, None)

    def fold_out(self) -> str:
        """Play a hand that nobody shows; return its id."""
        self.command(type="start_hand", button=1)
        for seat, cards in ((1, ("As", "Ad")), (2, ("Kh", "Kd")), (3, ("7c", "2d"))):
            for card in cards:
                self.read(seat, card)
        self.act(1, "raise_to", 300)
        self.act(2, "fold")
        self.act(3, "fold")
        self.command(type="end_hand")
        for seat, cards in ((1, ("As", "Ad")), (2, ("Kh", "Kd")), (3, ("7c", "2d"))):
            for card in cards:
                self.lift(seat, card)
        return str(self.evening.closed[-1].hand_id)

    def released(self) -> list[tuple[str, str, tuple[int, ...]]]:
        """Return what was released so far: hand, to whom, seats."""
        told = [change.outcome.released for change in self.changes]
        return [(each.due.hand_id, str(each.due.audience), each.due.seats) for one in told for each in one]
