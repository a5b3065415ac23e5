"""The delayed channel of a table: the table as it was, without what was taken back meanwhile."""

from __future__ import annotations

import json
from typing import Any

import pytest

from collector.pipeline.desk import Batch
from collector.table.lagging import Played
from tests.collector.table.dealer import TABLE
from tests.collector.table.lagging_model import Evenings, whole
from tests.collector.table.test_releasing import MINUTE, Show

DELAY_S = 60
DELAY = DELAY_S * 1000


class Screen(Show):
    """A show whose delayed channel is listened to."""

    def __init__(self, **policies: str) -> None:
        self.played: list[Played] = []
        super().__init__(delay_s=DELAY_S, **policies)

    def _done(self, batch: Batch, reply: Any) -> Any:
        self.played += batch.played
        return super()._done(batch, reply)

    def then(self) -> dict[str, Any]:
        """Return the delayed state."""
        found: dict[str, Any] = json.loads(self.renderer.state(self.desk.lagging[TABLE], "delayed"))
        return found

    def told(self) -> list[dict[str, Any]]:
        """Return the delayed events so far."""
        return [
            json.loads(payload)
            for each in self.played
            for payload in self.renderer.events(each.outcome, each.before, "delayed")
        ]

    def types(self) -> list[str]:
        """Return the types of the delayed events so far."""
        return [each["type"] for each in self.told()]

    def holes(self) -> dict[int, list[str]]:
        """Return the hole cards that the delayed state shows, by seat."""
        return {seat["seat"]: seat["hole"] for seat in self.then()["seats"] if seat["hole"]}


def test_the_channel_shows_the_table_as_it_was() -> None:
    show = Screen()
    show.command(type="start_hand", button=1)
    show.wait(DELAY - 1000)
    assert show.then()["hand"] is None
    show.act(1, "raise_to", 300)
    show.wait(1000)

    assert [act["action"] for act in show.then()["hand"]["actions"]] == ["small_blind", "big_blind"]
    show.wait(DELAY)
    assert show.then()["hand"]["actions"][-1]["action"] == "raise"


@pytest.mark.parametrize("seed", range(30))
def test_it_shows_the_effective_list_cut_at_now_less_the_delay(seed: int) -> None:
    evening = Evenings(seed, public=("all", "shown", "all_in_and_shown", "never")[seed % 4], house="all")
    for _ in range(120):
        evening.step()
        evening.look()

    events, state = evening.replayed()
    assert events == evening.payloads()
    assert state == whole(evening.desk.lagging[TABLE])
