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

    body = write_ohh(story_of(play))["ohh"]
    acts = [act for each in body["rounds"] for act in each["actions"]]
    events = body["_story"]["events"]

    assert [(act["action"], act["_source"]) for act in acts if "_source" in act] == [
        ("Fold", "operator"),
        ("Raise", "operator"),
        ("Call", "operator"),
        ("Shows Cards", "operator"),
        ("Shows Cards", "operator"),
    ]
    assert (events[0]["event"], events[0]["_source"]) == ("HoleCard", "antenna")
    times = [event["_at"] for event in events]
    assert times == sorted(times)
    assert len(times) == len(play.steps)
    assert [act["_at"] for act in acts if act["action"] == "Fold"] == [times[4]]


def test_a_hand_with_a_typed_card_that_was_cleared_leaves_as_text_with_its_time() -> None:
    dealer = Dealer((1000, 1000))
    dealer.command(type="start_hand", button=2)
    for seat, cards in ((1, ("As", "Ad")), (2, ("Kh", "Kd"))):
        for card in cards:
            dealer.read(seat, card)
    dealer.act(2, "all_in")
    dealer.act(1, "call")
    for card in ("2c", "7d", "9h"):
        dealer.command(type="deal_card", card=card)
    dealer.command(type="clear_card", card="7d")
    for card in ("8d", "Js", "4c"):
        dealer.command(type="deal_card", card=card)
    dealer.command(type="show", seat=1)
    dealer.command(type="show", seat=2)
    dealer.command(type="end_hand")
    (play,) = dealer.evening.closed

    text = write_room_text(story_of(play, "table_01"))

    assert "7d" not in text
    assert "*** FLOP *** [2c 8d 9h]" in text
    assert "*** RIVER *** [2c 8d 9h Js] [4c]" in text
    assert "Table 'table_01'" in text
    assert read_room_text(text).about.started == play.started_at // 1000 * 1000
    final = finished(read_room_text(text)).result
    assert final is not None
    assert {seat: stack // 100 for seat, stack in final.final_stacks.items()} == play.hand.result.final_stacks  # type: ignore[union-attr]
