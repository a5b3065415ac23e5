"""Messages that wait to be decided. Knows no topic and no payload, only how many there are."""

from __future__ import annotations

import asyncio
from typing import Final, Generic, Protocol, TypeVar

from collector.metrics import Metrics
from collector.pipeline.deciding import Own

MOST_WAITING: Final = 2000
"""Messages that wait when one that nobody repeats is dropped. Of the others the broker holds back all but a thousand,
until we acknowledge them."""


class Offered(Protocol):
    """A message from the broker. qos: 0 for one that its sender neither waits for nor repeats."""

    @property
    def qos(self) -> int:
        """Its quality of service."""


R = TypeVar("R", bound=Offered)


class Inbox(asyncio.Queue[R | Own], Generic[R]):
    """The queue before `Batches`. A login that sends faster than messages are decided does not fill the memory."""

    def __init__(self, metrics: Metrics) -> None:
        super().__init__()
        self._metrics = metrics

    def offer(self, message: R) -> None:
        """Take a message from the broker, or count it as dropped for `busy`."""
        if message.qos == 0 and self.qsize() >= MOST_WAITING:
            self._metrics.dropped.labels("busy").inc()
            return
        self.put_nowait(message)
