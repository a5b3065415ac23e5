"""Who owes which blind, who is dealt in, where button and blinds are: hand after hand at a live table (ADR 24).

"RRP" is Robert's Rules of Poker, section 4 unless another is named; "TDA" the rules of 2024.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from collector.hand.blinds import Owed
from collector.hand.obligations import Stand
from tests.collector.table.dealer import Dealer
from tests.collector.table.starts import cash, dealt, played, started


def tournament(players: int) -> Dealer:
    dealer = Dealer((10_000,) * players)
    dealer.command(type="set_house_rules", profile="tournament")
    return dealer


def sits(dealer: Dealer, seat: int) -> None:
    dealer.command(type="seat_player", seat=seat, player_id=f"p_new_{seat}", name=f"New {seat}", stack=5000)


def away(dealer: Dealer, seat: int) -> None:
    dealer.command(type="sit_out", seat=seat)


def back(dealer: Dealer, seat: int) -> None:
    dealer.command(type="sit_out", seat=seat, out=False)


def normal(button: int, small: int, big: int) -> tuple[int, list[tuple[int, str, int]]]:
    return button, [(small, "small_blind", 50), (big, "big_blind", 100)]


@pytest.mark.parametrize("players", range(4, 11))
def test_who_owes_a_big_blind_does_not_come_in_as_the_small_one_rrp_4(players: int) -> None:
    dealer = cash(players)
    played(dealer)
    away(dealer, 4)
    played(dealer)  # the big blind passes seat 4
    back(dealer, 4)

    found = started(dealer)  # seat 4 is left of the button

    assert found == normal(3, *((1, 2) if players == 4 else (5, 6 if players > 5 else 1)))
    assert 4 not in dealt(dealer)
    assert dealer.table.owed == {4: Owed(small=True, big=True)}


def test_once_the_button_has_passed_a_returner_posts_both_the_small_one_dead_rrp_4() -> None:
    dealer = cash(4)
    played(dealer)
    away(dealer, 4)
    played(dealer)
    back(dealer, 4)
    played(dealer)

    button, posts = started(dealer)

    assert (button, posts) == (1, [(2, "small_blind", 50), (3, "big_blind", 100), (4, "dead", 50), (4, "late", 100)])
    assert dealer.state()["seats"][2]["bet"] == 100
    assert dealer.state()["hand"]["legal"]["call"] == 0, "the late post of seat 4, first to act, is no raise"
    assert dealer.table.owed == {}


def test_who_owes_blinds_comes_in_free_of_them_as_the_big_blind_rrp_4() -> None:
    dealer = cash(5)
    played(dealer)
    away(dealer, 4)
    for _ in range(5):
        played(dealer)
    assert dealer.table.owed == {4: Owed(small=True, big=True)}
    assert dealer.table.play is not None
    assert dealer.table.play.button == 2
    back(dealer, 4)

    assert started(dealer, button=2) == normal(2, 3, 4)
    assert dealer.table.owed == {}


@pytest.mark.parametrize("asked", [True, False])
def test_nobody_comes_in_between_the_button_and_the_big_blind_rrp_4(asked: bool) -> None:
    dealer = cash(5, new_players_post=asked)
    played(dealer)
    dealer.command(type="remove_player", seat=3)
    sits(dealer, 3)

    assert played(dealer) == (2, [(4, "big_blind", 100), (5, "big_blind", 100)])
    assert dealt(dealer) == [4, 5, 1, 2], "seat 3 is left of the button, where the big blind was that left"
    button, posts = played(dealer)
    assert (button, posts[3:]) == (4, [(3, "late", 100)] if asked else [])
    assert 3 in dealt(dealer), "the button has passed"


def test_nobody_comes_in_on_a_dead_button_rrp_4() -> None:
    dealer = cash(5, button_rule="dead")
    played(dealer)
    dealer.command(type="remove_player", seat=2)
    sits(dealer, 2)

    assert played(dealer) == normal(2, 3, 4)
    assert 2 not in dealt(dealer)
    played(dealer)
    assert 2 in dealt(dealer)


@pytest.mark.parametrize("rule", ["moving", "dead"])
def test_a_new_player_is_the_next_big_blind_or_posts_one_behind_it_rrp_4(rule: str) -> None:
    dealer = cash(3, new_players_post=True, button_rule=rule)
    for _ in range(4):  # the blinds have gone round: it is no new game
        played(dealer)
    for seat in (4, 6):
        sits(dealer, seat)

    button, posts = played(dealer)

    assert (button, posts) == (2, [(3, "small_blind", 50), (4, "big_blind", 100), (6, "late", 100)])
    assert played(dealer)[1] == [(4, "small_blind", 50), (6, "big_blind", 100)], "both are in the game now"


def test_a_new_player_who_lets_the_button_go_by_owes_the_big_blind_only_rrp_4() -> None:
    dealer = cash(4, new_players_post=True)
    played(dealer)
    sits(dealer, 6)
    away(dealer, 6)
    for _ in range(3):
        played(dealer)
    assert dealer.table.owed == {6: Owed(big=True)}
    back(dealer, 6)

    assert started(dealer)[1] == [(2, "small_blind", 50), (3, "big_blind", 100), (6, "late", 100)]


def test_a_new_player_posts_nothing_where_the_house_does_not_ask_it() -> None:
    dealer = cash(3)
    played(dealer)
    sits(dealer, 6)
    sits(dealer, 8)

    assert played(dealer) == normal(2, 3, 6)
    assert dealt(dealer) == [3, 6, 8, 1, 2]


@pytest.mark.parametrize(
    "start",
    [
        {"bomb": 200},
        {"posts": [{"seat": 1, "kind": "small_blind", "amount": 50}, {"seat": 2, "kind": "big_blind", "amount": 100}]},
        {"game": "stud"},
    ],
)
def test_a_debt_is_owed_on_after_a_hand_in_which_it_was_not_posted(start: dict[str, Any]) -> None:
    dealer = cash(5)
    played(dealer)
    away(dealer, 4)
    for _ in range(2):
        played(dealer)
    back(dealer, 4)
    if game := start.pop("game", None):
        dealer.command(type="set_game", game=game, bring_in=25)

    started(dealer, **start)

    assert 4 in dealt(dealer), "nobody posts the blinds of the table, so nobody is kept out"
    assert dealer.table.owed == {4: Owed(small=True, big=True)}
    dealer.command(type="misdeal", fouled_deck=True)
    dealer.command(type="set_game", game="holdem")
    assert started(dealer)[1][2:] == [(4, "dead", 50), (4, "late", 100)]


def test_a_debt_that_was_posted_by_name_is_owed_no_more() -> None:
    dealer = cash(5)
    played(dealer)
    away(dealer, 4)
    for _ in range(2):
        played(dealer)
    back(dealer, 4)

    blinds = [{"seat": 1, "kind": "small_blind", "amount": 50}, {"seat": 2, "kind": "big_blind", "amount": 100}]
    started(dealer, posts=[*blinds, {"seat": 4, "kind": "late", "amount": 100}])

    assert dealer.table.owed == {4: Owed(small=True)}


@pytest.mark.parametrize("start", [{"bomb": 200}, {"posts": []}])
def test_nobody_misses_a_blind_in_a_hand_without_blinds(start: dict[str, Any]) -> None:
    dealer = cash(5)
    played(dealer)
    away(dealer, 4)

    started(dealer, **start)

    assert dealer.table.owed == {}
    assert dealer.table.play is not None
    assert dealer.table.play.button == 2


def test_who_buys_the_button_alone_posts_both_blinds_and_has_it_next() -> None:
    dealer = cash(5)
    played(dealer)
    away(dealer, 4)
    assert played(dealer) == normal(2, 3, 5)
    back(dealer, 4)

    button, posts = started(dealer, buy_button=True)

    assert (button, posts) == (3, [(4, "dead", 50), (4, "big_blind", 100)])
    assert dealer.state()["hand"]["to_act"] == 5, "first left of the only big blind"
    while dealer.table.running is not None:
        dealer.act(dealer.state()["hand"]["to_act"], "fold")
    assert dealer.table.owed == {}
    assert played(dealer) == normal(4, 5, 1), "who was the big blind before is the small blind now, and nobody twice"
    assert played(dealer) == normal(5, 1, 2)


def test_the_button_is_not_sold_where_nobody_waits_for_it() -> None:
    dealer = cash(4)
    played(dealer)

    reply = dealer.send(type="start_hand", buy_button=True)

    assert reply.error is not None
    assert reply.error.code == "NO_BUTTON_TO_BUY"


# Button and blinds


@pytest.mark.parametrize("left", [(2,), (3,), (4,), (2, 3), (2, 3, 4), (1, 3), (1, 2)])
def test_moving_button_everybody_posts_both_blinds_in_each_round_rrp_4(left: tuple[int, ...]) -> None:
    dealer = cash(8)
    played(dealer)
    for seat in left:
        dealer.command(type="remove_player", seat=seat)
    posted: dict[int, list[str]] = {seat: [] for seat in dealer.table.seated}
    buttons = []

    for _ in range(4 * len(posted)):
        button, posts = played(dealer)
        buttons.append(button)
        for seat, kind, _ in posts:
            posted[seat].append(kind)

    assert all(buttons[at : at + len(posted)].count(button) == 1 for at, button in enumerate(buttons))
    for seat, kinds in posted.items():
        assert kinds[0] == ("small_blind" if seat == 3 else "big_blind")
        assert all(one != other for one, other in pairwise(kinds)), "the big blind, then the small one"
        assert kinds.count("big_blind") in (4, 5)


def test_moving_button_when_the_small_blind_leaves_there_are_two_big_blinds_rrp_4() -> None:
    dealer = cash(7)
    played(dealer)
    dealer.command(type="remove_player", seat=2)

    assert played(dealer) == (3, [(3, "small_blind", 50), (4, "big_blind", 100), (5, "big_blind", 100)])
    assert played(dealer) == (4, [(4, "small_blind", 50), (5, "small_blind", 50), (6, "big_blind", 100)])
    assert played(dealer) == normal(5, 6, 7)


def test_moving_button_when_the_big_blind_leaves_there_are_two_big_blinds_rrp_4() -> None:
    dealer = cash(7)
    played(dealer)
    dealer.command(type="remove_player", seat=3)

    assert started(dealer) == (2, [(4, "big_blind", 100), (5, "big_blind", 100)])
    assert dealer.state()["hand"]["to_act"] == 6
    while dealer.table.running is not None:
        dealer.act(dealer.state()["hand"]["to_act"], "fold")
    assert played(dealer) == (4, [(4, "small_blind", 50), (5, "small_blind", 50), (6, "big_blind", 100)])


def test_dead_button_goes_to_the_seat_of_the_dead_small_blind_tda_32() -> None:
    dealer = tournament(6)
    played(dealer)
    dealer.command(type="remove_player", seat=3)

    assert played(dealer) == (2, [(4, "big_blind", 100)])
    assert played(dealer) == normal(3, 4, 5)
    assert played(dealer) == normal(4, 5, 6)


def test_dead_button_after_both_blinds_left_tda_32() -> None:
    dealer = tournament(6)
    played(dealer)
    for seat in (2, 3):
        dealer.command(type="remove_player", seat=seat)

    assert played(dealer) == (2, [(4, "big_blind", 100)])
    assert played(dealer) == normal(3, 4, 5)
    assert played(dealer) == normal(4, 5, 6)


def test_a_player_moved_into_a_tournament_gets_no_hand_between_button_and_small_blind_tda_10() -> None:
    dealer = tournament(6)
    dealer.command(type="remove_player", seat=3)
    played(dealer, button=1)
    sits(dealer, 3)

    assert played(dealer) == normal(2, 4, 5)
    assert 3 not in dealt(dealer)
    played(dealer)
    assert 3 in dealt(dealer)


@pytest.mark.parametrize(("gone", "place"), [(2, "button"), (3, "small blind"), (4, "big blind")])
def test_a_player_moved_into_a_tournament_takes_the_position_as_it_is_tda_10(gone: int, place: str) -> None:
    dealer = tournament(6)
    played(dealer)
    dealer.command(type="remove_player", seat=gone)
    sits(dealer, gone)

    assert played(dealer) == normal(2, 3, 4), place
    assert gone in dealt(dealer)


def test_button_and_blinds_are_frozen_in_the_stud_hands_of_a_mixed_game_tda_11() -> None:
    dealer = tournament(6)
    dealer.command(type="set_game", rotation="horse", hands_each=1, bring_in=25)
    assert [played(dealer)[0] for _ in range(2)] == [1, 2]

    for _ in range(3):  # razz, stud, stud eight or better
        assert started(dealer) == (3, [])
        for seat in range(1, 7):
            dealer.command(type="deal_card", seat=seat, card=f"{seat + 1}c", up=True)
        dealer.act(dealer.state()["hand"]["to_act"], "bring_in")
        while dealer.table.running is not None:
            dealer.act(dealer.state()["hand"]["to_act"], "fold")

    assert played(dealer) == normal(3, 4, 5)


def test_a_void_deal_is_dealt_again_to_the_same_players_at_the_same_level_tda_35() -> None:
    dealer = tournament(4)
    levels = [{"small_blind": 50, "big_blind": 100}, {"small_blind": 100, "big_blind": 200}]
    dealer.command(type="set_levels", levels=levels)
    dealer.command(type="set_tournament", level=1)
    first = started(dealer)
    dealer.command(type="misdeal")
    dealer.command(type="set_tournament", level=2)
    sits(dealer, 7)

    assert played(dealer) == first
    assert dealt(dealer) == [2, 3, 4, 1]
    assert played(dealer) == (2, [(3, "small_blind", 100), (4, "big_blind", 200)])
    assert 7 in dealt(dealer)


def test_blinds_that_are_set_by_hand_hold_for_a_deal_that_is_repeated() -> None:
    dealer = tournament(4)
    started(dealer)
    dealer.command(type="misdeal")
    dealer.command(type="set_blinds", small_blind=5, big_blind=10)

    assert started(dealer) == (1, [(2, "small_blind", 5), (3, "big_blind", 10)])


def test_a_misdeal_gives_the_debts_of_before_back() -> None:
    dealer = cash(5)
    played(dealer)
    away(dealer, 4)
    for _ in range(2):
        played(dealer)
    back(dealer, 4)
    first = started(dealer)
    assert dealer.table.owed == {}

    dealer.command(type="misdeal")

    assert dealer.table.owed == {4: Owed(small=True, big=True)}
    assert started(dealer) == first


# Seats


def test_a_debt_leaves_with_its_player() -> None:
    dealer = cash(5)
    played(dealer)
    away(dealer, 4)
    for _ in range(2):
        played(dealer)
    dealer.command(type="remove_player", seat=4)
    sits(dealer, 4)

    assert dealer.table.owed == {}
    assert not [post for post in started(dealer)[1] if post[0] == 4]


def test_who_is_back_before_a_hand_was_dealt_has_not_left() -> None:
    """As where the floor takes a move to another table back."""
    dealer = cash(5)
    played(dealer)
    away(dealer, 4)
    for _ in range(2):
        played(dealer)
    owed = dealer.table.obligations
    dealer.command(type="remove_player", seat=4)
    dealer.command(type="seat_player", seat=4, player_id="p_4", name="Player 4", stack=10_000)

    assert owed is not None
    assert owed["p_4"].big
    assert (4, "late", 100) in started(dealer)[1]


def test_who_moves_away_from_the_big_blind_posts_one_rrp_4() -> None:
    dealer = cash(6)
    for _ in range(7):  # the blinds have gone round: it is no new game
        played(dealer)
    dealer.command(type="move_player", seat=4, to_seat=9)  # it would have been the next big blind

    assert played(dealer)[1] == [(3, "small_blind", 50), (5, "big_blind", 100), (9, "late", 100)]


def test_who_moves_towards_the_big_blind_posts_nothing_rrp_4() -> None:
    dealer = cash(6)
    dealer.command(type="remove_player", seat=4)
    played(dealer)
    dealer.command(type="move_player", seat=6, to_seat=4)

    assert played(dealer) == normal(2, 3, 4)


def test_the_obligations_are_in_the_fact_of_the_start() -> None:
    dealer = cash(4)
    played(dealer)
    away(dealer, 4)
    started(dealer)

    (fact,) = [fact for fact in dealer.facts if fact.kind == "start_hand"][1:]
    assert fact.body["obligations"] == {
        "p_1": [1, "in", True, False],
        "p_2": [2, "in", False, False],
        "p_3": [3, "in", False, False],
        "p_4": [4, "away", False, True],
    }
    assert fact.body["positions"] == [2, 3, 1]
    assert dealer.table.obligations is not None
    assert dealer.table.obligations["p_4"].stand is Stand.AWAY


# Straddles, caps, misdeals and the stand-up game at the table


@pytest.mark.parametrize(
    "straddle",
    [(3, "straddle", 200), (2, "straddle", 200), (4, "straddle", 250), (4, "straddle", 150), (4, "late", 200)],
)
def test_a_straddle_that_no_rule_knows_needs_an_override(straddle: tuple[int, str, int]) -> None:
    seat, kind, amount = straddle
    named = [{"seat": seat, "kind": kind, "amount": amount}]
    dealer = cash(6)

    reply = dealer.send(type="start_hand", button=1, straddles=named)
    assert reply.error is not None
    assert reply.error.code == "BAD_STRADDLE"
    started(dealer, button=1, straddles=named, override=True)
    assert dealer.state()["hand"]["rulings"][0].endswith("it stands by an override")


def test_straddles_upon_each_other_are_twice_the_bet_before() -> None:
    named = [{"seat": 4, "kind": "straddle", "amount": 200}, {"seat": 5, "kind": "straddle", "amount": 400}]
    dealer = cash(6)

    assert started(dealer, button=1, straddles=named)[1][2:] == [(4, "straddle", 200), (5, "straddle", 400)]


@pytest.mark.parametrize(("players", "cap"), [(2, 0), (3, 4)])
def test_a_tournament_of_two_is_down_to_two_before_anybody_tells_it_tda_48(players: int, cap: int) -> None:
    dealer = tournament(players)
    dealer.command(type="set_game", game="holdem", betting="fixed_limit")
    started(dealer)

    assert dealer.table.play is not None
    assert dealer.table.play.setup.bets_cap == cap


@pytest.mark.parametrize(("seat", "alerts"), [(2, ["MISDEAL_DUE"]), (4, [])])
def test_an_exposed_card_among_the_first_two_may_be_a_misdeal_tda_35(seat: int, alerts: list[str]) -> None:
    dealer = cash(4)
    started(dealer)

    dealer.command(type="replace_card", seat=seat, card="Ah", reason="exposed")

    assert dealer.alerts() == alerts


def test_exposed_downcards_of_stud_are_no_misdeal_tda_rp_10() -> None:
    dealer = cash(4)
    dealer.command(type="set_game", game="stud", bring_in=25)
    started(dealer)

    for card in ("Kh", "Kd"):
        dealer.command(type="replace_card", seat=2, card=card, reason="exposed")

    assert dealer.alerts() == []


def wins(dealer: Dealer, winner: int) -> None:
    """Play a hand in which all others fold."""
    dealer.command(type="start_hand")
    while dealer.table.running is not None:
        seat = dealer.state()["hand"]["to_act"]
        legal = dealer.state()["hand"]["legal"]
        dealer.act(seat, "fold" if seat != winner else "check" if legal["check"] else "call")
        if seat == winner and dealer.table.running is not None and dealer.state()["hand"]["to_act"] is None:
            raise AssertionError("the others fold")
    dealer.command(type="end_hand")


def test_who_stands_and_is_away_stands_on_in_the_stand_up_game() -> None:
    dealer = cash(4)
    dealer.command(type="set_side_games", bounties=[], stand_up=100)
    wins(dealer, 4)
    away(dealer, 2)
    before = {seat: who.stack for seat, who in dealer.table.seated.items()}

    wins(dealer, 1)

    assert dealer.table.standing == {"p_2", "p_3"}
    paid = {seat: who.stack - before[seat] for seat, who in dealer.table.seated.items()}
    assert min(paid.values()) > -200, "nobody has paid 100 to each of the others"
