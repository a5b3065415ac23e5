"""Starts and events of a hand as JSON values: each comes back as it was, and a bad one is told by its field."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from collector.cards import DECK, Card
from collector.hand.events import Event, Fold, HoleCard, OutOfTurn
from collector.hand.model import HandSetup, StandUp
from collector.histories.codec import decode, decode_setup, encode, encode_setup
from collector.secrecy import Secret

st.register_type_strategy(Card, st.sampled_from(DECK))
st.register_type_strategy(Secret, lambda kind: st.from_type(get_args(kind)[0]).map(Secret))
OF_A_LIVE_TABLE = (
    *("by", "by_choice", "contests", "edition", "pair_uncapped", "sleepers_lapse", "stand_away", "to_seat"),
    *("condition", "free", "passive", "onward", "forced", "high", "time_bank", "time_chip_seconds", "unposted"),
)
"""Fields that stand in the JSON only where they say something."""
SEATS = ({"seat": 1, "player_id": "p", "name": "P", "stack": 5}, {"seat": 2, "player_id": "q", "name": "Q", "stack": 5})
SETUP = {"seats": SEATS, "posts": [], "min_bet": 2}


def plain(value: object) -> Any:
    """Return a value as JSON values, field by field: the rule, in plain loops."""
    if isinstance(value, Secret):
        return plain(value.reveal())
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        named = {"event": type(value).__name__} if type(value) in CLASSES else {}
        told = {each.name: plain(getattr(value, each.name)) for each in fields(value)}
        return named | {name: each for name, each in told.items() if each or name not in OF_A_LIVE_TABLE}
    if isinstance(value, frozenset):
        return sorted(value)
    return [plain(each) for each in value] if isinstance(value, tuple) else value


def classes(union: object) -> set[object]:
    return {inner for part in get_args(union) for inner in classes(part)} or {union}


CLASSES = classes(Event)


@pytest.mark.parametrize("kind", sorted(CLASSES, key=str), ids=lambda kind: kind.__name__)
def test_every_event_comes_back_as_it_was(kind: Any) -> None:
    @given(st.from_type(kind))
    @settings(max_examples=25, deadline=None)
    def comes_back(event: Event) -> None:
        written = json.dumps(encode(event))

        assert written == json.dumps(plain(event))
        assert decode(json.loads(written)) == event

    comes_back()


@given(st.from_type(HandSetup))
@settings(max_examples=50, deadline=None)
def test_every_start_comes_back_as_it_was(setup: HandSetup) -> None:
    written = json.dumps(encode_setup(setup))

    told = plain(setup)
    if not setup.antes_dead:  # younger than the stories in read models, whose bytes stay as they are
        del told["antes_dead"]
    assert written == json.dumps(told)
    assert decode_setup(json.loads(written)) == setup


def test_who_stands_is_told_in_the_order_of_seats() -> None:
    setup = decode_setup({**SETUP, "stand_up": {"amount": 1, "standing": [9, 10, 1, 8]}})

    assert setup.stand_up == StandUp(1, frozenset({1, 8, 9, 10}))
    assert encode_setup(setup)["stand_up"]["standing"] == [1, 8, 9, 10]


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({**SETUP, "min_bet": "much"}, "setup: min_bet: Input should be a valid integer"),
        ({**SETUP, "seats": [{**SEATS[0], "stack": None}]}, "setup: seats.0.stack: Input should be a valid integer"),
        ({"posts": [], "min_bet": 2}, "setup: seats: Field required"),
        (7, "setup: payload: Input should be a dictionary"),
    ],
)
def test_a_bad_start_names_its_field(found: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        decode_setup(found)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"event": "Fold"}, "Fold: seat: Field required"),
        ({"event": "BetTo", "seat": 1, "to": [1]}, "BetTo: to: Input should be a valid integer"),
        ({"event": "OutOfTurn", "act": {"event": "Fold", "seat": "x"}}, "Fold: seat: Input should be a valid integer"),
        ({"event": "Sing", "seat": 1}, "event 'Sing' is not known"),
    ],
)
def test_a_bad_event_names_its_field(found: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        decode(found)


def test_an_error_does_not_repeat_a_hidden_card() -> None:
    with pytest.raises(ValueError, match="HoleCard: card") as caught:
        decode({"event": "HoleCard", "seat": 1, "card": ["As"]})

    assert "As" not in str(caught.value)


def test_an_act_out_of_turn_names_the_act() -> None:
    event = OutOfTurn(Fold(3))

    assert encode(event) == {"event": "OutOfTurn", "act": {"event": "Fold", "seat": 3, "override": False}}
    assert decode(encode(event)) == event


def test_a_card_stays_hidden_unless_it_is_revealed_on_purpose() -> None:
    event = HoleCard(1, Secret(Card("As")))

    assert TypeAdapter(HoleCard).dump_python(event, mode="json") == {"seat": 1, "card": "***", "by": ""}
    assert encode(event)["card"] == "As"
