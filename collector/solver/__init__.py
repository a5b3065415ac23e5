"""Answers the questions about equity that take too long to be answered on the way: one child process, one at a time.

A process of its own, because counting in a thread would hold up the table; at a lower priority, because a picture a
moment later is better than a card that waits.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from collector.equity import Answered, Question
from collector.logs import log_event, logger_of
from collector.secrecy import Secret
from collector.solver.lines import LONGEST, answer_of, ask_line

log = logger_of(__name__)
_STOP_S = 2.0
_AGAIN_S = 1.0


@dataclass(slots=True)
class _Asked:
    """A question that is with the worker."""

    table_id: str
    question: Secret[Question] = field(repr=False)


class Solver:
    """Keeps one question for each table: the last. `deliver(table_id, answer)` takes what was found, in the loop."""

    def __init__(self, deliver: Callable[[str, Secret[Answered]], None]) -> None:
        self._deliver = deliver
        self._waiting: dict[str, Secret[Question]] = {}
        self._asked: _Asked | None = None
        self._number = 0
        self._changed = asyncio.Event()

    def want(self, questions: Mapping[str, Secret[Question] | None]) -> None:
        """Answer these, by table, and what such a table asked before no more. None: it asks nothing now.

        What other tables asked stays as it is.
        """
        for table_id, question in questions.items():
            asked = self._asked if self._asked and self._asked.table_id == table_id else None
            if asked and asked.question == question:
                question = None  # noqa: PLW2901 - it is with the worker
            elif asked:
                self._asked = None
                self._changed.set()
            if question != self._waiting.get(table_id):
                self._changed.set()
            if question:
                self._waiting[table_id] = question
            else:
                self._waiting.pop(table_id, None)

    async def run(self) -> None:
        """Answer for ever. The worker starts with the first question; one that died is started again for the next."""
        while True:
            await self._changed.wait()
            if not self._waiting:
                self._changed.clear()
                continue
            try:
                await self._serve()
            except (OSError, ValueError) as error:
                log_event(log, "ERROR", "worker_failed", error=error)
                await asyncio.sleep(_AGAIN_S)
            self._asked = None
            self._changed.set()

    async def _serve(self) -> None:
        worker = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "collector.solver"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LONGEST,
            start_new_session=True,  # what it counts is not counted against the collector: see `give_way`
        )
        stdin, stdout = worker.stdin, worker.stdout
        assert stdin is not None
        assert stdout is not None
        log_event(log, "INFO", "worker_started", pid=worker.pid)
        asking = asyncio.ensure_future(self._ask(stdin))
        try:
            while line := await stdout.readline():
                self._take(line)
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            await _stop(worker, stdin)
        raise OSError(f"the equity worker ended with status {worker.returncode}; its question is dropped")

    async def _ask(self, stdin: asyncio.StreamWriter) -> None:
        """Hand out questions one by one; a new one takes the place of the one that is being counted."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            if self._asked:
                continue  # the others wait for its answer
            if self._waiting:
                self._asked = _Asked(*self._waiting.popitem())
            self._number += 1
            stdin.write(ask_line(self._number, self._asked.question if self._asked else None))
            await stdin.drain()

    def _take(self, line: bytes) -> None:
        number, answered = answer_of(line)
        asked = self._asked
        if asked is None or number != self._number:
            return  # withdrawn meanwhile
        self._asked = None
        if self._waiting:
            self._changed.set()
        if answered is None:
            log_event(log, "WARNING", "question_refused", table_id=asked.table_id)
            return
        self._deliver(asked.table_id, answered)


async def _stop(worker: asyncio.subprocess.Process, stdin: asyncio.StreamWriter) -> None:
    """End the worker: it goes when its input ends."""
    stdin.close()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(worker.wait(), _STOP_S)
    if worker.returncode is None:
        worker.kill()
        await worker.wait()
