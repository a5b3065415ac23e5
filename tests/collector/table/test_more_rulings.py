"""What only some tables ask of the floor, at a live table: as facts, in states, undone, amended."""

from __future__ import annotations

import json
from typing import Any

import pytest

from collector.errors import BadHistory
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


def showdown() -> Dealer:
    dealer = table()
    dealer.act(3, "fold")
    dealer.act(1, "all_in")
    dealer.act(2, "call")
    for card in ("2c", "7d", "9h", "Jc", "3s"):
        dealer.command(type="deal_card", card=card)
    return dealer


# A hand that is shown in part


@pytest.mark.parametrize("card", ["As", "4h"])
def test_a_hand_tabled_in_part_is_told_to_the_floor_whatever_the_card_tda_15(card: str) -> None:
    dealer = showdown()
    dealer.read(1, "As")
    dealer.read(1, "Ad")
    dealer.lift(1, "As")

    dealer.command(type="expose_card", seat=1, card=card, by_choice=True)

    assert dealer.alerts()[-1] == "TABLED_IN_PART"
    state = dealer.state("public")["hand"]
    assert (state["in_part"], state["may"]["show_rest"]) == ([1], [1])
    dealer.command(type="show_rest", seat=1)
    state = dealer.state("public")["hand"]
    assert (state["to_table"], state["may"]["muck"]) == ([1], [2])
    assert "in_part" not in state
    assert rendered(dealer.table, "public") == dealer.renderer.state(dealer.table, "public")
    reply = dealer.send(type="muck", seat=1)
    assert reply.error is not None
    assert (reply.error.code, "show it" in reply.error.message) == ("MUST_TABLE", True)


def test_a_card_that_is_shown_before_the_showdown_is_no_hand_tabled_in_part() -> None:
    dealer = table()

    dealer.command(type="expose_card", seat=1, card="As", by_choice=True)

    assert dealer.alerts() == []
    assert dealer.state("public")["hand"]["in_part"] == [1]


def test_a_card_that_was_exposed_by_accident_is_told_as_before() -> None:
    dealer = table()

    dealer.command(type="expose_card", seat=1, card="As")

    assert {"by_choice", "to_seat"}.isdisjoint(dealer.facts[-1].body["command"])
    assert {"in_part", "to_table"}.isdisjoint(dealer.state("public")["hand"])
    assert dealer.alerts() == []


def test_a_card_shown_to_another_is_not_shown_by_accident_nor_to_oneself() -> None:
    dealer = table()

    for fields in ({"to_seat": 2}, {"to_seat": 1, "by_choice": True}):
        with pytest.raises(ValueError, match="to_seat is another seat"):
            dealer.send(type="expose_card", seat=1, card="As", **fields)


def test_the_rest_of_a_hand_is_undone_redone_and_amended() -> None:
    dealer = showdown()
    dealer.command(type="expose_card", seat=1, card="As", by_choice=True)
    was = hand(dealer)
    reply = dealer.command(type="show_rest", seat=1)
    asked = hand(dealer)

    dealer.command(type="undo")
    assert hand(dealer) == was
    dealer.command(type="redo")
    assert hand(dealer) == asked
    amended(dealer, [{"seq": reply.seq, "command": {"type": "show_rest", "seat": 1, "rest": False}}])
    assert (hand(dealer).in_part, hand(dealer).to_table) == ((), ())
    dealer.command(type="muck", seat=1)


@pytest.mark.parametrize("form", ["phh", "ohh", "pokerstars", "json"])
def test_a_hand_that_was_shown_in_part_leaves_in_every_format(form: str) -> None:
    dealer = showdown()
    dealer.command(type="expose_card", seat=1, card="As", by_choice=True)
    dealer.command(type="show_rest", seat=1)
    dealer.command(type="show", seat=1, cards=["As", "Ad"])
    dealer.command(type="show", seat=2, cards=["Ks", "Kd"])
    play = dealer.table.play
    story = story_of(play)

    assert evidence_of(play) == _folded(play)
    assert write(story, form)
    if form == "json":
        assert read_json(json.loads(write(story, form))) == story


# Sleepers


def sleeping(**house: Any) -> Dealer:
    dealer = Dealer((10_000,) * 5)
    dealer.command(type="set_house_rules", profile="cash", **house)
    sleeper = {"seat": 4, "kind": "sleeper", "amount": 200}
    dealer.command(type="start_hand", button=5, straddles=[sleeper])
    return dealer


def test_the_house_says_whether_a_sleeper_lapses() -> None:
    stays, lapses = sleeping(), sleeping(sleeper="lapses")

    assert stays.state("public")["hand"]["legal"]["call"] == 200
    assert "sleeper" not in stays.state("public")["house_rules"]
    assert "sleeper" not in stays.facts[-2].body["command"]
    assert "sleepers_lapse" not in stays.facts[-1].body["house"]
    assert lapses.state("public")["hand"]["legal"]["call"] == 100
    assert lapses.state("public")["house_rules"]["sleeper"] == "lapses"
    assert lapses.state("public")["hand"]["asleep"] == {"4": 200}


def test_a_running_hand_keeps_its_sleeper_when_the_house_changes_the_rule() -> None:
    dealer = sleeping(sleeper="lapses")

    dealer.command(type="set_house_rules", profile="cash")
    dealer.act(3, "fold")

    assert hand(dealer).bet_to == 200
    assert rendered(dealer.table, "public") == dealer.renderer.state(dealer.table, "public")


def test_an_act_before_a_sleeper_is_amended_and_the_sleeper_with_it() -> None:
    dealer = sleeping(sleeper="lapses")
    reply = dealer.act(3, "call")
    assert hand(dealer).asleep == ()

    amended(dealer, [{"seq": reply.seq, "command": {"type": "fold", "seat": 3}}])

    assert (hand(dealer).to_act, hand(dealer).bet_to) == (4, 200)
    dealer.command(type="undo")
    assert (hand(dealer).to_act, hand(dealer).bet_to, len(hand(dealer).asleep)) == (3, 100, 1)


def test_each_act_of_a_hand_with_a_sleeper_has_the_evidence_of_its_fact() -> None:
    dealer = sleeping(sleeper="lapses")
    for seat, kind in ((3, "fold"), (4, "check"), (5, "fold"), (1, "fold"), (2, "fold")):
        dealer.act(seat, kind)
    play = dealer.table.play

    woken = next(at for at, act in enumerate(play.hand.actions) if act.action == "sleeper")
    assert evidence_of(play)[woken].fact == play.steps[0].position
    assert evidence_of(play) == _folded(play)
    story = story_of(play)
    assert read_json(json.loads(write(story, "json"))) == story
    assert write(story, "ohh")
    for form in ("phh", "pokerstars"):
        with pytest.raises(BadHistory, match="sleeper that may lapse"):
            write(story, form)


# What a player only says that it will do


def test_a_declaration_stands_in_every_state_and_is_undone_and_amended() -> None:
    dealer = table()
    reply = dealer.command(type="out_of_turn", seat=1, action="raise_to", condition="bet")
    waits = {"seat": 1, "action": "bet_to", "to": 0, "bet_to": 100, "condition": "bet"}
    assert dealer.state("public")["hand"]["pending"] == [waits]
    assert rendered(dealer.table, "public") == dealer.renderer.state(dealer.table, "public")

    dealer.command(type="undo")
    assert dealer.state("public")["hand"]["pending"] == []
    dealer.command(type="redo")
    dealer.act(3, "raise_to", 300)
    assert (hand(dealer).bet_to, hand(dealer).to_act) == (500, 2)
    play = dealer.table.play
    assert evidence_of(play) == _folded(play)

    free = {"type": "out_of_turn", "seat": 1, "action": "raise_to", "condition": "bet", "free": True}
    amended(dealer, [{"seq": reply.seq, "command": free}])
    assert (hand(dealer).bet_to, hand(dealer).to_act) == (300, 1)


def test_an_act_out_of_turn_is_written_as_before_and_needs_its_amount() -> None:
    dealer = table()
    dealer.command(type="out_of_turn", seat=1, action="call")

    assert {"condition", "free"}.isdisjoint(dealer.facts[-1].body["command"])
    assert "condition" not in dealer.state("public")["hand"]["pending"][0]
    with pytest.raises(ValueError, match="give the whole bet"):
        dealer.send(type="out_of_turn", seat=2, action="raise_to")
    with pytest.raises(ValueError, match="give the whole bet"):
        dealer.send(type="out_of_turn", seat=2, action="call", amount=100, condition="bet")


@pytest.mark.parametrize("form", ["phh", "ohh", "pokerstars", "json"])
def test_a_hand_with_a_declaration_leaves_in_every_format(form: str) -> None:
    dealer = table()
    dealer.command(type="out_of_turn", seat=1, action="raise_to", condition="bet")
    dealer.act(3, "raise_to", 300)
    dealer.act(2, "fold")
    dealer.act(3, "fold")
    story = story_of(dealer.table.play)

    assert write(story, form)
    if form == "json":
        assert read_json(json.loads(write(story, form))) == story
