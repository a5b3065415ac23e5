"""What waits to be decided has an end, and what somebody waits for is not dropped."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from collector.metrics import Metrics
from collector.pipeline import inbox


@dataclass(frozen=True)
class Offered:
    """A message from the broker."""

    number: int
    qos: int


async def test_what_nobody_repeats_is_dropped_when_too_much_waits_and_the_rest_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(inbox, "MOST_WAITING", 3)
    metrics = Metrics()
    waiting: inbox.Inbox[Offered] = inbox.Inbox(metrics)
    for number in range(6):
        waiting.offer(Offered(number, 0))
    waiting.offer(Offered(6, 1))

    assert [waiting.get_nowait() for _ in range(waiting.qsize())] == [Offered(n, 0) for n in range(3)] + [Offered(6, 1)]
    assert metrics.dropped.labels("busy")._value.get() == 3
    waiting.offer(Offered(7, 0))
    assert waiting.get_nowait() == Offered(7, 0), "there is room again"
