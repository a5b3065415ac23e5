"""What the floor rules about a turn, at a live table: as facts, in states, undone, amended."""

from __future__ import annotations

import json
from typing import Any

import pytest

from collector.errors import BadHistory
from collector.hand.changing import find
from collector.histories.formats import write
from collector.histories.native import read_json
from collector.table.finished.evidence import _folded, evidence_of
from collector.table.finished.story import story_of
from tests.collector.table.amendments import amended
from tests.collector.table.dealer import Dealer, rendered


def table(*stacks: int) -> Dealer:
    dealer = Dealer(stacks or (10_000, 10_000, 10_000))
    dealer.command(type="start_hand", button=3)
    return dealer


def hand(dealer: Dealer) -> Any:
    assert dealer.table.play is not None
    return dealer.table.play.hand


def test_chips_put_in_are_an_act_of_the_record_and_the_rulings_say_why_tda_44() -> None:
    dealer = table()

    dealer.command(type="put_in", seat=3, chips=[1000])

    told = [event.model_dump(mode="json") for event in dealer.changes[-1].outcome.happenings]
    assert {"seat": 3, "action": "call", "to": 100}.items() <= told[0].items()
    state = dealer.state("public")["hand"]
    assert state["actions"][-1]["action"] == "call"
    assert "TDA 44" in state["rulings"][-1]


def test_chips_that_need_the_floor_are_refused_with_what_is_legal_tda_51() -> None:
    dealer = table()
    dealer.act(3, "raise_to", 800)
    dealer.act(1, "raise_to", 2000)

    reply = dealer.send(type="put_in", seat=2, chips=[500, 500])

    assert reply.error is not None
    assert reply.error.code == "UNDERCALL"
    assert reply.error.details["legal"]["call"] == 1900


def test_a_payload_without_chips_or_words_is_no_command() -> None:
    dealer = table()

    with pytest.raises(ValueError, match="name the chips"):
        dealer.send(type="put_in", seat=3, declared="raise")


@pytest.mark.parametrize(
    ("commands", "listed"),
    [
        ([{"type": "put_in", "chips": [500]}], "put_in"),
        ([{"type": "limit_seat", "reason": "skipped"}], "limit_seat"),
        ([{"type": "call_clock"}], "call_clock"),
        ([{"type": "call_clock", "seconds": 10}, {"type": "time_up"}], "time_up"),
    ],
)
def test_each_ruling_of_a_turn_is_listed_undone_and_redone(commands: list[dict[str, Any]], listed: str) -> None:
    dealer = table()
    *before, last = commands
    for fields in before:
        dealer.command(seat=3, **fields)
    assert dealer.state("public")["hand"]["may"][listed] == [3]
    was = hand(dealer)

    dealer.command(seat=3, **last)
    ruled = hand(dealer)
    assert ruled != was
    dealer.command(type="undo")
    assert hand(dealer) == was
    dealer.command(type="redo")

    assert hand(dealer) == ruled


def test_the_clock_stands_in_every_state_until_the_seat_acts_tda_29() -> None:
    dealer = table()
    assert dealer.state("public")["hand"]["clock"] is None

    dealer.command(type="call_clock", seat=3)

    clock = dealer.state("public")["hand"]["clock"]
    assert (clock["seat"], clock["seconds"], clock["called_at"]) == (3, 30, dealer.facts[-1].received_at)
    assert rendered(dealer.table, "public") == dealer.renderer.state(dealer.table, "public")
    dealer.act(3, "call")
    assert dealer.state("public")["hand"]["clock"] is None


def test_a_passive_seat_stands_in_every_state_tda_55() -> None:
    dealer = table()
    dealer.command(type="limit_seat", seat=3, reason="said check facing the blind")

    state = dealer.state("public")["hand"]
    assert (state["passive"], state["legal"]["min_to"]) == (3, None)
    assert "raise_to" not in state["may"]


def test_an_amended_ruling_is_as_if_it_had_been_entered_so() -> None:
    dealer = table()
    reply = dealer.command(type="put_in", seat=3, chips=[1000])
    dealer.act(1, "fold")
    dealer.act(2, "check")

    amended(
        dealer,
        [
            {"seq": reply.seq, "command": {"type": "put_in", "seat": 3, "chips": [1000], "declared": "raise"}},
            {"seq": reply.seq + 2, "command": {"type": "call", "seat": 2}},
        ],
    )

    assert (find(hand(dealer), 3).contributed, find(hand(dealer), 2).contributed) == (1000, 1000)


def test_chips_found_behind_go_with_the_stack_of_who_wins_and_are_amended_tda_62() -> None:
    dealer = table(1_000, 4_000, 4_000)
    dealer.act(3, "fold")
    dealer.act(1, "all_in")
    dealer.act(2, "call")
    reply = dealer.command(type="chips_found", seat=1, amount=500)
    for card in ("2c", "7d", "9h", "Jc", "3s"):
        dealer.command(type="deal_card", card=card)
    dealer.command(type="show", seat=1, cards=["Ks", "Kd"])
    dealer.command(type="show", seat=2, cards=["As", "Ad"])

    assert dealer.table.play.final_stacks == {1: 0, 2: 5_500, 3: 4_000}
    amended(dealer, [{"seq": reply.seq, "command": None}])
    assert dealer.table.play.final_stacks == {1: 0, 2: 5_000, 3: 4_000}
    dealer.command(type="end_hand")
    assert dealer.table.seated[2].stack == 5_000


def test_a_dead_hand_that_was_tabled_is_told_to_the_floor_tda_13() -> None:
    dealer = table(1_000, 4_000, 4_000)
    dealer.act(3, "fold")
    dealer.act(1, "all_in")
    dealer.act(2, "call")
    for card in ("2c", "7d", "9h", "Jc", "3s"):
        dealer.command(type="deal_card", card=card)
    dealer.command(type="show", seat=1, cards=["As", "Ad"])
    assert dealer.alerts() == []

    dealer.command(type="dead_hand", seat=1, reason="taken for a muck")

    assert dealer.alerts() == ["TABLED_HAND_KILLED"]
    dealer.command(type="undo")
    dealer.command(type="dead_hand", seat=2, reason="fouled")
    assert dealer.alerts() == ["TABLED_HAND_KILLED"], "seat 2 had tabled nothing"


def ruled_hand(*, found: bool = False) -> Dealer:
    """A hand with every ruling of a turn, to its end."""
    dealer = table(1_000, 4_000, 4_000)
    dealer.command(type="put_in", seat=3, chips=[500])
    dealer.act(1, "all_in")
    dealer.command(type="call_clock", seat=2)
    dealer.command(type="limit_seat", seat=2, reason="skipped")
    dealer.act(2, "call")
    dealer.command(type="call_clock", seat=3)
    dealer.command(type="time_up", seat=3)
    if found:
        dealer.command(type="chips_found", seat=1, amount=25)
    for card in ("2c", "7d", "9h", "Jc", "3s"):
        dealer.command(type="deal_card", card=card)
    dealer.command(type="show", seat=1, cards=["As", "Ad"])
    dealer.command(type="show", seat=2, cards=["Ks", "Kd"])
    return dealer


def test_each_act_of_a_ruling_has_the_evidence_of_its_fact() -> None:
    play = ruled_hand().table.play

    assert evidence_of(play) == _folded(play)


@pytest.mark.parametrize("form", ["phh", "ohh", "pokerstars", "json"])
def test_a_hand_with_rulings_of_turns_leaves_in_every_format(form: str) -> None:
    story = story_of(ruled_hand().table.play)

    assert write(story, form)
    if form == "json":
        assert read_json(json.loads(write(story, form))) == story


@pytest.mark.parametrize("form", ["phh", "pokerstars"])
def test_chips_found_behind_are_refused_by_name_where_a_format_cannot_hold_them(form: str) -> None:
    with pytest.raises(BadHistory, match="found behind"):
        write(story_of(ruled_hand(found=True).table.play), form)
