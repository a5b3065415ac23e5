"""`ebs bench session`, with few hands and tables: what it measures, and that it would see what it is there for."""

from __future__ import annotations

import asyncio
import gc
import itertools
from pathlib import Path

import pytest

from tools.bench import session_alone, session_figures, session_hands, session_house
from tools.bench.report import Figure
from tools.bench.session_house import Measured, Size

SMALL = Size(quiet_s=2, commands=8, tables=3, paced_s=2)


def by_name(figures: list[Figure]) -> dict[str, Figure]:
    return {figure.name: figure for figure in figures}


@pytest.mark.broker
@pytest.mark.timeout(180)
def test_an_evening_and_a_house_are_measured() -> None:
    said: list[str] = []

    figures = by_name(session_figures.figures(said.append, 12, ((2, 3),), SMALL))

    assert {name for name, figure in figures.items() if figure.target} == {
        "longest_pause_ms", "memory_kb_a_hand", "step_above_2_tables", "websocket_p99_ms", "command_reply_p99_ms",
        "cpu_share_80_tables",
    }  # fmt: skip
    assert figures["facts"].value > 12 * 45
    assert 0 < figures["longest_collection_ms"].value <= figures["longest_pause_ms"].value
    assert 0.1 < figures["command_reply_p99_ms"].value < 2000
    assert 0 <= figures["websocket_p99_ms"].value < 1000, "every message came over both"
    assert figures["pages_read"].value >= 1
    assert 0 < figures["cpu_share_80_tables"].value < 1
    assert 50 < figures["command_us_3_tables"].value < 100_000
    assert {"12 hands of one table", "houses of 2, 3 tables", "3 tables at life's pace, 2 s"} <= set(said)


def test_the_goals_are_those_of_the_issue_and_a_step_is_a_missed_figure() -> None:
    evening = {
        "longest_collection_ms": 20.5,
        "longest_batch_ms": 3.0,
        "memory_kb_a_hand": 88.0,
        "us_a_fact": 1.0,
        "facts": 1.0,
    }
    late = Measured(1.0, websocket_ms=[1.0] * 98 + [11.0, 11.0], command_ms=[10.0], cpu_share=0.151)

    figures = by_name(
        [
            *session_figures._of_evening(evening),
            *session_figures._of_houses({"56": 100.0, "72": 126.0, "120": 100.0, "136": 125.0}, ((56, 72), (120, 136))),
            *session_figures._of_house(late),
        ]
    )

    assert {name for name, figure in figures.items() if not figure.met} == {
        "longest_pause_ms", "step_above_64_tables", "websocket_p99_ms", "cpu_share_80_tables",
    }  # fmt: skip
    assert figures["longest_pause_ms"].value == 20.5, "the search for garbage is a pause"
    assert by_name(session_figures._of_house(Measured(1.0)))["websocket_p99_ms"].met is False, (
        "nothing heard is nothing met"
    )
    assert [(few + many) // 2 for few, many in session_figures.HOUSES] == [64, 128, 256]


async def test_hands_that_are_played_alone_are_taken_to_the_last_command(tmp_path: object) -> None:
    hands = list(itertools.islice(session_hands.hands(1), 10))

    assert len({str(hand) for hand in hands}) == 10
    assert [hand[0][0]["button"] for hand in hands] == [*range(1, 10), 1]
    for hand in hands:
        cards = [command["card"] for part in hand for command in part if "card" in command]
        assert len(set(cards)) == len(cards) == 2 * session_hands.SEATS + 5


async def test_a_collector_alone_keeps_nothing_waiting_that_a_part_of_it_would_take(tmp_path: Path) -> None:
    """Its memory is measured: entries of the audit that nobody took were a fifth of it."""
    (tmp_path / "data").mkdir()
    async with session_alone._alone(tmp_path / "data") as alone:
        await alone.house(session_alone.TABLE)
        audit = alone.collector.projector.audit
        assert audit._waiting.qsize() > 9
        async with asyncio.timeout(10):
            while audit._waiting.qsize():  # noqa: ASYNC110 - a task takes them
                await asyncio.sleep(0.05)


def test_a_search_for_garbage_is_seen() -> None:
    with session_alone._collections() as found:
        gc.collect()

    assert len(found) == 1
    assert found[0] > 0


def test_the_share_of_a_core_is_that_of_the_process() -> None:
    before = session_house._cpu_s(1)

    assert before >= 0
    assert session_house.late([1.0, 2.0]) == 2.0
