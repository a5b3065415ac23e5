"""Games without an outside judge, worked out by hand: who wins what. Two stacks of 60 all-in unless said otherwise.

Heads-up seat 1 is left of the button. Comments say why, half by half.
"""

from __future__ import annotations

import pytest

from collector.errors import IllegalAction
from collector.hand import board, boards, legal, next_board
from tests.collector.hand.spoken import all_in, deal, play, stacks


def shown(game: str, one: str, two: str, *lines: str, chips: int = 60) -> list[int]:
    """Return the stacks after an all-in that ends with these two hands; in draw games everybody stands pat."""
    hand = all_in(game, [chips, chips])
    while hand.drawing:
        hand = play(hand, f"{hand.drawing[0]} draws 0")
    return stacks(play(hand, *lines, f"1 shows {one}", f"2 shows {two}"))


@pytest.mark.parametrize(
    ("one", "two", "chips", "ends"),
    [
        ("7c5d4h3s2c", "8h6d4c3d2s", 60, [120, 0]),  # 7-5 beats 8-6; 5-4-3-2 beats 8-4-3-2
        ("7h5h4d3d2h", "9c6d4s3s2d", 60, [60, 60]),  # 7-5 low; two cards 3-2 lose to three 4-... and 9-4-2
        ("6c5d4h3s2c", "KhQd9c4d3d", 60, [60, 60]),  # a straight is a bad low; but 5-4-3-2 is the best badugi
        ("Ac5d4h3s5c", "Kc5h4s3d3c", 60, [0, 120]),  # aces are high: K-5-4-3 beats A-5-4-3; threes beat fives
        ("7h5h4d3d2h", "7c5d4h3s2c", 60, [30, 90]),  # the low ties, so seat 1 is quartered
        ("7h5h4d3d2h", "7c5d4h3s2c", 61, [31, 91]),  # 61 a half; the odd chip of the tied half left of the button
    ],
)
def test_badeucy_splits_between_the_deuce_low_and_the_badugi(one: str, two: str, chips: int, ends: list[int]) -> None:
    assert shown("badeucy", one, two, chips=chips) == ends


@pytest.mark.parametrize(
    ("one", "two", "ends"),
    [
        ("5c4d3h2sAc", "6h5d4c3s2d", [120, 0]),  # the wheel, and 4-3-2-A
        ("6h5h4h3h2h", "7c5d4s3cAd", [60, 60]),  # a straight flush is just 6-5-4-3-2; three cards beat one
        ("Ac2d3h4sKc", "5c4d3s2h9c", [60, 60]),  # aces are low: 4-3-2-A is the badugi, 9-5 the low
        ("7h5h4d3d2h", "7c5d4h3s2c", [30, 90]),  # the low ties: quartered
        ("5c4d3h2s9c", "5d4c3s2h9d", [60, 60]),  # both halves tie
    ],
)
def test_badacey_splits_between_the_ace_low_and_the_badugi(one: str, two: str, ends: list[int]) -> None:
    assert shown("badacey", one, two) == ends


@pytest.mark.parametrize(
    ("one", "two", "ends"),
    [
        ("5c4d3h2sAc", "6c4h3s2dAd", [120, 0]),  # the wheel is best
        ("6h5h4h3h2h", "7c5d4s3cAd", [120, 0]),  # straights and flushes do not count
        ("8c5d4h2sAc", "8d6h3s2cAd", [120, 0]),  # 8-5 beats 8-6
        ("KcQdJhTs9c", "2d2h3s4c5d", [120, 0]),  # any five different beat a pair
        ("AcAd8h7s6c", "2c2d4h5s3c", [120, 0]),  # aces are the lowest pair
        ("8c5d4h2sAc", "8d5h4s2cAd", [60, 60]),  # suits break no tie
    ],
)
def test_ace_to_five_triple_draw(one: str, two: str, ends: list[int]) -> None:
    assert shown("triple_draw_a5", one, two) == ends


@pytest.mark.parametrize(
    ("game", "one", "two", "table", "ends"),
    [
        # exactly two from the hand: a queen-high straight loses to the ten-high flush of 4s 3s
        ("courchevel", "AsKdQdJd3c", "4s3sKcKh5h", "7s 8s 9s Ts 2d", [0, 120]),
        # kings full needs K and 8 from the hand; aces and kings need two too
        ("courchevel", "Kh8c4c5c6c", "AcAd9c9dJc", "Kc Kd 8h 2s 3s", [120, 0]),
        # queens full of nines need Q Q and 9 9 9: seat 1 has only one nine to give, and makes three queens
        ("courchevel", "Qs9s8c7c2h", "JcJd6s5s4c", "Qc Qd 9h Jh 3d", [120, 0]),  # queens full of nines, jacks full
        # four hearts in the hand and two on the board are no flush
        ("courchevel", "AhKhQhJh2c", "9c9d4c5c6c", "9h 3h 3d Ks 7c", [0, 120]),
        # the board's straight does not play: two must come from the hand
        ("courchevel", "AsAd2c2h3c", "JcTc4h4s5h", "6s 7d 8h 9c Td", [0, 120]),
        # both play ace and king from the hand, suits break no tie
        ("courchevel", "AsKd2c3c4h", "AcKh2d3d4s", "Qs Jd Th 6c 6s", [60, 60]),
        # both make 8-4-3-2-A for low; seat 1 has three kings: three quarters to a quarter
        ("courchevel_hi_lo", "Ac4sKhQhQs", "Ad4d9c9hJc", "2c 3d 8h Ks Kd", [90, 30]),
        # seat 2 has one low card only: no low, seat 1 scoops
        ("courchevel_hi_lo", "Ac4sQhQc9h", "6h6sJcTc9c", "2c 3d 7h Ks Kd", [120, 0]),
        # each wins one half: 8-4-3-2-A against trip kings
        ("courchevel_hi_lo", "Ac2s9hTcJd", "KhQs9cTd6h", "Kc Kd 3h 4s 8d", [60, 60]),
        # the wheel is also the best high: seat 1 scoops
        ("courchevel_hi_lo", "Ac2s9hTcJd", "QhQs9cTd6h", "Qc 7d 3h 4s 5d", [120, 0]),
        # two low cards on the board make no low: the high hand takes it all
        ("courchevel_hi_lo", "AcAd3d4d5d", "Ks6h7h9s9d", "Kc Kd Qh 8s 2c", [0, 120]),
    ],
)
def test_courchevel(game: str, one: str, two: str, table: str, ends: list[int]) -> None:
    assert shown(game, one, two, f"board {table}") == ends


def test_courchevel_turns_the_first_flop_card_before_any_betting() -> None:
    hand = play(deal(1000, 1000, game="courchevel"), "board 7s")

    assert board(hand) == ("7s",)
    hand = play(hand, "2 calls", "1 checks", "board 8s 9s")
    assert board(hand) == ("7s", "8s", "9s")


def test_pineapple_throws_one_card_away_before_the_flop() -> None:
    hand = play(deal(1000, 1000, 1000, game="pineapple"), "1 reads Ah Kh 2c", "3 calls", "1 calls", "2 checks")
    assert (hand.drawing, hand.to_act) == ((1, 2, 3), None)

    hand = play(hand, "1 discards 1 2c", "2 discards 1", "3 discards 1", "board 7s 8s 9s")

    assert (hand.drawing, hand.to_act) == ((), 1)
    assert [card.reveal() for card in hand.players[0].hole if card] == ["Ah", "Kh"]
    assert hand.actions[-1].cards == 1


def test_pineapple_asks_no_discard_of_who_has_folded() -> None:
    hand = play(deal(1000, 1000, 1000, game="pineapple"), "3 folds", "1 calls", "2 checks")

    assert hand.drawing == (1, 2)


@pytest.mark.parametrize(("line", "words"), [("1 discards 2", "may give up 1"), ("2 discards 1", "seat 1 is first")])
def test_pineapple_refuses_another_count_and_another_turn(line: str, words: str) -> None:
    hand = play(deal(1000, 1000, game="pineapple"), "2 calls", "1 checks")

    with pytest.raises(IllegalAction, match=words):
        play(hand, line)


def test_crazy_pineapple_throws_it_away_after_the_flop_betting() -> None:
    hand = play(deal(1000, 1000, game="crazy_pineapple"), "2 calls", "1 checks", "board 7s 8s 9s", "1 checks")
    assert hand.to_act == 2

    hand = play(hand, "2 checks")

    assert (hand.street, hand.drawing) == ("turn", (1, 2))


def test_pineapple_all_in_players_throw_a_card_away_too_and_show_two() -> None:
    hand = all_in("pineapple", [60, 60])
    assert hand.drawing == (1, 2)

    hand = play(hand, "1 discards 1", "2 discards 1", "board 7s 8s 9s Kc 2d", "1 shows JhTh", "2 shows KdKh")

    assert stacks(hand) == [120, 0]  # jack-high straight beats three kings


@pytest.mark.parametrize(
    ("game", "one", "two", "board", "ends"),
    [
        ("pineapple", "AhAd", "KhKd", "2c 7d 9h Js 4c", [120, 0]),
        ("pineapple", "AhKd", "QcQd", "Qs Ks Ac 7d 2h", [0, 120]),  # three queens beat aces and kings
        ("pineapple", "AhKd", "AcKs", "2c 7d 9h Js 4c", [60, 60]),  # the same hand in other suits
        ("pineapple", "2c3d", "4h5s", "As Ks Qs Js Ts", [60, 60]),  # the board plays for both
        ("pineapple", "AhTh", "9c9d", "2h 7h 9h Js 4c", [120, 0]),  # a flush beats three nines
        ("crazy_pineapple", "AhAd", "KhKd", "Kc 7d 9h Js 4c", [0, 120]),
        ("crazy_pineapple", "6c5c", "AsKs", "7h 8h 9h Ad Kd", [120, 0]),  # a straight beats two pair
        ("crazy_pineapple", "6c5c", "TsJs", "7h 8h 9h Ad Kd", [0, 120]),  # the higher straight
        ("crazy_pineapple", "Ac2c", "Ad3d", "Ah Kh Qs Jc 9d", [60, 60]),  # the kickers are on the board
        ("crazy_pineapple", "2h3h", "AcKc", "4h 5h 6h Ad Kd", [120, 0]),  # a straight flush
    ],
)
def test_pineapple_and_crazy_pineapple_count_the_two_cards_that_stay(
    game: str, one: str, two: str, board: str, ends: list[int]
) -> None:
    hand = all_in(game, [60, 60])
    if game == "crazy_pineapple":  # thrown away after the flop
        hand = play(hand, f"board {board[:8]}")
    hand = play(hand, "1 discards 1", "2 discards 1")

    rest = board[9:] if game == "crazy_pineapple" else board
    assert stacks(play(hand, f"board {rest}", f"1 shows {one}", f"2 shows {two}")) == ends


@pytest.mark.parametrize(
    ("game", "one", "two", "board", "ends"),
    [
        ("short_deck_trips", "9c9d", "TsJs", "9h 7d 8c Ac Kd", [120, 0]),  # trips beat a straight
        ("short_deck", "9c9d", "TsJs", "9h 7d 8c Ac Kd", [0, 120]),  # a straight beats trips
        ("short_deck_trips", "AhTh", "9c9d", "9h 6h 7h Kd Kc", [120, 0]),  # a flush beats a full house
        ("short_deck_trips", "AhTc", "KcKh", "6d 7d 8h 9s Jc", [120, 0]),  # 7-8-9-10-J
        ("short_deck_trips", "AhTc", "AcKh", "6d 7d 8h 9s Qc", [120, 0]),  # 6 to 10 beats A-6-7-8-9
        ("short_deck_trips", "AhQc", "AcQh", "6d 7d 8h 9s Kc", [60, 60]),  # A-6-7-8-9 for both
    ],
)
def test_short_deck_in_both_rankings(game: str, one: str, two: str, board: str, ends: list[int]) -> None:
    assert shown(game, one, two, f"board {board}") == ends


A, K = "1 shows AhAd", "2 shows KhKd"


@pytest.mark.parametrize(
    ("lines", "chips", "ends"),
    [
        (("board 2c 7d 9h Js 4c", "board2 Kc 3d 5h 8s 9c"), 60, [60, 60]),  # aces on the first, kings on the second
        (("board 2c 7d 9h Js 4c", "board2 Qc 3d 5h 8s 9c"), 60, [120, 0]),  # aces on both
        (("board 2c 7d 9h 3s 4c", "board2 As Ks Qs Js Ts"), 60, [90, 30]),  # the second board plays: quartered
        (("board 2c 7d 9h 3s 4c", "board2 As Ks Qs Js Ts"), 61, [92, 30]),  # its half of 61: odd chip to seat 1
        (("board As Ks Qs Js Ts", "board2 Kc 3d 5h 8s 9c"), 61, [31, 91]),
    ],
)
def test_double_board(lines: tuple[str, ...], chips: int, ends: list[int]) -> None:
    hand = all_in("holdem", [chips, chips], boards=2)

    assert stacks(play(hand, *lines, A, K)) == ends


def test_triple_board_gives_a_third_to_each_and_what_is_odd_to_the_first() -> None:
    hand = all_in("holdem", [61, 61], boards=3)  # 42, 40 and 40

    hand = play(hand, "board 2c 7d 9h 3s 4c", "board2 Kc 3d 5h 8s 9c", "board3 Ks Qc Qd 8d 7c", A, K)

    assert stacks(hand) == [42, 80]


def test_a_double_board_is_dealt_street_by_street_on_both() -> None:
    hand = play(deal(1000, 1000, boards=2), "2 calls", "1 checks", "board 2c 7d 9h")
    assert next_board(hand) == 2

    hand = play(hand, "board2 Kc 3d 5h")

    assert boards(hand) == (("2c", "7d", "9h"), ("Kc", "3d", "5h"))
    assert legal(hand) is not None


def test_side_pots_are_split_by_board_each_for_itself() -> None:
    hand = all_in("holdem", [20, 60, 60], boards=2)

    hand = play(hand, "board 2c 7d 9h 3s 4c", "board2 Kc 3d 5h 8s 9c", A, K, "3 shows QhQd")

    assert stacks(hand) == [30, 110, 0]  # 60: half each; 80: seat 2 has queens beaten on both


@pytest.mark.parametrize(
    ("lines", "ends"),
    [
        (("run 2", "board 2c 7d 9h Js 4c", "board2 Kc 3d 5h 8s 9c"), [60, 60]),  # before the flop
        (("board 2c 7d 9h", "run 2", "board Js 4c", "board2 Kc 3s"), [60, 60]),  # after the flop
        (("board 2c 7d 9h", "run 2", "board Js 4c", "board2 Qc 3s"), [120, 0]),
        (("board 2c 7d 9h Js", "run 2", "board 4c", "board2 Kc"), [60, 60]),  # the river alone
        (("board As Ks Qs Js", "run 2", "board Ts", "board2 3c"), [90, 30]),  # first a royal for both: quartered
        (("board 2c 7d 9h", "run 3", "board Js 4c", "board2 Kc 3s", "board3 Qc 3d"), [80, 40]),  # three times
    ],
)
def test_a_board_is_run_more_than_once(lines: tuple[str, ...], ends: list[int]) -> None:
    hand = play(all_in("holdem", [60, 60]), *lines, A, K)

    assert stacks(hand) == ends
    assert any("is run" in ruling for ruling in hand.rulings)


@pytest.mark.parametrize(
    ("before", "line", "words"),
    [
        (("board 2c 7d 9h Js 4c",), "run 2", "runs out, with the betting over"),
        (("board 2c 7d",), "run 2", "only partly dealt"),
        (("run 2",), "run 2", "several boards already"),
        ((), "run 4", "2 or 3 times, not 4"),
        (("run 2",), "board3 2c", "there is no board 3"),
    ],
)
def test_what_cannot_be_run_is_refused(before: tuple[str, ...], line: str, words: str) -> None:
    hand = play(all_in("holdem", [60, 60]), *before)

    with pytest.raises(IllegalAction, match=words):
        play(hand, line)


def test_the_board_is_not_run_twice_while_there_is_betting() -> None:
    with pytest.raises(IllegalAction, match="betting over"):
        play(deal(1000, 1000), "run 2")
