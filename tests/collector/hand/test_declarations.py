"""What a player only says that it will do, before its turn (TDA 2024, rule 59)."""

from __future__ import annotations

from typing import Any

import pytest

from collector.errors import IllegalAction
from collector.hand import apply
from collector.hand.events import AllIn, BetTo, Call, Check, Fold, OutOfTurn, Post, PostKind
from collector.hand.model import Hand
from tests.collector.hand.spoken import deal, play


def said(hand: Hand, act: Any, condition: Any = "bet", *, free: bool = False) -> Hand:
    return apply(hand, OutOfTurn(act, condition, free))


def flop() -> Hand:
    """Three players on the flop; seat 1 is to act."""
    hand = play(deal(5000, 5000, 5000), "3 calls", "1 calls", "2 checks")
    return play(hand, "board 2c 7d 9h")


def last(hand: Hand) -> tuple[int, str, int]:
    entry = hand.actions[-1]
    return entry.seat, entry.action, entry.to


@pytest.mark.parametrize(
    ("act", "bound"),
    [
        (BetTo(2, 900), (2, "raise", 900)),
        (BetTo(2, 0), (2, "raise", 600)),
        (BetTo(2, 350), (2, "raise", 600)),
        (BetTo(2, 90_000), (2, "raise", 4900)),
        (Call(2), (2, "call", 300)),
        (Fold(2), (2, "fold", 0)),
        (AllIn(2), (2, "raise", 4900)),
    ],
)
def test_what_a_player_says_it_will_do_if_somebody_bets_binds_in_its_turn_tda_59(act: Any, bound: Any) -> None:
    hand = said(flop(), act)
    assert "if somebody bets: that binds (TDA 59)" in hand.rulings[-1]
    assert hand.to_act == 1

    hand = play(hand, "1 bets 300")

    assert last(hand) == bound
    assert hand.rulings[-1].startswith("flop: seat 2 is bound to")
    assert (hand.to_act, hand.pending) == (3, ())


def test_a_declaration_whose_condition_does_not_come_to_pass_leaves_the_seat_free_tda_59() -> None:
    unmet = play(said(flop(), BetTo(2, 0)), "1 checks")
    met = play(said(flop(), BetTo(2, 200), "check"), "1 checks")
    other = play(said(flop(), BetTo(2, 200), "check"), "1 bets 300")

    assert (unmet.to_act, unmet.rulings[-1]) == (
        2,
        "flop: what seat 2 said it would do does not fit: it is free to act",
    )
    assert last(met) == (2, "bet", 200)
    assert other.to_act == 2


def test_who_calls_before_the_amount_is_known_calls_any_amount_tda_59() -> None:
    large = play(said(flop(), Call(2), "any"), "1 all-in")
    nothing = play(said(flop(), Call(2), "any"), "1 checks")

    assert last(large) == (2, "call", 4900)
    assert nothing.to_act == 2, "there is nothing to call"


def test_the_floor_may_rule_that_a_declaration_does_not_bind_tda_59() -> None:
    hand = said(flop(), BetTo(2, 0), free=True)
    assert hand.rulings[-1] == "flop: seat 2 says that it will raise if somebody bets: that does not bind (TDA 59)"
    assert hand.pending == ()

    assert play(hand, "1 bets 300").to_act == 2


def test_a_raise_that_was_said_is_a_call_where_the_seat_may_not_raise() -> None:
    hand = play(deal(5000, 5000, 5000, 350), "3 raises to 300")
    hand = said(hand, BetTo(3, 0))

    hand = play(hand, "4 all-in", "1 folds", "2 folds")

    assert last(hand) == (3, "call", 350), "a short all-in does not reopen the betting"


def test_a_fold_that_was_said_does_not_bind_at_once() -> None:
    hand = said(flop(), Fold(2), "bet")

    assert all(player.live for player in hand.players)
    assert play(hand, "1 checks").to_act == 2


def test_what_was_said_ends_with_the_street() -> None:
    hand = said(play(flop(), "1 checks", "2 checks"), BetTo(1, 0))

    hand = play(hand, "3 checks", "board Js", "1 checks", "2 bets 200", "3 calls")

    assert hand.to_act == 1


@pytest.mark.parametrize(("seat", "code"), [(1, "IN_TURN"), (2, "NOTHING_PENDING"), (3, "FOLDED"), (9, "NOT_IN_HAND")])
def test_only_a_seat_that_waits_for_its_turn_says_something_and_once(seat: int, code: str) -> None:
    hand = play(deal(5000, 5000, 5000), "3 folds")
    hand = said(hand, Call(2))

    with pytest.raises(IllegalAction) as refused:
        said(hand, Call(seat))
    assert refused.value.code == code


def test_an_act_out_of_turn_is_as_before() -> None:
    hand = apply(flop(), OutOfTurn(Check(2)))
    with pytest.raises(IllegalAction):
        apply(flop(), OutOfTurn(BetTo(2, 0)))

    assert play(hand, "1 bets 300").rulings[-1] == "flop: the action to seat 2 has changed: it is free to act"
    assert last(play(hand, "1 checks")) == (2, "check", 0)


def test_a_sleeper_that_is_live_is_a_bet_that_was_waited_for() -> None:
    sleeper = Post(4, PostKind.SLEEPER, 200)
    hand = deal(*(5000,) * 5, extra=[sleeper], sleepers_lapse=True)
    hand = said(hand, Fold(1))

    hand = play(hand, "3 folds", "4 checks", "5 folds")

    assert last(hand) == (1, "fold", 50)
