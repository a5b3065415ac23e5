"""Games and house rules at the live table: commands and readings in, states and alerts out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.collector.table.dealer import Dealer
from tests.collector.table.openings import bring


def finish(dealer: Dealer) -> None:
    """Everybody folds to the last."""
    while dealer.table.running:
        hand = dealer.state("public")["hand"]
        if hand["waiting_for"] == "up_cards":
            dealt = iter(("2c", "3c", "4c"))
            for seat in sorted(dealer.table.seated):
                dealer.command(type="deal_card", seat=seat, card=next(dealt), up=True)
        elif hand["legal"]["bring_in"]:
            dealer.act(hand["to_act"], "bring_in")
        else:
            dealer.act(hand["to_act"], "fold")
    dealer.command(type="end_hand")


def legal(dealer: Dealer) -> dict[str, Any]:
    found: dict[str, Any] = dealer.state("public")["hand"]["legal"]
    return found


def test_a_stud_hand_is_opened_by_the_lowest_up_card() -> None:
    dealer = Dealer()
    dealer.command(type="set_blinds", small_blind=0, big_blind=100, ante=10)
    bring(dealer, game="stud", bring_in=25)
    for seat, card in ((1, "2d"), (2, "2c"), (3, "Kh")):
        assert dealer.state("public")["hand"]["waiting_for"] == "up_cards"
        dealer.command(type="deal_card", seat=seat, card=card, up=True)

    assert (legal(dealer)["seat"], legal(dealer)["bring_in"], legal(dealer)["min_to"]) == (2, 25, 100)
    assert dealer.seat(2, "public")["up"] == ["2c"]
    dealer.act(2, "bring_in")
    dealer.act(3, "raise_to", 100)
    assert legal(dealer)["seat"] == 1
    assert legal(dealer)["min_to"] == 200


def test_an_omaha_hand_is_bet_pot_limit() -> None:
    dealer = Dealer()
    bring(dealer, game="omaha")

    assert dealer.state()["hand"]["betting"] == "pot_limit"
    assert legal(dealer)["max_to"] == 350


def test_a_draw_game_waits_for_every_draw() -> None:
    dealer = Dealer((10_000, 10_000))
    bring(dealer, game="triple_draw_27")
    dealer.act(2, "call")
    dealer.act(1, "check")

    assert dealer.state("public")["hand"]["drawing"] == [1, 2]
    dealer.command(type="draw", seat=1, count=2)
    dealer.command(type="draw", seat=2, count=0)
    assert (dealer.state()["hand"]["street"], legal(dealer)["seat"]) == ("draw1", 1)


def test_what_was_drawn_is_hidden_and_how_much_is_not() -> None:
    outputs = []
    for cards in (("2c", "3d", "4h", "5s", "7c"), ("Ac", "Kd", "Qh", "Js", "9c")):
        dealer = Dealer((10_000, 10_000))
        bring(dealer, game="single_draw_27")
        for card in cards:
            dealer.command(type="deal_card", seat=1, card=card)
        dealer.act(2, "call")
        dealer.act(1, "check")
        dealer.command(type="draw", seat=1, count=1, cards=[cards[0]])
        dealer.command(type="draw", seat=2, count=3)
        outputs.append(dealer.output("public"))
        assert [fact.secrecy for fact in dealer.facts if fact.kind == "draw"] == ["S0", "S0"]

    assert outputs[0] == outputs[1]


def test_pineapple_discards_before_the_flop() -> None:
    dealer = Dealer((10_000, 10_000))
    bring(dealer, game="pineapple")
    dealer.act(2, "call")
    dealer.act(1, "check")

    refused = dealer.send(type="draw", seat=1, count=2)

    assert refused.error is not None
    assert "it may give up 1" in refused.error.message


def test_a_mixed_game_changes_by_the_number_of_hands() -> None:
    dealer = Dealer((10_000, 10_000))
    dealer.command(type="set_game", rotation="horse", hands_each=2, bring_in=25)
    seen = []
    for _ in range(6):
        dealer.command(type="start_hand")
        seen.append(dealer.state()["hand"]["game"])
        finish(dealer)

    assert seen == ["holdem", "holdem", "omaha_hi_lo", "omaha_hi_lo", "razz", "razz"]


def test_a_double_board_is_read_one_after_the_other() -> None:
    dealer = Dealer((10_000, 10_000))
    dealer.command(type="start_hand", boards=2, button=2)
    dealer.act(2, "call")
    dealer.act(1, "check")
    for card in ("2c", "7d", "9h", "Js", "Qs", "Ks"):
        dealer.read(None, card)

    assert dealer.state("public")["hand"]["boards"] == [["2c", "7d", "9h"], ["Js", "Qs", "Ks"]]


def test_a_bomb_pot_takes_an_ante_of_all_and_starts_on_the_flop() -> None:
    dealer = Dealer()

    dealer.command(type="start_hand", bomb=500)

    assert (dealer.state()["hand"]["street"], dealer.state()["hand"]["pot"]) == ("flop", 1500)


def all_in(dealer: Dealer) -> None:
    dealer.command(type="start_hand", button=2)
    dealer.act(2, "all_in")
    dealer.act(1, "call")


def test_the_board_is_run_twice_where_the_house_allows_it() -> None:
    dealer = Dealer((1000, 1000))
    all_in(dealer)

    dealer.command(type="run_board", times=2)
    for card in ("2c", "7d", "9h", "3s", "4c", "Kc", "3d", "5h", "8s", "9c"):
        dealer.command(type="deal_card", card=card, board=1 if card in ("2c", "7d", "9h", "3s", "4c") else 2)
    dealer.command(type="show", seat=1, cards=["Ah", "Ad"])
    dealer.command(type="show", seat=2, cards=["Kh", "Kd"])

    assert [win["amount"] for win in dealer.state()["hand"]["winners"]] == [1000, 1000]


def test_tournaments_run_a_board_once_and_take_no_straddle() -> None:
    dealer = Dealer((1000, 1000))
    dealer.command(type="set_house_rules", profile="tournament")
    straddle = {"seat": 1, "kind": "straddle", "amount": 200}
    assert dealer.send(type="start_hand", straddles=[straddle]).error is not None
    all_in(dealer)

    refused = dealer.send(type="run_board", times=2)

    assert refused.error is not None
    assert refused.error.code == "NO_RUNS"


def test_an_absent_player_is_dealt_in_in_tournaments_and_not_in_cash_games() -> None:
    for profile, dealt in (("tournament", [1, 2, 3]), ("cash", [1, 3])):
        dealer = Dealer()
        dealer.command(type="set_house_rules", profile=profile)
        dealer.command(type="sit_out", seat=2)

        dealer.command(type="start_hand")

        assert sorted(player.seat for player in dealer.table.play.hand.players) == dealt


def test_a_straddle_of_the_button_acts_last() -> None:
    dealer = Dealer()

    dealer.command(type="start_hand", button=3, straddles=[{"seat": 3, "kind": "straddle", "amount": 200}])

    assert (legal(dealer)["seat"], legal(dealer)["min_to"]) == (1, 400)


def test_the_button_passes_an_empty_seat_in_tournaments() -> None:
    dealer = Dealer((1000, 1000, 1000, 1000))
    dealer.command(type="set_house_rules", profile="tournament")
    dealer.command(type="start_hand", button=1)  # blinds 2 and 3
    finish(dealer)
    dealer.command(type="remove_player", seat=2)

    dealer.command(type="start_hand")

    hand = dealer.state()["hand"]
    assert (hand["button"], [act["seat"] for act in hand["actions"]]) == (2, [3, 4])  # a dead button


def test_a_player_who_was_away_owes_the_blinds_that_passed() -> None:
    dealer = Dealer((1000, 1000, 1000, 1000, 1000))
    dealer.command(type="start_hand", button=1)  # blinds 2 and 3
    finish(dealer)
    dealer.command(type="sit_out", seat=4)
    for _ in range(2):  # big blind 5, then 1: both blinds pass seat 4
        dealer.command(type="start_hand")
        finish(dealer)
    assert dealer.state()["owed"] == {"4": ["small_blind", "big_blind"]}

    dealer.command(type="sit_out", seat=4, out=False)
    dealer.command(type="start_hand")

    posts = [(act["seat"], act["action"], act["amount"]) for act in dealer.state()["hand"]["actions"]]
    assert (4, "dead", 50) in posts
    assert (4, "late", 100) in posts
    assert dealer.state()["owed"] == {}


def test_a_misdeal_is_dealt_again_with_the_same_blinds() -> None:
    dealer = Dealer((1000, 1000, 1000, 1000))
    dealer.command(type="start_hand", button=2)
    posts = dealer.state()["hand"]["actions"]
    dealer.command(type="misdeal")

    dealer.command(type="start_hand")

    assert dealer.state()["hand"]["actions"] == posts


def test_a_wrong_award_alerts_the_floor_before_the_next_hand() -> None:
    dealer = Dealer((1000, 1000))
    all_in(dealer)
    for card in ("2c", "7d", "9h", "3s", "4c"):
        dealer.read(None, card)
    dealer.command(type="show", seat=1, cards=["Ah", "Ad"])
    dealer.command(type="show", seat=2, cards=["Kh", "Kd"])

    dealer.command(type="award", amounts=[{"seat": 2, "amount": 2000}], reason="as pushed")

    assert dealer.alerts()[-1] == "WRONG_AWARD"
    assert dealer.seat(2)["stack"] == 2000


def test_rake_is_a_rule_of_the_table() -> None:
    dealer = Dealer((1000, 1000))
    dealer.command(type="set_house_rules", profile="cash", rake_points=500, rake_cap=30)
    all_in(dealer)
    for card in ("2c", "7d", "9h", "3s", "4c"):
        dealer.read(None, card)
    dealer.command(type="show", seat=1, cards=["Ah", "Ad"])
    dealer.command(type="muck", seat=2)

    assert (dealer.state()["hand"]["rake"], dealer.seat(1)["stack"]) == (30, 1970)


def test_chips_change_hands_for_a_reason() -> None:
    dealer = Dealer()

    dealer.command(type="transfer_chips", seat=1, to_seat=2, amount=500, reason="last longer bet")

    assert (dealer.seat(1)["stack"], dealer.seat(2)["stack"]) == (9500, 10_500)
    assert dealer.send(type="transfer_chips", seat=1, to_seat=9, amount=1, reason="x").error is not None


def test_a_player_moves_to_an_empty_seat_only() -> None:
    dealer = Dealer()

    assert dealer.send(type="move_player", seat=1, to_seat=2).error is not None
    dealer.command(type="move_player", seat=1, to_seat=9)

    assert (dealer.seat(9)["player_id"], dealer.seat(1)["status"]) == ("p_1", "empty")


def test_facts_of_the_tournament_stay_until_they_are_told_anew() -> None:
    dealer = Dealer()

    dealer.command(type="set_tournament", level=3, entrants=120, remaining=44)
    dealer.command(type="set_tournament", remaining=43, source="sync")

    assert dealer.state("public")["tournament"] == {"level": 3, "entrants": 120, "remaining": 43, "source": "sync"}


@pytest.mark.parametrize("game", ["short_deck", "omaha5", "omaha6_hi_lo", "courchevel", "badugi", "badeucy", "razz"])
def test_every_game_starts(game: str) -> None:
    dealer = Dealer()

    bring(dealer, game=game, bring_in=25)

    assert dealer.state()["hand"]["game"] == game


def test_an_up_card_antenna_deals_face_up() -> None:
    dealer = Dealer()
    dealer.command(type="assign_antenna", device="node-01", antenna="up1", role="up", seat=1)
    bring(dealer, game="stud", bring_in=25)

    dealer.command(type="deal_card", seat=1, card="Ks", up=True)

    assert dealer.seat(1, "public")["up"] == ["Ks"]
