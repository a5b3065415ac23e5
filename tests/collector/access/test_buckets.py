"""Token buckets: so many at once, so many a minute, and no more whatever the times are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from collector.access.buckets import MOST, Buckets

STEPS = st.lists(st.floats(0, 20, allow_nan=False), min_size=1, max_size=200)


@given(STEPS, st.integers(1, 100))
def test_in_any_time_no_more_pass_than_the_bucket_holds_and_brings(steps: list[float], limit: int) -> None:
    buckets, now, passed = Buckets(limit), 0.0, 0
    for step in steps:
        now += step
        passed += buckets.take("ana", now).passes

    assert passed <= limit + now * limit / 60 + 1e-6


@given(STEPS, st.integers(1, 100))
def test_whoever_waits_as_long_as_told_passes(steps: list[float], limit: int) -> None:
    buckets, now = Buckets(limit), 0.0
    for step in steps:
        now += step
        told = buckets.take("ana", now)
        if not told.passes:
            now += told.wait_s + 1e-6
            assert buckets.take("ana", now).passes


def test_buckets_are_apart() -> None:
    buckets = Buckets(2)

    assert [buckets.take("a", 0).passes for _ in range(3)] == [True, True, False]
    assert buckets.take("b", 0).passes


def test_a_clock_that_runs_back_brings_nothing() -> None:
    buckets = Buckets(1)
    buckets.take("a", 100)

    assert not buckets.take("a", 50).passes


def test_what_is_remembered_has_a_bound() -> None:
    buckets = Buckets(1)
    for number in range(MOST + 10):
        buckets.take(str(number), 0)

    assert len(buckets._kept) == MOST


def test_without_a_limit_everything_passes_and_nothing_is_kept() -> None:
    buckets = Buckets(0)

    assert all(buckets.take("a", 0).passes for _ in range(1000))
    assert not buckets._kept
