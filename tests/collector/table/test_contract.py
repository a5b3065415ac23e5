"""Golden payloads of feeds, commands and replies, tests/contract/: the code makes them, and its models read them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from collector.canonical import canonical
from collector.house.commands import COMMANDS as HOUSE_COMMANDS
from collector.house.commands import decode as decode_house_command
from collector.secrecy import reveal_all
from collector.table.commands import COMMANDS
from collector.wire.command import HouseCommand
from collector.wire.feeds import Alert, CollectorStatus, FeedEvent, TableState
from collector.wire.replies import Reply
from tests.collector.table.golden import CONTRACT, FOLDERS, files

WANTED = files()
HERE = sorted(path for folder in FOLDERS for path in (CONTRACT / folder).glob("*.json"))
HOUSE = {each.type for each in HOUSE_COMMANDS}


def name_of(path: Path) -> str:
    return str(path.relative_to(CONTRACT))


def decoder_of(path: Path) -> Callable[[bytes], Any]:
    """Return what reads a payload, by where it lies."""
    if path.parent.name == "command":
        return decode_house_command if path.stem in HOUSE else COMMANDS.decode
    if path.parent.name == "reply":
        return TypeAdapter(Reply).validate_json
    if path.stem.startswith("event_"):
        return TypeAdapter(FeedEvent).validate_json
    return TypeAdapter({"alert": Alert, "collector_status": CollectorStatus}.get(path.stem, TableState)).validate_json


def test_every_payload_of_the_evening_has_its_file_and_no_file_is_left_over() -> None:
    assert {name_of(path) for path in HERE} == {name_of(path) for path in WANTED}


@pytest.mark.parametrize("path", HERE, ids=name_of)
def test_the_code_still_makes_exactly_these_bytes(path: Path) -> None:
    assert path.read_bytes() == WANTED[path], "python -m tests.collector.table.golden writes it anew"


@pytest.mark.parametrize("path", HERE, ids=name_of)
def test_a_payload_reads_back_as_what_it_was(path: Path) -> None:
    payload = path.read_bytes().rstrip(b"\n")

    assert canonical(reveal_all(decoder_of(path)(payload))) == payload


def test_every_command_has_a_payload() -> None:
    found = {path.stem for path in HERE if path.parent.name == "command"}

    assert found == HOUSE | {each.type for each in COMMANDS}
    assert issubclass(
        type(decode_house_command((CONTRACT / "command" / "create_event.json").read_bytes())), HouseCommand
    )


def test_what_is_public_holds_no_hidden_card() -> None:
    for path in HERE:
        if path.stem.startswith(("event_public_", "public_state")) and path.stem != "event_public_hand_shown":
            found = json.loads(path.read_bytes())
            assert not [seat for seat in found.get("seats", ()) if seat["hole"] and not seat["shown"]], path.name
            assert "equities" not in found.get("data", {}), path.name
            assert found.get("data", {}).get("card") is None, path.name
