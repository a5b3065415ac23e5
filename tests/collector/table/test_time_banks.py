"""Time banks: time chips of the house, given away for more time, counted over the hands."""

from __future__ import annotations

import json
from typing import Any

import pytest

from collector.histories.formats import write
from collector.histories.native import read_json
from collector.table.finished.evidence import _folded, evidence_of
from collector.table.finished.story import story_of
from tests.collector.table.amendments import amended
from tests.collector.table.dealer import Dealer, rendered


def table(*, chips: int = 2, seconds: int = 30) -> Dealer:
    dealer = Dealer((10_000,) * 3)
    dealer.command(type="set_house_rules", profile="tournament", time_chips=chips, time_chip_seconds=seconds)
    dealer.command(type="start_hand", button=3)
    return dealer


def bank(dealer: Dealer) -> Any:
    state = dealer.state("public")
    assert rendered(dealer.table, "public") == dealer.renderer.state(dealer.table, "public")
    return state.get("time_bank")


def clock(dealer: Dealer) -> Any:
    return dealer.state("public")["hand"]["clock"]


def refused(dealer: Dealer, **fields: Any) -> str:
    reply = dealer.send(**fields)
    assert reply.error is not None
    return reply.error.code


def folded(dealer: Dealer) -> None:
    while dealer.table.running is not None:
        dealer.act(dealer.state()["hand"]["to_act"], "fold")


def test_a_time_chip_makes_the_clock_run_longer_or_begin_tda_29() -> None:
    dealer = table(seconds=20)
    dealer.command(type="call_clock", seat=3, seconds=30)
    called = dealer.facts[-1].received_at

    dealer.command(type="use_time_bank", seat=3)

    assert clock(dealer) == {"seat": 3, "seconds": 50, "called_at": called}
    assert dealer.state("public")["hand"]["rulings"][-1].endswith("seat 3 gives a time chip for 20 seconds; 1 left")
    dealer.command(type="time_up", seat=3)
    assert dealer.seat(3)["status"] == "folded"
    dealer.command(type="use_time_bank", seat=1)
    began = dealer.facts[-1].received_at
    dealer.command(type="use_time_bank", seat=1)
    assert clock(dealer) == {"seat": 1, "seconds": 40, "called_at": began}
    assert bank(dealer) == {"1": 0, "2": 2, "3": 1}
    dealer.act(1, "call")
    assert clock(dealer) is None


def test_the_clock_of_a_second_turn_begins_anew() -> None:
    dealer = table()
    dealer.command(type="use_time_bank", seat=3)
    dealer.act(3, "call")
    dealer.act(1, "raise_to", 300)
    dealer.act(2, "fold")

    dealer.command(type="use_time_bank", seat=3)

    assert clock(dealer) == {"seat": 3, "seconds": 30, "called_at": dealer.facts[-1].received_at}


def test_time_chips_are_counted_over_the_hands_and_given_anew() -> None:
    dealer = table()
    dealer.command(type="use_time_bank", seat=3)
    folded(dealer)
    assert bank(dealer) == {"1": 2, "2": 2, "3": 1}
    dealer.command(type="start_hand", button=3)
    dealer.command(type="use_time_bank", seat=3)
    assert dealer.state("public")["hand"]["may"].get("use_time_bank") is None
    assert refused(dealer, type="use_time_bank", seat=3) == "NO_TIME_CHIPS"
    folded(dealer)
    assert bank(dealer) == {"1": 2, "2": 2, "3": 0}

    dealer.command(type="set_time_bank", chips=5, seats=[3])
    assert bank(dealer) == {"1": 2, "2": 2, "3": 5}
    dealer.command(type="set_time_bank", chips=3)
    assert bank(dealer) == {"1": 3, "2": 3, "3": 3}


def test_a_void_hand_gives_its_time_chips_back() -> None:
    dealer = table()
    dealer.command(type="use_time_bank", seat=3, chips=2)
    assert bank(dealer)["3"] == 0

    dealer.command(type="misdeal")

    assert bank(dealer)["3"] == 2


def test_a_bank_may_be_counted_in_seconds() -> None:
    dealer = table(chips=120, seconds=1)

    dealer.command(type="use_time_bank", seat=3, chips=45)

    assert (clock(dealer)["seconds"], bank(dealer)["3"]) == (45, 75)


def test_only_the_seat_to_act_gives_time_chips() -> None:
    assert refused(table(), type="use_time_bank", seat=1) == "NOT_YOUR_TURN"


def test_a_house_without_time_chips_knows_none_of_it() -> None:
    dealer = Dealer((10_000,) * 3)
    assert refused(dealer, type="set_time_bank", chips=3) == "NO_TIME_BANK"
    dealer.command(type="start_hand", button=3)

    state = dealer.state("public")
    assert refused(dealer, type="use_time_bank", seat=3) == "NO_TIME_CHIPS"
    assert {"set_time_bank", "use_time_bank"}.isdisjoint((*state["may"], *state["hand"]["may"]))
    assert "time_bank" not in state
    assert {"time_bank", "time_chip_seconds"}.isdisjoint(dealer.facts[-1].body)


def test_a_time_chip_moves_with_its_player_and_nobody_gets_it_in_a_seat_that_is_empty() -> None:
    dealer = table()
    dealer.command(type="use_time_bank", seat=3)
    folded(dealer)

    dealer.command(type="move_player", seat=3, to_seat=5)
    assert bank(dealer) == {"1": 2, "2": 2, "5": 1}
    assert refused(dealer, type="set_time_bank", chips=1, seats=[3]) == "SEAT_EMPTY"


def test_a_time_chip_is_undone_redone_and_amended() -> None:
    dealer = table()
    reply = dealer.command(type="use_time_bank", seat=3)
    used = dealer.table.play.hand
    dealer.command(type="undo")
    assert (clock(dealer), bank(dealer)["3"]) == (None, 2)
    dealer.command(type="redo")
    assert dealer.table.play.hand == used
    folded(dealer)
    dealer.command(type="end_hand")

    amended(dealer, [{"seq": reply.seq, "command": {"type": "use_time_bank", "seat": 3, "chips": 2}}])

    assert bank(dealer) == {"1": 2, "2": 2, "3": 0}


@pytest.mark.parametrize("form", ["phh", "ohh", "pokerstars", "json"])
def test_a_hand_with_time_chips_leaves_in_every_format(form: str) -> None:
    dealer = table()
    dealer.command(type="use_time_bank", seat=3)
    folded(dealer)
    play = dealer.table.play
    story = story_of(play)

    assert evidence_of(play) == _folded(play)
    assert write(story, form)
    if form == "json":
        assert read_json(json.loads(write(story, form))) == story
