"""Every list, text, object and number of every payload and setting has a bound, and the guide says which."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, StringConstraints, ValidationError

from collector.house.commands import decode as decode_house_command
from collector.table.commands import COMMANDS
from collector.wire import device
from collector.wire.base import AtMost, Name
from tools.dev import bounds
from tools.dev.bounds import bounds_of, is_bounded, models


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
def test_nothing_of_a_payload_or_setting_is_without_a_bound(model: type[BaseModel]) -> None:
    assert [bound for bound in bounds_of(model) if not is_bounded(bound)] == []


def test_the_walk_finds_every_kind_of_value_without_a_bound() -> None:
    class Loose(BaseModel):
        text: str
        word: Annotated[str, StringConstraints(pattern=r"^[a-z]+$")]
        count: Annotated[int | None, Field(ge=0)] = None
        many: tuple[Name, ...]
        each: Annotated[tuple[str, ...], AtMost(3)]
        by_name: Annotated[dict[Name, list[Name]], Field(max_length=3)]
        free: dict[str, Any]
        fraction: float
        good: Annotated[tuple[Name, ...], Field(max_length=3)]
        fixed: tuple[Name, Name]
        kind: Literal["a"] = "a"

    loose = [bound.place for bound in bounds_of(Loose) if not is_bounded(bound)]

    assert loose == ["text", "word", "count", "many", "each[]", "by_name.*", "free", "free.*", "free.*", "fraction"]
    assert len(models()) > 90


def test_the_guide_has_the_bounds_as_the_models_have_them() -> None:
    assert bounds.table() in bounds.GUIDE.read_text(), "python -m tools.dev.bounds writes them anew"


def levels(count: int) -> dict[str, object]:
    return {"type": "set_levels", "levels": [{"small_blind": 1, "big_blind": 2}] * count}


@pytest.mark.parametrize(
    ("at", "beyond"),
    [
        (levels(200), levels(201)),
        ({"type": "set_tournament", "payouts": [1] * 2000}, {"type": "set_tournament", "payouts": [1] * 2001}),
        ({"type": "set_tournament", "level": 200}, {"type": "set_tournament", "level": 201}),
        ({"type": "fold", "seat": 1, "decision": 2**53 - 1}, {"type": "fold", "seat": 1, "decision": 2**53}),
        (
            {"type": "register_control", "uid": "04010203040506", "command": {"type": "t" * 1000}},
            {"type": "register_control", "uid": "04010203040506", "command": {"type": "t" * 1001}},
        ),
        (
            {"type": "amend", "changes": [{"seq": 1, "command": {"stack": 2**53 - 1}}]},
            {"type": "amend", "changes": [{"seq": 1, "command": {"stack": 2**53}}]},
        ),
    ],
    ids=["levels", "payouts", "level", "decision", "a text in a free object", "a number in a free object"],
)
def test_at_the_bound_a_command_is_read_and_one_beyond_it_is_not(at: dict[str, Any], beyond: dict[str, Any]) -> None:
    assert COMMANDS.decode(json.dumps({**at, "id": "1"}).encode())
    with pytest.raises(ValidationError):
        COMMANDS.decode(json.dumps({**beyond, "id": "1"}).encode())


TWICE = '"a":{"b":1,"b":2}'
DEEP = '"a":' + "[" * 16 + "]" * 16


@pytest.mark.parametrize("more", [TWICE, DEEP, '"id":"2"'], ids=["a name twice", "deep", "the id twice"])
def test_json_that_is_read_in_two_ways_or_is_nested_for_ever_is_no_payload(more: str) -> None:
    fold, event = '"type":"fold","id":"1","seat":1', '"type":"create_event","id":"1","event_id":"e","name":"n"'
    status = '"v":1,"device":"n","boot":"1-0000000000000001","link":1,"state":"online"'
    twice = '"link":2' if more == '"id":"2"' else more
    for decode, body, added in (
        (COMMANDS.decode, fold, more),
        (decode_house_command, event, more),
        (device.decode_status, status, twice),
    ):
        assert decode(f'{{{body},"a":{"[" * 15}{"]" * 15}}}'.encode())
        with pytest.raises(ValidationError, match="twice|deeper"):
            decode(f"{{{body},{added}}}".encode())


def test_a_payload_nested_as_deep_as_it_is_long_is_refused_and_no_fault_of_ours() -> None:
    with pytest.raises(ValidationError):
        COMMANDS.decode(b'{"type":"fold","a":' + b"[" * 60_000)
