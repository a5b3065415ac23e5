"""The order of everything that happens with a batch of messages: `Batches.take`. Knows no topic and no payload."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Generic, TypeVar

from collector.devices.readings import age_of
from collector.equity import Question
from collector.facts.fact import Fact, of_odds
from collector.logs import log_event, logger_of
from collector.metrics import Metrics
from collector.pipeline.deciding import Deciding, Own
from collector.pipeline.desk import Batch
from collector.pipeline.floor import Floor
from collector.pipeline.garbage import Garbage
from collector.pipeline.intake import Received
from collector.pipeline.outgoing import Outgoing
from collector.pipeline.projector import Projector
from collector.ports import Log
from collector.secrecy import Secret

log = logger_of(__name__)
LARGEST: Final = 256
"""Messages that one commit may hold."""
R = TypeVar("R", bound=Received)


class Batches(Generic[R]):
    """Takes messages from `inbox` in batches. R is what the broker's client can acknowledge.

    `puback` acknowledges a message to the broker; `want` asks the equity worker, by table; `nudge` has the broker hand
    on what was published.
    """

    def __init__(
        self,
        inbox: asyncio.Queue[R | Own],
        metrics: Metrics,
        *,
        deciding: Deciding,
        store: Log,
        outgoing: Outgoing,
        floor: Floor,
        puback: Callable[[R], None],
        want: Callable[[Mapping[str, Secret[Question] | None]], None],
        nudge: Callable[[], None],
        projector: Projector,
    ) -> None:
        self._inbox = inbox
        self._deciding = deciding
        self._store = store
        self._outgoing = outgoing
        self._floor = floor
        self._projector = projector
        self._metrics = metrics
        self._puback = puback
        self._want = want
        self._nudge = nudge
        self._garbage = Garbage()

    async def run(self) -> None:
        """Take what comes, for ever. While one commit runs the next batch piles up."""
        while True:
            messages = [await self._inbox.get()]
            while len(messages) < LARGEST and not self._inbox.empty():
                messages.append(self._inbox.get_nowait())
            await self.take(messages)

    async def take(self, messages: Sequence[R | Own]) -> None:
        """Do all that one batch needs, in the one order that is safe. Raises LogError, and the process ends with it.

        - "The log is the truth": what is told is a fact. So is what was decided, before it is told.
        - "Acknowledged means durable": nothing leaves before the commit, and a commit that fails leaves no trace
          (ADR 1, ADR 5). Replies, nodes and the broker hear of a batch behind its commit only.
        - "A commit's public messages leave before any S0 work on it begins": so the time of a public message says
          nothing of hidden cards. Replies go before the other channels, since whoever gave a command waits. What is
          old enough for the delayed channel goes behind them: of hidden cards it names none but released ones. All are
          flushed then: what is only published leaves when this process waits the next time.
        - The PUBACK is the last thing that somebody waits for, and flushed with the live channel. The broker sends
          again what it does not cover, and desk and nodes know a repeat.
        - Nobody waits for the rest: questions to the worker, of the tables that changed; figures, lines of the log,
          complaints.
        - The nudge stands behind the last message, else that message reaches no WebSocket for 100 ms. What only this
          process cares for comes behind it: the read model, and the search for garbage.
        """
        taken_at = time.monotonic()
        self._metrics.queue.set(self._inbox.qsize())
        batch = await self._deciding.decide(messages)
        desk = self._deciding.desk
        await self._commit(batch)
        await self._outgoing.feed("public", batch, desk)
        await self._outgoing.replies(batch)
        for tell, answer in batch.answers:
            tell(answer)
        await self._outgoing.feed("delayed", batch, desk)
        self._outgoing.flush()
        await self._outgoing.feed("live", batch, desk)
        await self._outgoing.acknowledge(batch, desk)
        await self._outgoing.orders(batch)
        await self._floor.warn(batch.warned)
        for message in messages:
            if not isinstance(message, Own):
                self._puback(message)
        self._outgoing.flush()
        self._want(desk.questions(dict.fromkeys(change.stream for change in batch.changes)))
        self._observe(batch, taken_at)
        self._report(batch)
        await self._floor.tell(desk)
        self._nudge()
        self._projector.committed(batch, desk)
        self._garbage.committed(batch)

    async def _commit(self, batch: Batch) -> None:
        """Make a batch durable. Raises LogError: nothing of it is in the log then."""
        if batch.facts:
            began = time.monotonic()
            await self._store.append(batch.facts)
            told = len(_told(batch.facts))
            if told:
                self._metrics.commit.observe(time.monotonic() - began)
                self._metrics.batch.observe(told)
            self._floor.log_waits(self._store.waiting_bytes())

    def _observe(self, batch: Batch, taken_at: float) -> None:
        """Measure from the node to the live topic. `taken_at`: monotonic seconds when the first message was taken."""
        for change in batch.changes:
            age = age_of(change.fact.body)
            if age is not None and change.fact.device_key:
                self._metrics.card_to_topic.observe(age / 1000 + time.monotonic() - taken_at)

    def _report(self, batch: Batch) -> None:
        """Count and log what was committed."""
        for fact in _told(batch.facts):
            self._metrics.facts.labels(fact.kind).inc()
            log_event(log, "INFO", fact.kind, trace_id=fact.trace_id, stream=fact.stream, position=fact.position)


def _told(facts: Sequence[Fact]) -> list[Fact]:
    """Return the facts that figures and lines of the log tell of. That a table asked the worker is hidden."""
    return [fact for fact in facts if not of_odds(fact.stream)]
