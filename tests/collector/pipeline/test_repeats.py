"""What is published again: states from time to time, and everything after a connection."""

from __future__ import annotations

import asyncio

import pytest

from collector.metrics import Metrics
from collector.pipeline import repeats
from collector.pipeline.floor import Floor
from collector.pipeline.outgoing import state_message
from collector.pipeline.repeats import PUBLIC_REPEATS_AFTER, Repeats
from tests.collector.pipeline.hall import Link
from tests.collector.table.dealer import TABLE, Dealer, renderer
from tests.collector.table.shows import Show


def repeating(link: Link, dealer: Dealer) -> Repeats:
    drawing = renderer()
    return Repeats(link, drawing, "main", lambda: dealer.desk.tables, Floor(link, drawing, Metrics()))


async def test_after_a_connection_the_collector_says_that_it_is_there_and_shows_every_table() -> None:
    link, dealer = Link(), Dealer()

    await repeating(link, dealer).connected()

    assert [topic for topic, _ in link.sent] == [
        "collector/main/status",
        f"table/{TABLE}/public/state",
        f"table/{TABLE}/live/state",
    ]
    assert link.sent[0][1]["state"] == "online"
    assert link.nudged == [3], "behind the last of them"


async def test_the_delayed_state_of_a_table_that_has_one_comes_last_and_stays_at_the_broker() -> None:
    link, show, drawing = Link(), Show(delay_s=60), renderer()
    again = Repeats(
        link,
        drawing,
        "main",
        lambda: show.desk.tables,
        Floor(link, drawing, Metrics()),
        lagging=lambda: show.desk.lagging,
    )

    await again.connected()

    where, state = link.sent[-1]
    assert where == f"table/{TABLE}/delayed/state"
    assert (state["seq"], state["hand"]) == (0, None)
    assert state_message(drawing, show.desk.lagging[TABLE], "delayed").retain


async def test_live_states_repeat_in_each_round_and_public_ones_in_each_fifth(monkeypatch: pytest.MonkeyPatch) -> None:
    dealer, enough = Dealer(), asyncio.Event()

    class Counting(Link):
        async def publish(self, topic: str, payload: bytes, *, qos: int = 0, retain: bool = False) -> bool:
            done = await super().publish(topic, payload, qos=qos, retain=retain)
            if len(self.sent) == 2 * (PUBLIC_REPEATS_AFTER + 1):
                enough.set()
            return done

    link = Counting()
    monkeypatch.setattr(repeats, "LIVE_REPEAT_S", 0)
    task = asyncio.create_task(repeating(link, dealer).run())
    await enough.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    topics = [topic.removeprefix(f"table/{TABLE}/") for topic, _ in link.sent]
    one_turn = ["live/state"] * PUBLIC_REPEATS_AFTER + ["public/state"]
    assert topics[: len(one_turn) * 2] == one_turn * 2
    assert link.nudged[:6] == [1, 2, 3, 4, 6, 7], "behind each round"
