"""What takes long is counted beside the running collector, is on show when it is found, and again after a restart."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest

from collector.cards import parse_cards
from collector.equity import equity_of, unread_equity
from collector.equity.games import HOLDEM
from tests.e2e.conftest import House
from tests.e2e.waiting import eventually

pytestmark = [pytest.mark.broker, pytest.mark.node, pytest.mark.timeout(120)]


def shares(state: dict[str, Any]) -> list[int]:
    return [seat["equity"] for seat in state["seats"] if seat["equity"] is not None]


async def seat_two(house: House) -> None:
    await house.console.command("set_blinds", small_blind=50, big_blind=100)
    for seat in (1, 2):
        await house.console.command("seat_player", seat=seat, player_id=f"p_{seat}", name=f"P{seat}", stack=10_000)


async def deal(house: House, seat: int, text: str, **fields: Any) -> None:
    for card in parse_cards(text):
        await house.console.command("deal_card", seat=seat, card=str(card), **fields)


async def test_a_stud_hand_has_its_odds_a_moment_later_and_after_a_restart(house: House) -> None:
    await seat_two(house)
    await house.console.command("set_game", game="stud", bring_in=25)
    await house.console.command("start_hand")
    for seat, down, up in ((1, "AsAh", "Kd"), (2, "QsQd", "Jh")):
        await deal(house, seat, down)
        await deal(house, seat, up, up=True)
    exact = [points.equity for points in equity_of("stud7", ["AsAhKd", "QsQdJh"]).basis_points()]

    state = await house.sees.until("live", lambda state: shares(state) == exact)

    killed = house.stack.collector_pid
    assert killed
    os.kill(killed, signal.SIGKILL)
    await eventually(lambda: house.stack.collector_pid not in (killed, None))
    house.sees.feeds["live"].state = None
    again = await house.sees.until("live", lambda now: shares(now) == exact)
    assert again["seats"] == state["seats"]


async def test_a_hand_that_was_not_read_has_an_average_where_the_table_wants_it(house: House) -> None:
    await seat_two(house)
    await house.console.command("start_hand")
    await deal(house, 1, "AsAh")
    await house.console.command("set_odds", unread=True)
    average = unread_equity(HOLDEM, [parse_cards("AsAh"), (None, None)]).average.basis_points()[0].equity

    state = await house.sees.until("live", lambda state: shares(state)[:1] == [average], timeout=30)

    assert state["seats"][0]["equity_unread"]
    assert state["seats"][0]["equity_low"] < average < state["seats"][0]["equity_high"]
