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
from collector.secrecy import Secret, reveal_all
from collector.table.commands import COMMANDS
from collector.wire.command import HouseCommand
from collector.wire.device import CardRead, CardRemoved
from collector.wire.feed_events import EVENTS, CardsReleased, FeedEvent, reader
from collector.wire.feeds import Alert, Channel, CollectorStatus, Stamp, TableState
from collector.wire.replies import Reply
from tests.collector.table.amendments import amended
from tests.collector.table.dealer import NODE, Dealer, uid_of
from tests.collector.table.golden import CONTRACT, FOLDERS, files

CHANNELS: tuple[Channel, ...] = ("public", "live")
READER = reader()
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
        return READER.validate_json
    return TypeAdapter({"alert": Alert, "collector_status": CollectorStatus}.get(path.stem, TableState)).validate_json


def test_every_payload_of_the_evening_has_its_file_and_no_file_is_left_over() -> None:
    assert {name_of(path) for path in HERE} == {name_of(path) for path in WANTED}


def plain(message: Any) -> Any:
    """Return a message as plain values; of an event, what the live channel tells."""
    if isinstance(message, FeedEvent):
        return {**message.model_dump(mode="json"), "data": message.data.for_channel("live")}
    return message.model_dump(mode="json") if isinstance(message, Stamp) else reveal_all(message)


@pytest.mark.parametrize("path", HERE, ids=name_of)
def test_the_code_still_makes_exactly_these_bytes(path: Path) -> None:
    assert path.read_bytes() == WANTED[path], "python -m tests.collector.table.golden writes it anew"


@pytest.mark.parametrize("path", HERE, ids=name_of)
def test_a_payload_reads_back_as_what_it_was(path: Path) -> None:
    payload = path.read_bytes().rstrip(b"\n")

    assert canonical(plain(decoder_of(path)(payload))) == payload


def test_every_command_has_a_payload() -> None:
    found = {path.stem for path in HERE if path.parent.name == "command"}

    assert found == HOUSE | {each.type for each in COMMANDS}
    assert issubclass(
        type(decode_house_command((CONTRACT / "command" / "create_event.json").read_bytes())), HouseCommand
    )


def test_every_event_has_a_payload_of_each_channel_that_hears_of_it() -> None:
    found = {path.stem for path in HERE if path.stem.startswith("event_")}

    assert found == {
        "event_delayed_cards_released",
        *(f"event_live_{model.type}" for model in EVENTS if model is not CardsReleased),
        *(f"event_public_{model.type}" for model in EVENTS if not (model.hidden or model is CardsReleased)),
    }


def test_what_no_golden_payload_has_reads_back_as_its_models() -> None:
    """Corrected records, places in a tournament, cards on the muck."""
    dealer = Dealer((300, 5_000, 5_000))
    dealer.command(type="set_house_rules", profile="tournament")
    dealer.command(type="set_tournament", level=1, entrants=9, remaining=3, payouts=[500, 300], clock_running=True)
    dealer.command(type="set_levels", levels=[{"small_blind": 50, "big_blind": 100}, {"on_break": True, "minutes": 5}])
    dealer.command(type="assign_antenna", device=NODE, antenna="muck", role="muck", seat=None)
    dealer.command(type="start_hand", button=3)
    dealer.event(CardRead(antenna="muck", uid=Secret(uid_of("2d"))))
    dealer.event(CardRemoved(antenna="muck", uid=Secret(uid_of("2d"))))
    for seat, cards in ((1, ("2h", "3h")), (2, ("As", "Ah"))):
        for card in cards:
            dealer.read(seat, card)
    raised = dealer.act(3, "raise_to", 250)
    dealer.act(1, "all_in")
    dealer.act(2, "call")
    dealer.act(3, "fold")
    for card in ("Qd", "9s", "4h", "Th", "2s"):
        dealer.read(None, card)
    for seat in (1, 2):
        dealer.command(type="show", seat=seat)
    dealer.command(type="end_hand")
    amended(dealer, [{"seq": raised.seq, "command": {"type": "raise_to", "seat": 3, "amount": 200}}])

    told = [
        payload
        for channel in CHANNELS
        for change in dealer.changes
        for payload in dealer.renderer.events(change.outcome, change.before, channel)
    ]
    state = dealer.renderer.state(dealer.table, "live")

    assert all(b"".join(told).count(name) for name in (b'"eliminated":[{', b'"record":{', b'"antenna":"muck"'))
    assert [canonical(plain(READER.validate_json(payload))) for payload in told] == told
    assert canonical(plain(TypeAdapter(TableState).validate_json(state))) == state


def test_what_is_public_holds_no_hidden_card() -> None:
    for path in HERE:
        if path.stem.startswith(("event_public_", "public_state")) and path.stem != "event_public_hand_shown":
            found = json.loads(path.read_bytes())
            assert not [seat for seat in found.get("seats", ()) if seat["hole"] and not seat["shown"]], path.name
            assert "equities" not in found.get("data", {}), path.name
            assert found.get("data", {}).get("card") is None, path.name
