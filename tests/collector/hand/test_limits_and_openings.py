"""Fixed, pot and no limit; who opens stud streets; odd chips at a table. Bets of 100 and 200, bring-in 25."""

from __future__ import annotations

from typing import Any

import pytest

from collector.errors import IllegalAction
from collector.hand import legal
from collector.hand.games import Betting
from collector.hand.model import Hand, Legal
from tests.collector.hand.spoken import deal, play, stacks, stud

FIXED: dict[str, Any] = {"betting": Betting.FIXED_LIMIT, "big_bet": 200}


def options(hand: Hand) -> Legal:
    found = legal(hand)
    assert found is not None
    return found


def bounds(hand: Hand) -> tuple[int | None, int | None]:
    return options(hand).min_to, options(hand).max_to


def test_fixed_limit_has_one_size_and_it_doubles_on_the_turn() -> None:
    hand = deal(5000, 5000, **FIXED)
    assert bounds(hand) == (200, 200)

    hand = play(hand, "2 calls", "1 checks", "board 2c 7d 9h")
    assert bounds(hand) == (100, 100)
    hand = play(hand, "1 checks", "2 checks", "board Js")
    assert bounds(hand) == (200, 200)


def test_the_cap_counts_the_big_blind_as_the_first_bet() -> None:
    hand = play(deal(5000, 5000, 5000, **FIXED), "3 raises to 200", "1 raises to 300", "2 raises to 400")

    assert bounds(hand) == (None, None)
    with pytest.raises(IllegalAction, match="capped at 4 bets"):
        play(hand, "3 raises to 500")


def test_half_a_bet_reopens_fixed_limit_and_the_next_raise_completes_it_tda_47() -> None:
    hand = play(deal(5000, 5000, 250, **FIXED), "3 calls", "1 calls", "2 raises to 200", "3 all-in")  # 50 of 100

    assert bounds(hand) == (300, 300)
    hand = play(hand, "1 calls")
    assert (hand.to_act, bounds(hand)) == (2, (300, 300))


def test_less_than_half_a_bet_reopens_nothing_tda_47() -> None:
    hand = play(deal(5000, 5000, 249, **FIXED), "3 calls", "1 calls", "2 raises to 200", "3 all-in", "1 calls")

    assert (hand.to_act, bounds(hand)) == (2, (None, None))


def test_pot_limit_is_the_pot_after_the_call() -> None:
    hand = deal(5000, 5000, 5000, betting=Betting.POT_LIMIT)
    assert bounds(hand) == (200, 350)

    hand = play(hand, "3 raises to 350")
    assert bounds(hand) == (600, 1150)
    with pytest.raises(IllegalAction, match="the most is 1150"):
        play(hand, "1 raises to 1151")


@pytest.mark.parametrize(
    ("game", "ups", "opens"),
    [
        ("stud", ("2d", "2c", "Kh"), 2),  # clubs are the lowest suit
        ("stud", ("Ad", "3c", "Kh"), 2),  # aces are high
        ("razz", ("Kd", "Ks", "2h"), 2),  # spades are the highest suit
        ("razz", ("Ad", "3c", "Kh"), 3),  # aces are low
    ],
)
def test_the_lowest_up_card_brings_in_and_in_razz_the_highest(game: str, ups: tuple[str, ...], opens: int) -> None:
    hand = play(stud(1000, 1000, 1000, game=game), *(f"{seat} up {card}" for seat, card in enumerate(ups, 1)))

    assert (hand.to_act, options(hand).bring_in, options(hand).min_to) == (opens, 25, 100)


def brought(*lines: str, game: str = "stud") -> Hand:
    start = stud(1000, 1000, 1000, game=game)
    return play(start, "1 up 2c", "2 up 9d", "3 up Kh", *lines)


def test_the_bring_in_cannot_be_refused() -> None:
    for line in ("1 folds", "1 checks", "1 calls"):
        with pytest.raises(IllegalAction, match="must bring in 25, or complete"):
            brought(line)


def test_a_bring_in_is_called_or_completed_and_its_seat_may_raise_a_completion() -> None:
    hand = brought("1 brings-in")
    assert (options(hand).call, bounds(hand)) == (25, (100, 100))

    hand = play(hand, "2 raises to 100", "3 folds")
    assert (hand.to_act, bounds(hand)) == (1, (200, 200))


def test_whoever_brings_in_may_complete_at_once() -> None:
    hand = brought("1 bets 100")

    assert (hand.to_act, options(hand).call) == (2, 100)


def test_later_streets_are_opened_by_the_best_board_and_in_razz_by_the_lowest() -> None:
    for game, first in (("stud", 1), ("razz", 2)):
        hand = stud(1000, 1000, game=game)
        hand = play(hand, "1 up 9c", "2 up 8d")
        hand = play(hand, f"{hand.to_act} brings-in", f"{2 if hand.to_act == 1 else 1} calls")
        assert hand.to_act is None  # the up cards of fourth street say who opens
        assert play(hand, "1 up 9h", "2 up 7d").to_act == first


def test_a_short_bring_in_leaves_the_others_the_whole_one() -> None:
    hand = play(stud(15, 1000, 1000), "1 up 2c", "2 up 9d", "3 up Kh", "1 brings-in")

    assert (hand.players[0].stack, options(hand).call) == (0, 25)


def test_an_up_card_that_was_misread_says_anew_who_opens() -> None:
    hand = play(stud(1000, 1000), "1 up 2c", "2 up 9d")
    assert hand.to_act == 1

    from collector.cards import Card  # noqa: PLC0415 - used once
    from collector.hand import apply  # noqa: PLC0415
    from collector.hand.events import UpCardTaken  # noqa: PLC0415

    hand = apply(hand, UpCardTaken(1, Card("2c")))
    assert hand.to_act is None
    assert play(hand, "1 up Kc").to_act == 2


def pair_of_stud(chip: int, *, by_suit: bool) -> list[int]:
    """Two all-in hands that tie with a straight, in a pot of 2 x 1005: what is odd is one piece."""
    hand = stud(1005, 1005, ante=5, real_chips=by_suit, chip=chip, betting=Betting.NO_LIMIT)
    hand = play(hand, "1 up 2c", "2 up 9d", "1 all-in", "2 all-in")
    return stacks(play(hand, "1 shows 2cTd9h8h7c6c3d", "2 shows 9dTs8s7d6d3h4h"))


def test_the_odd_chip_of_stud_goes_to_the_high_card_by_suit_and_in_a_record_by_seat_tda_20() -> None:
    assert pair_of_stud(100, by_suit=True) == [1000, 1010]  # the ten of spades
    assert pair_of_stud(100, by_suit=False) == [1010, 1000]


def test_the_odd_chip_breaks_to_the_smallest_denomination_in_play_tda_20() -> None:
    hand = play(deal(1000, 1000, 1000, extra=(), chip=25), "3 folds", "1 all-in", "2 all-in")

    hand = play(hand, "board As Ks Qs Js Ts", "1 shows 2c3d", "2 shows 2h3h")

    assert stacks(hand) == [1000, 1000, 1000]


def three_on_the_board(*, real: bool) -> list[int]:
    """Three tie with the board for 1,100 in chips of 100, of which the fourth lost 200: two chips are odd."""
    hand = play(deal(300, 300, 300, 200, big=200, chip=100, real_chips=real), "3 all-in", "4 all-in", "1 all-in")
    hand = play(hand, "2 all-in", "board As Ks Qs Js Ts")
    return stacks(play(hand, "1 shows 2c3d", "2 shows 2h3h", "3 shows 4c5d", "4 mucks"))


def test_several_odd_chips_go_out_one_by_one_at_a_table_and_in_one_piece_in_a_record_rrp_3() -> None:
    # 800 in the main pot, 300 in the side pot, which divides.
    assert three_on_the_board(real=True) == [400, 400, 300, 0]
    assert three_on_the_board(real=False) == [500, 300, 300, 0]


def both_wheels(*, real: bool) -> list[int]:
    """Two hold the same wheel for high and low: in chips of 100 each half of 600 has an odd one."""
    hand = deal(300, 300, 300, game="omaha_hi_lo", betting="no_limit", chip=100, real_chips=real)
    hand = play(hand, "3 folds", "1 all-in", "2 all-in", "board 3c 4d 5h Ks Kd")
    return stacks(play(hand, "1 shows As2sQcJd", "2 shows Ac2cQdJs"))[:2]


def test_the_same_hands_for_high_and_low_share_as_evenly_as_it_goes_rrp_9() -> None:
    assert both_wheels(real=True) == [300, 300]
    assert both_wheels(real=False) == [400, 200]
