"""What only some tables ask of the floor, at a live table: as facts, in states, undone, amended."""

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
