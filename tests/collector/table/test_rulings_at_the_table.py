"""Rulings, penalties, levels, places and side games at the live table: commands in, states and records out."""

from __future__ import annotations

from typing import Any

import pytest

from collector.hand.model import Player
from collector.table.finished.evidence import _folded, evidence_of
from collector.table.tournament import places
from tests.collector.table.dealer import Dealer, records_of


def refused(dealer: Dealer, **fields: Any) -> str:
    reply = dealer.send(**fields)
    assert reply.error is not None
    return reply.error.code


def hand(dealer: Dealer) -> dict[str, Any]:
    found: dict[str, Any] = dealer.state("public")["hand"]
    return found


def posts(dealer: Dealer) -> list[tuple[int, str, int]]:
    return [(act["seat"], act["action"], act["amount"]) for act in hand(dealer)["actions"]]


def folded_out(dealer: Dealer) -> None:
    """Everybody folds to the last, and the hand is put away."""
    while dealer.table.running:
        dealer.act(hand(dealer)["to_act"], "fold")
    dealer.command(type="end_hand")


def test_an_act_out_of_turn_waits_on_show_and_is_told_when_it_binds() -> None:
    dealer = Dealer((10_000, 10_000, 10_000, 10_000))
    dealer.command(type="start_hand", button=4)
    dealer.command(type="out_of_turn", seat=1, action="raise_to", amount=400)
    assert hand(dealer)["pending"] == [{"seat": 1, "action": "bet_to", "to": 400, "bet_to": 100}]

    dealer.act(3, "call")
    dealer.act(4, "fold")

    told = [event["data"] for event in dealer.events("public") if event["type"] == "action_recorded"]
    assert [(act["seat"], act["action"]) for act in told] == [(3, "call"), (4, "fold"), (1, "raise")]
    assert hand(dealer)["pending"] == []
    dealer.command(type="undo")  # the fold, and what followed from it
    assert (hand(dealer)["to_act"], hand(dealer)["pending"][0]["seat"]) == (4, 1)


def test_a_string_bet_is_ruled_at_the_table() -> None:
    dealer = Dealer()
    dealer.command(type="start_hand", button=3)

    dealer.command(type="string_bet", seat=3, amount=140)

    assert (hand(dealer)["actions"][-1]["action"], hand(dealer)["to_act"]) == ("call", 1)
    assert "first motion of 140" in hand(dealer)["rulings"][-1]


def test_after_substantial_action_only_a_fouled_deck_makes_a_misdeal_tda_35() -> None:
    dealer = Dealer()
    dealer.command(type="start_hand", button=3)
    dealer.act(3, "raise_to", 300)
    dealer.act(1, "call")
    assert refused(dealer, type="misdeal") == "SUBSTANTIAL_ACTION"

    dealer.command(type="misdeal", fouled_deck=True, reason="two aces of spades")

    record = dealer.records()[-1]
    assert (record.void, record.rulings[-1]) == (True, "misdeal: two aces of spades")
    assert [dealer.seat(seat)["stack"] for seat in (1, 2, 3)] == [10_000] * 3


def test_no_button_is_bought_in_tournaments_or_heads_up() -> None:
    dealer = Dealer()
    dealer.command(type="set_house_rules", profile="tournament")
    assert refused(dealer, type="start_hand", buy_button=True) == "NO_BUTTON_TO_BUY"
    assert refused(Dealer((1000, 1000)), type="start_hand", buy_button=True) == "NO_BUTTON_TO_BUY"


def test_a_new_player_posts_a_big_blind_where_the_house_asks_it() -> None:
    for asked, wanted in ((True, [(4, "late", 100)]), (False, [])):
        dealer = Dealer((10_000, 10_000, 10_000))
        dealer.command(type="set_house_rules", profile="cash", new_players_post=asked)
        for _ in range(4):  # the blinds have gone round: it is no new game
            dealer.command(type="start_hand")
            folded_out(dealer)
        dealer.command(type="seat_player", seat=4, player_id="p_4", name="Player 4", stack=5000)

        dealer.command(type="start_hand")  # button 2: blinds 3 and 4
        dealer.command(type="misdeal")
        dealer.command(type="start_hand", button=3)  # blinds 4 and 1
        dealer.command(type="misdeal")
        dealer.command(type="start_hand", button=1)  # blinds 2 and 3

        assert [post for post in posts(dealer) if post[1] == "late"] == wanted


def test_a_player_on_a_penalty_is_posted_for_and_dead_for_as_many_hands_tda_71() -> None:
    dealer = Dealer()
    dealer.command(type="penalty", seat=1, hands=1, reason="abuse")
    assert dealer.state("public")["penalties"] == {"1": 1}
    dealer.command(type="start_hand", button=3)
    assert (posts(dealer)[0], dealer.seat(1)["status"]) == ((1, "small_blind", 50), "folded")
    dealer.command(type="misdeal")  # the hand that is dealt again counts once
    dealer.command(type="start_hand")
    assert dealer.seat(1)["status"] == "folded"
    folded_out(dealer)

    dealer.command(type="start_hand")

    assert (dealer.seat(1)["status"], dealer.state("public")["penalties"]) == ("in", {})


def test_an_absent_player_of_a_tournament_is_dead_once_the_cards_are_dealt_tda_30() -> None:
    dealer = Dealer()
    dealer.command(type="set_house_rules", profile="tournament")
    dealer.command(type="sit_out", seat=2)

    dealer.command(type="start_hand", button=3)
    dealer.act(3, "fold")

    assert dealer.seat(1)["stack"] == 10_100  # the big blind of the absent player


def test_a_mixed_game_changes_by_command() -> None:
    dealer = Dealer((10_000, 10_000))
    dealer.command(type="set_game", rotation="horse", bring_in=25)
    seen = []
    for change in (False, False, True, True):
        if change:
            dealer.command(type="next_game")
        seen.append(dealer.state()["game"])
        dealer.command(type="start_hand")
        dealer.command(type="misdeal")

    assert seen == ["holdem", "holdem", "omaha_hi_lo", "razz"]
    dealer.command(type="set_game", game="holdem")
    assert refused(dealer, type="next_game") == "NO_MIXED_GAME"


LEVELS = (
    {"small_blind": 100, "big_blind": 200, "minutes": 20},
    {"on_break": True, "minutes": 10},
    {"small_blind": 200, "big_blind": 400, "big_blind_ante": 400, "minutes": 20},
)


def test_a_new_level_holds_from_the_next_hand_on_tda_23() -> None:
    dealer = Dealer()
    dealer.command(type="set_levels", levels=LEVELS)
    dealer.command(type="set_tournament", level=1)
    dealer.command(type="start_hand", button=3)
    dealer.command(type="set_tournament", level=2, clock_ms=1_200_000, clock_running=True)
    assert posts(dealer)[:2] == [(1, "small_blind", 100), (2, "big_blind", 200)]
    folded_out(dealer)

    dealer.command(type="start_hand")

    assert [post[1:] for post in posts(dealer)] == [("ante", 400), ("small_blind", 200), ("big_blind", 400)]
    clock = dealer.state("public")["tournament"]
    assert (clock["clock_ms"], clock["clock_running"]) == (1_200_000, True)
    assert clock["clock_at"] == next(f.received_at for f in dealer.facts if f.body.get("command", {}).get("clock_ms"))


@pytest.mark.parametrize(
    ("stacks", "found"),
    [
        ((900, 500), [("p_1", 9, False, 300), ("p_2", 10, False, 200)]),  # the larger stack is the better place
        ((500, 500), [("p_1", 9, True, 250), ("p_2", 9, True, 250)]),  # equal stacks share place and prize
        ((500, 500, 700), [("p_3", 8, False, 401), ("p_1", 9, True, 250), ("p_2", 9, True, 250)]),
    ],
)
def test_who_goes_out_in_one_hand_is_ranked_by_the_stack_at_its_start(
    stacks: tuple[int, ...], found: list[tuple[str, int, bool, int]]
) -> None:
    gone = [Player(seat, f"p_{seat}", f"Player {seat}", stack, 0) for seat, stack in enumerate(stacks, 1)]
    payouts = (9000, 5000, 3000, 2000, 1000, 800, 500, 401, 300, 200)

    told = places(gone, 10, payouts)

    assert [(each.player_id, each.rank, each.tied, each.payout) for each in told] == found


def lost_by_all_in(dealer: Dealer) -> None:
    """Seat 3 has aces against everybody who is all-in."""
    dealer.command(type="start_hand", button=3)
    for seat in (3, 1, 2):
        dealer.act(seat, "all_in")
    for card in ("2c", "7d", "9h", "3s", "4c"):
        dealer.command(type="deal_card", card=card)
    for seat, cards in ((1, ("Kh", "Kd")), (2, ("Qh", "Qd")), (3, ("Ah", "Ad"))):
        dealer.command(type="show", seat=seat, cards=cards)
    dealer.command(type="end_hand")


def test_eliminations_places_and_prizes_follow_from_the_hand() -> None:
    dealer = Dealer((2000, 1000, 5000))
    dealer.command(type="set_house_rules", profile="tournament")
    dealer.command(type="set_tournament", entrants=50, remaining=12, payouts=[*[1000] * 10, 500, 300])

    lost_by_all_in(dealer)

    tournament = dealer.state("public")["tournament"]
    assert tournament["remaining"] == 10
    assert [(out["player_id"], out["rank"], out["payout"]) for out in tournament["eliminated"]] == [
        ("p_1", 11, 500),
        ("p_2", 12, 300),
    ]
    assert dealer.events("public")[-2]["type"] == "tournament_update"


def test_a_player_who_has_chips_again_is_not_out() -> None:
    dealer = Dealer((2000, 1000, 5000))
    dealer.command(type="set_house_rules", profile="tournament")
    lost_by_all_in(dealer)
    dealer.command(type="set_stack", seat=1, stack=3000)

    dealer.command(type="start_hand")
    folded_out(dealer)

    tournament = dealer.state("public")["tournament"]
    assert ([out["player_id"] for out in tournament["eliminated"]], tournament["remaining"]) == (["p_2"], 2)


def test_cash_games_have_no_places() -> None:
    dealer = Dealer((2000, 1000, 5000))

    lost_by_all_in(dealer)

    assert dealer.state("public")["tournament"] == {}


def test_bounties_and_the_stand_up_game_are_rules_of_the_table() -> None:
    dealer = Dealer()
    dealer.command(type="set_side_games", bounties=[{"name": "7-2", "ranks": "72", "amount": 100}], stand_up=50)
    for winner in (3, 1):
        dealer.command(type="start_hand", button=3)
        dealer.act(3, "raise_to" if winner == 3 else "fold", 300 if winner == 3 else None)
        if winner == 3:
            dealer.act(1, "fold")
        dealer.act(2 if winner == 3 else 1, "fold" if winner == 3 else "raise_to", None if winner == 3 else 300)
        if winner == 1:
            dealer.act(2, "fold")
        else:
            dealer.command(type="show", seat=3, cards=["7c", "2d"])
            assert hand(dealer)["paid"] == {"1": -100, "2": -100, "3": 200}
            assert dealer.state("public")["side_games"]["standing"] is None
        dealer.command(type="end_hand")
        if winner == 3:
            assert dealer.state("public")["side_games"]["standing"] == ["p_1", "p_2"]

    # seat 2 alone has not won: it pays fifty to each, and all stand again
    assert [dealer.seat(seat)["stack"] for seat in (1, 2, 3)] == [10_000, 9600, 10_400]
    assert dealer.state("public")["side_games"]["standing"] == ["p_1", "p_2", "p_3"]


def test_tournaments_show_no_rabbit_cards_and_table_every_all_in() -> None:
    dealer = Dealer((1000, 1000))
    dealer.command(type="set_house_rules", profile="tournament")
    dealer.command(type="start_hand", button=2)
    dealer.act(2, "fold")
    assert refused(dealer, type="rabbit_card", card="2c") == "NO_RABBIT"
    dealer.command(type="start_hand", button=2)
    dealer.act(2, "all_in")
    dealer.act(1, "call")
    for card in ("2c", "7d", "9h", "3s", "4c"):
        dealer.command(type="deal_card", card=card)

    assert refused(dealer, type="muck", seat=1) == "MUST_TABLE"


def test_the_public_never_sees_which_card_was_burned() -> None:
    outputs = []
    for card in ("2c", "Ks"):
        dealer = Dealer((1000, 1000))
        dealer.command(type="start_hand", button=2)
        dealer.command(type="burn_card", card=card)
        assert dealer.facts[-1].secrecy == "S0"
        outputs.append(dealer.output("public"))

    assert outputs[0] == outputs[1]


def test_a_flop_of_four_is_mended_at_the_table() -> None:
    dealer = Dealer((1000, 1000))
    dealer.command(type="start_hand", button=2)
    dealer.act(2, "call")
    dealer.act(1, "check")
    for card in ("2c", "7d", "9h", "Js"):
        dealer.read(None, card)

    dealer.command(type="irregular_flop", cards=["7d", "9h", "Js"], burn="2c", reason="four cards")

    assert (hand(dealer)["board"], hand(dealer)["burns"]) == (["7d", "9h", "Js"], 1)


def test_boxed_and_replaced_cards_are_on_show_as_out_of_play() -> None:
    dealer = Dealer((1000, 1000))
    dealer.command(type="start_hand", button=2)
    dealer.read(1, "As")
    dealer.command(type="boxed_card", card="5c")
    dealer.command(type="replace_card", seat=1, card="As", reason="exposed by the dealer")
    dealer.read(1, "Kd")
    dealer.read(1, "Kc")

    assert hand(dealer)["scrap"] == ["5c", "As"]
    assert dealer.seat(1, "live")["hole"] == ["Kd", "Kc"]


def test_the_state_lists_what_may_come_next() -> None:
    dealer = Dealer()
    dealer.command(type="start_hand", button=3)

    may = hand(dealer)["may"]

    assert (may["call"], may["out_of_turn"], may["string_bet"]) == ([3], [1, 2], [3])
    assert "check" not in may
    assert "award" not in may


def test_every_act_of_a_record_has_number_time_source_and_history() -> None:
    dealer = Dealer((10_000, 10_000))
    dealer.command(type="start_hand", button=2)
    raised = dealer.act(2, "raise_to", 300)
    dealer.act(1, "fold")
    dealer.command(type="end_hand")
    changes = [{"seq": raised.seq, "command": {"type": "raise_to", "seat": 2, "amount": 400}}]
    previewed = dealer.send(type="amend", changes=changes)
    assert previewed.error is not None
    dealer.command(type="amend", changes=changes, digest=previewed.error.details["digest"])

    acts = records_of(dealer.changes[-1])[-1].actions
    blind, raise_, fold = acts[0], acts[2], acts[3]
    assert [act.seq for act in acts] == [1, 2, 3, 4]
    assert (blind.source, raise_.source, raise_.fact, raise_.to) == ("inference", "operator", raised.seq, 400)
    assert [act.at for act in acts] == sorted(act.at for act in acts)
    assert raise_.at == next(fact.received_at for fact in dealer.facts if fact.position == raised.seq)
    assert [(old.action, old.to) for old in raise_.history] == [("raise", 300)]
    assert fold.history == ()


def test_evidence_is_the_same_whether_the_hand_is_folded_again_or_not() -> None:
    dealer = Dealer((1000, 2000, 1000))
    dealer.command(type="sit_out", seat=3)
    dealer.command(type="set_house_rules", profile="tournament")
    all_in_at_once(dealer)

    (play,) = dealer.evening.closed

    assert evidence_of(play) == _folded(play)
    assert {seen.source for seen in evidence_of(play)} == {"inference", "operator"}
    assert evidence_of(play)[0].fact == play.first_position


def all_in_at_once(dealer: Dealer) -> None:
    """Seats 1 and 2 are all-in, seat 3 is absent; both show, and the hand is put away."""
    dealer.command(type="start_hand", button=3)
    dealer.read(1, "Ah")
    dealer.act(1, "all_in")
    dealer.act(2, "call")
    for card in ("2c", "7d", "9h", "3s", "4c"):
        dealer.read(None, card)
    dealer.command(type="show", seat=1, cards=["Ah", "Ad"])
    dealer.command(type="show", seat=2, cards=["Kh", "Kd"])
    dealer.command(type="end_hand")


def test_an_act_out_of_turn_is_known_from_the_command_that_made_it_bind() -> None:
    dealer = Dealer((1000, 1000, 1000))
    dealer.command(type="start_hand", button=3)
    dealer.command(type="out_of_turn", seat=1, action="call")
    folded = dealer.act(3, "fold")

    assert [seen.fact for seen in evidence_of(dealer.table.play)[2:]] == [folded.seq, folded.seq]


def test_the_last_two_of_a_tournament_raise_without_a_cap_tda_48() -> None:
    for left, cap in ((2, 0), (3, 4)):
        dealer = Dealer((9000, 9000))
        dealer.command(type="set_house_rules", profile="tournament")
        dealer.command(type="set_tournament", remaining=left)
        dealer.command(type="set_game", game="holdem", betting="fixed_limit")
        dealer.command(type="start_hand", button=2)

        assert dealer.table.play.setup.bets_cap == cap


def test_cards_that_are_out_of_play_cannot_come() -> None:
    dealer = Dealer((1000, 1000))
    dealer.command(type="start_hand", button=2)
    for seat, cards in ((1, ("As", "Ad")), (2, ("Kh", "Kd"))):
        for card in cards:
            dealer.read(seat, card)
    before = dealer.seat(2)["equity"]

    dealer.command(type="boxed_card", card="Ks")
    boxed = dealer.seat(2)["equity"]
    dealer.command(type="burn_card", card="Kc")

    assert before > boxed > dealer.seat(2)["equity"]


@pytest.mark.parametrize(
    ("first", "wanted"),
    [
        (True, [(2, "ante", 400), (1, "small_blind", 200), (2, "big_blind", 100)]),  # the ante first: a short blind
        (False, [(1, "small_blind", 200), (2, "big_blind", 400), (2, "ante", 100)]),  # the blind first: a short ante
    ],
)
def test_a_big_blind_ante_goes_in_before_or_after_the_blind(first: bool, wanted: list[tuple[int, str, int]]) -> None:
    dealer = Dealer((5000, 500, 5000))
    dealer.command(type="set_blinds", small_blind=200, big_blind=400, big_blind_ante=400, ante_first=first)

    dealer.command(type="start_hand", button=3)

    assert posts(dealer) == wanted
    assert hand(dealer)["legal"]["call"] == 400  # a short blind owes nobody less


def test_antes_of_all_or_of_the_button_go_in_before_the_blinds() -> None:
    dealer = Dealer()
    dealer.command(type="set_blinds", small_blind=50, big_blind=100, ante=10)
    dealer.command(type="start_hand", button=3)
    assert posts(dealer)[:3] == [(seat, "ante", 10) for seat in (1, 2, 3)]
    dealer.command(type="misdeal")
    dealer.command(type="set_blinds", small_blind=50, big_blind=100, button_ante=100)

    dealer.command(type="start_hand", button=3)

    assert posts(dealer)[0] == (3, "ante", 100)


def test_a_live_ante_of_the_house_counts_towards_the_call() -> None:
    dealer = Dealer()
    dealer.command(type="set_blinds", small_blind=50, big_blind=100, ante=10, ante_live=True)

    dealer.command(type="start_hand", button=3)

    assert posts(dealer)[0] == (1, "live_ante", 10)
    assert hand(dealer)["legal"]["call"] == 100  # the big blind has 110 in
    assert [player.dead for player in dealer.table.play.hand.players] == [0, 0, 0]


@pytest.mark.parametrize("first", [True, False])
def test_a_short_stack_pays_antes_or_blinds_first_as_the_house_says(first: bool) -> None:
    dealer = Dealer((5000, 90, 5000))
    dealer.command(type="set_blinds", small_blind=50, big_blind=100, ante=20, ante_first=first)

    dealer.command(type="start_hand", button=3)

    own = [(action, amount) for seat, action, amount in posts(dealer) if seat == 2]
    assert own == ([("ante", 20), ("big_blind", 70)] if first else [("big_blind", 90)])


def test_two_boxed_cards_in_the_first_deal_suggest_a_misdeal_tda_35() -> None:
    dealer = Dealer()
    dealer.command(type="start_hand", button=3)
    dealer.command(type="boxed_card", card="5c")
    assert dealer.alerts() == []

    dealer.command(type="boxed_card", card="6c")

    assert dealer.alerts() == ["MISDEAL_DUE"]
    assert dealer.table.running  # nobody took it


def test_after_substantial_action_or_the_flop_two_boxed_cards_suggest_nothing_tda_35() -> None:
    dealer = Dealer()
    dealer.command(type="start_hand", button=3)
    dealer.act(3, "call")
    dealer.act(1, "call")

    dealer.command(type="boxed_card", card="5c")
    dealer.command(type="boxed_card", card="6c")

    assert dealer.alerts() == []


def test_a_third_blind_is_posted_behind_the_big_one() -> None:
    dealer = Dealer((5000, 5000, 5000, 5000))
    dealer.command(type="set_blinds", small_blind=50, big_blind=100, third_blind=200)

    dealer.command(type="start_hand", button=4)

    assert (posts(dealer)[-1], hand(dealer)["to_act"]) == ((3, "straddle", 200), 4)
    assert hand(dealer)["legal"]["min_to"] == 400


def test_a_double_straddle_moves_the_first_turn_twice() -> None:
    dealer = Dealer((5000, 5000, 5000, 5000, 5000))
    straddles = [{"seat": 3, "kind": "straddle", "amount": 200}, {"seat": 4, "kind": "straddle", "amount": 400}]

    dealer.command(type="start_hand", button=5, straddles=straddles)

    assert (hand(dealer)["to_act"], hand(dealer)["legal"]["min_to"]) == (5, 800)


def test_a_straddler_of_the_button_may_wait_for_all_others() -> None:
    dealer = Dealer((5000, 5000, 5000, 5000))
    straddle = {"seat": 4, "kind": "sleeper", "amount": 200}

    dealer.command(type="start_hand", button=4, straddles=[straddle], acts_last=4)

    order = []
    for _ in range(3):
        order.append(hand(dealer)["to_act"])
        dealer.act(order[-1], "call")
    assert ([*order, hand(dealer)["to_act"]]) == [3, 1, 2, 4]


def test_a_straddle_that_the_house_does_not_allow_is_listed_when_it_stands() -> None:
    dealer = Dealer()
    dealer.command(type="set_house_rules", profile="tournament")
    straddle = {"seat": 3, "kind": "straddle", "amount": 200}
    assert refused(dealer, type="start_hand", straddles=[straddle]) == "NO_STRADDLES"

    dealer.command(type="start_hand", straddles=[straddle], override=True)

    assert hand(dealer)["rulings"] == ["preflop: a straddle, which the house does not allow, stands by an override"]
