"""The overlay draws every field of the state: each street is drawn once, and each test looks at its part."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from collector.wire.feeds import HandView, SeatView, TableState
from tests.web.chromium import shows
from tests.web.publisher import Publisher
from tests.web.servers import KEY, Site
from tests.web.tables import HAND, scene

pytestmark = [pytest.mark.browser, pytest.mark.broker]

READ = """() => {
  const root = document.getElementById('overlay');
  const shown = (one) => one.getClientRects().length > 0;
  const fields = [...document.querySelectorAll('[data-field]')].map((one) => [
    one.dataset.field, Number(one.closest('[data-seat]')?.dataset.seat || 0),
    { text: one.textContent.trim(), value: one.dataset.value, shown: shown(one),
      cards: [...one.querySelectorAll('[data-card]')].map((card) => card.dataset.card) }]);
  const seats = [...document.querySelectorAll('[data-seat]')].filter(shown).map((one) => Number(one.dataset.seat));
  return { hand: root.dataset.hand, street: root.dataset.street, fields, seats };
}"""


@dataclass
class Picture:
    """A table and what the overlay shows of it. Fields are by name and seat, 0: of no seat."""

    table: TableState
    street: str
    hand_drawn: str
    street_drawn: str
    seats_drawn: list[int]
    fields: dict[tuple[str, int], dict[str, Any]]

    @property
    def hand(self) -> HandView:
        assert self.table.hand is not None
        return self.table.hand

    def text(self, name: str, seat: int = 0) -> str:
        return str(self.fields[name, seat]["text"])

    def value(self, name: str, seat: int = 0) -> str:
        return str(self.fields[name, seat]["value"])

    def cards(self, name: str, seat: int = 0) -> list[str]:
        return list(self.fields[name, seat]["cards"])

    def shown(self, name: str, seat: int = 0) -> bool:
        return bool(self.fields[name, seat]["shown"])

    def drawn(self, what: Callable[[str, int], Any], name: str) -> dict[int, Any]:
        """What every taken seat shows in a field."""
        return {view.seat: what(name, view.seat) for view in self._taken()}

    def wanted(self, what: Callable[[SeatView], Any]) -> dict[int, Any]:
        """What every taken seat has to show."""
        return {view.seat: what(view) for view in self._taken()}

    def _taken(self) -> list[SeatView]:
        taken = [view for view in self.table.seats if view.status != "empty"]
        assert len(taken) == 9
        return taken


@pytest.fixture(scope="module", params=["preflop", "flop", "showdown", "complete"])
def picture(
    request: pytest.FixtureRequest, context_of_session: BrowserContext, site: Site, publisher_of_session: Publisher
) -> Iterator[Picture]:
    table = scene(9, request.param)
    page = context_of_session.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.goto(f"{site.url}/overlay/?anim=0#{KEY}")
    shows(page, "#overlay[data-link=online]")
    publisher_of_session.publish("live", table)
    shows(page, f"#overlay[data-seq='{table.seq}']")
    found = page.evaluate(READ)
    page.close()
    fields = {(name, seat): shown for name, seat, shown in found["fields"]}
    yield Picture(table, request.param, found["hand"], found["street"], found["seats"], fields)
    assert complaints == []


def or_nothing(value: object) -> str:
    return "" if value is None else str(value)


def test_the_overlay_names_the_hand_and_the_street_it_draws(picture: Picture) -> None:
    assert picture.hand_drawn == HAND
    assert picture.street_drawn == picture.street


def test_an_empty_seat_is_not_drawn(picture: Picture) -> None:
    folded = [view.seat for view in picture.table.seats if view.status == "folded"]
    leave = folded if picture.street == "complete" else []  # who won and who lost is all there is to see
    assert picture.seats_drawn == [number for number in range(1, 10) if number not in leave]
    assert [view.seat for view in picture.table.seats if view.status == "empty"] == [10]


def test_a_seat_tells_who_sits_there(picture: Picture) -> None:
    assert picture.drawn(picture.value, "name") == picture.wanted(lambda view: view.name)
    assert picture.drawn(picture.value, "position") == picture.wanted(lambda view: or_nothing(view.position))


def test_a_seat_tells_what_it_has(picture: Picture) -> None:
    assert picture.drawn(picture.text, "stack") == picture.wanted(
        lambda view: "All in" if view.status == "all_in" else f"{view.stack:,}"
    )
    assert picture.drawn(picture.value, "stack") == picture.wanted(lambda view: str(view.stack))
    assert picture.drawn(picture.value, "bet") == picture.wanted(lambda view: str(view.bet))


def test_a_seat_tells_how_it_stands(picture: Picture) -> None:
    assert picture.drawn(picture.value, "status") == picture.wanted(lambda view: view.status)


def test_cards_lie_before_a_seat_until_it_folds(picture: Picture) -> None:
    assert picture.drawn(picture.cards, "hole") == picture.wanted(
        lambda view: [] if view.status == "folded" else list(view.hole or ())
    )


def test_a_share_is_shown_where_it_is_known(picture: Picture) -> None:
    assert picture.drawn(picture.value, "equity") == picture.wanted(lambda view: or_nothing(view.equity))
    told = picture.street not in {"showdown", "complete"}
    assert picture.drawn(picture.shown, "equity") == picture.wanted(lambda view: told and view.equity is not None)


def test_a_seat_tells_what_its_hand_is_and_what_it_won(picture: Picture) -> None:
    assert picture.drawn(picture.value, "made") == picture.wanted(lambda view: view.made or "")
    assert picture.drawn(picture.value, "won") == picture.wanted(lambda view: or_nothing(view.won))


def test_the_board_and_the_pot_are_those_of_the_hand(picture: Picture) -> None:
    assert picture.cards("board") == list(picture.hand.board)
    assert picture.value("pot") == str(picture.hand.pot)
    assert picture.text("pot") == f"{picture.hand.pot:,}"


def test_the_strip_names_event_table_and_hand(picture: Picture) -> None:
    assert picture.text("event_name") == picture.table.event_name
    assert picture.text("table_name") == picture.table.table_name
    assert picture.text("hand_number") == "Hand 128"


def test_the_strip_tells_the_blinds_that_are_played(picture: Picture) -> None:
    assert picture.value("small_blind") == "5000"
    assert picture.value("big_blind") == "10000"
    assert picture.text("big_blind_ante") == "BB ante 10,000"
    assert not picture.shown("ante")
