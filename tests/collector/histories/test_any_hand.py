"""Hands of any game, as they come, with cards that were misread and taken back, chips that the rules have to judge, and
what the floor does to a seat: each leaves and comes back, or is refused by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collector.cards import Card, parse_cards
from collector.errors import BadHistory, IllegalAction
from collector.hand import apply
from collector.hand.events import (
    AllIn,
    BetTo,
    BoardCard,
    BoardCardTaken,
    BringIn,
    Call,
    Check,
    ChipsFound,
    ChipsIn,
    ClockCalled,
    Event,
    Fold,
    HoleCard,
    HoleCardTaken,
    Passive,
    Post,
    PostKind,
    Show,
    TimeUp,
    UpCard,
    UpCardTaken,
)
from collector.hand.model import EqualBoards, Hand
from collector.histories.native import read_json, write_json
from collector.histories.ohh import read_ohh, write_ohh
from collector.histories.phh.actions import History
from collector.histories.phh.read import read_histories
from collector.histories.phh.replay import story_of_history
from collector.histories.phh.write import write_phh
from collector.histories.roomtext.read import read_room_text
from collector.histories.roomtext.write import write_room_text
from collector.histories.story import Story, finished
from collector.secrecy import Secret
from tests.collector.hand.randomly import amounts, any_game, sensible, some_chips, some_priors, some_words, unused
from tests.collector.hand.spoken import blinds, setup
from tests.collector.histories.ohh_schema import faults, public

REFUSED = (
    "PHH has no variant",
    "PHH holds no double boards",
    "PHH cannot hold",
    "Open Hand History has no word for spread",
)


def _told(story: Story, write: Callable[[Story], object], read: Callable[[object], Story]) -> dict[int, float] | None:
    """Return what each seat won, after a way through a format; None where the format cannot hold the hand."""
    try:
        text = write(story)
    except BadHistory as error:
        _require_named(error)
        return None
    again = read(text)
    return {seat: chips / again.scale for seat, chips in _won(finished(again)).items()}


def _require_named(error: BadHistory) -> None:
    assert any(words in error.message for words in REFUSED), error.message


def _won(hand: Hand) -> dict[int, int]:
    assert hand.result is not None
    return {win.seat: win.amount for win in hand.result.wins}


def _played(data: st.DataObject) -> tuple[Story, Hand]:
    """Play a hand to its end; cards are dealt now and then, some of them twice since the first was misread."""
    hand = data.draw(any_game())
    setup, events = hand.setup, list[Event]()
    while not hand.complete:
        odd = _odd(hand, data) if data.draw(st.integers(0, 3)) == 0 else None
        if odd is not None and (after := _attempt(hand, odd)) is not None:
            hand = after
            events.append(odd)
            continue
        event = sensible(hand, data)
        free = [card for card in unused(hand) if card != getattr(event, "card", None)]
        wrong = data.draw(st.sampled_from(free)) if data.draw(st.integers(0, 2)) == 0 else None
        for each in (*(_misread(event, wrong) if wrong else ()), event):
            hand = apply(hand, each)
            events.append(each)
    return Story("h_t_1", setup, tuple(events), setup.seats[-1].seat), hand


def _odd(hand: Hand, data: st.DataObject) -> Event | None:
    """Draw chips that say no act, or what the floor does to a seat; None where nobody is there for it."""
    broke = [player.seat for player in hand.players if player.all_in]
    if data.draw(st.booleans()) and broke:
        return ChipsFound(data.draw(st.sampled_from(broke)), data.draw(st.integers(1, 500)))
    seat = hand.to_act
    if seat is None:
        return None
    if hand.clock is not None:
        return TimeUp(seat)
    chips = st.builds(ChipsIn, st.just(seat), some_chips, some_words, some_priors, st.just(0) | amounts)
    unclear = st.builds(ChipsIn, st.just(seat), unclear=st.integers(1, 30))
    return data.draw(st.one_of(chips, unclear, st.just(Passive(seat, "x")), st.just(ClockCalled(seat, 30))))


def _attempt(hand: Hand, event: Event) -> Hand | None:
    try:
        return apply(hand, event)
    except IllegalAction:
        return None


def _misread(event: Event, wrong: object) -> tuple[Event, ...]:
    match event:
        case BoardCard():
            return replace(event, card=wrong), BoardCardTaken(wrong, event.board)  # type: ignore[arg-type]
        case UpCard():
            return replace(event, card=wrong), UpCardTaken(event.seat, wrong)  # type: ignore[arg-type]
        case HoleCard():
            return replace(event, card=Secret(wrong)), HoleCardTaken(event.seat, Secret(wrong))  # type: ignore[arg-type]
        case _:
            return ()


def _phh(folder: Path, text: object) -> Story:
    (folder / "one.phh").write_text(str(text))
    (history,) = read_histories(folder / "one.phh")
    assert isinstance(history, History), (history, text)
    return story_of_history(history)


@given(st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_hand_of_any_game_leaves_and_comes_back_or_is_refused_by_name(tmp_path: Path, data: st.DataObject) -> None:
    story, hand = _played(data)
    won = _won(hand)

    found = sum(event.amount for event in story.events if isinstance(event, ChipsFound))
    assert hand.result is not None
    brought = sum(seat.stack for seat in story.setup.seats)
    assert sum(hand.result.final_stacks.values()) + hand.result.rake == brought + found

    assert _told(story, write_phh, lambda text: _phh(tmp_path, text)) in (None, won)
    document = _told(story, lambda s: json.loads(json.dumps(write_ohh(s))), read_ohh)  # type: ignore[arg-type]
    assert document in (None, won)
    assert read_json(json.loads(json.dumps(write_json(story)))) == story
    if document is not None:
        assert list(faults(json.loads(json.dumps(write_ohh(story))))) == []
        body = public(json.loads(json.dumps(write_ohh(story))))["ohh"]
        assert not any("_" in key and key.startswith("_") for key in body)


def _absent(*events: Event) -> Story:
    """Return a hand of stud in which seat 2 is not there, and all but one fold in the end."""
    antes = tuple(Post(seat, PostKind.ANTE, 10) for seat in (1, 2, 3))
    start = setup((1000, 1000, 1000), antes, game="stud", big_bet=200, bring_in=25, killed=(2,))
    up = [UpCard(seat, Card(card)) for seat, card in ((1, "Kh"), (2, "2c"), (3, "5h"))]
    told = (*up, *events)
    places = range(len(told))
    return Story("h_t_1", start, told, 3, times=tuple(1000 + at for at in places), sources=("operator",) * len(told))


def test_a_bring_in_of_an_absent_player_that_a_misread_card_takes_back_is_in_no_record() -> None:
    story = _absent(UpCardTaken(2, Card("2c")), UpCard(2, Card("Qc")), BringIn(3), Fold(1))

    document = json.loads(json.dumps(write_ohh(story)))

    acts = document["ohh"]["rounds"][0]["actions"]
    assert [(act["player_id"], act["_at"]) for act in acts if "_at" in act] == [(2, 1005), (0, 1006)]
    assert list(faults(document)) == []
    assert _won(finished(read_ohh(document))) == {3: 30}  # its own bring-in, which nobody called, goes back
    assert "collected" in write_room_text(story)


@pytest.mark.parametrize("write", [write_phh, write_room_text])
def test_the_bring_in_of_an_absent_player_is_refused_by_name(write: Callable[[Story], str]) -> None:
    with pytest.raises(BadHistory, match="cannot hold a bring-in of a dead hand"):
        write(_absent(Fold(3)))


def _run_out() -> tuple[Event, ...]:
    board = [BoardCard(card) for card in parse_cards("2c5d9hJc3h")]
    return (*board, Show(1, parse_cards("KcKd")), Show(3, parse_cards("AcAd")))


@pytest.mark.parametrize(
    "events",
    [
        (ChipsIn(3, (500,)), Fold(1), Fold(2)),
        (ChipsIn(3, declared="raise", amount=300), Fold(1), Fold(2)),
        (ChipsIn(3, unclear=2), Fold(1), Fold(2)),
        (Call(3), Call(1), Passive(2, "skipped"), Check(2), AllIn(1), Fold(2), Fold(3)),
        (ClockCalled(3, 30), TimeUp(3), Fold(1)),
        (Call(3), Call(1), ClockCalled(2, 30), TimeUp(2), AllIn(1), Fold(2), Fold(3)),
        (AllIn(3), Call(1), Fold(2), *_run_out()),
    ],
)
def test_what_chips_count_as_and_what_the_floor_does_comes_back_from_every_format(
    tmp_path: Path, events: tuple[Event, ...]
) -> None:
    start = setup((1000, 1000, 400), blinds(3))
    if Check(2) in events or TimeUp(2) in events:  # seat 2 checks its option, then the flop comes
        at = next(at for at, event in enumerate(events) if event in (Check(2), TimeUp(2))) + 1
        events = (*events[:at], *[BoardCard(card) for card in parse_cards("2c5d9h")], *events[at:])
    story = Story("h_t_1", start, events, 3)
    won = _won(finished(story))

    assert _told(story, write_phh, lambda text: _phh(tmp_path, text)) == won
    assert _told(story, write_room_text, lambda text: read_room_text(str(text))) == won
    assert _told(story, lambda each: json.loads(json.dumps(write_ohh(each))), read_ohh) == won  # type: ignore[arg-type]
    assert read_json(json.loads(json.dumps(write_json(story)))) == story


@pytest.mark.parametrize("mine", [True, False])
def test_chips_found_behind_an_all_in_are_kept_or_refused_by_name(mine: bool) -> None:
    start = setup((1000, 1000, 400), blinds(3))
    *board, first, last = _run_out()
    shows = (first, last) if mine else (Show(1, parse_cards("AcAd")), Show(3, parse_cards("KcKd")))
    story = Story("h_t_1", start, (AllIn(3), Call(1), Fold(2), ChipsFound(3, 75), *board, *shows), 3)
    ends = {1: 600, 2: 900, 3: 975} if mine else {1: 1575, 2: 900, 3: 0}

    for again in (
        read_ohh(json.loads(json.dumps(write_ohh(story)))),
        read_json(json.loads(json.dumps(write_json(story)))),
    ):
        result = finished(again).result
        assert result is not None
        assert result.final_stacks == ends
    for write in (write_phh, write_room_text):
        with pytest.raises(BadHistory, match="cannot hold chips that were found behind an all-in"):
            write(story)


def test_a_blind_that_took_the_chips_of_an_ante_is_refused_by_name() -> None:
    posts = (Post(2, PostKind.BIG_BLIND, 100), Post(2, PostKind.ANTE, 100), Post(1, PostKind.SMALL_BLIND, 50))
    story = Story("h_t_1", setup((1000, 150, 1000), posts), (Fold(3), Fold(1)), 3)

    with pytest.raises(BadHistory, match="PHH cannot hold an ante that a short stack posted behind its blind"):
        write_phh(story)


def test_a_text_of_stud_does_not_say_which_of_equal_boards_opens_so_the_acts_do() -> None:
    antes = tuple(Post(seat, PostKind.ANTE, 10) for seat in (1, 2))
    start = setup((1000, 1000), antes, game="stud", big_bet=200, bring_in=25, equal_boards=EqualBoards.SUIT)
    downs = [HoleCard(seat, Secret(card)) for seat in (1, 2) for card in parse_cards("3c4c" if seat == 1 else "6c7c")]
    third = (UpCard(1, Card("Kd")), UpCard(2, Card("Ks")), BringIn(1), Call(2))
    fourth = (UpCard(1, Card("9h")), UpCard(2, Card("9d")), Check(2), Check(1))
    fifth = (UpCard(1, Card("5h")), UpCard(2, Card("Qd")), Check(2), BetTo(1, 200), Fold(2))
    story = Story("h_t_1", start, (*downs, *third, *fourth, *fifth), 2)

    again = read_room_text(write_room_text(story))

    assert again.setup.equal_boards is EqualBoards.SUIT
    assert _won(finished(again)) == {seat: chips * again.scale for seat, chips in _won(finished(story)).items()}
