"""Hidden cards reach the read model and REST at their release, by rows of their own; before it nothing is there."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.collector.pipeline.projected import Projected
from tests.collector.table.shows import MINUTE, Show

HIDDEN = {"As", "Ad", "Kh", "Kd", "7c", "2d"}


@pytest.fixture
async def model(tmp_path: Path) -> AsyncIterator[Projected]:
    model = Projected(tmp_path)
    yield model
    await model.client.aclose()
    model.writer.close()
    model.queries.close()


def stored(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of the read model, by table."""
    database = sqlite3.connect(folder / "readmodel.db")
    names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = {name: list(database.execute(f"SELECT * FROM {name}")) for name in names}
    database.close()
    return rows


def cards_in(rows: dict[str, list[tuple[Any, ...]]]) -> set[str]:
    """Return the hidden cards that stand in some row, as JSON writes a card, or side by side."""
    text = json.dumps(rows)
    quoted = {card for card in HIDDEN if re.search(rf'"{card}[\\\\"]', text)}  # also in JSON that stands in JSON
    return quoted | {card for row in rows["released_cards"] for card in (row[4][:2], row[4][2:])}


async def test_a_hidden_card_is_in_no_row_before_its_release_and_in_rows_of_its_own_behind_it(
    model: Projected, tmp_path: Path
) -> None:
    show = Show(delay_s=900)
    hand = show.fold_out()
    await model.take(show)

    before = stored(tmp_path)
    assert cards_in(before) == set()
    assert [row[0] for row in before["hands"]] == [hand]
    assert before["released_cards"] == before["released_stories"] == []
    told = await model.get(f"/hands/{hand}")
    assert [player["hole_cards"] for player in told["players"]] == [None] * 3
    text = (await model.client.get(f"/api/v1/events/evt/hands/{hand}/export?format=json")).text
    assert [card for card in HIDDEN if f'"{card}"' in text] == []

    show.wait(15 * MINUTE)
    await model.take(show)

    after = stored(tmp_path)
    assert after["hands"] == before["hands"], "nothing but rows of their own changes with a release"
    assert cards_in(after) == HIDDEN
    told = await model.get(f"/hands/{hand}")
    assert {card for player in told["players"] for card in player["hole_cards"]} == HIDDEN
    text = (await model.client.get(f"/api/v1/events/evt/hands/{hand}/export?format=json")).text
    assert {card for card in HIDDEN if f'"{card}"' in text} == HIDDEN


async def test_what_the_house_never_releases_is_never_there(model: Projected, tmp_path: Path) -> None:
    show = Show(house="shown")
    hand = show.fold_out()
    show.wait(MINUTE)
    await model.take(show)

    assert show.released() != []
    assert cards_in(stored(tmp_path)) == set()
    assert [player["hole_cards"] for player in (await model.get(f"/hands/{hand}"))["players"]] == [None] * 3
