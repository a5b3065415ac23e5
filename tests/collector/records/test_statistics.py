"""Statistics: the recorded session comes out exactly; definitions by example; counts add up in any order."""

from __future__ import annotations

import json
import os
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collector.hand.events import Post, PostKind
from collector.hand.model import Hand
from collector.hand.transitions import start
from collector.histories.phh.actions import History
from collector.histories.phh.read import read_histories
from collector.histories.phh.replay import replay
from collector.records.statistics import Counts, of_hand, of_hands, rates
from tests.collector.hand.spoken import deal, play, setup

RATES = {
    "VPIP%": "vpip",
    "PFR%": "pfr",
    "3bet%": "threebet",
    "foldTo3bet%": "fold_to_threebet",
    "cbetFlop%": "cbet",
    "WTSD%": "wtsd",
    "W$SD%": "wsd",
    "WWSF%": "wwsf",
    "AF": "af",
}


@pytest.mark.hands
def test_the_recorded_session_comes_out_exactly() -> None:
    named = os.environ.get("EBS_HANDS")
    if not named:
        pytest.skip("EBS_HANDS is not set; set it to the folder of stats-dev.json")
    expected = json.loads((Path(named) / "stats-dev.json").read_text())
    total: dict[str, Counts] = {}
    for history in read_histories(Path(named) / "hands-dev" / "pluribus.phhs"):
        assert isinstance(history, History)
        names = {seat.player_id: seat.name for seat in history.setup.seats}
        for player_id, counts in of_hand(replay(history)).items():
            total[names[player_id]] = total.get(names[player_id], Counts()) + counts

    assert set(total) == set(expected)
    for name, truth in expected.items():
        counted = {each.name: getattr(total[name], each.name) for each in fields(Counts)}
        assert {key: counted[key] for key in truth if key in counted} == {
            k: v for k, v in truth.items() if k in counted
        }
        made = rates(total[name])
        for key, field in RATES.items():
            value = getattr(made, field)
            assert (None if value is None else round(value, 4)) == truth[key], (name, key)
        assert round(total[name].net_mbb / total[name].hands, 3) == truth["mbb_per_hand"]


def counts(hand: Hand, seat: int) -> Counts:
    return of_hand(hand)[f"id{seat}"]


def test_posting_and_checking_the_big_blind_is_not_voluntary() -> None:
    hand = play(deal(1000, 1000, 1000), "3 folds", "1 calls", "2 checks", "1 checks", "2 bets 100", "1 folds")

    assert (counts(hand, 1).vpip, counts(hand, 2).vpip) == (1, 0)


def test_a_walk_counts_as_a_hand() -> None:
    hand = play(deal(1000, 1000, 1000), "3 folds", "1 folds")

    assert (counts(hand, 2).hands, counts(hand, 2).walks, counts(hand, 2).net_chips) == (1, 1, 50)


def test_a_first_in_raise_from_the_button_is_a_steal_and_the_blinds_face_it() -> None:
    hand = play(deal(1000, 1000, 1000, 1000), "3 folds", "4 raises to 300", "1 folds", "2 folds")

    assert (counts(hand, 3).steal_opp, counts(hand, 4).steal_opp, counts(hand, 4).steal) == (1, 1, 1)
    assert (counts(hand, 1).face_steal, counts(hand, 1).fold_to_steal) == (1, 1)
    assert (counts(hand, 2).face_steal, counts(hand, 2).fold_to_steal) == (1, 1)


def test_no_steal_after_a_limp() -> None:
    hand = play(deal(1000, 1000, 1000, 1000), "3 calls", "4 raises to 300", "1 folds", "2 folds", "3 folds")

    assert (counts(hand, 4).steal_opp, counts(hand, 1).face_steal) == (0, 0)


def test_a_continuation_bet_and_who_folds_to_it() -> None:
    hand = play(deal(1000, 1000, 1000), "3 raises to 300", "1 folds", "2 calls", "2 checks", "3 bets 200", "2 folds")

    assert (counts(hand, 3).cbet_opp, counts(hand, 3).cbet) == (1, 1)
    assert (counts(hand, 2).face_cbet, counts(hand, 2).fold_to_cbet) == (1, 1)


def test_a_donk_bet_takes_the_opportunity_away() -> None:
    hand = play(deal(1000, 1000, 1000), "3 raises to 300", "1 folds", "2 calls", "2 bets 200", "3 folds")

    assert (counts(hand, 3).cbet_opp, counts(hand, 3).face_cbet) == (0, 0)


def test_of_those_who_see_the_flop_and_the_showdown_the_winner_alone_has_won() -> None:
    dealt = ("1 reads As Ad", "2 reads Ks Kd", "3 folds", "1 calls", "2 checks")
    flop = ("board 2c 7d 9h", "1 bets 100", "2 raises to 300", "1 calls")
    checked = ("board Js", "1 checks", "2 checks", "board 3s", "1 checks", "2 checks", "1 shows As Ad", "2 shows Ks Kd")
    hand = play(deal(1000, 1000, 1000), *dealt, *flop, *checked)
    both = {"hands": 1, "preflop_hands": 1, "saw_flop": 1, "went_to_showdown": 1, "postflop_checks": 2}
    won, lost = {"won_at_showdown": 1, "won_when_saw_flop": 1}, {"postflop_raises": 1}

    assert counts(hand, 1) == Counts(
        **both,
        **won,
        vpip=1,
        steal_opp=1,
        postflop_bets=1,
        postflop_calls=1,
        net_chips=400,
        net_mbb=4000,
        squared_mbb=4000**2,
    )
    assert counts(hand, 2) == Counts(**both, **lost, net_chips=-400, net_mbb=-4000, squared_mbb=4000**2)
    assert counts(hand, 3) == Counts(hands=1, preflop_hands=1, steal_opp=1)


def test_who_could_raise_nobody_but_players_that_are_out_had_no_chance_to() -> None:
    """The button is all-in, the small blind has chips and has folded: the big blind may call, and no more."""
    hand = play(deal(2000, 2000, 500), "3 raises to 500", "1 folds")
    chances = [counts(play(hand, "2 folds"), 2).threebet_opp]
    hand = play(deal(2000, 2000, 2000), "3 raises to 500", "1 folds")
    chances.append(counts(play(hand, "2 folds"), 2).threebet_opp)

    assert chances == [0, 1]


def test_without_an_opportunity_there_is_no_rate() -> None:
    made = rates(Counts())

    assert [getattr(made, each.name) for each in fields(made)] == [None] * len(fields(made))


def test_a_bomb_pot_gives_no_opportunity_before_the_flop() -> None:
    posts = [Post(seat, PostKind.ANTE, 50) for seat in (1, 2)]
    hand = play(start(setup([1000, 1000], posts, bomb=True)), "1 checks", "2 bets 100", "1 folds")

    found = counts(hand, 1)
    assert (found.hands, found.preflop_hands, found.saw_flop, rates(found).vpip) == (1, 0, 1, None)


def test_the_interval_is_around_the_mean() -> None:
    hands = [play(deal(1000, 1000, 1000), "3 raises to 300", "1 folds", "2 folds")]
    hands.append(play(deal(1000, 1000, 1000), "3 folds", "1 folds"))

    made = rates(of_hands(hands)["id3"])

    assert made.bb_per_100 == 75
    assert made.bb_per_100_interval is not None
    low, high = made.bb_per_100_interval
    assert low < 75 < high


def test_the_interval_has_the_width_of_a_sample_worked_by_hand() -> None:
    """Four hands of +1, +3, -2 and +6 big blinds: their mean is 2.

    Deviations -1, 1, -4, 4: squares 1 + 1 + 16 + 16 = 34, over 3 is 11.333; its root over the root of 4 is 1.68325;
    times 1.96 is 3.29917. Per 100 hands: 200 - 329.917 and 200 + 329.917.
    """
    net = [1_000, 3_000, -2_000, 6_000]
    counts = Counts(hands=4, net_mbb=sum(net), squared_mbb=sum(each * each for each in net))

    assert rates(counts).bb_per_100 == 200
    assert rates(counts).bb_per_100_interval == pytest.approx((-129.917, 529.917), abs=0.001)
    assert rates(Counts(hands=1, net_mbb=5, squared_mbb=25)).bb_per_100_interval is None


@given(st.permutations(range(4)))
@settings(max_examples=20, deadline=None)
def test_counts_add_up_in_any_order(order: list[int]) -> None:
    hands = [
        play(deal(1000, 1000, 1000), "3 raises to 300", "1 folds", "2 folds"),
        play(deal(1000, 1000, 1000), "3 folds", "1 folds"),
        play(deal(1000, 1000, 1000), "3 calls", "1 calls", "2 checks", "1 bets 100", "2 folds", "3 folds"),
        play(deal(1000, 1000, 1000), "3 raises to 300", "1 folds", "2 raises to 900", "3 folds"),
    ]

    assert of_hands(hands[at] for at in order) == of_hands(hands)
