"""How hands end: who shows, who wins, and what a corrected board does to it."""

from __future__ import annotations

import pytest

from collector.cards import Card
from collector.errors import IllegalAction
from collector.hand import apply, board, board_wanted, to_show
from collector.hand.events import HoleCard, HoleCardTaken
from collector.hand.model import Hand, Pot, Result, Win
from collector.secrecy import Secret
from tests.collector.hand.spoken import chips, deal, play, stacks

CHECKED_DOWN = ("2 calls", "1 checks", *("1 checks", "2 checks") * 3)
BOARD = "board 2c 7d 9h Js 3c"


def result(hand: Hand) -> Result:
    assert hand.result is not None
    return hand.result


def heads_up_showdown() -> Hand:
    return play(deal(1000, 1000), *CHECKED_DOWN, BOARD)


def test_the_last_hand_left_wins_and_its_uncalled_bet_goes_back() -> None:
    hand = play(deal(1000, 1000, 1000), "3 raises to 250", "1 folds", "2 folds")

    assert result(hand) == Result(250, (Pot(250, (3,)),), {3: 150}, (Win(3, 250),), {1: 950, 2: 900, 3: 1150}, False)
    assert (hand.street, hand.to_act) == ("complete", None)


def test_a_walk_gives_the_big_blind_back_what_nobody_called() -> None:
    hand = play(deal(1000, 1000, 1000), "3 folds", "1 folds")

    assert (result(hand).total_pot, result(hand).uncalled) == (100, {2: 50})


def test_the_better_tabled_hand_wins() -> None:
    hand = play(heads_up_showdown(), "1 shows AsKd", "2 shows 7c7h")

    assert result(hand).wins == (Win(2, 200, "Three of a Kind, Sevens"),)
    assert result(hand).reached_showdown


def test_equal_hands_share_and_the_odd_chip_goes_left_of_the_button() -> None:
    hand = play(deal(1000, 1000, 1000, big=50), "3 calls", "1 folds", "2 checks", *("2 checks", "3 checks") * 3, BOARD)
    hand = play(hand, "2 shows AsKd", "3 shows AhKc")

    assert [(win.seat, win.amount) for win in result(hand).wins] == [(2, 63), (3, 62)]


def test_what_was_read_does_not_matter_only_what_is_tabled() -> None:
    hand = play(heads_up_showdown(), "1 reads As Ad", "2 reads ?? ??", "1 shows 4c5d", "2 shows 7c8h")

    assert [win.seat for win in result(hand).wins] == [2]


def test_the_last_aggressor_shows_first_else_the_first_left_of_the_button() -> None:
    hand = play(deal(1000, 1000, 1000), "3 calls", "1 calls", "2 checks", *("1 checks", "2 checks", "3 checks") * 2)

    assert to_show(play(hand, "1 checks", "2 checks", "3 checks")) == (1, 2, 3)
    assert to_show(play(hand, "1 checks", "2 bets 100", "3 calls", "1 calls")) == (2, 3, 1)
    assert to_show(hand) == ()


def test_a_raise_on_an_earlier_street_does_not_decide_who_shows_first() -> None:
    hand = play(deal(1000, 1000), "2 raises to 300", "1 calls", *("1 checks", "2 checks") * 3)

    assert to_show(hand) == (1, 2)


def test_hands_may_be_shown_in_any_order() -> None:
    hand = play(heads_up_showdown(), "2 shows 7c7h")

    assert to_show(hand) == (1,)
    assert not hand.complete


def test_when_all_others_muck_the_last_wins_unshown_and_may_show_afterwards() -> None:
    hand = play(heads_up_showdown(), "1 mucks")
    assert result(hand).wins == (Win(2, 200),)

    after = play(hand, "2 shows 4h5h")

    assert after.players[1].shown == ("4h", "5h")
    assert after.result == hand.result


def test_the_winner_of_a_fold_out_may_show_or_muck() -> None:
    hand = play(deal(1000, 1000), "2 folds")

    assert play(hand, "1 shows 7c2d").result == hand.result
    assert play(hand, "1 mucks").result == hand.result


def test_a_mucked_hand_wins_nothing_whatever_it_held_and_stays_in_the_list_of_the_pot() -> None:
    hand = play(heads_up_showdown(), "1 reads 7c 7h", "2 reads 4c 5d", "1 mucks")

    assert [win.seat for win in result(hand).wins] == [2]
    assert result(hand).pots == (Pot(200, (1, 2)),)


def test_a_mucked_hand_cannot_be_shown_and_a_shown_hand_cannot_be_mucked() -> None:
    three = play(deal(1000, 1000, 1000), "3 calls", "1 calls", "2 checks", *("1 checks", "2 checks", "3 checks") * 3)

    with pytest.raises(IllegalAction, match="seat 1 cannot show: it has mucked"):
        play(three, "1 mucks", "1 shows AsKd")
    with pytest.raises(IllegalAction, match="seat 1 has shown"):
        play(three, "1 shows AsKd", "1 mucks")


def test_a_side_pot_whose_hands_are_all_mucked_goes_to_the_last_of_them() -> None:
    hand = play(deal(300, 1000, 1000), "3 all-in", "1 all-in", "2 all-in", BOARD, "2 mucks", "3 mucks")

    assert result(hand).pots == (Pot(900, (1, 2, 3)), Pot(1400, (2, 3)))
    assert [(win.seat, win.amount) for win in result(hand).wins] == [(1, 900), (3, 1400)]
    assert "every hand in the pot of 1400 is mucked" in hand.rulings[0]


def test_each_pot_goes_to_the_best_hand_that_can_win_it() -> None:
    hand = play(deal(300, 600, 1000, 1000), "3 all-in", "4 all-in", "1 all-in", "2 all-in", BOARD)
    hand = play(hand, "1 shows 7c7h", "2 shows 9c9d", "3 shows AsAd", "4 shows JhJd")

    assert [(win.seat, win.amount) for win in result(hand).wins] == [(4, 2900)]
    hand = play(deal(300, 600, 1000, 1000), "3 all-in", "4 all-in", "1 all-in", "2 all-in", BOARD)
    hand = play(hand, "4 shows 7c7h", "3 shows 5h5s", "2 shows 9c9d", "1 shows JhJd")
    assert [(win.seat, win.amount) for win in result(hand).wins] == [(1, 1200), (2, 900), (4, 800)]
    assert stacks(hand) == [1200, 900, 0, 800]


# The run-out


def test_with_everybody_all_in_the_streets_follow_the_board() -> None:
    hand = play(deal(1000, 1000), "2 all-in", "1 all-in")
    assert (hand.street, board_wanted(hand), to_show(hand)) == ("preflop", 3, (1, 2))

    hand = play(hand, "board 2c 7d")
    assert (hand.street, board(hand), board_wanted(hand)) == ("preflop", (), 1)
    hand = play(hand, "board 9h")
    assert (hand.street, board(hand), board_wanted(hand)) == ("flop", ("2c", "7d", "9h"), 1)
    hand = play(hand, "board Js", "board 3c")
    assert (hand.street, board_wanted(hand)) == ("showdown", 0)


def test_all_in_hands_may_be_shown_before_the_board_and_the_hand_ends_with_the_river() -> None:
    hand = play(deal(1000, 1000), "2 all-in", "1 all-in", "1 shows AsAd", "2 shows KsKd", "board 2c 7d 9h Js")
    assert not hand.complete

    hand = play(hand, "board 3c")

    assert stacks(hand) == [2000, 0]


def test_an_all_in_seat_may_show_while_others_still_bet() -> None:
    hand = play(deal(300, 1000, 1000), "3 calls", "1 all-in", "1 shows AsAd")

    assert hand.players[0].shown == ("As", "Ad")
    assert hand.to_act == 2


def test_one_seat_with_chips_against_all_ins_does_not_bet_on() -> None:
    hand = play(deal(1000, 300), "2 all-in", "1 calls")

    assert hand.closed
    assert hand.to_act is None


def test_the_uncalled_part_of_an_all_in_is_back_before_the_board_runs_out() -> None:
    hand = play(deal(1000, 300), "2 calls", "1 all-in", "2 all-in")

    assert (hand.players[0].stack, hand.players[0].returned, hand.players[0].contributed) == (700, 700, 300)


# The board


def test_the_flop_shows_only_when_three_cards_are_known() -> None:
    hand = play(deal(1000, 1000), "2 calls", "1 checks", "board 2c 7d")
    assert (board(hand), board_wanted(hand)) == ((), 1)

    assert board(play(hand, "board 9h")) == ("2c", "7d", "9h")


def test_a_card_read_early_stays_hidden_until_its_street() -> None:
    hand = play(deal(1000, 1000), "board 2c 7d 9h Js")
    assert board(hand) == ()

    hand = play(hand, "2 calls", "1 checks")
    assert board(hand) == ("2c", "7d", "9h")
    assert board(play(hand, "1 checks", "2 checks")) == ("2c", "7d", "9h", "Js")


def test_a_card_read_early_stays_hidden_when_the_hand_ends_before_its_street() -> None:
    hand = play(deal(1000, 1000), "board 2c 7d 9h Js", "2 calls", "1 checks", "1 bets 100", "2 folds")

    assert board(hand) == ("2c", "7d", "9h")


def test_a_flop_card_that_arrives_after_the_last_fold_still_shows() -> None:
    hand = play(deal(1000, 1000), "2 calls", "1 checks", "board 2c 7d", "1 bets 100", "2 folds", "board 9h")

    assert board(hand) == ("2c", "7d", "9h")
    with pytest.raises(IllegalAction, match="the hand is over with 3 board cards"):
        play(hand, "board Js")


def test_a_card_on_the_board_cannot_come_again_nor_a_sixth() -> None:
    hand = heads_up_showdown()

    for line, code in (("board 2c", "CARD_ON_BOARD"), ("board 2d", "BOARD_FULL"), ("clear 2d", "CARD_NOT_THERE")):
        with pytest.raises(IllegalAction) as caught:
            play(hand, line)
        assert caught.value.code == code


def test_a_replaced_card_takes_the_place_of_the_misread_one() -> None:
    hand = play(heads_up_showdown(), "clear 7d Js")
    assert board(hand) == ()
    assert board_wanted(hand) == 1

    hand = play(hand, "board 8d Qs")

    assert board(hand) == ("2c", "8d", "9h", "Qs", "3c")


def test_a_corrected_board_judges_a_finished_hand_again() -> None:
    hand = play(heads_up_showdown(), "1 shows AsKd", "2 shows 7c8h")
    assert [win.seat for win in result(hand).wins] == [2]

    open_again = play(hand, "clear 7d")
    assert (open_again.complete, chips(open_again)) == (False, 2000)
    hand = play(open_again, "board Kc")

    assert [(win.seat, win.hand) for win in result(hand).wins] == [(1, "Pair of Kings")]
    assert stacks(hand) == [1100, 900]


def test_a_corrected_board_changes_nothing_for_a_hand_won_without_showing() -> None:
    hand = play(heads_up_showdown(), "1 mucks", "2 mucks")

    assert play(hand, "clear 7d", "board 8d").result == hand.result


def test_the_board_is_accepted_whatever_hole_cards_were_read_and_they_whatever_the_board() -> None:
    hand = play(deal(1000, 1000), "1 reads As Kd", "board As Kd 2c", "2 reads As 2c")

    assert len(hand.board_read) == 3


# Cards


def test_a_third_hole_card_is_refused_and_an_unread_one_becomes_known() -> None:
    hand = play(deal(1000, 1000), "1 reads As ??")
    assert play(hand, "1 reads Kd").players[0].hole == (Secret(Card("As")), Secret(Card("Kd")))

    with pytest.raises(IllegalAction) as caught:
        play(hand, "1 reads ??")
    assert caught.value.code == "HAND_FULL"


def test_a_refusal_of_a_hole_card_names_no_card() -> None:
    with pytest.raises(IllegalAction) as caught:
        play(deal(1000, 1000), "1 reads As Kd Qh")

    assert not any(name in caught.value.message for name in ("As", "Kd", "Qh"))


def test_a_misread_hole_card_can_be_taken_back() -> None:
    hand = play(deal(1000, 1000), "1 reads As Kd")
    hand = apply(hand, HoleCardTaken(1, Secret(Card("As"))))
    assert apply(hand, HoleCard(1, Secret(Card("2c")))).players[0].hole == (Secret(Card("Kd")), Secret(Card("2c")))
    with pytest.raises(IllegalAction, match="does not hold that card"):
        apply(hand, HoleCardTaken(1, Secret(Card("As"))))


def test_a_tabled_hand_cannot_hold_a_card_that_lies_face_up_elsewhere() -> None:
    hand = play(heads_up_showdown(), "1 shows AsKd")

    for cards, where in (("7dQh", "on the board"), ("AsQh", "shown by seat 1")):
        with pytest.raises(IllegalAction, match=where):
            play(hand, f"2 shows {cards}")
    with pytest.raises(IllegalAction, match="a hand is 2 different cards"):
        play(hand, "2 shows Qh")


def test_a_seat_cannot_hold_the_same_card_twice_but_what_other_seats_hold_is_not_looked_at() -> None:
    hand = play(deal(1000, 1000), "1 reads As", "2 reads As")

    with pytest.raises(IllegalAction, match="seat 1 already holds that card") as caught:
        play(hand, "1 reads As")
    assert "As" not in caught.value.message
