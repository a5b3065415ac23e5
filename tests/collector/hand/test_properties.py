"""What must hold for every sequence of events, legal or not."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from collector.cards import DECK
from collector.errors import IllegalAction
from collector.hand import apply, board, board_wanted, legal, pot_total, pots_so_far, start, to_show
from collector.hand.events import (
    AllIn,
    BetTo,
    BoardCard,
    BoardCardTaken,
    Call,
    Check,
    Event,
    Fold,
    HoleCard,
    HoleCardTaken,
    Muck,
    Post,
    PostKind,
    Show,
)
from collector.hand.model import Hand
from collector.secrecy import Secret
from tests.collector.hand.spoken import blinds, chips, setup

seat_numbers = st.integers(0, 7)
cards = st.sampled_from(DECK[::4])  # few, so that they clash
amounts = st.integers(-50, 2500)
flags = st.booleans()
hole_cards: st.SearchStrategy[Event] = st.one_of(
    st.builds(HoleCard, seat_numbers, st.none() | cards.map(Secret)),
    st.builds(HoleCardTaken, seat_numbers, cards.map(Secret)),
)
open_events: st.SearchStrategy[Event] = st.one_of(
    st.builds(BoardCard, cards),
    st.builds(BoardCardTaken, cards),
    st.builds(Fold, seat_numbers, flags),
    st.builds(Check, seat_numbers, flags),
    st.builds(Call, seat_numbers, flags),
    st.builds(BetTo, seat_numbers, amounts, flags),
    st.builds(AllIn, seat_numbers, flags),
    st.builds(Show, seat_numbers, st.lists(cards, max_size=3).map(tuple)),
    st.builds(Muck, seat_numbers),
)
posts = st.lists(st.builds(Post, st.integers(1, 3), st.sampled_from(PostKind), st.integers(0, 300)), max_size=4)
stack_lists = st.lists(st.integers(1, 2000), min_size=3, max_size=6)


@st.composite
def opened(draw: st.DrawFn) -> Hand:
    """A hand with blinds and any other posts."""
    stacks = draw(stack_lists)
    return start(setup(stacks, (*draw(posts), *blinds(len(stacks)))))


def sensible(hand: Hand, data: st.DataObject) -> Event:
    """Draw something that a table would do next."""
    options = legal(hand)
    unused = [
        card for card in DECK if card not in hand.board_read and all(card not in (p.shown or ()) for p in hand.players)
    ]
    if options is None:
        if board_wanted(hand) and data.draw(flags):
            return BoardCard(data.draw(st.sampled_from(unused)))
        waiting = to_show(hand)
        if not waiting:
            return BoardCard(data.draw(st.sampled_from(unused)))
        shown = st.lists(st.sampled_from(unused), min_size=2, max_size=2, unique=True).map(tuple)
        return Show(waiting[0], data.draw(shown)) if data.draw(st.integers(0, 3)) else Muck(waiting[0])
    seat = options.seat
    choices: list[Event] = [Check(seat) if options.check else Call(seat), Fold(seat)]
    if options.min_to is not None and options.max_to is not None:
        choices.append(BetTo(seat, data.draw(st.integers(options.min_to, options.max_to))))
        choices.append(AllIn(seat))
    return data.draw(st.sampled_from(choices))


def check(hand: Hand) -> None:
    """Assert what holds at every moment."""
    total = sum(seat.stack for seat in hand.setup.seats)
    assert chips(hand) == total
    assert all(p.stack >= 0 and p.bet >= 0 and p.contributed >= p.dead >= 0 for p in hand.players)
    assert sum(pot.amount for pot in pots_so_far(hand)) == pot_total(hand)
    assert len(board(hand)) in (0, 3, 4, 5)
    assert hand.complete == (hand.street == "complete")
    options = legal(hand)
    if options is None:
        assert hand.closed
        assert hand.complete or board_wanted(hand) or to_show(hand)
    else:
        assert not hand.closed
        assert options.min_to is None or 0 < options.min_to <= (options.max_to or 0)
    if hand.result:
        assert sum(win.amount for win in hand.result.wins) == hand.result.total_pot
        assert hand.result.final_stacks == {p.seat: p.stack for p in hand.players}


@given(opened(), st.data())
@settings(max_examples=120, deadline=None)
def test_legal_play_conserves_chips_and_comes_to_an_end(hand: Hand, data: st.DataObject) -> None:
    check(hand)
    for _ in range(400):
        if hand.complete:
            break
        hand = apply(hand, sensible(hand, data))
        check(hand)
        assert hand.rulings == () or hand.complete  # all mucked is the one ruling of legal play

    assert hand.complete


@given(opened(), st.data())
@settings(max_examples=80, deadline=None)
def test_nothing_but_a_refusal_comes_of_garbage_and_a_refusal_changes_nothing(hand: Hand, data: st.DataObject) -> None:
    for _ in range(40):
        event = sensible(hand, data) if data.draw(flags) and not hand.complete else data.draw(open_events | hole_cards)
        before = repr(hand)
        after = attempt(hand, event)
        assert repr(hand) == before
        hand = after
        check(hand)


@given(opened(), st.data())
@settings(max_examples=80, deadline=None)
def test_hole_cards_make_no_difference_to_anything_public(hand: Hand, data: st.DataObject) -> None:
    other = hand
    for _ in range(40):
        if hand.complete:
            break
        event = data.draw(open_events) if data.draw(st.integers(0, 3)) == 0 else sensible(hand, data)
        seat = data.draw(st.integers(1, len(hand.players)))
        hand = attempt(hand, HoleCard(seat, Secret(data.draw(cards))))
        hand, other = attempt(hand, event), attempt(other, event)
        assert bare(hand) == bare(other)


def attempt(hand: Hand, event: Event) -> Hand:
    try:
        return apply(hand, event)
    except IllegalAction as refusal:
        if not (refusal.code and refusal.message):
            raise AssertionError("a refusal says why") from refusal
        return hand


def bare(hand: Hand) -> Hand:
    return replace(hand, players=tuple(replace(player, hole=()) for player in hand.players))
