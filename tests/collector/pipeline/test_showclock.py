"""The show clock goes on through steps of the wall clock and restarts of the collector; a boot begins it anew."""

from __future__ import annotations

from collector.pipeline.showclock import STEPPED_MS, Machine, ShowClock
from collector.release import Anchor

BEGAN = 1_790_000_000_000


class Clocks:
    """A machine whose clocks a test moves."""

    def __init__(self, boot_id: str = "b1") -> None:
        self.wall, self.boottime = BEGAN, 50_000
        self.machine = Machine(lambda: self.wall, lambda: self.boottime, boot_id)

    def passes(self, ms: int) -> None:
        self.wall += ms
        self.boottime += ms


def test_a_wall_clock_that_is_set_moves_no_fact_and_is_told_once() -> None:
    clocks = Clocks()
    show = ShowClock(clocks.machine)
    clocks.passes(1_000)
    clocks.wall += 3_600_000

    assert show.now_ms() == BEGAN + 1_000
    warning = show.stepped()
    assert warning is not None
    assert "3600.0 s ahead" in warning.message
    assert show.stepped() is None
    clocks.wall -= 7_200_000
    assert "3600.0 s behind" in str(show.stepped())


def test_what_drifts_within_bounds_is_not_told() -> None:
    clocks = Clocks()
    show = ShowClock(clocks.machine)
    clocks.wall += STEPPED_MS - 1

    assert show.stepped() is None


def test_a_new_collector_of_the_same_boot_goes_on_although_the_wall_clock_was_set() -> None:
    clocks = Clocks()
    first = ShowClock(clocks.machine).resume(None, 0)
    clocks.passes(10_000)
    clocks.wall -= 5_000_000
    show = ShowClock(clocks.machine)

    anchor = show.resume(first, BEGAN + 9_000)
    assert show.now_ms() == anchor.wall == BEGAN + 10_000


def test_another_boot_takes_wall_time_and_never_begins_before_the_newest_fact() -> None:
    clocks = Clocks("b2")
    show = ShowClock(clocks.machine)

    assert show.resume(Anchor(BEGAN - 9_000, "b1", 40_000, "start"), 0).wall == BEGAN
    assert show.resume(Anchor(BEGAN - 9_000, "b1", 40_000, "start"), BEGAN + 77).wall == BEGAN + 77


def test_a_machine_that_does_not_say_its_boot_goes_on_from_no_anchor() -> None:
    clocks = Clocks("")
    anchor = ShowClock(clocks.machine).resume(None, 0)
    clocks.passes(1_000)
    clocks.wall += 60_000

    assert ShowClock(clocks.machine).resume(anchor, 0).wall == BEGAN + 61_000
