"""The operator page: each key and touch sends exactly one right command, and nothing when it may not."""

from __future__ import annotations

import itertools
import json
import queue
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from collector.wire.commands import Refusal, Reply, TableCommand
from collector.wire.feeds import HandView, LegalView, SeatView, TableState
from tests.web.conftest import Broker, Publisher, Site, wait_until
from tests.web.tables import HAND, act, hand, legal, seat, state

pytestmark = [pytest.mark.browser, pytest.mark.broker]

SEQ = itertools.count(1)
DECISIONS = itertools.count(7, 10)
TO_ACT = LegalView(seat=1, fold=True, check=False, call=20_000, opens=False, min_to=50_000, max_to=1_265_000, pot_to=0)


class Console:
    """The page and the collector it thinks it talks to."""

    def __init__(self, page: Page, publisher: Publisher) -> None:
        self.page = page
        self.publisher = publisher
        self.decision = next(DECISIONS)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def table(self, running: HandView | None, seats: dict[int, SeatView] | None = None, **changes: Any) -> TableState:
        drawn = state(next(SEQ), seats or _seats(), running, decision=self.decision, **changes)
        self.publisher.publish("public", drawn, retain=True)
        self.page.wait_for_selector(f"body[data-seq='{drawn.seq}'][data-ready='1']", timeout=5000)
        return drawn

    def sent(self, **expected: Any) -> TableCommand:
        """The one command sent, answered; it names this hand and this decision."""
        command = self.publisher.command()
        found = command.model_dump(mode="python")
        assert found.pop("v") == 1
        assert found.pop("id")
        assert found.pop("override") is expected.pop("override", False)
        assert found.pop("decision") == self.decision
        found.pop("card", None)
        card = getattr(command, "card", None)
        assert (card.reveal() if card else None) == expected.pop("card", None)
        named = {"hand_id", *expected}
        unset = {name: kind.default for name, kind in type(command).model_fields.items() if name not in named}
        found = {name: value for name, value in found.items() if name not in unset or value != unset[name]}
        assert found == {"hand_id": HAND} | expected
        self.answer(command)
        return command

    def answer(self, command: TableCommand, error: Refusal | None = None) -> None:
        accepted = error is None
        reply = Reply(id=command.id, accepted=accepted, seq=9 if accepted else None, error=error)
        self.publisher.reply("operator", reply.model_dump(mode="json"))
        self.page.wait_for_selector("body[data-pending='0']", timeout=5000)

    def silent(self) -> None:
        self.page.wait_for_timeout(80)
        with pytest.raises(queue.Empty):
            self.publisher.command(0.05)

    def message(self) -> Locator:
        return self.page.locator("#message")


def _seats(**changes: Any) -> dict[int, SeatView]:
    first = {"bet": 20_000, "stack": 1_245_000} | changes
    return {1: seat(1, **first), 2: seat(2, bet=40_000), 3: seat(3, status="folded")}


def playing(**changes: Any) -> HandView:
    return hand("flop", **({"to_act": 1, "legal": TO_ACT, "pot": 120_000} | changes))


@pytest.fixture(scope="module")
def page_of_module(context_of_session: BrowserContext, site: Site) -> Iterator[Page]:
    context = context_of_session.browser.new_context(viewport={"width": 1280, "height": 800})  # type: ignore[union-attr]
    page = context.new_page()
    page.goto(f"{site.url}/operator/#login=operator:secret")
    page.wait_for_selector("body[data-link=online]")
    yield page
    context.close()


@pytest.fixture
def console(page_of_module: Page, publisher: Publisher) -> Iterator[Console]:
    complaints: list[str] = []
    page_of_module.on("console", lambda said: complaints.append(said.text) if said.type != "log" else None)
    page_of_module.on("pageerror", lambda fault: complaints.append(str(fault)))
    yield Console(page_of_module, publisher)
    page_of_module.evaluate("document.querySelectorAll('dialog[open]').forEach((dialog) => dialog.close())")
    page_of_module.keyboard.press("Escape")
    if page_of_module.locator("body[data-pending='1']").count():  # a failed test leaves no command behind
        page_of_module.reload()
    assert complaints == []


def test_fold_call_and_check_by_key_and_by_touch(console: Console) -> None:
    console.table(playing())
    expect(console.page.locator("#turn")).to_have_text("Seat 1, Alice Moreau: 20,000 to call.")

    console.press("f")
    console.sent(type="fold", seat=1)
    console.page.click("#fold")
    console.sent(type="fold", seat=1)
    console.press("c")
    console.sent(type="call", seat=1)
    console.page.click("#call")
    console.sent(type="call", seat=1)

    console.table(playing(legal=legal(1, check=True, call=0, opens=True, fold=False)))
    console.press("c")
    console.sent(type="check", seat=1)
    expect(console.page.locator("#fold")).to_be_disabled()
    console.press("f")
    console.silent()


@pytest.mark.parametrize("key", ["r", "b"])
def test_a_raise_is_typed_as_a_total(console: Console, key: str) -> None:
    console.table(playing())

    console.press(key)
    console.page.keyboard.type("90k")
    expect(console.page.locator("#echo")).to_contain_text("Raise to 90,000")
    console.press("Enter")

    console.sent(type="raise_to", seat=1, amount=90_000)
    expect(console.page.locator("#amount")).to_have_value("")


def test_the_first_bet_of_a_street_is_a_bet(console: Console) -> None:
    opens = legal(1, check=True, call=0, opens=True, min_to=10_000, max_to=1_245_000)
    console.table(playing(legal=opens), seats={1: seat(1), 2: seat(2)})

    console.press("b")
    console.page.keyboard.type("2.5bb")
    console.page.click("#raise")

    console.sent(type="bet", seat=1, amount=25_000)


def test_presets_fill_the_entry_and_send_nothing(console: Console) -> None:
    console.table(playing())

    console.press("Alt+Digit3")
    expect(console.page.locator("#amount")).to_have_value("1/2")
    expect(console.page.locator("#echo")).to_have_attribute("data-value", "110000")
    console.silent()
    console.page.click("[data-preset='pot']")
    expect(console.page.locator("#echo")).to_have_attribute("data-value", "180000")
    console.press("Enter")
    console.sent(type="raise_to", seat=1, amount=180_000)


def test_digits_are_digits(console: Console) -> None:
    console.table(playing())
    console.press("r")
    console.page.keyboard.type("123000")
    expect(console.page.locator("#amount")).to_have_value("123000")
    console.press("Escape")
    console.silent()


@pytest.mark.parametrize(
    ("text", "said"),
    [("40k", "at least 50,000"), ("2m", "at most 1,265,000"), ("lots", "Not an amount"), ("1.23456k", "whole number")],
)
def test_what_may_not_be_bet_is_said_and_not_sent(console: Console, text: str, said: str) -> None:
    console.table(playing())
    console.press("r")
    console.page.keyboard.type(text)
    console.press("Enter")
    expect(console.page.locator("#echo")).to_contain_text(said)
    expect(console.page.locator("#amount")).to_have_attribute("aria-invalid", "true")
    console.silent()


def test_all_in_is_armed_first(console: Console) -> None:
    console.table(playing())

    console.press("a")
    expect(console.page.locator("#allin")).to_have_attribute("data-armed", "1")
    expect(console.page.locator("#allin")).to_contain_text("Confirm 1,265,000")
    console.silent()
    console.press("Escape")
    expect(console.page.locator("#allin")).to_have_attribute("data-armed", "0")
    console.press("a")
    console.page.wait_for_timeout(220)
    console.press("Enter")
    console.sent(type="all_in", seat=1)
    console.page.evaluate("() => { const button = document.getElementById('allin'); button.click(); button.click(); }")
    console.silent()
    console.page.wait_for_timeout(220)
    console.page.click("#allin")
    console.sent(type="all_in", seat=1)


def test_enter_does_not_press_the_button_touched_last(console: Console) -> None:
    console.table(playing())
    console.page.click("#call")
    console.sent(type="call", seat=1)
    console.press("Enter", "Space")
    console.silent()


def test_an_armed_all_in_does_not_outlive_its_turn(console: Console) -> None:
    console.table(playing())
    console.press("a")
    console.decision += 1
    console.table(playing())
    expect(console.page.locator("#allin")).to_have_attribute("data-armed", "0")
    console.press("Enter")
    console.silent()


def test_undo_and_redo(console: Console) -> None:
    console.table(playing(undo=2, redo=1))
    console.press("u")
    console.sent(type="undo")
    console.press("Shift+U")
    console.sent(type="redo")
    console.page.click("#undo")
    console.sent(type="undo")

    console.table(playing(undo=0, redo=0))
    console.press("u", "Shift+U")
    console.silent()


def test_n_starts_a_hand(console: Console) -> None:
    console.table(None)
    console.press("n")
    console.sent(type="start_hand", hand_id=None, button=None, posts=None)


def test_n_starts_the_next_hand_over_a_finished_one(console: Console) -> None:
    console.table(hand("complete", waiting_for="next_hand"))
    expect(console.page.locator("#next-label")).to_have_text("Next hand")
    console.press("n")
    console.sent(type="start_hand", button=None, posts=None)


def test_the_board_is_waited_for_by_count(console: Console) -> None:
    console.table(hand("flop", board=(), board_read=2, waiting_for="board"))
    expect(console.page.locator("#turn")).to_have_text("Waiting for the board: 2 read.")


def test_no_new_hand_while_one_runs(console: Console) -> None:
    console.table(playing())
    console.press("n")
    console.silent()
    expect(console.page.locator("#next")).to_be_disabled()


def test_showdown_by_key_by_touch_and_typed(console: Console) -> None:
    order = hand("showdown", waiting_for="showdown", showdown=(2, 1))
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
    console.page.keyboard.type("10h9h")
    console.press("Enter")
    console.sent(type="show", seat=1, cards=("Th", "9h"))
    console.page.click("[data-type='2']")
    console.page.click("[data-pick='As']")
    console.page.click("[data-pick='Kd']")
    console.page.click("#picker-done")
    console.sent(type="show", seat=2, cards=("As", "Kd"))


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


def test_a_refusal_is_told_with_its_reason(console: Console) -> None:
    console.table(playing())
    console.press("c")
    command = console.publisher.command()
    console.answer(command, Refusal(code="stale", message="the table has moved on: Seat 2 raised"))
    expect(console.message()).to_have_text("Call, seat 1 refused: the table has moved on: Seat 2 raised")
    expect(console.message()).to_have_attribute("role", "alert")


def test_an_unanswered_command_is_repeated_with_its_id(console: Console) -> None:
    console.table(playing())
    console.press("c")
    first = console.publisher.command()
    expect(console.page.locator("#fold")).to_be_disabled()
    console.press("f")
    again = console.publisher.command(3)
    assert again == first
    console.answer(first)
    expect(console.page.locator("#fold")).to_be_enabled()
    console.silent()


def test_entry_waits_for_the_state_that_has_the_last_answer(console: Console) -> None:
    console.table(playing())
    console.press("c")
    command = console.publisher.command()
    decision = console.decision + 1
    console.publisher.reply("operator", Reply(id=command.id, accepted=True, seq=9, decision=decision).model_dump())
    console.page.wait_for_selector("body[data-pending='0']")
    console.press("f")
    console.silent()
    console.decision = decision
    console.table(playing())
    console.press("f")
    console.sent(type="fold", seat=1)


def test_a_limit_game_offers_no_all_in_and_a_short_call_does(console: Console) -> None:
    console.table(playing(legal=legal(1, max_to=80_000)))
    expect(console.page.locator("#allin")).to_be_disabled()
    console.table(playing(legal=legal(1, call=15_000, min_to=None, max_to=None)), _seats(stack=15_000))
    expect(console.page.locator("#allin")).to_be_enabled()
    expect(console.page.locator("#raise")).to_be_disabled()


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


def test_every_command_has_an_id_of_its_own(console: Console) -> None:
    console.table(playing())
    seen = set()
    for _ in range(5):
        console.press("c")
        seen.add(console.sent(type="call", seat=1).id)
    assert len(seen) == 5


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
    open_operator: Callable[..., Page], publisher: Publisher, broker: Broker, complaints: list[str]
) -> None:
    page = open_operator()
    drawn = state(next(SEQ), _seats(), playing())
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
