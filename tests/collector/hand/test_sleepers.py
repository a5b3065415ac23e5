"""Sleepers of a house that lets them lapse: live if all before them have folded, else off."""

from __future__ import annotations

import pytest

from collector.hand import apply, legal
from collector.hand.changing import find
from collector.hand.events import Call, DeadHand, Fold, OutOfTurn, Post, PostKind
from collector.hand.games import Betting
from collector.hand.model import Hand
from tests.collector.hand.spoken import chips, deal, play


def sleeping(*sleepers: tuple[int, int], stacks: tuple[int, ...] = (2000,) * 6, **options: object) -> Hand:
    """Six players, seat 6 on the button: 1 and 2 post the blinds, 3 is first to act."""
    extra = [Post(seat, PostKind.SLEEPER, amount) for seat, amount in sleepers]
    return deal(*stacks, extra=extra, sleepers_lapse=True, **options)  # type: ignore[arg-type]


def to_call(hand: Hand) -> tuple[int | None, int]:
    may = legal(hand)
    return hand.to_act, may.call if may else 0


def test_a_sleeper_that_lapses_is_no_bet_until_its_turn() -> None:
    hand = sleeping((5, 200))

    assert to_call(hand) == (3, 100)
    assert (find(hand, 5).stack, find(hand, 5).contributed) == (2000, 0)
    assert [post.seat for post in hand.asleep] == [5]
    assert hand.rulings == ("preflop: a sleeper of 200 of seat 5 is live if nobody puts chips in before it",)


@pytest.mark.parametrize("act", ["3 calls", "3 raises to 300", "3 all-in"])
def test_a_sleeper_that_lapses_is_off_once_somebody_has_put_chips_in_before_it(act: str) -> None:
    hand = play(sleeping((5, 200)), act)

    assert hand.asleep == ()
    assert hand.rulings[-1] == "preflop: the sleeper of seat 5 is off: seat 3 put chips in before it; it keeps its 200"
    hand = play(hand, "4 folds")
    assert hand.to_act == 5
    assert find(hand, 5).stack == 2000


def test_a_sleeper_that_lapses_is_live_when_all_before_it_have_folded() -> None:
    hand = play(sleeping((5, 200)), "3 folds", "4 folds")

    assert hand.rulings[-1] == "preflop: the sleeper of seat 5 is live: all before it have folded"
    assert (hand.to_act, hand.bet_to, find(hand, 5).bet) == (5, 200, 200)
    may = legal(hand)
    assert may is not None
    assert (may.check, may.min_to) == (True, 400)
    hand = play(hand, "5 checks", "6 folds")
    assert to_call(hand) == (1, 150)
    hand = play(hand, "1 folds", "2 calls")
    assert hand.street == "flop"
    assert sum(player.contributed for player in hand.players) == 450


def test_the_least_raise_on_a_live_sleeper_follows_the_rule_of_straddles() -> None:
    hand = play(sleeping((5, 200), straddle_raises=False), "3 folds", "4 folds")

    may = legal(hand)
    assert may is not None
    assert may.min_to == 300


def test_a_sleeper_of_the_first_to_act_is_live_at_once() -> None:
    hand = sleeping((3, 200))

    assert (hand.to_act, hand.bet_to, hand.asleep) == (3, 200, ())


def test_of_two_sleepers_the_first_that_is_live_ends_the_other() -> None:
    hand = play(sleeping((4, 200), (6, 400)), "3 folds")

    assert (hand.to_act, hand.bet_to, hand.asleep) == (4, 200, ())
    assert "the sleeper of seat 6 is off: the sleeper of seat 4 is live" in hand.rulings[-2]


def test_a_short_stack_puts_all_it_has_into_its_sleeper() -> None:
    hand = play(sleeping((5, 200), stacks=(2000, 2000, 2000, 2000, 150, 2000)), "3 folds", "4 folds")

    assert (find(hand, 5).stack, hand.bet_to, hand.to_act) == (0, 150, 6)
    assert hand.actions[-1].all_in


def test_a_sleeper_of_a_folded_or_dead_hand_is_off() -> None:
    early = apply(sleeping((5, 200)), OutOfTurn(Fold(5)))
    dead = apply(sleeping((5, 200)), DeadHand(5, "fouled"))
    dead = play(dead, "3 folds")

    assert "is off: its hand is folded" in early.rulings[-1]
    assert (dead.asleep, dead.to_act, dead.bet_to) == ((), 4, 100)


def test_a_live_sleeper_changes_the_action_of_who_acted_out_of_turn() -> None:
    hand = apply(sleeping((5, 200)), OutOfTurn(Call(1)))

    hand = play(hand, "3 folds", "4 folds", "5 checks", "6 folds")

    assert (hand.to_act, hand.rulings[-1]) == (1, "preflop: the action to seat 1 has changed: it is free to act")


def test_who_checked_before_a_sleeper_that_acts_last_has_to_answer_it() -> None:
    hand = play(sleeping((5, 200), acts_last=5), "3 folds", "4 folds", "6 folds", "1 folds", "2 checks")
    assert (hand.to_act, hand.bet_to) == (5, 200)

    hand = play(hand, "5 checks")

    assert to_call(hand) == (2, 100)


def test_pot_limit_counts_a_sleeper_once_it_is_live() -> None:
    hand = sleeping((5, 200), betting=Betting.POT_LIMIT)
    may = legal(hand)
    assert may is not None
    assert may.max_to == 350

    may = legal(play(hand, "3 folds", "4 folds"))
    assert may is not None
    assert may.max_to == 550


def test_no_chip_is_lost_by_a_sleeper() -> None:
    for lines in (("3 calls",), ("3 folds", "4 folds", "5 raises to 600", "6 folds", "1 folds", "2 folds")):
        hand = play(sleeping((5, 200)), *lines)

        assert chips(hand) == 12_000
