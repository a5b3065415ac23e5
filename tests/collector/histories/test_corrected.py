"""A corrected hand leaves as if the misread cards had never been dealt."""

from __future__ import annotations

from collector.cards import Card
from collector.hand import board
from collector.hand.events import (
    BoardCard,
    BoardCardTaken,
    Call,
    Check,
    Event,
    Fold,
    HoleCard,
    HoleCardTaken,
    Show,
)
from collector.histories.corrected import corrected
from collector.histories.roomtext.read import read_room_text
from collector.histories.roomtext.write import write_room_text
from collector.histories.story import Story, finished
from collector.secrecy import Secret
from tests.collector.hand.spoken import blinds, setup


def hole(seat: int, text: str) -> HoleCard:
    return HoleCard(seat, Secret(Card(text)))


def flop(*cards: str) -> list[Event]:
    return [BoardCard(Card(card)) for card in cards]


def played() -> Story:
    events: list[Event] = [
        hole(1, "As"),
        hole(1, "Kh"),
        HoleCardTaken(1, Secret(Card("Kh"))),
        hole(2, "Qc"),
        hole(2, "Qd"),
        Call(2),
        hole(1, "Kd"),
        Check(1),
        *flop("2c", "7h", "9h"),
        BoardCardTaken(Card("7h")),
        *flop("7d"),
        Check(1),
        Check(2),
        *flop("Js"),
        Check(1),
        Check(2),
        *flop("4c"),
        Check(1),
        Check(2),
        BoardCardTaken(Card("4c")),
        *flop("Ad"),
        Show(1, (Card("As"), Card("Kd"))),
        Show(2, (Card("Qc"), Card("Qd"))),
    ]
    return Story("two", setup([500, 500], blinds(2)), tuple(events), 2, times=tuple(range(len(events))))


def test_the_right_card_stands_where_the_wrong_one_came() -> None:
    story = corrected(played())

    assert [event.card for event in story.events if isinstance(event, BoardCard)] == ["2c", "7d", "9h", "Js", "Ad"]
    assert not [event for event in story.events if isinstance(event, HoleCardTaken | BoardCardTaken)]
    assert story.events.index(hole(1, "Kd")) == 1
    assert finished(story).result == finished(played()).result
    assert board(finished(story)) == ("2c", "7d", "9h", "Js", "Ad")
    assert list(story.times) == sorted(story.times)
    assert len(story.times) == len(story.events)


def test_a_card_that_nothing_came_for_is_left_out() -> None:
    events = (hole(1, "As"), hole(1, "Kh"), HoleCardTaken(1, Secret(Card("Kh"))), Fold(2))

    assert corrected(Story("folded", setup([500, 500], blinds(2)), events, 2)).events == (hole(1, "As"), Fold(2))


def test_a_corrected_hand_is_text_without_a_trace() -> None:
    text = write_room_text(played())

    assert "Kh" not in text
    assert "7h" not in text
    assert "*** FLOP *** [2c 7d 9h]\n" in text
    assert "*** RIVER *** [2c 7d 9h Js] [Ad]\n" in text
    assert finished(read_room_text(text)).result.final_stacks == {1: 60000, 2: 40000}  # type: ignore[union-attr]
