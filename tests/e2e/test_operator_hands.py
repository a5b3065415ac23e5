"""Hands that need more than two cards a seat and one board, from the operator page: with readers, and all typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from playwright.async_api import Browser

from tests.e2e.conftest import House
from tests.e2e.operator_page import OperatorPage
from tests.e2e.people import open_page
from tests.e2e.waiting import eventually
from tools.rehearsal.demo import BOARD, DEVICE, seat_antenna, tag

pytestmark = [pytest.mark.broker, pytest.mark.node, pytest.mark.browser, pytest.mark.timeout(240)]
UP = {1: "a04", 2: "a05", 3: "a06"}
"""The antennas of the cards face up: nobody sits at seats 4 to 6."""


class Dealer:
    """Deals the cards of a hand: on the antennas, or by the page."""

    def __init__(self, operator: OperatorPage, *, typed: bool) -> None:
        self.operator = operator
        self.typed = typed
        self._lying: list[str] = []

    async def to_seat(self, seat: int, cards: str, *, up: bool = False) -> None:
        listed = split(cards)
        if self.typed:
            stud = self.operator.state["hand"]["dealt"][1] > 0
            lies = ("Face up" if up else "Face down") if stud else ""
            await self.operator.types(f"^Seat {seat},", listed, lies=lies)
        else:
            await self._lay(UP[seat] if up else seat_antenna(seat), listed)
        await eventually(lambda: self._has(seat, listed, up=up))

    async def to_board(self, cards: str, board: int = 1) -> None:
        listed = split(cards)
        boards = self.operator.state["hand"]["boards"]
        if self.typed:
            await self.operator.types("Board cards", listed, lies=f"Board {board}" if boards else "")
        else:
            await self._lay(BOARD, listed)
        await eventually(lambda: listed[-1] in self._board(board))

    async def gather(self) -> None:
        for uid in self._lying:
            await self.operator.house.node.remove(uid)
        self._lying.clear()

    def _has(self, seat: int, cards: list[str], *, up: bool) -> bool:
        live = (self.operator.house.sees.feeds["live"].state or {})["seats"][seat - 1]
        return set(cards) <= set(live["up"] if up else live["hole"] or ())

    def _board(self, number: int) -> list[str]:
        hand = self.operator.state["hand"]
        found: list[str] = hand["boards"][number - 1] if hand["boards"] else hand["board"]
        return found

    async def _lay(self, antenna: str, cards: Iterable[str]) -> None:
        for card in cards:
            uid = tag(0, card)  # type: ignore[arg-type] # the text of a card is one
            self._lying.append(uid)
            await self.operator.house.node.put(antenna, uid)


def split(cards: str) -> list[str]:
    return [cards[at : at + 2] for at in range(0, len(cards), 2)]


@pytest.fixture(params=["typed", "read"])
async def dealer(request: pytest.FixtureRequest, house: House, browser: Browser) -> Dealer:
    await house.console.command("set_blinds", small_blind=50, big_blind=100, ante=10)
    for seat, name in ((1, "Ana"), (2, "Bo"), (3, "Cai")):
        await house.console.command("seat_player", seat=seat, player_id=f"p_{name.lower()}", name=name, stack=10_000)
    for seat, antenna in UP.items():
        await house.installer.command("assign_antenna", device=DEVICE, antenna=antenna, role="up", seat=seat)
    page = await open_page(browser, house.stack, "operator", "operator")
    operator = OperatorPage(house, page)
    await eventually(lambda: bool(operator.state.get("blinds")))
    return Dealer(operator, typed=request.param == "typed")


def held(hand: dict[str, Any]) -> dict[int, set[str]]:
    return {player["seat"]: set(player["hole_cards"] or ()) for player in hand["players"]}


async def test_stud_is_played_ended_and_exported(dealer: Dealer, house: House) -> None:
    operator = dealer.operator
    await house.console.command("set_game", game="stud", bring_in=25)

    await operator.touch("Start hand")
    for seat, down, up in ((1, "AsAd", "2c"), (2, "7h8h", "Kd"), (3, "QsQd", "Th")):
        await dealer.to_seat(seat, down)
        await dealer.to_seat(seat, up, up=True)
    await operator.waits("action")
    await operator.touch("Bring in 25")
    await operator.touch("Fold")
    await operator.touch("Call")
    for first, third in (("3d", "9c"), ("4s", "Jh"), ("6c", "8s")):
        await operator.waits("up_cards")
        await dealer.to_seat(1, first, up=True)
        await dealer.to_seat(3, third, up=True)
        await operator.waits("action")
        await operator.touch("Check")
        await operator.touch("Check")
    await dealer.to_seat(1, "Kh")
    await dealer.to_seat(3, "2d")
    await operator.touch("Check")
    await operator.touch("Check")
    await operator.touch("^Show, seat 3")
    await operator.touch("^Show, seat 1")

    hand = await operator.ends()
    assert held(hand)[1] == set(split("AsAd2c3d4s6cKh"))
    assert held(hand)[3] == set(split("QsQdTh9cJh8s2d"))
    assert [winner["player"] for winner in hand["winners"]] == ["p_cai"]  # a straight, queen high
    assert "Straight" in hand["winning_hand"]


async def test_a_board_that_is_run_twice_is_played_ended_and_exported(dealer: Dealer, house: House) -> None:
    operator = dealer.operator
    await house.console.command("remove_player", seat=3)

    await operator.touch("Start hand")
    await dealer.to_seat(1, "AsAd")
    await dealer.to_seat(2, "KhKd")
    await operator.touch("Call")
    await operator.touch("Check")
    await dealer.to_board("2c7d9s")
    await operator.touch("Check")
    await operator.touch("Check")
    await dealer.to_board("3s")
    await operator.all_in()
    await operator.touch("Call")
    await operator.button("Floor").click()
    await operator.touch("Run it twice")
    await operator.page.get_by_role("dialog").get_by_role("button", name="Close").click()
    await dealer.to_board("4h", 1)
    await dealer.to_board("Kc", 2)
    await operator.touch("^Show, seat 1")
    await operator.touch("^Show, seat 2")

    hand = await operator.ends()
    assert [set(board) for board in hand["boards"]] == [set(split("2c7d9s3s4h")), set(split("2c7d9s3sKc"))]
    assert sorted((winner["player"], winner["amount"]) for winner in hand["winners"]) == [
        ("p_ana", 10_000),
        ("p_bo", 10_000),
    ]


async def test_two_boards_are_played_ended_and_exported(dealer: Dealer, house: House) -> None:
    operator = dealer.operator
    await house.console.command("remove_player", seat=3)

    await operator.button("Start\u2026").click()
    await operator.touch("Two boards")
    await dealer.to_seat(1, "AsAd")
    await dealer.to_seat(2, "KhKd")
    await operator.touch("Call")
    await operator.touch("Check")
    for first, second in (("2c7d9s", "2d7c9h"), ("3s", "3d"), ("4h", "Kc")):
        await operator.waits("board")
        await dealer.to_board(first, 1)
        await dealer.to_board(second, 2)
        await dealer.gather()
        await operator.touch("Check")
        await operator.touch("Check")
    await operator.touch("^Show, seat 2")
    await operator.touch("^Show, seat 1")

    hand = await operator.ends()
    assert [set(board) for board in hand["boards"]] == [set(split("2c7d9s3s4h")), set(split("2d7c9h3dKc"))]
    assert sorted((winner["player"], winner["amount"]) for winner in hand["winners"]) == [("p_ana", 110), ("p_bo", 110)]
