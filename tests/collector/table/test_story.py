"""Hands of a table leave in every format, with the time and the source of each act."""

from __future__ import annotations

from pathlib import Path

from collector.histories.ohh import read_ohh, write_ohh
from collector.histories.phh.read import History, read_histories
from collector.histories.phh.replay import replay
from collector.histories.phh.write import write_phh
from collector.histories.roomtext.read import read_room_text
from collector.histories.roomtext.write import write_room_text
from collector.histories.story import finished
from collector.table.finished.story import story_of
from tests.collector.table.dealer import Dealer


def played() -> Dealer:
    dealer = Dealer((1000, 1000, 1000))
    dealer.command(type="start_hand", button=3)
    for seat, cards in ((1, ("As", "Ad")), (2, ("Kh", "Kd"))):
        for card in cards:
            dealer.read(seat, card)
    dealer.act(3, "fold")
    dealer.act(1, "all_in")
    dealer.act(2, "call")
    for card in ("2c", "7d", "9h", "Js", "4c"):
        dealer.read(None, card)
    dealer.command(type="show", seat=1)
    dealer.command(type="show", seat=2)
    dealer.command(type="end_hand")
    return dealer


def test_a_hand_of_the_table_comes_back_from_every_format(tmp_path: Path) -> None:
    (play,) = played().evening.closed
    story = story_of(play)
    file = tmp_path / "hand.phh"
    file.write_text(write_phh(story))
    (history,) = read_histories(file)
    assert isinstance(history, History)

    final = play.hand.result.final_stacks
    assert replay(history).result.final_stacks == final  # type: ignore[union-attr]
    assert finished(read_ohh(write_ohh(story))).result.final_stacks == final  # type: ignore[union-attr]
    text = finished(read_room_text(write_room_text(story))).result
    assert text is not None
    assert {seat: stack // 100 for seat, stack in text.final_stacks.items()} == final


def test_every_act_has_its_time_and_source() -> None:
    (play,) = played().evening.closed

    acts = [act for each in write_ohh(story_of(play))["ohh"]["rounds"] for act in each["actions"]]

    told_of = [(act["action"], act["_source"]) for act in acts if "_source" in act]
    assert told_of[0] == ("Dealt Cards", "antenna")
    assert ("Fold", "operator") in told_of
    times = [act["_at"] for act in acts if "_at" in act]
    assert times == sorted(times)
    assert len(times) == len(play.steps)
