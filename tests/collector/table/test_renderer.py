"""What a state shows: what is kept from one rendering to the next is never old."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields, replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from collector import equity
from collector.cards import DECK
from collector.hand.model import Recorded
from collector.secrecy import Secret
from collector.table.fold import Outcome
from collector.table.play import Play
from collector.table.show import renderer as renderers
from collector.table.show import seats, state
from collector.table.show.renderer import CHANGES_NOTHING, NOT_IN_HAND_VIEW
from collector.table.state import Table
from collector.wire.feed_events import EVENTS, CardDetected, CardEntered, EquityUpdate, UnseenCardDetected
from collector.wire.feeds import ActionView, Channel
from tests.collector.table.dealer import NODE, Dealer, rendered, renderer
from tests.collector.table.tried import moved_on

CHANNELS: tuple[Channel, ...] = ("live", "public")

PARTS = (state.around, state.flags_fields, state.hand_view, seats.seat_view, seats.last_acts, renderers.Renderer._odds)


def fresh(dealer: Dealer, channel: Channel) -> bytes:
    """Return a state as another process would render it."""
    return rendered(dealer.table, channel)


@given(number_of=st.integers(0, 10**9))
@settings(max_examples=40, deadline=None)
def test_a_state_is_what_another_process_would_render(number_of: int) -> None:
    random, dealer = Random(number_of), Dealer((2_000, 1_500, 900, 100))
    for _ in range(60):
        for _ in range(random.randint(1, 3)):
            moved_on(dealer, random)
        kept = {channel: dealer.renderer.state(dealer.table, channel) for channel in CHANNELS}
        assert kept == {channel: fresh(dealer, channel) for channel in CHANNELS}
        for channel, payload in kept.items():
            assert dealer.renderer.state(dealer.table, channel) == payload


def test_a_card_of_one_seat_leaves_the_picture_of_the_others() -> None:
    dealer = Dealer()
    dealer.command(type="start_hand", button=3)
    dealer.renderer.state(dealer.table, "live")
    before = dict(dealer.renderer._kept)

    dealer.read(1, "As")
    dealer.renderer.state(dealer.table, "live")

    changed = {
        place[2]
        for place, kept in dealer.renderer._kept.items()
        if place[1] == "live" and before.get(place) is not kept
    }
    assert changed == {1}


def test_a_card_that_the_hand_does_not_take_leaves_the_picture_of_the_hand() -> None:
    dealer = Dealer()
    dealer.command(type="assign_antenna", device=NODE, antenna="a12", role="muck")
    dealer.command(type="start_hand", button=3)
    dealer.renderer.state(dealer.table, "live")
    before = dealer.renderer._kept[dealer.table.table_id, "hand", False]

    dealer.lay("a12", "As")
    dealer.renderer.state(dealer.table, "live")

    assert dealer.renderer._kept[dealer.table.table_id, "hand", False] is before


def test_what_is_said_again_is_not_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every state is repeated each second, most of them without a change."""
    dealer, drawn = Dealer(), []
    dealer.command(type="start_hand", button=3)
    first = [dealer.renderer.state(dealer.table, channel) for channel in CHANNELS]
    monkeypatch.setattr(dealer.renderer, "parts", lambda *_: drawn.append("a state"))

    again = [dealer.renderer.state(dealer.table, channel) for channel in CHANNELS]

    assert all(one is other for one, other in zip(first, again, strict=True))
    assert not drawn


def test_an_act_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    dealer, drawn = Dealer((10_000, 10_000)), []
    view = renderers.action_view

    def count(act: Recorded, player_id: str) -> ActionView:
        drawn.append(act.action)
        return view(act, player_id)

    monkeypatch.setattr(renderers, "action_view", count)
    dealer.command(type="start_hand", button=1)
    for act in (("call", 1), ("check", 2)):
        dealer.act(act[1], act[0])
        for channel in CHANNELS:
            dealer.renderer.state(dealer.table, channel)

    assert drawn == ["small_blind", "big_blind", "call", "check"]


def test_acts_that_were_taken_back_or_are_of_somebody_else_now_are_drawn_anew() -> None:
    dealer = Dealer((10_000, 10_000))
    dealer.command(type="start_hand", button=1)
    dealer.act(1, "call")
    dealer.act(2, "check")
    tables = [dealer.table]
    dealer.command(type="undo")
    dealer.act(2, "raise_to", amount=300)
    play = dealer.table.play
    assert play
    renamed = tuple(replace(each, player_id=f"{each.player_id}_b") for each in play.hand.players)
    other = replace(play, setup=replace(play.setup), hand=replace(play.hand, players=renamed))
    tables += [dealer.table, replace(dealer.table, play=other)]

    for table in tables:
        assert dealer.renderer.state(table, "live") == rendered(table, "live")
    assert b'"player_id":"p_2_b","seat":2,"street":"preflop"' in dealer.renderer.state(tables[-1], "live")


def test_two_renderers_share_nothing() -> None:
    dealer, other = Dealer(), renderer()
    dealer.renderer.state(dealer.table, "live")

    assert dealer.renderer._kept
    assert not other._kept


def test_a_house_of_seventy_tables_counts_no_odds_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bet makes another hand, and asks the same question. Odds that all tables share are soon those of the others."""
    tables, house = 70, renderer()
    random, counted = Random(7), []
    dealers = [Dealer((10_000, 10_000)) for _ in range(tables)]

    def show() -> None:
        for number, dealer in enumerate(dealers):
            house.state(replace(dealer.table, table_id=f"table_{number}"), "live")

    def count(question: equity.Question) -> equity.Answered:
        counted.append(question)
        return equity.questions.answer(question)

    for dealer in dealers:
        cards = random.sample(DECK, 4)
        dealer.command(type="start_hand", button=1)
        for number, card in enumerate(cards):
            dealer.read(1 + number // 2, str(card))
    monkeypatch.setattr(equity, "answer", count)
    show()
    assert len(counted) == tables

    for dealer in dealers:
        dealer.act(1, "call")
    show()

    assert len(counted) == tables


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_given_what_it_draws_and_no_table_to_look_at(part: object) -> None:
    taken = {str(each.annotation) for each in inspect.signature(part).parameters.values()}  # type: ignore[arg-type]

    assert taken
    assert not [each for each in taken if re.search(r"\b(Table|Outcome)\b", each)]


def test_a_field_of_the_table_is_drawn_again_unless_it_is_named() -> None:
    """The names stand for fields: a name of nothing would be a rule about nothing."""
    assert {field.name for field in fields(Table)} >= CHANGES_NOTHING
    assert {field.name for field in fields(Play)} >= NOT_IN_HAND_VIEW


def test_a_secret_is_null_on_public() -> None:
    read = CardDetected(seat=3, board=False, card=Secret("As"), cards=1)
    entered = CardEntered(seat=3, board=False, card=Secret("As"))

    assert read.for_channel("live") == {"seat": 3, "board": False, "card": "As", "cards": 1}
    assert read.for_channel("public") == {"seat": 3, "board": False, "card": None, "cards": 1}
    assert entered.for_channel("public")["card"] is None
    assert "As" not in repr(read) + repr(entered)
    assert "As" not in str(read.model_dump(mode="json"))


def test_a_card_that_was_entered_is_told_as_a_secret_or_not_at_all() -> None:
    with pytest.raises(ValidationError, match="instance of Secret"):
        CardEntered(seat=3, board=False, card="As")


def test_a_card_that_lies_open_is_told_on_both_channels() -> None:
    board = CardDetected(seat=None, board=True, card="As")

    assert board.for_channel("public") == board.for_channel("live") == {"seat": None, "board": True, "card": "As"}


def test_the_public_does_not_hear_of_hidden_events_and_counts_without_them() -> None:
    dealer = Dealer()
    events = (EquityUpdate(street="flop"), UnseenCardDetected(seat=None, antenna="muck"), CardDetected(seat=1, cards=1))
    outcome = Outcome(dealer.evening, events)
    public, live = (dealer.renderer.events(outcome, dealer.table, channel) for channel in ("public", "live"))  # type: ignore[arg-type]

    assert len(public) == 1
    assert len(live) == len(events)
    assert b'"seq":%d,' % (dealer.table.public_seq + 1) in public[0]


def test_every_type_of_event_has_one_model() -> None:
    types = [model.type for model in EVENTS]

    assert len(types) == len(set(types))
    assert {UnseenCardDetected.type} <= set(types)
