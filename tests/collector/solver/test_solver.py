"""The worker, a real process: it answers, drops what nobody wants, comes back after a kill, ends with its collector."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from collector.cards import Card
from collector.equity import GAMES, Answered, Question, answer
from collector.equity.games import LAZY_PINEAPPLE, SHORT_DECK_TRIPS
from collector.secrecy import Secret
from collector.solver import Solver
from collector.solver.lines import answer_line, answer_of, ask_line, question_of

ACES = (Card("As"), Card("Ah"), Card("Kd"))
QUEENS = (Card("Qs"), Card("Qd"), Card("Jh"))
QUICK = Question(GAMES["stud7"], (ACES, QUEENS), dead=(Card("2c"),))
UNREAD = (None,) * 6
LONG = Question(GAMES["omaha6"], ((*ACES, *QUEENS), *(UNREAD,) * 5))
"""Many seconds, on any machine."""


class Desk:
    """Takes answers."""

    def __init__(self) -> None:
        self.answers: asyncio.Queue[tuple[str, Answered]] = asyncio.Queue()
        self.solver = Solver(lambda table_id, found: self.answers.put_nowait((table_id, found.reveal())))

    def want(self, **questions: Question | None) -> None:
        self.solver.want({table_id: Secret(asked) if asked else None for table_id, asked in questions.items()})

    async def next(self) -> tuple[str, Answered]:
        return await asyncio.wait_for(self.answers.get(), 30)


@asynccontextmanager
async def running() -> AsyncIterator[Desk]:
    desk = Desk()
    task = asyncio.create_task(desk.solver.run())
    try:
        yield desk
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert workers() == []


def workers() -> list[int]:
    """Return the pids of our child processes that are workers."""
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return [int(pid) for pid in children if b"collector.solver" in Path(f"/proc/{pid}/cmdline").read_bytes()]


async def test_a_question_is_answered_as_it_would_be_here() -> None:
    async with running() as desk:
        desk.want(table_01=QUICK)

        assert await desk.next() == ("table_01", answer(QUICK))


async def test_the_last_question_is_the_one_that_counts() -> None:
    async with running() as desk:
        desk.want(table_01=LONG)
        await asyncio.sleep(0.5)
        desk.want(table_01=QUICK)

        assert (await desk.next())[1].fits(QUICK)
        assert desk.answers.empty()


async def test_every_table_gets_its_answer() -> None:
    async with running() as desk:
        desk.want(table_01=QUICK, table_02=QUICK)

        assert {(await desk.next())[0], (await desk.next())[0]} == {"table_01", "table_02"}


async def test_what_another_table_asks_takes_no_question_away() -> None:
    async with running() as desk:
        desk.want(table_01=QUICK)
        desk.want(table_02=QUICK)

        assert {(await desk.next())[0], (await desk.next())[0]} == {"table_01", "table_02"}


async def test_a_table_that_asks_nothing_any_more_gets_no_answer() -> None:
    async with running() as desk:
        desk.want(table_01=LONG, table_02=LONG, table_03=QUICK)
        await asyncio.sleep(0.5)
        desk.want(table_01=None, table_02=None)

        assert await desk.next() == ("table_03", answer(QUICK))
        assert desk.answers.empty()


async def test_asking_again_does_not_begin_again() -> None:
    async with running() as desk:
        desk.want(table_01=QUICK)
        for _ in range(20):
            desk.want(table_01=QUICK)
            await asyncio.sleep(0)
        await desk.next()

        await asyncio.sleep(0.3)
        assert desk.answers.empty()


async def test_a_worker_that_dies_is_replaced() -> None:
    async with running() as desk:
        desk.want(table_01=QUICK)
        await desk.next()
        for pid in workers():
            os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(0.1)
        desk.want(table_01=LONG)
        desk.want(table_01=QUICK)

        assert (await desk.next())[1].fits(QUICK)


async def test_a_question_that_cannot_be_has_no_answer() -> None:
    twice = Question(GAMES["holdem"], (QUICK.hands[0][:2], QUICK.hands[0][:2]))
    async with running() as desk:
        desk.want(table_01=twice)
        await asyncio.sleep(1)
        desk.want(table_01=QUICK)

        assert (await desk.next())[1].fits(QUICK)


def test_lines_carry_every_game_and_every_field() -> None:
    for game in (*GAMES.values(), LAZY_PINEAPPLE, SHORT_DECK_TRIPS):
        question = Question(game, ((Card("As"), None), (Card("Kd"), Card("Kc"))), (Card("2c"),), (Card("3c"),), ((),))
        assert question_of(ask_line(7, Secret(question))) == (7, question)
    assert question_of(ask_line(8, None)) == (8, None)
    found = answer(QUICK)
    assert answer_of(answer_line(9, found)) == (9, Secret(found))
    assert answer_of(answer_line(9, None)) == (9, None)
