"""Chips that come in and leave between hands, penalties by rounds, disqualification, the jackpot drop."""

from __future__ import annotations

from typing import Any

import pytest

from collector.hand import start
from collector.hand.model import Rake
from collector.hand.showdown import rake
from tests.collector.hand.spoken import blinds, play, setup
from tests.collector.table.amendments import amended
from tests.collector.table.dealer import Dealer


def tournament(players: int = 3) -> Dealer:
    dealer = Dealer((10_000,) * players)
    dealer.command(type="set_house_rules", profile="tournament")
    return dealer


def stacks(dealer: Dealer) -> list[int]:
    return [who.stack for _, who in sorted(dealer.table.seated.items())]


def code(dealer: Dealer, **fields: Any) -> str:
    error = dealer.send(**fields).error
    assert error is not None
    return error.code


# Penalties by rounds (TDA 71-A)


@pytest.mark.parametrize("players", [2, 3, 6, 9, 10])
@pytest.mark.parametrize("rounds", [1, 2])
def test_a_missed_round_is_a_hand_for_each_player_at_the_table_tda_71(players: int, rounds: int) -> None:
    dealer = tournament(players)

    dealer.command(type="penalty", seat=2, rounds=rounds, reason="abuse")

    assert dealer.table.seated[2].penalty == rounds * players
    assert dealer.facts[-1].body["command"]["hands"] == rounds * players
    assert dealer.state("public")["penalties"] == {"2": rounds * players}


def test_who_is_out_is_no_player_at_the_table_tda_71() -> None:
    dealer = tournament(4)
    dealer.command(type="set_stack", seat=4, stack=0)
    reply = dealer.command(type="penalty", seat=2, rounds=1, reason="abuse")
    assert dealer.table.seated[2].penalty == 3

    amended(dealer, [{"seq": reply.seq, "command": {"type": "penalty", "seat": 2, "rounds": 2, "reason": "abuse"}}])
    assert dealer.table.seated[2].penalty == 6
    dealer.command(type="penalty", seat=2, hands=0, reason="lifted")
    assert dealer.table.seated[2].penalty == 0


# Disqualification (TDA 71-D)


def test_who_is_disqualified_has_the_place_of_now_and_its_chips_leave_play_tda_71() -> None:
    dealer = tournament(4)
    dealer.command(type="set_tournament", remaining=31, payouts=[50, 30, 20])

    reply = dealer.command(type="disqualify", seat=2, reason="chip dumping")

    assert sorted(dealer.table.seated) == [1, 3, 4]
    (gone,) = dealer.table.tournament.eliminated or ()
    assert (gone.player_id, gone.rank, gone.payout, gone.tied) == ("p_2", 31, 0, False)
    assert dealer.table.tournament.remaining == 30
    assert dealer.state("public")["tournament"]["eliminated"][0]["hand_id"] == "disqualified"
    amended(dealer, [{"seq": reply.seq, "command": None}])
    assert (sorted(dealer.table.seated), dealer.table.tournament.remaining) == ([1, 2, 3, 4], 31)


def test_a_cash_game_disqualifies_nobody_and_a_running_hand_is_played_first() -> None:
    assert code(Dealer(), type="disqualify", seat=1, reason="x") == "NO_TOURNAMENT"
    dealer = tournament()
    assert code(dealer, type="disqualify", seat=9, reason="x") == "SEAT_EMPTY"
    dealer.command(type="set_stack", seat=1, stack=0)
    assert code(dealer, type="disqualify", seat=1, reason="x") == "OUT_ALREADY"
    dealer.command(type="start_hand")
    assert code(dealer, type="disqualify", seat=2, reason="x") == "HAND_RUNNING"


# Rebuys (TDA 27)


def test_a_rebuy_that_is_declared_plays_behind_and_has_to_be_paid_tda_27() -> None:
    dealer = tournament()
    dealer.command(type="set_stack", seat=1, stack=0)

    reply = dealer.command(type="rebuy", seat=1, amount=5_000, behind=True)

    assert (dealer.table.seated[1].stack, dealer.state("public")["behind"]) == (5_000, {"1": 5_000})
    assert dealer.state("public")["may"]["rebuy_paid"] == [1]
    dealer.command(type="start_hand")
    assert {seat.seat for seat in dealer.table.play.setup.seats} == {1, 2, 3}, "no hand is missed"
    dealer.command(type="misdeal")
    assert code(dealer, type="remove_player", seat=1) == "REBUY_OWED"
    dealer.command(type="rebuy_paid", seat=1)
    assert dealer.state("public")["behind"] == {}
    assert code(dealer, type="rebuy_paid", seat=1) == "NOTHING_OWED"
    dealer.command(type="remove_player", seat=1)
    assert reply.accepted


def test_a_rebuy_waits_for_the_end_of_a_hand_and_is_bounded() -> None:
    dealer = Dealer()
    assert code(dealer, type="rebuy", seat=9, amount=1) == "SEAT_EMPTY"
    dealer.command(type="set_stack", seat=1, stack=10**15)
    dealer.command(type="rebuy", seat=2, amount=10**14)
    assert code(dealer, type="rebuy", seat=2, amount=10**15) == "TOO_MANY_CHIPS"
    dealer.command(type="start_hand")
    assert code(dealer, type="rebuy", seat=2, amount=5) == "HAND_RUNNING"


# Seat time, jackpot


def test_seat_time_is_paid_by_everybody_or_by_who_is_named() -> None:
    dealer = Dealer((1_000, 5, 1_000))

    assert code(dealer, type="collect_time", amount=10) == "NOT_ENOUGH_CHIPS"
    reply = dealer.command(type="collect_time", amount=10, seats=[1, 3])

    assert stacks(dealer) == [990, 5, 990]
    amended(dealer, [{"seq": reply.seq, "command": {"type": "collect_time", "amount": 5}}])
    assert stacks(dealer) == [995, 0, 995]


@pytest.mark.parametrize(("pot", "drop"), [(400, 40 + 5), (300, 30), (398, 39)])
def test_the_jackpot_is_dropped_beside_the_rake_from_pots_that_are_large_enough(pot: int, drop: int) -> None:
    hand = start(setup((5000, 5000), blinds(2), rake=Rake(1_000, jackpot=5, jackpot_from=400), real_chips=True))
    hand = play(hand, "2 calls", "1 checks", "board 2c 7d 9h")

    assert rake(hand, pot) == drop


def test_nothing_is_dropped_before_the_flop_and_the_winner_gets_the_rest() -> None:
    dealer = Dealer()
    dealer.command(type="set_house_rules", profile="cash", jackpot=4, jackpot_from=100)
    dealer.command(type="start_hand", button=3)
    for act in ("call", "call", "check"):
        dealer.act(dealer.state()["hand"]["to_act"], act)
    for card in ("2c", "7d", "9h"):
        dealer.command(type="deal_card", card=card)
    dealer.act(1, "fold")
    dealer.act(2, "fold")

    assert dealer.table.play.final_stacks == {1: 9_900, 2: 9_900, 3: 10_196}
    assert dealer.table.play.hand.result.rake == 4
    dealer.command(type="start_hand")
    dealer.act(dealer.state()["hand"]["to_act"], "fold")
    dealer.act(dealer.state()["hand"]["to_act"], "fold")
    assert dealer.table.play.hand.result.rake == 0


# The chip race (TDA 24)


def race(dealer: Dealer, odd: dict[int, int], won: list[int], chip: int = 100) -> dict[str, Any]:
    named = [{"seat": seat, "amount": amount} for seat, amount in odd.items()]
    return {"type": "chip_race", "chip": chip, "odd": named, "won": won}


@pytest.mark.parametrize(
    ("odd", "won", "after"),
    [
        ({1: 75, 2: 50, 3: 75}, [1, 3], [1_100, 1_000, 1_100]),  # 200: two chips
        ({1: 75, 2: 50}, [2], [1_000, 1_100, 1_075]),  # 125: one
        ({1: 75, 2: 75}, [1, 2], [1_100, 1_075, 1_075]),  # 150: half or more of a chip counts as one
        ({1: 25}, [], [1_050, 1_050, 1_075]),  # less than half: nothing
    ],
)
def test_a_chip_race_gives_each_player_one_chip_at_most_tda_24(
    odd: dict[int, int], won: list[int], after: list[int]
) -> None:
    dealer = Dealer((1_075, 1_050, 1_075))

    dealer.command(**race(dealer, odd, won))

    assert stacks(dealer) == after
    assert dealer.table.house.chip == 100


def test_nobody_is_raced_out_tda_24() -> None:
    dealer = Dealer((50, 1_075, 1_075))

    dealer.command(**race(dealer, {1: 50, 2: 75}, [2]))

    assert stacks(dealer) == [100, 1_100, 1_075]


@pytest.mark.parametrize(
    ("odd", "won"),
    [
        ({1: 75, 2: 75, 3: 50}, [1]),  # 200 make two
        ({1: 75, 2: 75}, [1, 3]),  # seat 3 put nothing in
        ({1: 75, 2: 75}, [1, 1]),
        ({1: 100}, [1]),  # no odd chip
        ({1: 75}, []),
    ],
)
def test_a_race_that_does_not_add_up_is_refused(odd: dict[int, int], won: list[int]) -> None:
    dealer = Dealer((1_075, 1_050, 1_075))

    assert code(dealer, **race(dealer, odd, won)) == "BAD_RACE"


def test_chips_are_coloured_up_and_not_down_and_an_amendment_takes_a_race_back() -> None:
    dealer = Dealer((1_075, 1_050, 1_075))
    reply = dealer.command(**race(dealer, {1: 75, 2: 50, 3: 75}, [1, 3]))
    assert code(dealer, **race(dealer, {1: 10}, [], chip=25)) == "BAD_RACE"

    amended(dealer, [{"seq": reply.seq, "command": None}])

    assert (stacks(dealer), dealer.table.house.chip) == ([1_075, 1_050, 1_075], 1)


# Places over several tables (TDA RP-8)


def test_who_busts_hand_for_hand_at_several_tables_shares_the_places_tda_rp_8() -> None:
    dealer = tournament(4)
    dealer.command(type="set_tournament", remaining=52, payouts=[10] * 49 + [300])
    dealer.command(type="disqualify", seat=2, reason="x")
    assert dealer.table.tournament.eliminated[-1].rank == 52

    reply = dealer.command(type="set_place", player_id="p_2", rank=50, shared=3)

    (out,) = dealer.table.tournament.eliminated
    assert (out.rank, out.tied, out.payout) == (50, True, 100), "a third of the last prize"
    assert dealer.state("public")["tournament"]["eliminated"][0]["payout"] == 100
    amended(dealer, [{"seq": reply.seq, "command": {"type": "set_place", "player_id": "p_2", "rank": 49}}])
    (out,) = dealer.table.tournament.eliminated
    assert (out.rank, out.tied, out.payout) == (49, False, 10)


def test_a_place_is_of_who_is_out_at_this_table() -> None:
    dealer = tournament()
    assert "set_place" not in dealer.state("public")["may"]
    assert code(dealer, type="set_place", player_id="p_1", rank=3) == "NOT_OUT"
