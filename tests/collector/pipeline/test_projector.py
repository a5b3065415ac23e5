"""From a table's facts to REST: players, statistics, exports; counts follow corrections, and can be counted anew."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from collector.histories.formats import stories_in
from collector.histories.story import Story, finished
from collector.pipeline.projector import AT_ONCE, hands_of
from collector.records.statistics import of_hands
from tests.collector.pipeline.projected import BASE, Projected
from tests.collector.table.dealer import Dealer


@pytest.fixture
async def model(tmp_path: Path) -> AsyncIterator[Projected]:
    model = Projected(tmp_path)
    yield model
    await model.client.aclose()
    model.writer.close()
    model.queries.close()


def fold_out(dealer: Dealer, to: int = 300) -> int:
    dealer.command(type="start_hand", button=1)
    raised = dealer.act(1, "raise_to", to).seq
    dealer.act(2, "fold")
    dealer.act(3, "fold")
    dealer.command(type="end_hand")
    assert raised is not None
    return raised


def showdown(dealer: Dealer) -> None:
    dealer.command(type="start_hand", button=1)
    for seat, cards in ((1, ("As", "Ad")), (2, ("Kh", "Kd"))):
        for card in cards:
            dealer.read(seat, card)
    dealer.act(1, "raise_to", 300)
    dealer.act(2, "call")
    dealer.act(3, "fold")
    for card in ("2c", "7d", "9h", "Js", "4c"):
        dealer.read(None, card)
        if card in ("9h", "Js", "4c"):
            dealer.act(2, "check")
            dealer.act(1, "check")
    dealer.command(type="show", seat=2)
    dealer.command(type="show", seat=1)
    dealer.command(type="end_hand")


async def test_players_have_the_specifications_keys(model: Projected) -> None:
    dealer = Dealer()
    fold_out(dealer)
    await model.take(dealer)

    (first, *_) = (await model.get("/players"))["players"]

    assert first == await model.get("/players/p_1")
    assert (first["name"], first["seat"], first["current_stack"], first["starting_stack"]) == (
        *("Player 1", 1, 10_150),
        10_000,
    )
    assert (first["nationality"], first["wsop_profile"]) == (None, None)
    assert first["statistics"]["vpip"] == 100.0
    assert first["statistics"]["hands_played"] == 1


async def test_a_rate_without_an_opportunity_is_null(model: Projected) -> None:
    dealer = Dealer()
    fold_out(dealer)
    await model.take(dealer)

    figures = await model.get("/players/p_3/statistics")

    assert (figures["c_bet"], figures["wtsd"], figures["af"], figures["bb_per_100_interval"]) == (None,) * 4
    assert figures["vpip"] == 0.0
    assert figures["bb_per_100"] == -100.0


async def test_an_event_in_figures(model: Projected) -> None:
    dealer = Dealer()
    fold_out(dealer)
    showdown(dealer)
    dealer.command(type="start_hand", button=1)
    dealer.command(type="misdeal")
    await model.take(dealer)

    figures = await model.get("/statistics")

    assert figures == await model.get("/statistics/summary")
    assert (figures["hands_played"], figures["showdowns"], figures["players_remaining"]) == (2, 1, 3)
    assert (figures["largest_pot"], figures["average_pot"]) == (700, 475)
    assert figures["average_stack"] == 10_000
    assert figures["period"].count("Z/") == 1
    hands = (await model.get("/statistics/hands?limit=2"))["hands"]
    assert [(hand["hand_number"], hand["void"], hand["showdown"]) for hand in hands] == [
        (3, True, False),
        (2, False, True),
    ]


async def test_what_the_tournament_says_of_the_remaining_counts(model: Projected) -> None:
    dealer = Dealer()
    dealer.command(type="set_tournament", remaining=127)
    await model.take(dealer)

    assert (await model.get("/statistics"))["players_remaining"] == 127


async def test_counts_follow_a_correction_and_are_those_of_the_hands(model: Projected) -> None:
    dealer = Dealer()
    raised = fold_out(dealer)
    showdown(dealer)
    await model.take(dealer)
    assert (await model.get("/players/p_2/statistics"))["net"] == -350

    changes = [{"seq": raised, "command": {"type": "fold", "seat": 1}}, {"seq": raised + 1, "command": None}]
    changes += [{"seq": raised + 2, "command": {"type": "fold", "seat": 2}}]
    previewed = dealer.send(type="amend", changes=changes)
    assert previewed.error is not None
    dealer.command(type="amend", changes=changes, digest=previewed.error.details["digest"])
    await model.take(dealer)

    listed = (await model.get("/statistics/players"))["players"]
    wanted = of_hands(play.hand for play in dealer.evening.closed)
    assert {player["player_id"]: player["net"] for player in listed} == {
        player_id: counts.net_chips for player_id, counts in wanted.items()
    }
    assert model.recounted() == wanted
    assert [player["counts"]["hands"] for player in listed] == [2, 2, 2]


async def test_projecting_again_counts_nothing_twice(model: Projected) -> None:
    dealer = Dealer()
    fold_out(dealer)
    await model.take(dealer)
    model.done = 0

    await model.take(dealer)

    assert (await model.get("/players/p_1/statistics"))["hands_played"] == 1
    assert await model.writer.cursor("table_01") == dealer.changes[-1].fact.position - 1


async def test_the_cursor_moves_with_a_correction(model: Projected) -> None:
    dealer = Dealer()
    raised = fold_out(dealer)
    change = [{"seq": raised, "command": {"type": "raise_to", "seat": 1, "amount": 400}}]
    previewed = dealer.send(type="amend", changes=change)
    assert previewed.error is not None
    amended = dealer.command(type="amend", changes=change, digest=previewed.error.details["digest"])

    await model.take(dealer)

    assert await model.writer.cursor("table_01") == amended.seq


async def test_a_player_who_left_keeps_name_and_stack(model: Projected) -> None:
    dealer = Dealer()
    fold_out(dealer)
    await model.take(dealer)
    dealer.command(type="remove_player", seat=1)
    await model.take(dealer)

    player = await model.get("/players/p_1")

    assert (player["seat"], player["table_id"], player["current_stack"]) == (None, None, 10_150)


@pytest.mark.parametrize("form", ["phh", "ohh", "pokerstars", "json"])
async def test_a_hand_is_exported_in_every_format(model: Projected, tmp_path: Path, form: str) -> None:
    dealer = Dealer()
    showdown(dealer)
    await model.take(dealer)
    (play,) = dealer.evening.closed

    answer = await model.client.get(f"{BASE}/hands/{play.hand_id}/export?format={form}")

    assert answer.status_code == 200, answer.text
    file = tmp_path / answer.headers["content-disposition"].split('"')[1]
    file.write_text(answer.text)
    (story,) = stories_in(file)
    assert isinstance(story, Story), story
    hand = finished(story)
    assert hand.result is not None
    assert hand.result.total_pot // (100 if form == "pokerstars" else 1) == 700
    if form == "pokerstars":
        assert (story.about.table, story.about.started) == ("table_01", play.started_at // 1000 * 1000)
    if form == "json":
        assert json.loads(answer.text)["community_cards"] == ["2c", "7d", "9h", "Js", "4c"]


async def test_what_is_not_there_is_said(model: Projected) -> None:
    dealer = Dealer()
    dealer.command(type="start_hand", button=1)
    dealer.command(type="misdeal")
    await model.take(dealer)
    void = dealer.evening.closed[0].hand_id

    for path, status, code in (
        ("/players/p_nobody", 404, "PLAYER_NOT_FOUND"),
        (f"/hands/{void}/export?format=phh", 422, "NOTHING_TO_EXPORT"),
        (f"/hands/{void}/export?format=pdf", 422, "INVALID_REQUEST"),
        ("/hands/h_1/export?format=phh", 404, "HAND_NOT_FOUND"),
    ):
        answer = await model.client.get(BASE + path)
        assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    answer = await model.client.get("/api/v1/events/other/statistics")
    assert answer.json()["error"]["code"] == "EVENT_NOT_FOUND"


async def test_a_batch_of_hands_asks_and_writes_as_often_as_one_hand(model: Projected) -> None:
    """As many statements for twelve hands as for one. 1,000 hands at the start of a collector made 20,000."""
    dealer, asked = Dealer((100_000,) * 3), []
    event.listen(model.writer._worker.engine, "before_cursor_execute", lambda *_: asked.append(1))
    counts = []
    for hands in (1, 12):
        for _ in range(hands):
            fold_out(dealer)
        ended = [each for change in dealer.changes[model.done :] for each in hands_of(change)]
        model.done, before = len(dealer.changes), len(asked)
        await model.projector._hands(ended)
        counts.append(len(asked) - before)

    assert len(dealer.evening.closed) == 13
    assert counts[1] == counts[0] <= 12


async def test_two_revisions_of_a_hand_in_one_batch_count_once(model: Projected) -> None:
    dealer = Dealer()
    raised = fold_out(dealer)
    change = [{"seq": raised, "command": {"type": "fold", "seat": 1}}, {"seq": raised + 1, "command": None}]
    change += [{"seq": raised + 2, "command": {"type": "fold", "seat": 2}}]
    previewed = dealer.send(type="amend", changes=change)
    assert previewed.error is not None
    dealer.command(type="amend", changes=change, digest=previewed.error.details["digest"])
    showdown(dealer)

    await model.take(dealer)

    wanted = of_hands(play.hand for play in dealer.evening.closed)
    assert model.recounted() == wanted
    listed = (await model.get("/statistics/players"))["players"]
    assert {player["player_id"]: player["net"] for player in listed} == {
        player_id: counts.net_chips for player_id, counts in wanted.items()
    }


async def test_a_whole_log_is_projected_in_parts(model: Projected, monkeypatch: pytest.MonkeyPatch) -> None:
    """A part is a transaction, and a turn of Python that no table has meanwhile."""
    dealer, parts = Dealer((1_000_000,) * 3), []
    for _ in range(AT_ONCE + 10):
        fold_out(dealer)
    put = model.writer.put

    async def counting(records: Any, **how: Any) -> None:
        await put(records, **how)
        parts.append(len(records))

    monkeypatch.setattr(model.writer, "put", counting)
    model.projector.hands([each for change in dealer.changes for each in hands_of(change)])
    running = asyncio.create_task(model.projector.run())
    async with asyncio.timeout(20):
        while sum(parts) < AT_ONCE + 10:  # noqa: ASYNC110 - a task of its own writes
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert sum(parts) == AT_ONCE + 10
    assert parts[:-1] == [AT_ONCE // 2] * 2, "a hand, and what becomes known of it"
    assert await model.writer.cursor("table_01") == dealer.changes[-1].fact.position - 1
