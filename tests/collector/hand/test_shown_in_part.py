"""Hands that are shown in part: who sees it, and whether the rest is tabled.

TDA: the rules of 2024. RRP: Robert's Rules of Poker 11, section 3, the showdown, 6: show one, show all.
"""

from __future__ import annotations

import pytest

from collector.cards import Card
from collector.errors import IllegalAction
from collector.hand import apply
from collector.hand.changing import find
from collector.hand.events import Event, Expose, Fold, Muck, RestRuled
from collector.hand.model import Hand
from tests.collector.hand.choices import options
from tests.collector.hand.spoken import all_in, deal, play, stacks

BOARD = "board 2c 7d 9h Js 4c"


def shows(seat: int, card: str, to_seat: int | None = None) -> Expose:
    return Expose(seat, Card(card), by_choice=True, to_seat=to_seat)


def ruled(hand: Hand, *events: Event) -> Hand:
    for event in events:
        hand = apply(hand, event)
    return hand


def refusal(hand: Hand, event: Event) -> str:
    with pytest.raises(IllegalAction) as refused:
        apply(hand, event)
    return refused.value.code


def showdown() -> Hand:
    """Two players with chips behind, and the betting over."""
    hand = play(deal(1000, 1000, 1000), "3 folds", "1 calls", "2 checks", "board 2c 7d 9h")
    return play(hand, "1 checks", "2 checks", "board Js", "1 checks", "2 checks", "board 4c", "1 checks", "2 checks")


def test_what_is_shown_to_one_who_can_act_all_see_at_once_rrp_3() -> None:
    hand = ruled(deal(1000, 1000, 1000), shows(1, "As", to_seat=2))

    assert find(hand, 1).exposed == ("As",)
    assert hand.rulings == ("preflop: seat 1 shows As to seat 2, so all see it (RRP 3)",)
    assert hand.in_part == (1,)
    assert find(hand, 1).live


@pytest.mark.parametrize("viewer", [3, 8])
def test_what_is_shown_to_one_who_cannot_act_all_see_after_the_betting_rrp_3(viewer: int) -> None:
    hand = play(deal(1000, 1000, 1000), "3 folds")

    with pytest.raises(IllegalAction, match="enter it then, or without to_seat") as refused:
        apply(hand, shows(1, "As", to_seat=viewer))
    assert refused.value.code == "SHOWN_LATER"
    after = ruled(play(hand, "1 folds"), shows(1, "As", to_seat=viewer))
    assert find(after, 1).exposed == ("As",)


def test_who_is_all_in_cannot_act_on_what_it_sees() -> None:
    hand = play(deal(1000, 300, 1000, 1000), "3 calls", "4 calls", "1 calls", "2 all-in")

    assert refusal(hand, shows(1, "As", to_seat=2)) == "SHOWN_LATER"
    assert find(ruled(hand, shows(1, "As", to_seat=3)), 1).exposed == ("As",)


@pytest.mark.parametrize("rest", [False, True])
def test_nobody_shows_more_than_it_has_shown_unless_the_floor_has_it_rrp_3_tda_15(rest: bool) -> None:
    hand = ruled(play(deal(1000, 1000), "2 folds"), shows(1, "As"))
    assert options(hand)["show_rest"] == (1,)

    hand = ruled(hand, RestRuled(1, rest))

    assert "show_rest" not in options(hand)
    assert hand.to_table == ((1,) if rest else ())
    assert find(hand, 1).exposed == ("As",)
    assert refusal(hand, RestRuled(1, rest)) == "NOTHING_SHOWN"


def test_one_card_that_is_tabled_wins_nothing_and_the_floor_has_the_rest_tabled_tda_15() -> None:
    hand = ruled(showdown(), shows(1, "As"))
    assert hand.rulings[-1] == "showdown: seat 1 shows As; only a whole hand that is tabled wins (TDA 15)"
    assert not hand.complete

    hand = ruled(hand, RestRuled(1, rest=True))
    assert options(hand)["muck"] == (2,)
    assert refusal(hand, Muck(1)) == "MUST_TABLE"

    hand = play(hand, "1 shows AsAd", "2 mucks")
    assert (hand.in_part, hand.to_table) == ((), ())
    assert stacks(hand) == [1100, 900, 1000]


def test_a_hand_of_which_one_card_was_tabled_may_be_mucked_and_is_dead() -> None:
    hand = ruled(showdown(), shows(1, "As"), Muck(1))

    assert stacks(hand) == [900, 1100, 1000]
    assert "show_rest" in options(hand), "the rest may be asked for all the same"


def test_the_floor_lets_a_hand_be_mucked_that_it_had_tabled_by_an_override() -> None:
    hand = ruled(showdown(), shows(1, "As"), RestRuled(1, rest=True), Muck(1, override=True))

    assert hand.rulings[-1].endswith("the floor has its hand tabled; it stands as recorded")


def test_the_rest_of_a_hand_that_is_not_tabled_is_shown_card_by_card() -> None:
    hand = ruled(deal(1000, 1000, 1000), Fold(3), shows(3, "As"), RestRuled(3, rest=True))
    assert hand.to_table == (3,)

    hand = ruled(hand, shows(3, "Kd"))

    assert (hand.in_part, hand.to_table) == ((), ())


def test_an_accident_asks_for_nothing() -> None:
    hand = ruled(deal(1000, 1000, 1000), Expose(1, Card("As")))

    assert "show_rest" not in options(hand)
    assert refusal(hand, RestRuled(1, rest=True)) == "NOTHING_SHOWN"


def test_two_cards_of_a_live_hand_still_have_to_be_tabled() -> None:
    hand = ruled(play(all_in("holdem", [60, 60, 60]), BOARD), shows(1, "As"), shows(1, "Ad"))

    assert hand.in_part == (1,)
    assert play(hand, "1 shows AsAd").in_part == ()
