"""How the time of a stream counts towards delays: within a boot it goes on, between two boots it does not."""

from __future__ import annotations

from collector.release import Anchor, ShowTime
from collector.release.showtime import UNKNOWN_BOOT

HOUR = 3_600_000


def anchored(time: ShowTime, boot: str, at: int) -> ShowTime:
    return time.anchored(Anchor(at, boot, 0, "start"), at)


def test_a_stream_without_an_anchor_does_not_count() -> None:
    assert not ShowTime().after(5_000).counts
    assert anchored(ShowTime(), "b1", 5_000).counts


def test_downtime_within_a_boot_counts() -> None:
    time = anchored(ShowTime(), "b1", 1_000).after(2_000)

    assert anchored(time, "b1", 2_000 + HOUR).shown(2_000 + HOUR) - time.shown(2_000) == HOUR


def test_time_between_two_boots_counts_nothing() -> None:
    time = anchored(ShowTime(), "b1", 1_000).after(2_000)
    later = anchored(time, "b2", 2_000 + HOUR)

    assert later.shown(2_000 + HOUR) == time.shown(2_000)
    assert later.shown(2_000 + HOUR + 7) == time.shown(2_000) + 7


def test_a_machine_that_does_not_say_its_boot_never_counts_downtime() -> None:
    time = anchored(ShowTime(), UNKNOWN_BOOT, 1_000)

    assert anchored(time, UNKNOWN_BOOT, 1_000 + HOUR).shown(1_000 + HOUR) == time.shown(1_000)


def test_a_clock_that_was_set_back_stands_still_until_the_log_is_caught_up() -> None:
    time = anchored(ShowTime(), "b1", 10_000).after(20_000)

    assert time.shown(15_000) == time.shown(20_000)
