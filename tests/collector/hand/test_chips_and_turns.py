"""Chips without a word, unclear amounts, passive seats, the clock, chips found behind, each with its rule's number.

TDA: the rules of 2024, with the examples of their text. RRP: Robert's Rules of Poker 11.
"""

from __future__ import annotations

from typing import Any

import pytest

from collector.errors import IllegalAction
from collector.hand import apply, legal
from collector.hand.changing import find
from collector.hand.events import ChipsFound, ChipsIn, ClockCalled, DeadHand, Passive, TimeUp
from collector.hand.games import Betting
from collector.hand.model import Bounty, Hand
from tests.collector.hand.spoken import chips, deal, play

PLAYERS = [2, 3, 6, 10]


def put(hand: Hand, *put_in: int, seat: int | None = None, **said: Any) -> Hand:
    who = seat or hand.to_act
    assert who is not None
    return apply(hand, ChipsIn(who, put_in, **said))


def last(hand: Hand) -> tuple[int, str, int]:
    entry = hand.actions[-1]
    return entry.seat, entry.action, entry.to


def raised(players: int, to: int, *, big: int = 100, stack: int = 20_000) -> Hand:
    """The first to act raises to an amount."""
    hand = deal(*(stack,) * players, big=big)
    return play(hand, f"{hand.to_act} raises to {to}")


def flop(*stacks: int, big: int = 100, **options: Any) -> Hand:
    hand = deal(*stacks, big=big, **options)
    while hand.street == "preflop":
        options_now = legal(hand)
        assert options_now is not None
        hand = play(hand, f"{hand.to_act} {'checks' if options_now.check else 'calls'}")
    return play(hand, "board 2c 7d 9h")


# One chip (TDA 44, RRP 3)


@pytest.mark.parametrize("players", PLAYERS)
def test_one_oversized_chip_without_a_word_is_a_call_tda_44(players: int) -> None:
    hand = raised(players, 300)
    seat = hand.to_act

    after = put(hand, 1000)

    assert last(after) == (seat, "call", 300)
    assert after.rulings[-1] == (
        f"preflop: seat {seat} puts in 1000 without a word: a call, since one chip without a word is a call (TDA 44)"
    )


def test_one_oversized_chip_is_a_call_of_the_blind_and_of_the_last_chip_too_tda_44() -> None:
    assert last(put(deal(5000, 5000, 5000), 500)) == (3, "call", 100)
    assert last(put(deal(5000, 5000, 1000), 1000)) == (3, "call", 100)


@pytest.mark.parametrize(("chip", "to"), [(1000, 1000), (500, 500), (100, 500)])
def test_raise_said_with_one_chip_is_all_of_the_chip_and_at_least_a_raise_tda_44(chip: int, to: int) -> None:
    hand = raised(4, 300)

    assert last(put(hand, chip, declared="raise")) == (hand.to_act, "raise", to)


@pytest.mark.parametrize(("chip", "bet"), [(1000, 1000), (500, 500), (25, 100)])
def test_one_chip_of_who_faces_no_bet_is_a_bet_of_the_chip_tda_44_52(chip: int, bet: int) -> None:
    assert last(put(flop(5000, 5000, 5000), chip)) == (1, "bet", bet)


# Several chips (TDA 45)


@pytest.mark.parametrize("players", PLAYERS)
@pytest.mark.parametrize(
    ("facing", "put_in", "act", "to"),
    [
        (1100, (500, 1000), "call", 1100),  # the first example of the rule: the 500 is needed
        (1050, (1000, 1000), "call", 1050),  # the second one
        (300, (100, 100, 100), "call", 300),
        (300, (100, 100, 100, 100), "raise", 500),  # 100 of a raise of 200: half of it
        (300, (100, 100, 100, 25), "call", 300),  # less than half
        (300, (500, 500), "raise", 1000),
        (1000, (500, 500, 500), "raise", 1900),  # half of 900 or more
        (1000, (500, 500, 100), "call", 1000),
    ],
)
def test_several_chips_are_a_call_where_each_is_needed_else_half_a_raise_decides_tda_45(
    players: int, facing: int, put_in: tuple[int, ...], act: str, to: int
) -> None:
    hand = raised(players, facing)

    assert last(put(hand, *put_in, prior="back")) == (hand.to_act, act, to)


def test_last_chips_that_are_not_all_needed_are_all_in_whatever_they_make_tda_45() -> None:
    hand = play(deal(5000, 5000, 5000, 1_100), "3 raises to 1000")

    after = put(hand, 1000, 100)
    assert last(after) == (4, "raise", 1100)
    assert find(after, 4).all_in

    needed = put(play(deal(5000, 5000, 5000, 2_000), "3 raises to 1050"), 1000, 1000)
    assert last(needed) == (4, "call", 1050)


def test_over_betting_for_change_is_a_raise_tda_61() -> None:
    hand = play(flop(5000, 5000, 5000), "1 bets 325")

    assert last(put(hand, 500, 25)) == (2, "raise", 650)


# Chips of a prior bet (TDA 46)


def facing_a_reraise() -> Hand:
    """Seat 1 has 400 before it, and faces 1,100 at 200-400."""
    return play(flop(20_000, 20_000, big=400), "1 bets 400", "2 raises to 1100")


@pytest.mark.parametrize(
    ("prior", "put_in", "act", "to"),
    [
        ("left", (1000,), "call", 1100),
        ("back", (5000,), "call", 1100),
        ("left", (500, 500), "call", 1100),  # 700 are due, and both are needed
        ("left", (500, 500, 500), "raise", 1900),  # 1,900 in all: more than half of 700
        ("part", (100, 1000, 400), "raise", 1800),  # 1,500 in all: 400 of 700
        ("part", (100, 1000, 100), "call", 1100),  # 1,200 in all
    ],
)
def test_chips_of_a_prior_bet_count_by_what_was_done_with_them_tda_46(
    prior: str, put_in: tuple[int, ...], act: str, to: int
) -> None:
    assert last(put(facing_a_reraise(), *put_in, prior=prior)) == (1, act, to)


# Words and amounts


def test_an_amount_that_is_said_counts_as_the_same_chips_tda_40_43() -> None:
    hand = play(flop(20_000, 20_000, big=400), "1 bets 1000")

    assert last(put(hand, amount=1400)) == (2, "call", 1000), "fourteen hundred is less than half a raise"
    assert last(put(hand, amount=1500)) == (2, "raise", 2000)
    assert last(put(hand, amount=1400, declared="raise")) == (2, "raise", 2000)
    assert last(put(hand, amount=8000, declared="raise")) == (2, "raise", 8000)


@pytest.mark.parametrize(
    ("pot", "said", "bet"),
    [(4000, 5, 500), (5000, 5, 5000), (6000, 5, 5000), (4000, 12, 1200), (800, 5, 500), (4000, 400, 4000)],
)
def test_an_unclear_number_is_the_highest_reasonable_amount_up_to_the_pot_tda_57(pot: int, said: int, bet: int) -> None:
    hand = deal(100_000, 100_000, big=400)
    hand = play(hand, f"2 raises to {pot // 2}") if pot > 800 else play(hand, "2 calls")
    hand = play(hand, "1 calls" if pot > 800 else "1 checks", "board 2c 7d 9h")

    after = put(hand, unclear=said)

    assert last(after) == (1, "bet", bet)
    assert "TDA 57" in after.rulings[-1]


def test_an_unclear_number_that_can_mean_no_bet_is_refused_tda_57() -> None:
    hand = flop(450, 100_000, big=400)

    with pytest.raises(IllegalAction) as refused:
        put(hand, unclear=7)
    assert refused.value.code == "UNCLEAR_BET"


def test_call_without_a_bet_is_a_check_and_raise_is_a_bet_tda_55() -> None:
    hand = flop(5000, 5000, 5000)

    assert last(put(hand, declared="call")) == (1, "check", 0)
    assert last(put(hand, 25, declared="raise")) == (1, "bet", 100)


@pytest.mark.parametrize("players", PLAYERS)
def test_an_undercall_of_the_opening_bet_is_a_full_call_tda_51(players: int) -> None:
    hand = play(flop(*(5000,) * players), "1 bets 800")

    assert last(put(hand, 500, 100)) == (2, "call", 800)


def test_an_undercall_of_a_raise_among_several_is_the_floors_and_heads_up_a_call_tda_51() -> None:
    hand = play(flop(5000, 5000, 5000), "1 bets 300", "2 raises to 800")

    with pytest.raises(IllegalAction) as refused:
        put(hand, 500)
    assert refused.value.code == "UNDERCALL"
    assert last(put(play(hand, "3 folds"), 100, 100)) == (1, "call", 800)


def test_chips_out_of_turn_and_after_the_betting_are_refused() -> None:
    hand = raised(4, 300)

    with pytest.raises(IllegalAction) as refused:
        put(hand, 1000, seat=1)
    assert refused.value.code == "NOT_YOUR_TURN"


def test_chips_of_a_seat_that_may_not_raise_are_a_call_tda_47() -> None:
    hand = play(flop(5000, 5000, 450), "1 bets 300", "2 calls", "3 all-in")

    assert last(put(hand, 1000, 1000)) == (1, "call", 350)


def test_the_half_counts_in_fixed_limit_too_rrp_3() -> None:
    hand = flop(5000, 5000, betting=Betting.FIXED_LIMIT)

    assert last(put(play(hand, "1 bets 100"), 100, 25, 25)) == (2, "raise", 200)
    assert last(put(play(hand, "1 bets 100"), 100, 25)) == (2, "call", 100)
    assert last(put(play(hand, "1 bets 100"), 500)) == (2, "call", 100)


# Passive action


@pytest.mark.parametrize("players", PLAYERS)
def test_a_seat_that_said_check_facing_a_bet_may_not_raise_tda_55_53(players: int) -> None:
    hand = play(flop(*(5000,) * players), "1 bets 300")
    hand = apply(hand, Passive(2, "said check facing a bet"))

    options = legal(hand)
    assert options is not None
    assert (options.call, options.min_to, options.max_to) == (300, None, None)
    for line in ("2 raises to 900", "2 all-in"):
        with pytest.raises(IllegalAction) as refused:
            play(hand, line)
        assert refused.value.code == "RAISE_NOT_ALLOWED"
        assert "the floor limits it" in str(refused.value)
    assert play(hand, "2 calls").passive is None, "it ends with the act"


def test_who_may_raise_again_the_next_time_after_it_was_limited() -> None:
    hand = apply(play(flop(5000, 5000, 5000), "1 bets 300"), Passive(2, "skipped"))
    hand = play(hand, "2 calls", "3 raises to 900", "1 calls")

    options = legal(hand)
    assert options is not None
    assert (options.seat, options.min_to) == (2, 1500)


def test_only_the_seat_to_act_that_could_raise_is_limited() -> None:
    hand = play(flop(5000, 5000, 200), "1 bets 300")

    for seat, code in ((1, "NOT_YOUR_TURN"), (3, "NOT_YOUR_TURN")):
        with pytest.raises(IllegalAction) as refused:
            apply(hand, Passive(seat, "x"))
        assert refused.value.code == code
    with pytest.raises(IllegalAction) as refused:
        apply(play(hand, "2 calls"), Passive(3, "x"))
    assert refused.value.code == "NOTHING_TO_LIMIT"


# The clock


@pytest.mark.parametrize("players", PLAYERS)
def test_time_that_is_up_kills_the_hand_that_faces_a_bet_and_checks_one_that_does_not_tda_29(players: int) -> None:
    hand = flop(*(5000,) * players)

    free = apply(apply(hand, ClockCalled(1, 30)), TimeUp(1))
    assert last(free) == (1, "check", 0)
    facing = apply(apply(play(hand, "1 bets 300"), ClockCalled(2, 30)), TimeUp(2))
    assert find(facing, 2).killed
    assert free.clock is facing.clock is None


def test_the_clock_ends_with_the_act_of_its_seat_and_with_no_other() -> None:
    hand = apply(raised(4, 300), ClockCalled(4, 30))

    assert play(hand, "4 calls").clock is None
    assert apply(hand, DeadHand(4, "x")).clock is None
    assert apply(hand, DeadHand(1, "x")).clock == (4, 30)


def test_no_clock_for_another_seat_nor_twice_nor_ended_without_one() -> None:
    hand = raised(4, 300)
    clocked = apply(hand, ClockCalled(4, 30))

    for state, event, code in (
        (hand, ClockCalled(1, 30), "NOT_YOUR_TURN"),
        (clocked, ClockCalled(4, 30), "CLOCK_RUNS"),
        (hand, TimeUp(4), "NO_CLOCK"),
        (clocked, TimeUp(1), "NO_CLOCK"),
    ):
        with pytest.raises(IllegalAction) as refused:
            apply(state, event)
        assert refused.value.code == code


# Chips found behind


def all_in(first: str, second: str, found: int = 500, **options: Any) -> Hand:
    hand = play(deal(1000, 4000, **options), "2 calls", "1 all-in", "2 calls")
    hand = apply(hand, ChipsFound(1, found))
    return play(hand, "board 2c 7d 9h Jc 3s", f"1 shows {first}", f"2 shows {second}")


@pytest.mark.parametrize(
    ("first", "second", "final"),
    [("AsAd", "KsKd", [2500, 3000]), ("KsKd", "AsAd", [0, 5500]), ("AsKd", "AdKs", [1500, 4000])],
)
def test_chips_found_behind_an_all_in_are_not_paid_and_do_not_save_it_tda_62(
    first: str, second: str, final: list[int]
) -> None:
    hand = all_in(first, second)

    assert hand.result is not None
    assert [hand.result.final_stacks[seat] for seat in (1, 2)] == final
    assert sum(final) == sum(player.starting_stack for player in hand.players), "no chip is made or lost"


def test_a_bounty_leaves_found_chips_where_they_are_tda_62() -> None:
    hand = all_in("KsKd", "7s2d", bounties=(Bounty("7-2", "72", 100),))
    assert hand.result is not None

    assert sum(hand.result.final_stacks.values()) == 5500


def test_chips_are_found_behind_an_all_in_seat_only() -> None:
    hand = play(deal(1000, 4000), "2 calls", "1 all-in", "2 calls")

    with pytest.raises(IllegalAction) as refused:
        apply(hand, ChipsFound(2, 25))
    assert refused.value.code == "NOT_ALL_IN"
    assert chips(apply(hand, ChipsFound(1, 25))) == chips(hand)
