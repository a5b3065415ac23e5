"""Faults that viewers met, each shown gone: by the numbers of the list they were told in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from collector.hand.evaluation import KINDS, ROYAL
from collector.hand.games import GAMES
from tests.web.pictures.states import NAMES, Room, State
from tests.web.pictures.studio import Studio
from tests.web.servers import STATIC

pytestmark = pytest.mark.browser
Played = Callable[[str], State]


def texts(page: Page, selector: str) -> list[str]:
    return [" ".join(each.split()) for each in page.locator(f"{selector}:visible").all_text_contents()]


def test_o1_every_board_is_drawn_and_each_run_has_its_share(taking: Studio, played: Played) -> None:
    page = taking.draw(played("run_twice"), "anim=0")

    boards = page.locator(".row").evaluate_all("(rows) => rows.map((row) => row.dataset.value)")
    assert boards == ["Qd 7s 2s Js Tc", "Qd 7s 2s"]
    assert page.locator("[data-field='board'] [data-card]").count() == 3, "what the boards share lies once"
    assert texts(page, "[data-seat='1'] .run") == ["1 won", "2 3%"]
    assert texts(page, "[data-seat='2'] .run") == ["1 lost", "2 97%"]


def test_o2_stud_shows_its_up_cards_and_names_its_streets(taking: Studio, played: Played) -> None:
    page = taking.draw(played("stud"), "anim=0")

    assert page.locator("[data-seat='1'] [data-place='up']").count() == 3
    assert page.locator("[data-seat='1'] [data-place='down']").count() == 2
    assert texts(page, "[data-field='street']") == ["Fifth street"]


def test_o3_the_pot_is_whole_with_side_pots_before_the_flop(taking: Studio, played: Played) -> None:
    page = taking.draw(played("three_way"), "anim=0")

    panel, pot = (page.locator(one).bounding_box() for one in (".board-panel", "[data-field='pot']"))
    assert panel
    assert pot
    assert pot["y"] >= panel["y"] - 1
    assert texts(page, "[data-pot]") == ["Main 385,000", "Side 1 1,515,000", "Side 2 2,080,000"]
    for at in range(3):
        side = page.locator("[data-pot]").nth(at).bounding_box()
        assert side
        assert side["y"] + side["height"] <= panel["y"] + panel["height"]


def test_o4_a_card_in_two_places_is_no_picture(taking: Studio) -> None:
    room = Room(2).begin(("KdAs", "KdQc"))
    page = taking.draw(room.picture(), "anim=0")

    drawn = page.locator(".cards [data-card]").evaluate_all("(cards) => cards.map((one) => one.dataset.card)")
    assert drawn.count("Kd") == 0
    assert texts(page, "[data-field='equity']") == []


def test_o6_tags_of_ten_in_a_row_stay_over_their_plates(taking: Studio) -> None:
    room = Room(10, [45_000_000] * 10).begin()
    room.command(type="call", seat=room.to_act)
    room.does("all_in", "call", "call", "call", "call", "call", "call", "call")
    page = taking.draw(room.picture(), "anim=0&layout=h")

    boxes = [each.bounding_box() for each in page.locator(".tag:visible").all()]
    assert len(boxes) > 6
    assert all(box and box["width"] <= 170 for box in boxes)


def test_o8_the_winner_keeps_his_name(taking: Studio, played: Played) -> None:
    page = taking.draw(played("winner"), "anim=0")

    winner = page.locator("[data-won='1']")
    expect(winner.locator("[data-field='name']")).to_have_text("Alice Moreau")
    expect(winner.locator("[data-field='won']")).to_have_text("+1,731,000")
    expect(winner.locator("[data-field='made']")).to_have_text("Ace-high flush")


@pytest.mark.parametrize(("lang", "words"), [("ko", "A 플러시"), ("es", "Color al As"), ("en", "Ace-high flush")])
def test_o9_hands_are_named_in_the_language(lang: str, words: str, taking: Studio, played: Played) -> None:
    page = taking.draw(played("winner"), f"anim=0&lang={lang}")

    expect(page.locator("[data-won='1'] [data-field='made']")).to_have_text(words)


def test_o10_the_game_and_every_street_have_a_name_and_draws_are_told(taking: Studio, played: Played) -> None:
    page = taking.draw(played("triple_draw"), "anim=0")

    assert texts(page, "[data-field='game']") == ["Limit 2-7 Triple Draw"]
    assert texts(page, "[data-field='street']") == ["Second draw"]
    assert texts(page, "[data-seat='4'] [data-field='drawn']") == ["Draws 2"]
    assert texts(page, "[data-seat='1'] [data-field='drawn']") == ["Pat"]


def test_o10_no_game_street_act_or_hand_is_without_words() -> None:
    words = json.loads((STATIC / "overlay" / "lang" / "en.json").read_text())
    streets = {street.name for game in GAMES.values() for street in game.streets}

    assert {key[5:] for key in words if key.startswith("game.")} >= set(GAMES)
    assert {key[7:] for key in words if key.startswith("street.")} >= streets
    assert {key[5:] for key in words if key.startswith("hand.")} >= {*KINDS, ROYAL, "low", "badugi"}


def test_o11_a_skin_is_a_folder_that_the_address_names(taking: Studio, played: Played) -> None:
    page = taking.draw(played("act"), "anim=0&skin=velvet")

    assert page.locator("#overlay").get_attribute("data-skin") == "velvet"
    assert page.locator("link[data-skin]").count() == 1
    assert "Archivo EBS" in page.evaluate("getComputedStyle(document.getElementById('overlay')).fontFamily")


def test_o12_the_five_that_won_are_marked_and_the_others_step_back(taking: Studio, played: Played) -> None:
    state = played("winner")
    page = taking.draw(state, "anim=0")

    lit = page.locator("[data-lit='win']").evaluate_all("(cards) => cards.map((one) => one.dataset.card).sort()")
    assert lit == sorted(state["seats"][0]["best"][0]["cards"])
    assert page.locator("[data-seat='2']").get_attribute("data-lost") == "1"
    assert page.locator("[data-field='board'] [data-lit='out']").count() == 1


def test_o13_all_names_have_one_size(taking: Studio, played: Played) -> None:
    page = taking.draw(played("deal_10"), "anim=0")

    sizes = page.locator("[data-field='name']").evaluate_all(
        "(all) => all.map((one) => getComputedStyle(one).fontSize)"
    )
    assert set(sizes) == {"34px"}
    assert texts(page, "[data-field='name']")[6] == "G. Pérez-Reverte"
    cut = page.locator("[data-field='name']").evaluate_all(
        "(all) => all.filter((one) => one.scrollWidth > one.clientWidth)"
    )
    assert cut == []


def test_o13_a_korean_name_is_not_cut_apart(taking: Studio) -> None:
    short = taking.draw(Room(2).picture(), "anim=0").evaluate(
        "async (names) => { const m = await import('/overlay/names.js'); return names.map(m.shortName); }",
        ["김 민수", "Nguyễn Văn An", "Ana de la Cruz", "Pelé"],
    )

    assert short == ["김 민수", "Nguyễn Văn An", "A. de la Cruz", "Pelé"]


def test_o14_in_big_blinds_a_raise_tells_what_others_can_match(taking: Studio) -> None:
    room = Room(2, (300_000, 1_000_000)).begin(("AsKd", "QhQc"), button=2)
    room.does("raise_to 1000000")
    page = taking.draw(room.picture(), "anim=0&amounts=bb")

    assert texts(page, "[data-seat='2'] [data-field='action']") == ["Raise to 30 BB"]
    assert texts(page, "[data-field='call']") == ["To call 29 BB"]


def test_o15_all_in_and_busted_are_words(taking: Studio, played: Played) -> None:
    page = taking.draw(played("duel"), "anim=0")
    expect(page.locator("[data-seat='2'] [data-field='stack']")).to_have_text("All in")

    page = taking.draw(played("winner"), "anim=0")
    expect(page.locator("[data-seat='2'] [data-field='stack']")).to_have_text("Out")


def test_o16_a_folded_plate_is_one_line_on_a_ground_that_can_be_read(taking: Studio, played: Played) -> None:
    page = taking.draw(played("ten_folded"), "anim=0")

    for plate in page.locator("[data-gone='1']").all():
        box = plate.bounding_box()
        assert box
        assert box["height"] == 44
    ground = page.evaluate("getComputedStyle(document.querySelector('[data-gone=\"1\"] .ground')).backgroundColor")
    assert float(ground.split(",")[-1].rstrip(")")) >= 0.86


WATCH = """(selector) => {
  window.seen = [];
  const element = document.querySelector(selector);
  const watch = new MutationObserver(() => window.seen.push(element.textContent));
  watch.observe(element, { characterData: true, childList: true, subtree: true });
}"""


def test_o17_a_figure_is_swapped_and_never_counts(taking: Studio) -> None:
    room = Room(3).begin(("AsKd", "QhQc", "JdTd"))
    before = room.picture()
    after = room.does("raise_to 50000").picture()
    taking.draw(before, "anim=1")
    taking.page.evaluate(WATCH, "[data-field='pot']")

    taking.page.evaluate("([state]) => view.draw(state, [{ type: 'pot_update' }])", [after])
    taking.page.wait_for_timeout(900)

    assert taking.page.evaluate("window.seen") == ["65,000"]


def test_o17_no_share_is_told_while_a_card_is_unread(taking: Studio, played: Played) -> None:
    assert texts(taking.draw(played("unread"), "anim=0"), "[data-field='equity']") == []


def test_awards_are_told_one_after_another_and_then_all(taking: Studio, played: Played) -> None:
    state: dict[str, Any] = played("hi_lo")
    before = {
        **state,
        "seq": state["seq"] - 1,
        "hand": {**state["hand"], "street": "showdown", "awards": [], "winners": []},
    }
    taking.draw(before, "anim=1")

    taking.page.evaluate("([state]) => view.draw(state, [{ type: 'hand_complete' }])", [state])
    assert texts(taking.page, "[data-field='won']") == ["+70,000"]
    assert taking.page.locator("[data-lit='low']").count() == 0
    taking.page.wait_for_timeout(1300)
    assert taking.page.locator("[data-lit='low']").count() == 5
    taking.page.wait_for_timeout(1300)
    assert texts(taking.page, "[data-field='won']") == ["+70,000", "+70,000"]


def test_only_transform_and_opacity_move(taking: Studio, played: Played) -> None:
    taking.draw(played("deal_6"), "anim=1")
    moved = taking.page.evaluate(
        """([states]) => {
          const moved = new Set();
          const animate = Element.prototype.animate;
          Element.prototype.animate = function (frames, ...rest) {
            for (const frame of frames) for (const name of Object.keys(frame)) moved.add(name);
            return animate.call(this, frames, ...rest);
          };
          for (const state of states) view.draw(state, [{ type: 'action_recorded' }]);
          for (const one of document.getAnimations()) {
            for (const frame of one.effect.getKeyframes()) for (const name of Object.keys(frame)) moved.add(name);
          }
          Element.prototype.animate = animate;
          return [...moved];
        }""",
        [[played(name) for name in ("act", "flop", "duel", "run_twice", "winner")]],
    )

    assert set(moved) <= {"transform", "opacity", "offset", "easing", "composite", "computedOffset"}
    assert {"transform", "opacity"} <= set(moved)
    assert len(NAMES) == 10
