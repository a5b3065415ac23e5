"""What must hold for every sequence of events, legal or not, in every game."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from collector.cards import DECK
from collector.errors import IllegalAction
from collector.hand import apply, board, board_wanted, boards, legal, pot_total, pots_so_far, start, to_show
from collector.hand.awarding import awards
from collector.hand.clashes import clashes
from collector.hand.events import Act, BetTo, Check, Chop, Event, HoleCard, HoleCardTaken, RunTimes
from collector.hand.model import Hand
from collector.secrecy import Secret
from tests.collector.hand.randomly import (
    KINDS,
    any_game,
    attempt,
    cards,
    flags,
    hole_cards,
    instances,
    listed,
    open_events,
    opened,
    sensible,
)
from tests.collector.hand.spoken import blinds, chips, setup


def total(hand: Hand) -> int:
    """Every chip of the hand, those that the cap keeps out of play and the rake included."""
    return chips(hand) + sum(player.aside for player in hand.players) + (hand.result.rake if hand.result else 0)


def check(hand: Hand) -> None:
    """Assert what holds at every moment of any game."""
    behind = sum(player.found for player in hand.players)  # chips found behind an all-in come in beside the stacks
    assert total(hand) == sum(seat.stack for seat in hand.setup.seats) + behind
    assert (
        sum(player.starting_stack for player in hand.players) == sum(seat.stack for seat in hand.setup.seats) + behind
    )
    assert all(p.stack >= 0 and p.bet >= 0 and p.contributed >= p.dead >= 0 for p in hand.players)
    assert sum(pot.amount for pot in pots_so_far(hand)) == pot_total(hand)
    assert hand.complete == (hand.street == "complete")
    assert max(Counter(open_cards(hand)).values(), default=0) <= 1
    options = legal(hand)
    assert options is None or not hand.closed
    assert options is None or options.min_to is None or 0 < options.min_to <= (options.max_to or 0)
    if hand.result:
        assert sum(win.amount for win in hand.result.wins) == hand.result.total_pot - hand.result.rake
        assert sum(hand.result.paid.values()) == 0
        told: Counter[int] = Counter()
        for each in awards(hand):
            told.update(each.won)
        assert told == {win.seat: win.amount for win in hand.result.wins}
        final = hand.result.final_stacks
        assert sum(final.values()) == sum(p.stack + p.aside for p in hand.players)
        assert all(final[p.seat] == p.stack + p.aside for p in hand.players) or behind


def open_cards(hand: Hand) -> list[str]:
    """Return every card that lies in the open, as often as it does: none may be in two places."""
    found = [*hand.board_read, *hand.scrap, *hand.rabbit, *hand.community]
    found += [card for further in hand.further for card in further.read]
    for player in hand.players:
        found += set(player.shown or ()) | set(player.exposed) | {card for card in player.up if card}
    return list(map(str, found))


def goes_on(hand: Hand) -> bool:
    """Return whether a table knows what it waits for."""
    waits = legal(hand) or hand.drawing or board_wanted(hand) or to_show(hand)
    return bool(waits) or hand.complete or not hand.closed


@given(opened(), st.data())
@settings(max_examples=120, deadline=None)
def test_legal_play_conserves_chips_and_comes_to_an_end(hand: Hand, data: st.DataObject) -> None:
    check(hand)
    for _ in range(400):
        if hand.complete:
            break
        hand = apply(hand, sensible(hand, data))
        check(hand)
        assert len(board(hand)) in (0, 3, 4, 5)
        assert hand.rulings == () or hand.complete  # all mucked is the one ruling of legal play

    assert hand.complete


@given(any_game(), st.data())
@settings(max_examples=150, deadline=None)
def test_legal_play_of_every_game_comes_to_an_end(hand: Hand, data: st.DataObject) -> None:
    for _ in range(600):
        check(hand)
        assert goes_on(hand)
        if hand.complete:
            break
        hand = apply(hand, sensible(hand, data))

    assert hand.complete


@given(any_game(), st.data())
@settings(max_examples=150, deadline=None)
def test_nothing_but_a_refusal_comes_of_garbage_and_a_refusal_changes_nothing(hand: Hand, data: st.DataObject) -> None:
    for _ in range(40):
        wild = data.draw(flags) or hand.complete
        event = data.draw(open_events | hole_cards) if wild else sensible(hand, data)
        before = repr(hand)
        after = attempt(hand, event)
        assert repr(hand) == before
        hand = after
        check(hand)
        assert goes_on(hand)


@given(any_game(), st.data())
@settings(max_examples=150, deadline=None)
def test_every_command_is_legal_and_listed_or_refused_with_a_reason(hand: Hand, data: st.DataObject) -> None:
    for _ in range(30):
        event = data.draw(open_events | hole_cards)
        plain = replace(event, override=False) if hasattr(event, "override") else event
        for one in (plain, Chop(), RunTimes(2), *(Check(seat) for seat in (1, 2, 3))):
            assert attempt(hand, one) is hand or listed(hand, one), (one, hand.street)
        wild = data.draw(st.integers(0, 4)) == 0 or hand.complete
        hand = attempt(hand, event) if wild else apply(hand, sensible(hand, data))


@given(any_game(), st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_is_listed_can_be_done(hand: Hand, data: st.DataObject) -> None:
    for _ in range(25):
        for kind, events in instances(hand):
            assert any(attempt(hand, event) is not hand for event in events), (kind, events, hand.street)
        wild = data.draw(st.integers(0, 4)) == 0 or hand.complete
        hand = attempt(hand, data.draw(open_events)) if wild else apply(hand, sensible(hand, data))


def test_every_kind_of_event_has_its_command() -> None:
    def kinds(union: object) -> set[type]:
        return {kind for part in get_args(union) for kind in (kinds(part) or {part})}

    assert kinds(Event) == {*KINDS, BetTo}
    assert BetTo in get_args(Act)


@given(any_game(), st.data())
@settings(max_examples=60, deadline=None)
def test_the_same_events_give_the_same_bytes_and_the_last_taken_back_and_given_again_is_the_identity(
    hand: Hand, data: st.DataObject
) -> None:
    events: list[Event] = []
    played = hand
    for _ in range(30):
        event = data.draw(open_events | hole_cards) if data.draw(flags) or played.complete else sensible(played, data)
        try:
            played = apply(played, event)
        except IllegalAction:
            continue
        events.append(event)

    again = replayed(hand, events)
    assert repr(again).encode() == repr(played).encode()
    assert again == played
    if events:
        assert apply(replayed(hand, events[:-1]), events[-1]) == played


def replayed(hand: Hand, events: list[Event]) -> Hand:
    hand = start(hand.setup)
    for event in events:
        hand = apply(hand, event)
    return hand


@given(any_game(), st.data())
@settings(max_examples=100, deadline=None)
def test_hole_cards_make_no_difference_to_anything_public(hand: Hand, data: st.DataObject) -> None:
    other = hand
    for _ in range(40):
        if hand.complete:
            break
        event = data.draw(open_events) if data.draw(st.integers(0, 3)) == 0 else sensible(hand, data)
        seat = data.draw(st.integers(1, len(hand.players)))
        hand = attempt(hand, HoleCard(seat, Secret(data.draw(cards))))
        hand = attempt(hand, HoleCardTaken(seat, Secret(data.draw(cards))))
        hand, other = attempt(hand, event), attempt(other, event)
        assert bare(hand) == bare(other)
        assert boards(hand) == boards(other)


@given(any_game(), st.data())
@settings(max_examples=60, deadline=None)
def test_a_hand_that_keeps_the_set_of_its_cards_has_no_contradiction(hand: Hand, data: st.DataObject) -> None:
    hand = replace(hand, setup=replace(hand.setup, contests=True))
    for _ in range(30):
        seat, by = data.draw(st.integers(1, len(hand.players))), data.draw(st.sampled_from(("", "op", "other")))
        typed = data.draw(st.sampled_from((HoleCard, HoleCardTaken)))(seat, Secret(data.draw(cards)), by)
        event = data.draw(open_events) if data.draw(flags) or hand.complete else sensible(hand, data)
        for each in (typed, event):
            hand = attempt(hand, each)
            assert clashes(hand) == clashes(replace(hand, lying=None))


def test_a_new_card_that_finds_its_seat_full_crowds_it() -> None:
    hand = start(replace(setup([500, 500, 500], blinds(3)), contests=True))
    for event in (HoleCard(1, Secret(DECK[0])), HoleCard(1, Secret(DECK[1])), HoleCard(1, Secret(DECK[2]), "op")):
        assert clashes(hand).crowded == ()
        hand = apply(hand, event)
    assert clashes(hand).crowded == (1,)


def bare(hand: Hand) -> Hand:
    """Return a hand without what was read of its hole cards."""
    return replace(hand, players=tuple(replace(player, hole=(), owed=0) for player in hand.players))
