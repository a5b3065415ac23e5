"""The operator page beside the acts: showdown, cards by hand, set-up, what is drawn, what survives a lost link."""

from __future__ import annotations

import json
import queue
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from collector.wire.replies import Refusal
from tests.web.console import SEQ, Console, playing, some_seats
from tests.web.publisher import Publisher
from tests.web.servers import Broker, Site, wait_until
from tests.web.tables import act, hand, seat, state

pytestmark = [pytest.mark.browser, pytest.mark.broker]


def test_the_board_is_waited_for_by_count(console: Console) -> None:
    console.table(hand("flop", board=(), board_read=2, waiting_for="board", awaited=(1,)))
    expect(console.page.locator("#turn")).to_have_text("Waiting for the board: 1 card to come.")
    expect(console.page.locator("#go-on")).to_be_hidden()


def test_play_goes_on_without_cards_where_it_may(console: Console) -> None:
    boards = (("As", "Kd", "2c"), ())
    console.table(hand("flop", board=boards[0], boards=boards, waiting_for="board", awaited=(0, 3), may={"go_on": ()}))
    expect(console.page.locator("#turn")).to_have_text("Waiting for board 2: 3 cards to come.")
    expect(console.page.get_by_role("group", name="Board 2")).to_be_visible()

    console.page.get_by_role("button", name="Go on without the cards").click()
    console.sent(type="go_on")


def test_a_card_is_typed_on_the_board_that_waits_and_marked(console: Console) -> None:
    boards = (("As", "Kd", "2c"), ())
    running = hand("flop", board=boards[0], boards=boards, waiting_for="board", awaited=(0, 3), may={"deal_card": ()})
    console.table(running)
    console.page.get_by_role("button", name="Board cards").click()
    dialog = console.page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Board 2")).to_have_attribute("aria-pressed", "true")

    dialog.get_by_role("button", name="9\u2660").click()
    console.sent(type="deal_card", card="9s", board=2)
    expect(dialog.get_by_role("button", name="9\u2660")).to_have_attribute("aria-pressed", "true")
    dialog.get_by_role("button", name="Board 1").click()
    dialog.get_by_role("button", name="A\u2660").click()
    console.sent(type="clear_card", card="As")


def test_cards_of_stud_are_typed_face_down_and_up_and_seats_say_what_is_to_come(console: Console) -> None:
    seats = {1: seat(1, cards=1, up=("Kd",), awaited=1), 2: seat(2, cards=2, awaited=1)}
    running = hand("preflop", game="stud", dealt=(2, 1), waiting_for="up_cards", may={"deal_card": ()})
    console.table(running, seats)
    expect(console.page.locator("#turn")).to_have_text("Waiting for cards face up: seat 1, seat 2.")

    console.page.get_by_role("button", name="Seat 1, Alice Moreau").click()
    dialog = console.page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Face down")).to_have_attribute("aria-pressed", "true")
    dialog.get_by_role("button", name="9\u2660").click()
    console.sent(type="deal_card", seat=1, card="9s")
    dialog.get_by_role("button", name="Close").click()
    console.page.get_by_role("button", name="Seat 2, Bao Tran").click()
    expect(dialog.get_by_role("button", name="Face up")).to_have_attribute("aria-pressed", "true")
    dialog.get_by_role("button", name="8\u2660").click()
    console.sent(type="deal_card", seat=2, card="8s", up=True)


def test_a_show_that_wants_the_cards_asks_for_them(console: Console) -> None:
    console.table(hand("showdown", waiting_for="showdown", showdown=(2,), may={"show": (2,)}), {2: seat(2)})
    console.press("s", "2")
    command = console.publisher.command()
    console.answer(command, Refusal(code="CARDS_UNREAD", message="type them", details={}))

    expect(console.page.get_by_role("dialog", name="Seat 2 shows")).to_be_visible()


def test_showdown_by_key_by_touch_and_typed(console: Console) -> None:
    may = {"show": (1, 2, 10), "muck": (1, 2)}
    order = hand("showdown", waiting_for="showdown", showdown=(2, 1), may=may)
    seats = {1: seat(1, cards=0), 2: seat(2), 10: seat(10)}
    console.table(order, seats)
    rows = console.page.locator("[data-showdown]")
    assert [rows.nth(at).get_attribute("data-showdown") for at in range(rows.count())] == ["2", "1"]

    console.press("s", "2")
    console.sent(type="show", seat=2, cards=None)
    console.press("s", "0")
    console.sent(type="show", seat=10, cards=None)
    console.page.click("[data-show='2']")
    console.sent(type="show", seat=2, cards=None)
    console.press("m")
    console.sent(type="muck", seat=2)
    console.page.click("[data-muck='1']")
    console.sent(type="muck", seat=1)

    console.press("s", "1")
    console.answer(console.publisher.command(), Refusal(code="CARDS_UNREAD", message="type them", details={}))
    console.page.keyboard.type("10h9h")
    console.press("Enter")
    console.sent(type="show", seat=1, cards=("Th", "9h"))
    console.page.click("[data-type='2']")
    console.page.click("[data-pick='As']")
    console.page.click("[data-pick='Kd']")
    console.page.click("#picker-done")
    console.sent(type="show", seat=2, cards=("As", "Kd"))


def test_only_a_hand_that_may_be_mucked_is_mucked(console: Console) -> None:
    may = {"show": (1, 2), "muck": (1,)}
    console.table(hand("showdown", waiting_for="showdown", showdown=(2, 1), may=may))

    expect(console.page.locator("[data-muck='2']")).to_be_disabled()
    expect(console.page.locator("[data-show='2']")).to_be_enabled()
    console.press("m")
    expect(console.message()).to_have_text("Seat 2 may not muck now.")
    console.silent()
    console.page.click("[data-muck='1']")
    console.sent(type="muck", seat=1)


def test_a_seat_without_a_hand_to_show_is_told(console: Console) -> None:
    console.table(hand("showdown", waiting_for="showdown", showdown=(2, 1)))

    console.press("s", "3")
    expect(console.message()).to_have_text("Seat 3 has no hand to show now.")
    console.silent()


def test_cards_by_hand_to_the_board_and_to_a_seat(console: Console) -> None:
    console.table(playing())
    console.page.click("#board-cards")
    console.page.click("[data-pick='9c']")
    console.sent(type="deal_card", seat=None, card="9c")
    console.page.click("[data-pick='Ah']")
    console.sent(type="clear_card", seat=None, card="Ah")
    console.page.click("#picker-close")

    console.page.click("[data-seat='2']")
    console.page.click("[data-pick='2s']")
    console.sent(type="deal_card", seat=2, card="2s")
    console.page.click("#picker-mode")
    console.page.click("[data-pick='2s']")
    console.sent(type="clear_card", seat=2, card="2s")


def test_misdeal_asks_first(console: Console) -> None:
    console.table(playing())
    console.page.click("#misdeal")
    console.page.click("#confirm-no")
    console.silent()
    console.page.click("#misdeal")
    console.page.click("#confirm-yes")
    console.sent(type="misdeal", override=True)

    console.table(hand("complete", waiting_for="next_hand"))
    console.page.click("#end-hand")
    console.sent(type="end_hand")


def test_set_up_seats_stacks_button_and_blinds(console: Console) -> None:
    console.table(None, {1: seat(1)})
    page = console.page
    page.click("#setup-open")
    page.click("[data-setup-seat='4']")
    page.fill("#player-name", "Gonzalo Pérez-Reverte")
    expect(page.locator("#player-id")).to_have_value("p_gonzalo_perez_reverte")
    page.fill("#player-stack", "1.5m")
    page.click("#seat-player")
    taken = {"player_id": "p_gonzalo_perez_reverte", "name": "Gonzalo Pérez-Reverte", "stack": 1_500_000}
    console.sent(type="seat_player", hand_id=None, seat=4, **taken)

    page.click("[data-setup-seat='1']")
    page.fill("#player-stack", "25,000")
    page.click("#set-stack")
    console.sent(type="set_stack", hand_id=None, seat=1, stack=25_000)
    page.click("#sit-out")
    console.sent(type="sit_out", hand_id=None, seat=1, out=True)
    page.click("#sit-in")
    console.sent(type="sit_out", hand_id=None, seat=1, out=False)
    page.click("#set-button")
    console.sent(type="set_button", hand_id=None, seat=1)
    page.click("#remove-player")
    console.sent(type="remove_player", hand_id=None, seat=1)

    page.fill("#small-blind", "10k")
    page.fill("#big-blind", "20k")
    page.fill("#big-blind-ante", "20k")
    page.click("#set-blinds")
    console.sent(type="set_blinds", hand_id=None, small_blind=10_000, big_blind=20_000, ante=0, big_blind_ante=20_000)


def test_a_name_without_latin_letters_still_gets_an_id(console: Console) -> None:
    console.table(None, {1: seat(1)})
    console.page.click("[data-seat='7']")
    console.page.fill("#player-name", "박준호")
    expect(console.page.locator("#player-id")).to_have_value("p_seat_7")


def test_the_table_is_drawn(console: Console) -> None:
    acts = (act("flop", 2, "bet", 40_000, 40_000),)
    console.table(playing(actions=acts))
    page = console.page
    expect(page.locator("[data-seat='1'] [data-field='stack']")).to_have_text("1,245,000")
    expect(page.locator("[data-seat='2'] [data-field='bet']")).to_have_attribute("data-value", "40000")
    expect(page.locator("[data-seat='3'] [data-field='status']")).to_have_text("Folded")
    expect(page.locator("[data-seat='1']")).to_have_attribute("data-to-act", "1")
    expect(page.locator(".middle [data-card='Ah']")).to_be_visible()
    expect(page.locator("#record")).to_contain_text("flop: Bao Tran bet 40,000")
    expect(page.locator(".top [data-field='blinds']")).to_have_text("5,000/10,000, BB ante 10,000")


def test_targets_are_large_named_and_in_place(console: Console) -> None:
    console.table(playing())
    page = console.page
    places = page.evaluate(PLACES)
    console.table(hand("showdown", waiting_for="showdown", showdown=(1, 2)))
    assert page.evaluate(PLACES) == places
    assert page.evaluate(SMALL) == []
    assert page.evaluate(NAMELESS) == []
    for width, height in ((1024, 768), (800, 1180)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(SMALL) == []
    page.set_viewport_size({"width": 1280, "height": 800})


PLACES = """() => ['fold', 'call', 'raise', 'allin', 'undo', 'next'].map((id) => {
  const box = document.getElementById(id).getBoundingClientRect();
  return [id, box.left, box.top, box.width, box.height];
})"""
SMALL = """() => [...document.querySelectorAll('button, input')]
  .filter((one) => one.offsetParent !== null && !one.closest('dialog'))
  .filter((one) => { const box = one.getBoundingClientRect(); return box.width < 64 || box.height < 64; })
  .map((one) => one.outerHTML.slice(0, 80))"""
NAMELESS = """() => [...document.querySelectorAll('button, input')]
  .filter((one) => !(one.getAttribute('aria-label') || one.textContent.trim() || (one.labels && one.labels.length)))
  .map((one) => one.outerHTML.slice(0, 80))"""


def test_a_hidden_card_is_never_on_this_page(console: Console) -> None:
    console.table(playing())
    assert (
        json.loads(
            console.page.evaluate(
                "JSON.stringify([...document.querySelectorAll('#seats [data-card]')]"
                ".map((card) => card.dataset.card).filter(Boolean))"
            )
        )
        == []
    )


def test_disconnected_disables_entry_and_forgets_what_was_pressed(
    open_desk: Callable[[str], Page], publisher: Publisher, broker: Broker, complaints: list[str]
) -> None:
    page = open_desk("operator")
    drawn = state(next(SEQ), some_seats(), playing())
    publisher.publish("public", drawn, retain=True)
    page.wait_for_selector(f"body[data-seq='{drawn.seq}']")

    broker.stop()
    page.wait_for_selector("body[data-link=lost]")
    expect(page.locator("#banner")).to_contain_text("Disconnected")
    for button in ("#fold", "#call", "#raise", "#allin", "#undo", "#next", "#misdeal"):
        expect(page.locator(button)).to_be_disabled()
    for key in ("f", "c", "a", "u"):
        page.keyboard.press(key)
    expect(page.locator("[data-seat='1'] [data-field='stack']")).to_have_text("1,245,000")

    broker.start()
    page.wait_for_selector("body[data-link=online]", timeout=10_000)
    wait_until(lambda: publisher.connected)
    expect(page.locator("#banner")).to_be_hidden()
    expect(page.locator("#fold")).to_be_enabled()
    with pytest.raises(queue.Empty):
        publisher.command(0.4)
    assert all("WebSocket connection" in text for text in complaints), complaints
    complaints.clear()


def test_the_landing_page_leads_to_both(context: BrowserContext, site: Site) -> None:
    page = context.new_page()
    page.goto(f"{site.url}/")
    page.click("a[href='operator/']")
    page.wait_for_selector("#fold")
    page.go_back()
    page.click("a[href='overlay/']")
    page.wait_for_selector("#overlay", state="attached")
