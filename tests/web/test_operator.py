"""The operator page: each key and touch sends exactly one right command, and nothing when it may not."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from collector.wire.replies import Refusal, Reply
from tests.web.console import Console, playing, some_seats
from tests.web.tables import May, hand, legal, seat

pytestmark = [pytest.mark.browser, pytest.mark.broker]


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


def test_no_new_hand_while_one_runs(console: Console) -> None:
    console.table(playing())
    console.press("n")
    console.silent()
    expect(console.page.locator("#next")).to_be_disabled()


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
    console.table(playing(legal=legal(1, max_to=80_000, all_in_to=None)))
    expect(console.page.locator("#allin")).to_be_disabled()
    console.table(
        playing(legal=legal(1, call=15_000, min_to=None, max_to=None, all_in_to=15_000)), some_seats(stack=15_000)
    )
    expect(console.page.locator("#allin")).to_be_enabled()
    expect(console.page.locator("#raise")).to_be_disabled()


def test_all_in_over_an_all_in_is_armed_with_what_the_call_makes(console: Console) -> None:
    call = legal(1, min_to=None, max_to=None, all_in_to=None)
    console.table(playing(legal=call, may={"fold": (1,), "call": (1,), "all_in": (1,)}))

    console.press("a")
    expect(console.page.locator("#allin")).to_contain_text("Confirm 40,000")
    console.page.wait_for_timeout(220)
    console.press("Enter")
    console.sent(type="all_in", seat=1)


def test_a_bring_in_is_not_folded(console: Console) -> None:
    console.table(playing(game="stud", legal=legal(1, bring_in=2_500, call=0, check=False)))

    expect(console.page.locator("#fold")).to_be_disabled()
    console.press("f")
    console.silent()
    expect(console.page.locator("#call")).to_be_enabled()


def test_a_hand_of_cards_alone_is_put_away_at_any_time(console: Console) -> None:
    may: May = {"end_hand": (), "start_hand": (), "misdeal": ()}
    console.table(hand("flop", board=(), board_read=2, waiting_for="board", awaited=(1,)), may=may)

    expect(console.page.locator("#turn")).to_have_text("Waiting for the board: 1 card to come.")
    expect(console.page.locator("#misdeal")).to_be_enabled()
    console.press("n")
    console.sent(type="start_hand", button=None, posts=None)
    console.page.click("#end-hand")
    console.sent(type="end_hand")


def test_every_command_has_an_id_of_its_own(console: Console) -> None:
    console.table(playing())
    seen = set()
    for _ in range(5):
        console.press("c")
        seen.add(console.sent(type="call", seat=1).id)
    assert len(seen) == 5
