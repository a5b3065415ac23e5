"""The operator page off the beaten track: draws, runs, bombs, rulings, amendments, other games, decks, seen folds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from collector.hand.games import GAMES, ROTATIONS
from collector.wire.acts import Draw
from collector.wire.amend import Amend
from collector.wire.feeds import Alert
from collector.wire.replies import Refusal
from collector.wire.rulings import SettleCard
from tests.web.console import Console, playing
from tests.web.servers import STATIC
from tests.web.tables import HAND, hand, legal, seat

pytestmark = [pytest.mark.browser, pytest.mark.broker]


def drawn(console: Console, count: int) -> None:
    command = console.publisher.command()
    assert isinstance(command, Draw)
    assert (command.seat, command.count, command.cards.reveal()) == (2, count, [])
    console.answer(command)


def test_a_draw_is_a_digit_or_a_touch(console: Console) -> None:
    console.table(playing(to_act=None, legal=None, waiting_for="draw", drawing=(2, 1), game="triple_draw_27"))
    expect(console.page.locator("#drawing-title")).to_contain_text("Seat 2")

    console.press("2")
    drawn(console, 2)
    console.page.click("[data-draw='0']")
    drawn(console, 0)

    console.table(playing())
    expect(console.page.locator("#drawing")).to_be_hidden()
    console.press("2")
    console.silent()


@pytest.mark.parametrize(("cards", "keys"), [(0, 5), (5, 5), (6, 6), (7, 6)])
def test_as_many_cards_can_be_drawn_as_lie_there(console: Console, cards: int, keys: int) -> None:
    """Of a seat whose cards nobody counts as many as the usual draw games deal."""
    seats = {1: seat(1), 2: seat(2, cards=cards)}
    console.table(playing(to_act=None, legal=None, waiting_for="draw", drawing=(2,), game="triple_draw_27"), seats)

    labels = console.page.locator("[data-draw]")
    expect(labels).to_have_text(["Pat", *(str(count) for count in range(1, keys + 1))])


def test_the_bring_in_is_the_call_key(console: Console) -> None:
    console.table(playing(game="stud", legal=legal(1, bring_in=2_500, call=0, check=False)))

    expect(console.page.locator("#call-label")).to_have_text("Bring in 2,500")
    console.press("c")
    console.sent(type="bring_in", seat=1)


def test_the_floor_offers_what_may_come_now(console: Console) -> None:
    may: dict[str, Any] = {"dead_hand": (1, 2), "run_board": (), "chop": (), "burn_card": ()}
    console.table(playing(may=may))
    console.press("l")
    expect(console.page.locator("#floor-retrieve_hand")).to_have_count(0)

    console.page.click("#run-2")
    console.sent(type="run_board", times=2)
    console.page.click("#chop")
    console.sent(type="chop")
    console.page.click("#burn")
    console.sent(type="burn_card")
    console.page.click("[data-floor-seat='2']")
    console.page.fill("#floor-reason", "fouled")
    console.page.click("#floor-dead_hand")
    console.sent(type="dead_hand", seat=2, reason="fouled")


def test_cards_and_acts_of_the_floor(console: Console) -> None:
    console.table(playing(may={"expose_card": (1, 3), "rabbit_card": (), "out_of_turn": (2,)}))
    console.press("l")

    console.page.click("#floor-expose_card")
    console.silent()
    expect(console.page.locator("#floor-card")).to_have_attribute("aria-invalid", "true")
    console.page.fill("#floor-card", "as")
    console.page.click("#floor-expose_card")
    command = console.publisher.command()
    assert command.model_dump()["card"] == "As"
    console.answer(command)
    console.page.click("#early-call")
    console.sent(type="out_of_turn", seat=2, action="call")


def test_what_a_player_says_it_will_do(console: Console) -> None:
    console.table(playing(may={"out_of_turn": (2,)}))
    console.press("l")

    console.page.click("#early-raise_to")
    console.silent()
    console.page.select_option("#early-when", "bet")
    console.page.click("#early-raise_to")
    console.sent(type="out_of_turn", seat=2, action="raise_to", condition="bet")
    console.page.select_option("#early-free", "free")
    console.page.click("#early-call")
    console.sent(type="out_of_turn", seat=2, action="call", condition="bet", free=True)


def test_an_award_says_what_is_left(console: Console) -> None:
    console.table(playing(to_act=None, legal=None, waiting_for="showdown", showdown=(1, 2)))
    console.press("l")

    console.page.fill("#award-1", "100k")
    expect(console.page.locator("#award-left")).to_have_text("Left of the pot: 20,000")
    console.page.fill("#award-2", "20k")
    console.page.click("#award")
    amounts = [{"seat": 1, "amount": 100_000}, {"seat": 2, "amount": 20_000}]
    console.sent(type="award", amounts=tuple(amounts), reason="as pushed")


def test_chips_without_a_word_and_the_clock(console: Console) -> None:
    console.table(playing(may=dict.fromkeys(("put_in", "limit_seat", "call_clock"), (1,))))
    console.press("l")

    console.page.fill("#put-chips", "1000 0")
    console.page.click("#put-in")
    console.silent()
    console.page.fill("#put-chips", "1000 500")
    console.page.select_option("#put-prior", "back")
    console.page.click("#put-in")
    console.sent(type="put_in", seat=1, chips=(1000, 500), prior="back")
    console.page.click("#limit-seat")
    console.sent(type="limit_seat", seat=1, reason="said check facing a bet")
    console.page.click("#call-clock")
    console.sent(type="call_clock", seat=1)


def test_chips_found_behind_an_all_in_and_time_that_is_up(console: Console) -> None:
    console.table(playing(may={"chips_found": (2,), "time_up": (1,)}))
    console.press("l")

    console.page.click("#time-up")
    console.sent(type="time_up", seat=1)
    console.page.fill("#found-chips", "25")
    console.page.click("#chips-found")
    console.sent(type="chips_found", seat=2, amount=25)


def test_a_hand_that_is_shown_in_part(console: Console) -> None:
    console.table(playing(may={"expose_card": (1, 2)}))
    console.press("l")
    expect(console.page.locator("#show-rest")).to_have_count(0)

    console.page.select_option("#part-seat", "2")
    console.page.click("#part-shown")
    console.silent()
    console.page.fill("#part-card", "as")
    console.page.select_option("#part-seen", "1")
    console.page.click("#part-shown")
    command = console.publisher.command()
    assert {"seat": 2, "card": "As", "by_choice": True, "to_seat": 1}.items() <= command.model_dump().items()
    console.answer(command)


def test_the_rest_of_a_hand_is_tabled_or_not(console: Console) -> None:
    console.table(playing(may={"expose_card": (1, 2), "show_rest": (2,)}, in_part=(2,)))
    console.press("l")

    console.page.click("#show-no-more")
    console.sent(type="show_rest", seat=2, rest=False)
    console.page.click("#show-rest")
    console.sent(type="show_rest", seat=2, rest=True)


def test_straddle_bomb_pot_and_boards(console: Console) -> None:
    console.table(None, {1: seat(1), 2: seat(2), 3: seat(3)})
    console.press("w")
    console.page.select_option("#straddle-seat", "3")
    console.page.fill("#straddle-amount", "20k")
    console.page.click("#start-straddle")
    straddle = {"seat": 3, "kind": "straddle", "amount": 20_000}
    console.sent(type="start_hand", hand_id=None, straddles=(straddle,))

    console.page.click("#start-with")
    console.page.select_option("#bomb-boards", "2")
    console.page.fill("#bomb-amount", "50k")
    console.page.click("#start-bomb")
    console.sent(type="start_hand", hand_id=None, bomb=50_000, boards=2)


def test_who_owes_is_dealt_in_unposted_and_ruled_on(console: Console) -> None:
    console.table(None, {1: seat(1), 2: seat(2)}, owed={2: ("big_blind",)})
    console.press("w")
    console.page.click("#start-unposted-2")
    console.sent(type="start_hand", hand_id=None, unposted=(2,))

    console.table(playing(may={"unposted_found": (2,), "dead_hand": (1, 2)}, unposted=(2,)))
    console.press("l")
    console.page.click("[data-floor-seat='2']")
    console.page.click("#floor-unposted_found")
    console.sent(type="unposted_found", seat=2)


def test_time_chips_of_the_house_and_of_a_seat(console: Console) -> None:
    console.table(playing(may={"use_time_bank": (1,), "put_in": (1,)}), time_bank={1: 3, 2: 4})
    console.press("l")
    expect(console.page.locator("#use-time-bank")).to_have_text("Time chip (3 left)")
    console.page.click("#use-time-bank")
    console.sent(type="use_time_bank", seat=1)


def test_the_house_gives_time_chips_and_gives_them_anew(console: Console) -> None:
    console.table(None, {1: seat(1)}, may={"set_house_rules": (), "set_time_bank": ()}, house_rules={"chip": 25})
    console.page.click("#setup-open")

    console.page.fill("#time-chips", "4")
    console.page.click("#set-time-bank")
    console.sent(type="set_time_bank", hand_id=None, chips=4)
    console.page.fill("#time-chips", "5")
    console.page.fill("#time-seconds", "20")
    console.page.click("#set-time-rule")
    console.sent(type="set_house_rules", hand_id=None, profile="cash", chip=25, time_chips=5, time_chip_seconds=20)


def test_the_game_the_house_and_the_decks(console: Console) -> None:
    console.table(None, {1: seat(1)}, decks=("red", "blue"))
    console.page.click("#setup-open")

    console.page.select_option("#game", "omaha")
    console.page.click("#set-game")
    console.sent(type="set_game", hand_id=None, game="omaha")
    console.page.select_option("#game", "mix:horse")
    console.page.fill("#hands-each", "8")
    console.page.click("#set-game")
    console.sent(type="set_game", hand_id=None, rotation="horse", hands_each=8)
    console.page.select_option("#stud-antes", "stud")
    console.page.select_option("#kill", "half")
    console.page.click("#set-game")
    console.sent(type="set_game", hand_id=None, rotation="horse", hands_each=8, stud_antes=True, kill="half")
    console.page.click("#profile-tournament")
    console.sent(type="set_house_rules", hand_id=None, profile="tournament")
    console.page.click("#flow-automatic")
    console.sent(type="set_flow", hand_id=None, flow="automatic")
    console.page.click("#deck-blue")
    console.sent(type="change_deck", hand_id=None, deck_id="blue")
    console.page.click("#retire-red")
    console.sent(type="retire_deck", hand_id=None, deck_id="red")


def test_the_house_rules_are_shown_with_their_choices_and_one_is_changed(console: Console) -> None:
    rules = {"equal_boards": "seat", "ante_first": True, "chip": 25, "short_all_in": "full"}
    console.table(None, {1: seat(1)}, house_rules=rules)
    console.page.click("#setup-open")

    assert console.page.locator("#rule-equal_boards").input_value() == "seat"
    assert console.page.locator("#rule-ante_first").input_value() == "true"
    assert console.page.locator("#rule-odd_chip").count() == 0, "the collector does not say it"
    console.page.select_option("#rule-ante_first", "false")

    changed = console.sent(type="set_house_rules", hand_id=None, profile="cash", chip=25, ante_first=False, **CHOSEN)
    assert changed.type == "set_house_rules"


def test_a_rule_that_no_state_names_is_chosen_all_the_same(console: Console) -> None:
    console.table(None, {1: seat(1)}, house_rules={"chip": 25})
    console.page.click("#setup-open")
    assert console.page.locator("#rule-sleeper").input_value() == "stays"

    console.page.select_option("#rule-sleeper", "lapses")

    console.sent(type="set_house_rules", hand_id=None, profile="cash", chip=25, sleeper="lapses")


def test_rebuys_penalties_and_the_chip_race(console: Console) -> None:
    taken = dict.fromkeys(("rebuy", "rebuy_paid", "penalty", "disqualify", "seat_player"), (1,))
    console.table(None, {1: seat(1)}, may={**taken, "collect_time": (), "chip_race": ()})
    console.page.click("#setup-open")

    console.page.fill("#rebuy-amount", "5k")
    console.page.click("#rebuy-behind")
    console.sent(type="rebuy", hand_id=None, seat=1, amount=5_000, behind=True)
    console.page.click("#rebuy-paid")
    console.sent(type="rebuy_paid", hand_id=None, seat=1)
    console.page.fill("#penalty-rounds", "2")
    console.page.click("#penalise")
    console.sent(type="penalty", hand_id=None, seat=1, rounds=2, reason="ruled by the floor")
    console.page.fill("#penalty-reason", "chip dumping")
    console.page.click("#disqualify")
    console.sent(type="disqualify", hand_id=None, seat=1, reason="chip dumping")
    console.page.fill("#time-amount", "7")
    console.page.click("#collect-time")
    console.sent(type="collect_time", hand_id=None, amount=7)
    console.page.fill("#race-chip", "100")
    console.page.fill("#race-odd", "1 75, 2 fifty")
    console.page.click("#chip-race")
    console.silent()
    console.page.fill("#race-odd", "1 75, 2 50")
    console.page.fill("#race-won", "2")
    console.page.click("#chip-race")
    odd = ({"seat": 1, "amount": 75}, {"seat": 2, "amount": 50})
    console.sent(type="chip_race", hand_id=None, chip=100, odd=odd, won=(2,))


def test_a_place_that_several_tables_share(console: Console) -> None:
    gone = {"player_id": "p_9", "name": "Nine", "rank": 52, "tied": False, "payout": 0, "hand_id": HAND}
    console.table(None, {1: seat(1)}, may={"set_place": ()}, tournament={"eliminated": (gone,)})
    console.page.click("#setup-open")

    console.page.fill("#place-rank", "50")
    console.page.fill("#place-shared", "3")
    console.page.click("#set-place")
    console.sent(type="set_place", hand_id=None, player_id="p_9", rank=50, shared=3)


CHOSEN = {"equal_boards": "seat", "short_all_in": "full"}


def test_the_games_are_those_of_the_collector() -> None:
    listed = (STATIC / "operator" / "games.js").read_text()

    for key in (*GAMES, *ROTATIONS):
        assert f"['{key}', " in listed, key


def alert(console: Console, code: str, **fields: Any) -> None:
    stamp = {"event_id": "evt", "table_id": "table_01", "hand_id": HAND, "epoch": 1, "seq": 70, "trace_id": "x"}
    message = Alert(
        **stamp,
        timestamp="2026-01-01T00:00:00Z",
        code=code,
        message=f"{code} was seen",
        **{"severity": "info"} | fields,
    )
    console.publisher.alert(message)
    console.page.wait_for_selector(f"[data-alert='{code}']")


def test_a_fold_that_was_seen_is_one_touch_in_its_turn(console: Console) -> None:
    console.table(playing())
    alert(console, "FOLD_SUGGESTED", seat=1)

    console.page.click("[data-alert='FOLD_SUGGESTED'] [data-answer='fold']")

    console.sent(type="fold", seat=1)
    expect(console.page.locator("#alerts")).to_be_hidden()
    alert(console, "FOLD_SUGGESTED", seat=2)
    console.page.click("[data-answer='fold']")
    expect(console.message()).to_contain_text("Seat 2 is not to act")


def test_a_flagged_reading_is_answered_where_it_is_told(console: Console) -> None:
    console.table(playing())
    alert(console, "DUPLICATE_CARD", seat=1, flag=70, severity="warning")

    console.page.click("[data-answer='nowhere']")

    console.sent(type="resolve_flag", flag=70, take="nowhere")
    expect(console.page.locator("#alerts")).to_be_hidden()


@pytest.mark.parametrize("code", ["CARD_CONTESTED", "HAND_HELD"])
def test_a_contested_card_is_settled_from_the_alert_by_who_has_looked(console: Console, code: str) -> None:
    console.table(playing())
    alert(console, code, severity="error")
    key = console.page.locator(f"[data-alert='{code}'] [data-answer='settle']")
    box = key.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 64, "as every key of this page"
    key.click()
    expect(console.page.locator("#settle-told")).to_have_text(f"{code} was seen")

    console.page.click("#settle-lies")
    console.silent()
    expect(console.page.locator("#settle-card")).to_have_attribute("aria-invalid", "true")
    console.page.fill("#settle-card", "as")
    console.page.select_option("#settle-place", label=console.page.locator("#settle-place option").nth(1).inner_text())
    console.page.click("#settle-lies")
    command = console.publisher.command()
    assert isinstance(command, SettleCard)
    assert (command.card.reveal(), command.of, command.seat, command.up, command.lies) == ("As", HAND, 2, False, True)
    console.answer(command, Refusal(code="NOT_CONTESTED", message="that card is not contested there"))
    expect(console.page.locator("#settle .message")).to_contain_text("not contested there")

    console.page.select_option("#settle-place", label="Board")
    console.page.click("#settle-not")
    command = console.publisher.command()
    assert isinstance(command, SettleCard)
    assert (command.card.reveal(), command.seat, command.board, command.lies) == ("As", None, 1, False)
    console.answer(command)
    expect(console.page.locator("#settle")).to_be_hidden()

    expect(console.page.locator(f"[data-alert='{code}']")).to_be_visible()  # one word may not settle all of it
    console.page.click("#alerts-clear")
    expect(console.page.locator("#alerts")).to_be_hidden()


ACTS = [
    {"street": "preflop", "seat": 1, "action": "small_blind", "to": 5_000, "amount": 5_000, "fact": 40},
    {"street": "preflop", "seat": 3, "action": "raise", "to": 30_000, "amount": 30_000, "fact": 51},
    {"street": "preflop", "seat": 1, "action": "fold", "to": 0, "amount": 0, "fact": 52},
]
PREVIEW = {
    "digest": "d" * 64,
    "differences": [
        {
            "hand_id": "h_1",
            "hand_number": 39,
            "before": {"stacks": {"1": 100, "3": 200}, "winners": [[3, 50]], "void": False},
            "after": {"stacks": {"1": 100, "3": 190}, "winners": [[3, 40]], "void": False},
        }
    ],
    "table": {},
}


def test_an_earlier_hand_is_amended_after_a_look(console: Console) -> None:
    hands = {"hands": [{"hand_id": "h_1", "hand_number": 39, "void": False, "actions": ACTS}]}
    console.page.route("**/api/v1/events/*/hands*", lambda route: route.fulfill(json=hands))
    console.table(playing())
    console.press("e")
    console.page.click("[data-hand='h_1']")
    expect(console.page.locator("[data-fact='40']")).to_have_count(0)
    console.page.click("[data-fact='51']")
    console.page.fill("#amend-amount", "40k")
    console.page.click("#amend-stage")
    console.page.click("#amend-look")

    asked = console.publisher.command()
    assert isinstance(asked, Amend)
    assert asked.digest is None
    (change,) = asked.changes
    assert change.command is not None
    assert (change.seq, change.command.reveal()) == (51, {"type": "raise_to", "seat": 3, "amount": 40_000})
    console.publisher.reply("operator", refused(asked.id))
    lines = console.page.locator("#amend-lines")
    expect(lines).to_contain_text("Hand 39: seat 3 Carla Nowak ends with 190, not 200")
    expect(lines).to_contain_text("won by seat 3 40, not seat 3 50")
    expect(console.message()).to_have_text("")

    console.page.click("#amend-do")
    command = console.publisher.command()
    assert command.model_dump()["digest"] == "d" * 64
    console.answer(command)
    expect(console.page.locator("#amend")).to_be_hidden()


def refused(command_id: str) -> dict[str, Any]:
    error = Refusal(code="AMEND_PREVIEW", message="this would change 1 hands", details=PREVIEW)
    return {"v": 1, "id": command_id, "accepted": False, "error": json.loads(error.model_dump_json())}


def test_without_rest_the_dialog_says_so(console: Console) -> None:
    console.page.route("**/api/v1/events/*/hands*", lambda route: route.fulfill(status=200, json={"hands": []}))
    console.table(hand("flop", to_act=None))

    console.press("e")

    expect(console.page.locator("#amend-note")).to_have_text("No hand of this table is over yet.")


def test_a_list_that_a_state_has_no_room_for_is_taken_away_by_one_touch(console: Console) -> None:
    console.table(playing(), left_out=("levels", "side_games", "hand.actions"))
    alert(console, "STATE_TOO_LARGE", severity="error")
    answers = console.page.locator("[data-alert='STATE_TOO_LARGE'] [data-answer]")
    expect(answers).to_have_text(["Take the levels away", "End the side games"])
    console.page.click("[data-alert='STATE_TOO_LARGE'] [data-answer='levels']")
    console.sent(type="set_levels", levels=())

    console.table(playing(), left_out=("side_games",))
    alert(console, "STATE_TOO_LARGE", severity="error")
    console.page.click("[data-alert='STATE_TOO_LARGE'] [data-answer='side_games']")
    console.sent(type="set_side_games", bounties=(), stand_up=0)
