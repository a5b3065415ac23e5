"""All tables of the event on the operator page: what the house proposes is shown, and done by touch, table by table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from collector.house.commands import decode as decode_house_command
from collector.table.commands import COMMANDS
from tests.web.console import Console
from tests.web.publisher import ROOT, Speaker
from tests.web.servers import Broker
from tests.web.tables import seat

pytestmark = [pytest.mark.browser, pytest.mark.broker]
AWAY = {"type": "remove_player", "seat": 3, "decision": 9}
HERE = {"type": "seat_player", "seat": 4, "player_id": "p_7", "name": "Seven", "stack": 4_000}
MOVE = {
    "rule": "TDA 11-A, 11-C",
    "what": "move",
    "say": "Seven moves",
    "commands": [{"table_id": "table_02", "command": AWAY}, {"table_id": "table_03", "command": HERE}],
}
HALT = {"rule": "TDA 11-D", "what": "halt", "say": "table_03 halts"}


class House(Speaker):
    """Stands for the house and the other tables."""

    def __init__(self, broker: Broker) -> None:
        super().__init__(broker, f"{ROOT}/#")

    def asked(self, place: str) -> dict[str, Any]:
        """Return the next command to a place."""
        while True:
            topic, payload = self.heard.get(timeout=5)
            if topic == f"{ROOT}/{place}/command/operator":
                (decode_house_command if place == "house" else COMMANDS.decode)(payload)
                found: dict[str, Any] = json.loads(payload)
                return found

    def answer(self, place: str, command: dict[str, Any], code: str | None = None, **details: Any) -> None:
        error = code and {"code": code, "message": f"{code} is why", "details": details}
        reply = {"v": 1, "id": command["id"], "accepted": code is None, "error": error or None}
        self.say(f"{place}/reply/operator", json.dumps(reply), qos=1)


@pytest.fixture
def house(broker: Broker) -> Iterator[House]:
    house = House(broker)
    yield house
    house.close()


def opened(console: Console) -> None:
    console.table(None, {1: seat(1)}, profile="tournament")
    console.page.click("#setup-open")


def test_a_proposal_is_shown_with_its_rule_and_done_in_order_at_its_tables(console: Console, house: House) -> None:
    opened(console)
    console.page.click("#ask-moves")
    asked = house.asked("house")
    assert (asked["type"], asked["event_id"]) == ("propose_moves", "spring_open")
    house.answer("house", asked, "FLOOR_PROPOSAL", proposals=[HALT, MOVE])

    expect(console.page.locator("#proposals li")).to_have_count(2)
    expect(console.page.locator("#proposals li").first).to_have_text("TDA 11-D: table_03 halts ")
    console.page.click("#do-1")
    away = house.asked("table/table_02")
    assert {name: away[name] for name in AWAY} == AWAY
    house.answer("table/table_02", away)
    here = house.asked("table/table_03")
    assert {name: here[name] for name in HERE} == HERE
    house.answer("table/table_03", here)
    house.answer("house", house.asked("house"), "FLOOR_PROPOSAL", proposals=[])

    expect(console.page.locator("#proposals li")).to_have_count(0)


def test_a_refusal_ends_what_was_proposed(console: Console, house: House) -> None:
    opened(console)
    console.page.click("#ask-moves")
    house.answer("house", house.asked("house"), "FLOOR_PROPOSAL", proposals=[MOVE])
    console.page.click("#do-0")
    house.answer("table/table_02", house.asked("table/table_02"), "STALE_DECISION")

    expect(console.page.locator("#setup .message")).to_have_text("table_02: STALE_DECISION is why")
    console.page.click("#ask-moves")
    again = house.asked("house")
    assert again["type"] == "propose_moves", "nothing went to table_03"
    house.answer("house", again, "FLOOR_PROPOSAL", proposals=[])
    expect(console.page.locator("#proposals li")).to_have_count(0)


def test_rounds_places_a_break_and_the_plan_are_commands_of_the_event(console: Console, house: House) -> None:
    opened(console)
    wanted: list[tuple[str, dict[str, str], dict[str, Any]]] = [
        ("#next-round", {"#event-remaining": "52"}, {"type": "hand_for_hand", "remaining": 52}),
        ("#ask-places", {"#event-elsewhere": "2"}, {"type": "propose_places", "elsewhere": 2}),
        ("#end-rounds", {}, {"type": "hand_for_hand", "on": False}),
        ("#break-table", {}, {"type": "break_table", "table_id": "table_01"}),
        (
            "#set-plan",
            {"#plan-seats": "8", "#plan-order": "table_03, table_02"},
            {"type": "set_table_plan", "seats": 8, "order": ["table_03", "table_02"]},
        ),
    ]
    for key, fields, command in wanted:
        for field, text in fields.items():
            console.page.fill(field, text)
        said = console.page.locator("#setup .message").inner_text()
        console.page.click(key)
        asked = house.asked("house")
        assert {name: asked.get(name) for name in command} == command, asked
        house.answer("house", asked, "FLOOR_PROPOSAL" if command["type"] == "propose_places" else None, proposals=[])
        expect(console.page.locator("#setup .message")).not_to_have_text(said)


def test_a_cash_table_is_not_asked_about_its_event(console: Console) -> None:
    console.table(None, {1: seat(1)}, profile="cash")
    console.page.click("#setup-open")

    expect(console.page.locator("#ask-moves")).to_have_count(0)
