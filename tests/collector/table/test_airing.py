"""The mask over every channel, and the modes of a table: who may hide, what stays on air, what secure mode takes."""

from __future__ import annotations

import json
import re
import typing
from typing import Any

import pytest
from pydantic import BaseModel

from collector.pipeline.desk import Batch, Desk
from collector.pipeline.outgoing import Outgoing
from collector.table.airing import airs
from collector.table.commands import COMMANDS
from collector.wire.feeds import HandView, SeatView, TableState
from tests.collector.table.dealer import Dealer
from tests.collector.table.shows import Show

CARD = re.compile(r'"[2-9TJQKA][cdhs]"')


def at_showdown(show: Show) -> Show:
    """Play to a river with three hands read, one of them shown."""
    show.command(type="start_hand", button=1)
    for seat, cards in ((1, ("As", "Ad")), (2, ("Kh", "Kd")), (3, ("7c", "2d"))):
        for card in cards:
            show.read(seat, card)
    show.act(1, "call")
    show.act(2, "call")
    show.act(3, "check")
    for card in ("2c", "7d", "9h"):
        show.read(None, card)
    return show


def cards_on(show: Dealer, channel: str) -> list[str]:
    state = show.state(channel)
    names = dict.fromkeys(("event_id", "table_id"))
    return CARD.findall(json.dumps({**state, **names}))


def holds_cards(annotation: Any) -> bool:
    """Tell whether a field of a feed can hold a card, however deep in tuples and views."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return any(holds_cards(field.rebuild_annotation()) for field in annotation.model_fields.values())
    within = typing.get_args(annotation)
    return "[2-9TJQKA][cdhs]" in str(annotation) or any(holds_cards(each) for each in within)


@pytest.mark.parametrize("channel", ["public", "live"])
def test_a_masked_table_has_no_card_on_any_channel_and_comes_back_as_it_is(channel: str) -> None:
    show = at_showdown(Show())
    before = show.state(channel)
    assert cards_on(show, channel) != []

    told = len(show.events(channel))
    show.command(type="mask", reason="somebody stands behind the operator")
    assert cards_on(show, channel) == []
    assert show.state(channel)["masked"] is True
    assert all(seat["equity"] is None for seat in show.state(channel)["seats"])
    show.act(2, "check")
    events = show.events(channel)[told:]
    assert len(events) >= 2
    assert {event["type"] for event in events} == {"table_update"}
    assert all(event["data"] == {} for event in events)

    show.send(login="floor", type="unmask")
    after = show.state(channel)
    assert "masked" not in after
    assert after["hand"]["board"] == before["hand"]["board"]
    assert [seat["hole"] for seat in after["seats"]] == [seat["hole"] for seat in before["seats"]]


def test_every_field_that_can_hold_a_card_is_masked() -> None:
    """A field that comes later is found by its type."""
    show = at_showdown(Show())
    for seat in (2, 3, 1):
        show.act(seat, "check")
    show.read(None, "3s")
    show.command(type="mask")
    state = TableState.model_validate_json(show.renderer.state(show.table, "live"))
    assert state.hand is not None

    fields = {name for name, field in SeatView.model_fields.items() if holds_cards(field.rebuild_annotation())}
    assert {"hole", "up", "exposed", "best", "outs"} <= fields
    assert [(name, getattr(seat, name)) for seat in state.seats for name in fields if getattr(seat, name)] == []
    fields = {name for name, field in HandView.model_fields.items() if holds_cards(field.rebuild_annotation())}
    assert {"board", "boards", "rabbit", "scrap"} <= fields
    assert [(name, getattr(state.hand, name)) for name in fields if getattr(state.hand, name)] == []


def test_whoever_plays_or_draws_may_hide_and_whoever_rules_or_draws_may_show_again() -> None:
    show = Show()

    assert show.send(login="programme", type="mask").error.code == "NOT_PERMITTED"  # type: ignore[union-attr]
    assert show.send(login="op", type="mask").accepted
    refused = show.send(login="op", type="unmask").error
    assert refused is not None
    assert (refused.code, refused.details["permission"]) == ("NOT_PERMITTED", "write:rulings")
    assert show.send(login="floor", type="unmask").accepted


def test_what_is_hidden_cannot_be_hidden_again_and_a_repeat_is_answered() -> None:
    show = Show()
    show.command(type="mask")

    assert show.send(type="mask").error.code == "MASKED"  # type: ignore[union-attr]
    show.send(login="floor", type="unmask")
    assert show.send(login="floor", type="unmask").error.code == "NOT_MASKED"  # type: ignore[union-attr]


# --- modes ---


def secure(**stage: Any) -> Show:
    show = Show(**stage)
    object.__setattr__(show.table, "mode", "programme")
    show.command(type="set_mode", mode="secure")
    return show


def test_one_person_makes_a_table_stricter_and_nobody_alone_weaker() -> None:
    show = secure()

    for weaker in ("programme", "rehearsal"):
        refused = show.send(type="set_mode", mode=weaker).error
        assert refused is not None
        assert (refused.code, refused.details) == ("NEEDS_APPROVAL", {"old": "secure", "new": weaker})
    assert show.state("public")["mode"] == "secure"


def test_in_secure_mode_nothing_is_published_on_live() -> None:
    show = at_showdown(secure())
    assert not airs(show.table, "live")
    assert airs(show.table, "public")

    batch = Batch(changes=show.changes[-6:])
    outgoing = Outgoing(None, show.renderer, None, None, None)  # type: ignore[arg-type]
    assert outgoing._told(batch, show.desk, "live") == []
    assert outgoing._told(batch, show.desk, "public") != []
    assert show.desk.questions(show.desk.tables) == dict.fromkeys(show.desk.tables)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ({"type": "deal_card", "seat": 1, "card": "Qs"}, "SECURE_MODE"),
        ({"type": "clear_card", "seat": 1, "card": "As"}, "SECURE_MODE"),
        ({"type": "show", "seat": 1}, "TYPE_CARDS"),
        ({"type": "burn_card", "card": "Qs"}, "SECURE_MODE"),
    ],
)
def test_no_command_of_secure_mode_names_a_hidden_card_or_turns_one_up(command: dict[str, Any], code: str) -> None:
    show = at_showdown(secure())

    refused = show.send(**command).error
    assert refused is not None
    assert refused.code == code
    changes = [{"seq": show.table.position - 1, "command": command}]
    refused = show.send(type="amend", changes=changes).error
    assert refused is not None
    assert refused.code in {code, "UNKNOWN_COMMAND"}


def test_in_secure_mode_cards_that_everybody_sees_are_typed() -> None:
    show = at_showdown(secure())
    for _ in range(3):
        show.act(show.state("public")["hand"]["to_act"], "check")
    show.command(type="deal_card", card="3s")
    for _ in range(3):
        show.act(show.state("public")["hand"]["to_act"], "check")
    show.command(type="deal_card", card="4s")
    for _ in range(3):
        show.act(show.state("public")["hand"]["to_act"], "check")

    show.command(type="show", seat=2, cards=["Kh", "Kd"])
    assert show.seat(2, "public")["hole"] == ["Kh", "Kd"]


def test_a_table_without_readers_cannot_be_secure() -> None:
    show = Show()
    object.__setattr__(show.table, "mode", "programme")
    object.__setattr__(show.table, "antennas", {})

    assert show.send(type="set_mode", mode="secure").error.code == "NO_READERS"  # type: ignore[union-attr]


def test_a_machine_without_a_wall_cannot_be_secure() -> None:
    show = Show()
    show.desk._wall = lambda: ["the collector plays the web too"]

    refused = show.send(type="set_mode", mode="secure").error
    assert refused is not None
    assert refused.code == "NO_WALL"
    assert "plays the web too" in refused.message


def test_a_restart_keeps_mask_and_mode() -> None:
    show = secure()
    show.command(type="mask")
    desk = Desk(show.desk._chain, COMMANDS)
    desk.load(show.facts)

    table = desk.tables[show.table.table_id]
    assert (table.mode, table.masked) == ("secure", True)


def test_a_mask_holds_on_the_delayed_channel_at_once() -> None:
    show = at_showdown(Show(delay_s=60))
    show.wait(90_000)
    lagging = show.desk.lagging[show.table.table_id]
    before = json.loads(show.renderer.state(lagging, "delayed"))
    assert before["hand"]["board"] == ["2c", "7d", "9h"]

    show.command(type="mask")
    masked = json.loads(show.renderer.state(show.desk.lagging[show.table.table_id], "delayed"))
    assert (masked["masked"], CARD.findall(json.dumps(masked["seats"])), masked["hand"]["board"]) == (True, [], [])
    assert masked["seq"] > before["seq"]

    show.send(login="floor", type="unmask")
    after = json.loads(show.renderer.state(show.desk.lagging[show.table.table_id], "delayed"))
    assert after["hand"]["board"] == before["hand"]["board"]
