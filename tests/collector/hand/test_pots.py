"""Layers, uncalled bets and odd chips."""

from __future__ import annotations

from collector.hand.model import Pot
from collector.hand.pots import Stake, layer, parts, share, uncalled


def test_equal_stakes_make_one_pot() -> None:
    assert layer([Stake(1, 100), Stake(2, 100)]) == (Pot(200, (1, 2)),)


def test_each_all_in_caps_a_layer() -> None:
    made = layer([Stake(1, 100), Stake(2, 300), Stake(3, 600), Stake(4, 600)])

    assert made == (Pot(400, (1, 2, 3, 4)), Pot(600, (2, 3, 4)), Pot(600, (3, 4)))


def test_chips_of_a_folded_seat_stay_in_the_layers_they_reach() -> None:
    made = layer([Stake(1, 100), Stake(2, 250, folded=True), Stake(3, 300), Stake(4, 300)])

    assert made == (Pot(400, (1, 3, 4)), Pot(550, (3, 4)))


def test_layers_that_the_same_seats_can_win_are_one_pot() -> None:
    made = layer([Stake(1, 100, folded=True), Stake(2, 50, folded=True), Stake(3, 300), Stake(4, 300)])

    assert made == (Pot(750, (3, 4)),)


def test_dead_money_is_in_the_main_pot() -> None:
    made = layer([Stake(1, 100), Stake(2, 300, dead=40), Stake(3, 300)])

    assert made == (Pot(340, (1, 2, 3)), Pot(400, (2, 3)))


def test_a_seat_with_dead_money_only_can_win_that_and_no_more() -> None:
    made = layer([Stake(1, 0, dead=40), Stake(2, 300), Stake(3, 300)])

    assert made == (Pot(40, (1, 2, 3)), Pot(600, (2, 3)))


def test_a_seat_that_can_still_match_caps_nothing() -> None:
    assert layer([Stake(1, 50, open=True), Stake(2, 100, open=True), Stake(3, 0, open=True)]) == (Pot(150, (1, 2, 3)),)


def test_chips_above_every_hand_that_is_left_go_to_the_last_pot() -> None:
    assert layer([Stake(1, 500, folded=True), Stake(2, 100), Stake(3, 100)]) == (Pot(700, (2, 3)),)


def test_what_nobody_matched_goes_back() -> None:
    assert uncalled([Stake(1, 500), Stake(2, 200), Stake(3, 200)]) == (1, 300)
    assert uncalled([Stake(1, 500), Stake(2, 500)]) == (0, 0)
    assert uncalled([Stake(1, 250), Stake(2, 100, folded=True)]) == (1, 150)
    assert uncalled([Stake(1, 250, folded=True), Stake(2, 100)]) == (0, 0)


def test_what_does_not_divide_goes_to_the_first_winner_left_of_the_button() -> None:
    assert share(101, (2, 5)) == {2: 51, 5: 50}
    assert share(101, (1, 2, 3)) == {1: 35, 2: 33, 3: 33}


def test_at_a_table_nobody_gets_more_than_one_odd_chip_of_a_split() -> None:
    assert parts(1_100, 3, 100, apart=True) == [400, 400, 300]
    assert parts(1_100, 3, 100) == [500, 300, 300]
    assert parts(1_130, 3, 100, apart=True) == [430, 400, 300]  # less than a chip: the first winner's
    assert parts(101, 2, apart=True) == [51, 50]
