"""Import then export gives the same hand: PHH, card-room text, Open Hand History."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from collector.cards import Card
from collector.errors import BadHistory
from collector.hand import boards
from collector.hand.events import (
    Award,
    BetTo,
    BoardCard,
    Boxed,
    Burn,
    Call,
    Check,
    Chop,
    CommunityCard,
    DeadHand,
    Draw,
    Event,
    Fold,
    HoleCard,
    IrregularFlop,
    OutOfTurn,
    ReplaceCard,
    StringBet,
)
from collector.hand.model import Bounty
from collector.histories.codec import decode, encode
from collector.histories.native import read_json, write_json
from collector.histories.ohh import read_ohh, write_ohh
from collector.histories.phh.actions import History
from collector.histories.phh.read import read_histories
from collector.histories.phh.replay import story_of_history
from collector.histories.phh.write import write_phh
from collector.histories.roomtext.read import read_room_text, split_hands
from collector.histories.roomtext.write import write_room_text
from collector.histories.story import Story, finished
from collector.secrecy import Secret
from tests.collector.hand.spoken import blinds, setup
from tests.collector.histories.samples import RUN_TWICE, facts


def test_a_hand_that_was_run_twice_is_read_from_text() -> None:
    story = read_room_text(RUN_TWICE)

    hand = finished(story)

    assert hand.result is not None
    assert {win.seat: win.amount for win in hand.result.wins} == {1: 10050, 2: 10050}
    assert (hand.result.total_pot, hand.result.rake) == (20200, 100)
    assert boards(hand)[1] == ("2c", "7d", "9h", "Kc", "3d")
    assert [seat.seat for seat in story.setup.seats] == [2, 4, 1]


def test_text_and_json_of_it_come_back_the_same() -> None:
    story = read_room_text(RUN_TWICE)

    assert facts(finished(read_room_text(write_room_text(story)))) == facts(finished(story))
    assert facts(finished(read_ohh(json.loads(json.dumps(write_ohh(story)))))) == facts(finished(story))


def ruled(*events: Event) -> Story:
    """A hand with rulings: seat 1 raises out of turn, seat 2 is dead, a string bet on the flop."""
    setup_of = setup([1000] * 4, blinds(4), bounties=(Bounty("7-2", "72", 10),), killed=(4,), all_in_tabled=True)
    opening = (Boxed(Card("5c")), HoleCard(1, Secret(Card("As"))), OutOfTurn(BetTo(1, 300)), Call(3))
    flop = [BoardCard(Card(card)) for card in ("2c", "7d", "9h")]
    return Story("ruled", setup_of, (*opening, Call(2), Call(3), Burn(Secret(Card("Ks"))), *flop, *events), 4)


STRING = (Check(1), Check(2), StringBet(3, 30), Fold(1), DeadHand(2, "a third card"))


@pytest.mark.parametrize("text", ["ohh", "phh", "room"])
def test_rulings_and_what_followed_from_them_come_back(text: str, tmp_path: Path) -> None:
    story = ruled(*STRING)
    hand = finished(story)
    assert hand.result is not None

    if text == "ohh":
        document = json.loads(json.dumps(write_ohh(story)))
        assert read_ohh(document).events == story.events
        again = finished(read_ohh(document)).result
    elif text == "phh":
        (tmp_path / "hand.phh").write_text(write_phh(story))
        (history,) = read_histories(tmp_path / "hand.phh")
        assert isinstance(history, History)
        again = finished(story_of_history(history)).result
    else:
        again = finished(read_room_text(write_room_text(story))).result
    assert again is not None
    unit = 100 if text == "room" else 1  # that text has cents
    assert {seat: stack // unit for seat, stack in again.final_stacks.items()} == hand.result.final_stacks


def test_every_event_goes_through_json_and_comes_back() -> None:
    samples = [
        *STRING,
        OutOfTurn(BetTo(1, 300)),
        Burn(Secret(Card("Ks"))),
        Burn(None),
        IrregularFlop((Card("2c"), Card("7d"), Card("9h")), Secret(Card("Js")), "four cards"),
        ReplaceCard(1, Card("As"), "exposed"),
        Award(((1, 60), (2, 60)), "dispute"),
        Draw(1, 2, (Secret(Card("As")),)),
        CommunityCard(Card("As")),
        Chop(),
    ]

    for event in samples:
        assert decode(json.loads(json.dumps(encode(event)))) == event


def test_what_a_format_cannot_hold_is_said() -> None:
    with pytest.raises(BadHistory, match="PHH cannot hold a board that is run more than once"):
        write_phh(read_room_text(RUN_TWICE))


def test_a_session_is_split_into_hands() -> None:
    assert len(list(split_hands(RUN_TWICE + "\n\n" + RUN_TWICE))) == 2


@pytest.mark.parametrize("text", ["", "hello", "PokerStars Hand #1: Chess ($1/$2)"])
def test_text_that_is_no_hand_is_refused(text: str) -> None:
    with pytest.raises(BadHistory):
        read_room_text(text)


def test_a_document_that_is_no_hand_is_refused() -> None:
    with pytest.raises(BadHistory, match="document: ohh.spec_version is missing; it must be a text"):
        read_ohh({"ohh": {}})


def histories(folder: Path) -> Iterator[History]:
    for file in sorted(folder.glob("hands-dev/**/*.phh*")):
        for history in read_histories(file):
            assert isinstance(history, History)
            yield history


def through_phh(story: Story, folder: Path) -> Story:
    file = folder / "one.phh"
    file.write_text(write_phh(story))
    (history,) = read_histories(file)
    assert isinstance(history, History), history
    return story_of_history(history)


@pytest.mark.hands
def test_every_recorded_hand_comes_back_the_same_from_every_format(folder: Path, tmp_path: Path) -> None:
    rows, came_back = (folder / "expected.jsonl").read_text().splitlines(), 0
    for history in histories(folder):
        story = story_of_history(history)
        hand = finished(story)
        cents = 100 // story.scale
        assert facts(finished(through_phh(story, tmp_path))) == facts(hand), history.id
        assert facts(finished(read_room_text(write_room_text(story)))) == facts(hand, cents), history.id
        assert facts(finished(read_ohh(write_ohh(story)))) == facts(hand), history.id
        document = json.loads(json.dumps(write_json(story)))
        assert read_json(document) == story, history.id
        if history.id.startswith("pluribus"):
            assert facts(finished(read_json({**document, "story": None}))) == facts(hand), history.id
        came_back += 1

    assert came_back == len(rows) > 0


@pytest.mark.hands
def test_raw_hands_agree_with_the_rooms_own_lines(folder: Path) -> None:
    lines = (folder / "special.jsonl").read_text().splitlines()
    assert lines
    for truth in map(json.loads, lines):
        story = read_room_text((folder / truth["file"]).read_text(), truth["id"])
        hand = finished(story)
        names = {seat.seat: seat.name for seat in story.setup.seats}
        collected: Counter[str] = Counter()
        for name, amount in truth["collected"]:
            collected[name] += round(amount * 100)
        assert hand.result is not None
        assert {names[win.seat]: win.amount for win in hand.result.wins} == dict(collected), truth["id"]
        assert hand.result.total_pot == round(truth["total_pot"] * 100)
        assert hand.result.rake == round(truth["rake"] * 100)
        if truth["boards"]:  # one room's summary lists only the cards of the second run
            assert [list(b[-len(w) :]) for b, w in zip(boards(hand), truth["boards"], strict=True)] == truth["boards"]
