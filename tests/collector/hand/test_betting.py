"""Rules of the betting, in the order they come up at a table. Seat 1 is first left of the button."""

from __future__ import annotations

import pytest

from collector.errors import IllegalAction
from collector.hand import apply, legal, pot_total, pots_so_far, start
from collector.hand.events import BetTo, Call, Fold, Post, PostKind
from collector.hand.model import Hand, Legal, Pot
from tests.collector.hand.spoken import blinds, chips, deal, play, setup, stacks


def options(hand: Hand) -> Legal:
    found = legal(hand)
    assert found is not None
    return found


# Posts


def test_the_blinds_are_bets_and_on_the_record() -> None:
    hand = deal(1000, 1000, 1000)

    assert [player.bet for player in hand.players] == [50, 100, 0]
    assert [(a.seat, a.action, a.amount, a.to) for a in hand.actions] == [
        (1, "small_blind", 50, 50),
        (2, "big_blind", 100, 100),
    ]


def test_the_seat_left_of_the_big_blind_acts_first() -> None:
    assert deal(1000, 1000, 1000, 1000).to_act == 3


def test_heads_up_the_button_is_the_small_blind_and_acts_first_before_the_flop_and_last_after_it() -> None:
    hand = deal(1000, 1000)
    assert (hand.players[1].bet, hand.to_act) == (50, 2)

    assert play(hand, "2 calls", "1 checks").to_act == 1


def test_the_big_blind_may_raise_when_everybody_has_called() -> None:
    hand = play(deal(1000, 1000, 1000), "3 calls", "1 calls")

    assert hand.to_act == 2
    assert options(hand) == Legal(2, check=True, call=0, min_to=200, max_to=1000, opens=False, pot_to=400)


def test_a_caller_of_a_short_big_blind_owes_the_full_one() -> None:
    hand = deal(1000, 30, 1000, 1000)

    assert options(hand).call == 100
    assert options(hand).min_to == 200
    assert hand.actions[-1].all_in


def test_a_small_blind_alone_against_a_short_big_blind_it_covers_has_nothing_to_decide() -> None:
    hand = play(deal(1000, 30, 1000), "3 folds")

    assert hand.closed
    assert hand.players[0].returned == 20
    assert pot_total(hand) == 60


def test_a_small_blind_that_covers_less_than_a_short_big_blind_still_acts() -> None:
    hand = play(start(setup((1000, 80, 1000), blinds(3))), "3 folds")

    assert hand.to_act == 1


def test_an_ante_is_paid_before_the_blind_and_is_no_part_of_the_bet() -> None:
    hand = deal(1000, 120, 1000, antes=(30, 30, 30))

    assert [player.bet for player in hand.players] == [50, 90, 0]
    assert hand.players[1].all_in
    assert pot_total(hand) == 230


def test_a_short_stack_antes_what_it_has_and_can_win_that_of_each() -> None:
    hand = play(deal(1000, 1000, 20, 1000, antes=(30, 30, 30, 30)), "4 folds", "1 calls", "2 checks")

    assert pots_so_far(hand) == (Pot(80, (1, 2, 3)), Pot(230, (1, 2)))


def test_a_big_blind_ante_is_dead_money_in_the_main_pot() -> None:
    hand = play(deal(1000, 1000, 300, antes=(0, 100, 0)), "3 all-in", "1 all-in", "2 all-in")

    assert pots_so_far(hand) == (Pot(1000, (1, 2, 3)), Pot(1200, (1, 2)))
    assert hand.players[0].returned == 100


def test_a_big_blind_whose_stack_is_all_ante_plays_for_the_ante_only() -> None:
    hand = play(deal(1000, 80, 1000, antes=(0, 100, 0)), "3 calls", "1 calls")

    assert pots_so_far(hand) == (Pot(80, (1, 2, 3)), Pot(200, (1, 3)))


def test_a_dead_blind_is_dead_and_a_late_post_is_live_without_a_turn_before_its_turn() -> None:
    late = (Post(4, PostKind.DEAD, 50), Post(4, PostKind.LATE, 100))
    hand = deal(1000, 1000, 1000, 1000, 1000, extra=late)

    assert hand.to_act == 3
    assert (hand.players[3].bet, hand.players[3].dead) == (100, 50)
    hand = play(hand, "3 folds")
    assert (hand.to_act, options(hand).check) == (4, True)


def test_a_straddle_is_a_raise_and_acts_last() -> None:
    hand = deal(1000, 1000, 1000, 1000, extra=[Post(3, PostKind.STRADDLE, 200)])

    assert hand.to_act == 4
    assert options(hand).min_to == 400
    hand = play(hand, "4 calls", "1 calls", "2 calls")
    assert hand.to_act == 3
    assert options(hand).check


def test_without_a_small_blind_the_game_goes_on() -> None:
    hand = start(setup((1000, 1000, 1000), [Post(2, PostKind.BIG_BLIND, 100)]))

    assert hand.to_act == 3
    assert options(play(hand, "3 folds")).call == 100


def test_with_antes_only_the_first_left_of_the_button_may_check() -> None:
    hand = start(setup((1000, 1000, 1000), [Post(seat, PostKind.ANTE, 100) for seat in (1, 2, 3)]))

    assert options(hand) == Legal(1, check=True, call=0, min_to=100, max_to=900, opens=True, pot_to=300)


# Acts


def test_after_a_call_the_next_seat_acts_and_the_round_ends_when_all_have_answered() -> None:
    hand = play(deal(1000, 1000, 1000), "3 calls", "1 calls")
    assert hand.street == "preflop"

    hand = play(hand, "2 checks")

    assert (hand.street, hand.to_act, hand.bet_to) == ("flop", 1, 0)


def test_the_betting_does_not_wait_for_the_board() -> None:
    hand = play(deal(1000, 1000), "2 calls", "1 checks", "1 checks", "2 checks", "1 checks")

    assert (hand.street, hand.to_act) == ("turn", 2)


def test_a_raise_is_at_least_as_large_as_the_last() -> None:
    hand = play(deal(5000, 5000, 5000), "3 raises to 350")

    assert options(hand).min_to == 600
    with pytest.raises(IllegalAction, match="seat 1 cannot raise to 599: the least is 600; fold, call 300 or raise to"):
        play(hand, "1 raises to 599")


def test_all_in_is_legal_for_less_than_a_full_raise() -> None:
    hand = play(deal(450, 5000, 5000), "3 raises to 300")

    assert (options(hand).min_to, options(hand).max_to) == (450, 450)
    assert play(hand, "1 all-in").bet_to == 450


def test_a_short_all_in_does_not_reopen_the_betting_for_a_seat_that_has_acted() -> None:
    hand = play(deal(450, 5000, 5000), "3 raises to 300", "1 all-in", "2 calls")

    assert hand.to_act == 3
    assert options(hand) == Legal(3, check=False, call=150, min_to=None, max_to=None, opens=False, pot_to=None)
    with pytest.raises(IllegalAction, match="no raise since it acted was a full one; fold or call 150"):
        play(hand, "3 all-in")


def test_a_short_all_in_leaves_the_betting_open_for_a_seat_that_has_not_acted() -> None:
    hand = play(deal(450, 5000, 5000), "3 raises to 300", "1 all-in")

    assert hand.to_act == 2
    assert options(hand).min_to == 650


def test_short_all_ins_that_add_up_to_a_full_raise_reopen_the_betting() -> None:
    hand = play(deal(400, 500, 5000, 5000), "3 raises to 300", "4 calls", "1 all-in", "2 all-in")

    assert hand.to_act == 3
    assert options(hand).call == 200
    assert options(hand).min_to == 700


def test_short_all_ins_reopen_only_for_the_seats_that_face_a_full_raise() -> None:
    hand = play(
        deal(400, 5000, 520, 5000, 5000), "3 calls", "4 raises to 300", "5 calls", "1 all-in", "2 calls", "3 all-in"
    )

    assert (hand.to_act, options(hand).min_to) == (4, 720)  # faces 220, a full raise of 200
    hand = play(hand, "4 calls", "5 calls")
    assert (hand.to_act, options(hand).min_to) == (2, None)  # faces 120 only


def test_an_all_in_over_an_all_in_that_only_short_stacks_are_left_to_answer_is_a_raise() -> None:
    hand = play(deal(300, 600, 1000), "3 raises to 200", "1 calls", "2 all-in")

    assert options(hand).max_to == 1000
    hand = play(hand, "3 all-in", "1 all-in")
    assert hand.players[2].returned == 400


def test_all_in_is_a_call_when_nobody_can_answer_a_raise() -> None:
    hand = play(deal(1000, 400), "2 all-in")
    assert options(hand).max_to is None

    hand = play(hand, "1 all-in")

    assert (hand.actions[-1].action, hand.actions[-1].to, hand.players[0].stack) == ("call", 400, 600)


def test_a_call_for_less_than_the_bet_is_all_in() -> None:
    hand = play(deal(80, 1000, 1000), "3 raises to 500")

    assert options(hand).call == 30
    hand = play(hand, "1 calls")
    assert hand.actions[-1].all_in
    assert hand.actions[-1].action == "call"


def test_an_opening_bet_is_at_least_the_big_blind() -> None:
    hand = play(deal(1000, 1000), "2 calls", "1 checks")

    assert options(hand) == Legal(1, check=True, call=0, min_to=100, max_to=900, opens=True, pot_to=200)
    with pytest.raises(IllegalAction, match="seat 1 cannot bet 99: the least is 100; fold, check or bet at least 100"):
        play(hand, "1 bets 99")


def test_a_seat_cannot_check_a_bet_and_is_told_what_it_can_do() -> None:
    with pytest.raises(IllegalAction) as caught:
        play(deal(5000, 5000, 5000), "3 raises to 300", "1 checks")

    assert caught.value.code == "CANNOT_CHECK"
    assert caught.value.message == "seat 1 cannot check: 250 to call; fold, call 250 or raise to at least 500"
    assert caught.value.details["legal"]["min_to"] == 500


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("1 folds", "NOT_YOUR_TURN"),
        ("1 calls", "NOT_YOUR_TURN"),
        ("3 raises to 1001", "NOT_ENOUGH_CHIPS"),
        ("3 raises to 100", "RAISE_TOO_SMALL"),
        ("3 raises to -5", "BAD_AMOUNT"),
        ("7 folds", "NOT_IN_HAND"),
        ("2 mucks", "BETTING_OPEN"),
        ("2 shows AsKs", "BETTING_OPEN"),
    ],
)
def test_what_cannot_be_is_refused_with_a_code(line: str, code: str) -> None:
    with pytest.raises(IllegalAction) as caught:
        play(deal(1000, 1000, 1000), line)

    assert caught.value.code == code


def test_a_call_of_nothing_is_refused() -> None:
    with pytest.raises(IllegalAction, match="seat 2 cannot call: nothing is bet; fold, check or raise to at least 200"):
        play(deal(1000, 1000, 1000), "3 calls", "1 calls", "2 calls")


def test_a_seat_that_folded_or_is_all_in_cannot_act() -> None:
    hand = play(deal(50, 1000, 1000, 1000), "3 folds")

    for line, code in (("3 calls", "FOLDED"), ("1 calls", "ALL_IN")):
        with pytest.raises(IllegalAction) as caught:
            play(hand, f"{line}!")
        assert caught.value.code == code


def test_an_override_is_applied_as_recorded_and_listed() -> None:
    hand = play(deal(1000, 1000, 1000), "3 raises to 150!")

    assert hand.bet_to == 150
    assert hand.rulings == ("preflop: seat 3 cannot raise to 150: the least is 200; it stands as recorded",)


def test_an_override_out_of_turn_leaves_the_turn_where_it_was() -> None:
    hand = play(deal(1000, 1000, 1000, 1000), "1 folds!")
    assert hand.to_act == 3

    hand = play(hand, "3 calls", "4 calls")

    assert hand.to_act == 2
    assert len(hand.rulings) == 1


def test_an_override_beyond_the_stack_is_all_in() -> None:
    hand = play(deal(1000, 1000, 1000), "3 raises to 5000!")

    assert hand.players[2].all_in
    assert hand.bet_to == 1000


def test_an_overridden_check_of_a_bet_settles_the_seat() -> None:
    hand = play(deal(1000, 1000, 1000), "3 checks!", "1 calls", "2 checks")

    assert hand.street == "flop"
    assert not hand.players[2].folded


def test_an_override_of_a_legal_act_leaves_no_ruling() -> None:
    assert play(deal(1000, 1000, 1000), "3 calls!").rulings == ()


def test_apply_leaves_the_hand_it_was_given() -> None:
    hand = deal(1000, 1000)
    before = repr(hand)

    apply(hand, BetTo(2, 300))
    with pytest.raises(IllegalAction):
        apply(hand, Call(1))

    assert repr(hand) == before


def test_pots_split_only_at_an_all_in_while_the_betting_goes_on() -> None:
    hand = play(deal(200, 1000, 1000), "3 raises to 500", "1 all-in")

    assert pots_so_far(hand) == (Pot(500, (1, 2, 3)), Pot(300, (2, 3)))
    assert pot_total(hand) == 800


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda: setup((1000,), ()), "1 players are dealt in; a hand needs 2 to 10"),
        (lambda: setup((100,) * 11, ()), "11 players are dealt in"),
        (lambda: setup((1000, 0), ()), "seat 2 has no chips"),
        (lambda: setup((1000, 1000), (), 0), "the least bet is 0"),
        (lambda: setup((1000, 1000), [Post(5, PostKind.ANTE, 5)]), "seat 5 cannot post"),
        (lambda: setup((1000, 1000), [Post(1, PostKind.ANTE, -5)]), "seat 1 cannot post a ante of -5"),
    ],
)
def test_a_hand_that_cannot_be_played_does_not_start(change: object, words: str) -> None:
    with pytest.raises(IllegalAction, match=words):
        start(change())  # type: ignore[operator]


def test_ten_players_can_play() -> None:
    hand = deal(*[1000] * 10)
    for seat in (*range(3, 11), 1):
        hand = apply(hand, Fold(seat))

    assert hand.complete
    assert stacks(hand)[:2] == [950, 1050]
    assert chips(hand) == 10_000
