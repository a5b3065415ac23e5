"""The parts of the pots in the order of the reveal, and how much of the chips in front of the seats counts."""

from __future__ import annotations

import pytest

from collector.hand import legal
from collector.hand.awarding import awards
from collector.hand.depth import effective_bets, effective_to, pot_odds, spr
from collector.hand.events import Award, Chop
from collector.hand.model import Hand, Rake
from collector.hand.transitions import apply
from tests.collector.hand.spoken import all_in, deal, play

BOARD = "board 2c 7d 9h Js 3c"


def parts(hand: Hand) -> list[tuple[int, int, str, dict[int, int]]]:
    return [(each.pot, each.board, each.half, dict(each.won)) for each in awards(hand)]


def test_the_last_side_pot_comes_first_and_the_main_pot_last() -> None:
    hand = all_in("holdem", (100, 300, 600, 600), BOARD, "1 shows AsAd", "2 shows KsKd", "3 shows QsQd", "4 shows Td8d")

    assert parts(hand) == [(2, 1, "high", {4: 600}), (1, 1, "high", {4: 600}), (0, 1, "high", {4: 400})]


def test_each_board_and_each_half_is_a_part() -> None:
    run = all_in("holdem", (100, 100), "run 2", BOARD, "board2 Kc Qd 8h 4s 4c", "1 shows AsAd", "2 shows KsKd")
    split = all_in("omaha_hi_lo", (100, 100), "board 3h 4d 6c Ks Qc", "1 shows As2sTdTh", "2 shows KdKhJdJh")

    assert parts(run) == [(0, 1, "high", {1: 100}), (0, 2, "high", {2: 100})]
    assert parts(split) == [(0, 1, "high", {2: 100}), (0, 1, "low", {1: 100})]


def test_the_rake_is_out_of_the_parts() -> None:
    hand = all_in("holdem", (100, 100), BOARD, "1 shows AsAd", "2 shows KsKd", rake=Rake(500))

    assert parts(hand) == [(0, 1, "high", {1: 190})]


def test_who_is_left_alone_beats_no_hand() -> None:
    assert parts(play(deal(1000, 1000), "2 folds")) == [(0, 0, "", {1: 100})]


def test_what_the_floor_pushes_is_one_part() -> None:
    hand = all_in("holdem", (100, 100), BOARD, "1 shows AsAd", "2 shows KsKd")

    assert parts(apply(hand, Award(((1, 120), (2, 80)), "agreed"))) == [(0, 0, "", {1: 120, 2: 80})]


def test_blinds_that_are_chopped_are_one_part() -> None:
    assert parts(apply(play(deal(1000, 1000, 1000), "3 folds"), Chop())) == [(0, 0, "", {1: 50, 2: 100})]


def test_a_hand_that_goes_on_has_none() -> None:
    assert parts(deal(1000, 1000)) == []


def options_of(hand: Hand) -> tuple[int, int]:
    may = legal(hand)
    assert may
    return pot_odds(hand, may), effective_to(hand, may)


def test_a_call_has_to_win_its_share_of_the_pot() -> None:
    assert options_of(deal(1000, 1000)) == (2500, 1000)  # 50 into 150
    checked = play(deal(1000, 1000), "2 calls")
    assert options_of(checked) == (0, 1000)


def test_a_short_call_does_not_win_what_others_put_in_beyond_it() -> None:
    hand = play(deal(1000, 1000, 300), "3 folds", "1 raises to 900")
    assert options_of(hand) == (4444, 1000)  # 800 into 1,000
    short = play(deal(300, 1000), "2 raises to 900")
    assert options_of(short) == (3333, 0)  # 200 more, into 400 that it can win


@pytest.mark.parametrize(("to", "matched"), [(400, {}), (2000, {3: 1000})])
def test_of_a_bet_that_nobody_can_match_the_part_that_one_can(to: int, matched: dict[int, int]) -> None:
    hand = play(deal(1000, 500, 2000), f"3 raises to {to}")

    assert effective_bets(hand.players) == matched


def test_folded_chips_match_nothing() -> None:
    hand = play(deal(1000, 500, 2000), "3 raises to 2000", "1 folds")

    assert effective_bets(hand.players) == {3: 500}


def test_the_depth_is_that_of_the_second_deepest_hand() -> None:
    assert spr(deal(1000, 5000)) == 600  # 900 behind, 150 in
    assert spr(all_in("holdem", (100, 100))) == 0
