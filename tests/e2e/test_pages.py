"""A real browser over the whole: what it shows is what the log folds to, and a hand is played by its keys."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from collector.log.sqlite import SqliteLog
from tests.e2e.conftest import House
from tests.e2e.people import open_page, show_live
from tests.e2e.waiting import eventually
from tools.opener import opener_of
from tools.rehearsal import demo
from tools.rehearsal.felt import Felt
from tools.rehearsal.house_game import HouseGame
from tools.rehearsal.pace import Pace
from tools.verbs.log.check import outputs

pytestmark = [pytest.mark.broker, pytest.mark.node, pytest.mark.browser, pytest.mark.timeout(240)]
UNSEEN = {"empty", "out"}
GONE = {"folded", "mucked"}
"""Their cards leave the picture."""
READ_OVERLAY = """() => {
  const value = (root, name) => {
    const found = root.querySelector(`[data-field="${name}"]`);
    return found === null ? null : found.dataset.value || null;
  };
  const cards = (root, name) => {
    const found = root.querySelector(`[data-field="${name}"]`);
    return found === null ? [] : [...found.querySelectorAll('[data-card]')].map((card) => card.dataset.card);
  };
  const overlay = document.querySelector('#overlay');
  const seats = {};
  for (const seat of overlay.querySelectorAll('[data-seat]')) {
    seats[seat.dataset.seat] = {
      stack: value(seat, 'stack'), equity: value(seat, 'equity'),
      hole: cards(seat, 'hole'), status: seat.dataset.status,
    };
  }
  return {
    seq: overlay.dataset.seq, hand: overlay.dataset.hand, street: overlay.dataset.street,
    pot: value(overlay, 'pot'), board: cards(overlay, 'board'), seats,
  };
}"""


def number(text: str | None) -> int | None:
    return None if text is None else int(text)


class Watched(HouseGame):
    """A game that stands still before each act while the overlay is held against the live state."""

    def __init__(self, house: House, felt: Felt, page: Page) -> None:
        super().__init__(house.console, felt, Pace(0), seed=5, players=6)
        self._sees = house.sees
        self._page = page
        self.streets: set[tuple[str, str]] = set()
        self.won: set[str] = set()
        self.compared: list[dict[str, Any]] = []

    async def look(self, state: Any) -> None:
        live, shown = await self._at_the_same_state(state["decision"])
        assert shown == expected_of(live)
        self.streets.add((live["hand"]["hand_id"], live["hand"]["street"]))
        if live["hand"]["winners"]:
            self.won.add(live["hand"]["hand_id"])
            assert await self._page.locator("[data-winner]").count() >= 1
        self.compared.append(dict(live))

    async def _at_the_same_state(self, decision: int) -> tuple[Any, dict[str, Any]]:
        """Return state and picture with the same number: cards still move to the muck, and are counted."""
        for _ in range(100):
            live = await self._sees.until("live", lambda live: live["decision"] >= decision)
            shown = overlay_of(await self._page.evaluate(READ_OVERLAY))
            if shown["seq"] == live["seq"] == (self._sees.feeds["live"].state or {})["seq"]:
                return live, shown
            await asyncio.sleep(0.05)
        raise AssertionError("the overlay does not follow the live state")


def overlay_of(found: dict[str, Any]) -> dict[str, Any]:
    """Return what the overlay shows, in the words of the state."""
    return {
        "seq": number(found["seq"]),
        "hand": found["hand"],
        "street": found["street"],
        "pot": number(found["pot"]),
        "board": [card for card in found["board"] if card],
        "seats": {
            int(seat): {
                "stack": number(view["stack"]),
                "equity": number(view["equity"]),
                "hole": sorted(card for card in view["hole"] if card),
                "status": view["status"],
            }
            for seat, view in found["seats"].items()
            if view["status"] not in UNSEEN
        },
    }


def expected_of(live: Any) -> dict[str, Any]:
    """Return what the overlay must show of a state."""
    return {
        "seq": live["seq"],
        "hand": live["hand"]["hand_id"],
        "street": live["hand"]["street"],
        "pot": live["hand"]["pot"],
        "board": live["hand"]["board"],
        "seats": {
            seat["seat"]: {
                "stack": seat["stack"],
                "equity": seat["equity"],
                "hole": [] if seat["status"] in GONE else sorted(seat["hole"] or []),
                "status": seat["status"],
            }
            for seat in live["seats"]
            if seat["status"] not in UNSEEN
        },
    }


@pytest.mark.parametrize("hands", [8, pytest.param(20, marks=pytest.mark.soak)])
async def test_the_overlay_shows_what_the_log_folds_to_on_every_street_of_some_hands(
    hands: int, house: House, browser: Browser
) -> None:
    page = await browser.new_page(viewport={"width": 960, "height": 540})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    await show_live(page, house.stack)
    game = Watched(house, Felt(house.node, house.sees, Pace(0)), page)
    await game.sit_down()

    for _ in range(hands):
        await game.hand()

    assert len(game.won) == hands
    assert {street for _, street in game.streets} >= {"preflop", "flop", "turn", "river", "complete"}
    assert faults == []
    await house.stack.stop()
    folded = await folded_states(house.stack.folder / "log.db")
    assert all(json.dumps(live, sort_keys=True) in folded for live in game.compared)


async def folded_states(log_file: Path) -> set[str]:
    """Return every live state that the log folds to, in this process."""
    log = await SqliteLog.open(log_file, opener_of(log_file, None))
    facts = await log.read(demo.TABLE, 0, 1_000_000)
    await log.close()
    found = (json.loads(message) for message in outputs(facts, "live"))
    return {json.dumps(message, sort_keys=True) for message in found if message["type"] == "state"}


async def test_a_hand_is_played_from_the_operator_page(house: House, browser: Browser) -> None:
    await house.console.command("set_blinds", small_blind=50, big_blind=100)
    for seat, name in ((1, "Ana"), (2, "Bo"), (3, "Cai")):
        await house.console.command("seat_player", seat=seat, player_id=f"p_{name.lower()}", name=name, stack=10_000)
    page = await open_page(browser, house.stack, "operator", "operator")
    await page.wait_for_selector("body[data-ready='1']")
    felt = Felt(house.node, house.sees, Pace(0))
    await felt.next_deck()

    await press(house, page, "n")  # the button is on seat 1: seats 2 and 3 post
    await felt.deal({1: cards("AsAd"), 2: cards("KsKd"), 3: cards("7c2h")})
    await shows_the_present(house, page)
    await page.fill("#amount", "3x")
    await press(house, page, None, click="#raise")
    await press(house, page, "c")
    await press(house, page, "f")
    await felt.board(cards("2c7d9h"), 0)
    await waits_for(house, "action")
    await press(house, page, "c")
    await press(house, page, None, click="#call")
    for at, card in enumerate(("3s", "4h"), 3):
        await felt.board(cards(card), at)
        await waits_for(house, "action")
        await press(house, page, "c")
        await press(house, page, "c")
    await press(house, page, None, click="[data-show='2']")
    await press(house, page, None, click="[data-show='1']")

    state = await house.console.until("public", lambda state: state["hand"]["street"] == "complete")
    assert [(win["seat"], win["amount"]) for win in state["hand"]["winners"]] == [(1, 700)]
    assert state["seats"][0]["stack"] == 10_400
    assert await page.locator("#message").inner_text() is not None


def cards(text: str) -> list[Any]:
    return [text[at : at + 2] for at in range(0, len(text), 2)]


async def press(house: House, page: Page, key: str | None, *, click: str | None = None) -> None:
    """Press a key or click a button once the page shows the table as it is, and wait until the table has taken it."""
    before = await shows_the_present(house, page)
    if click:
        await page.click(click)
    if key:
        await page.keyboard.press(key)
    await eventually(lambda: public(house)["decision"] > before)
    await shows_the_present(house, page)


async def shows_the_present(house: House, page: Page) -> int:
    """Wait until the page shows the newest state and takes keys; return its decision."""
    await page.wait_for_function(
        """([decision, seq]) => document.body.dataset.ready === '1' &&
           Number(document.body.dataset.decision) >= decision && Number(document.body.dataset.seq) >= seq""",
        arg=[public(house)["decision"], public(house)["seq"]],
    )
    return int(public(house)["decision"])


def public(house: House) -> Any:
    return house.console.feeds["public"].state or {}


async def waits_for(house: House, what: str) -> None:
    await house.console.until("public", lambda state: state["hand"]["waiting_for"] == what)


async def test_an_alert_is_on_the_operator_page_until_it_was_seen(house: House, browser: Browser) -> None:
    page = await open_page(browser, house.stack, "operator", "operator")
    await page.wait_for_selector("body[data-ready='1']")
    await house.node.chip("a03", 0x00)  # the chip on seat 3 dies

    await page.wait_for_selector("[data-alert='READER_FAULT']", timeout=20_000)
    assert "a03" in await page.locator("[data-alert='READER_FAULT']").inner_text()
    await page.click("#alerts-clear")

    assert await page.locator("#alerts").is_hidden()
