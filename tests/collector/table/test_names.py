"""Names and other text from people: one rule at every door, and old logs that were written before it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from collector.facts.chain import Chain
from collector.facts.fact import Fact, Head, NewFact
from collector.histories.formats import WRITERS, stories_in, write
from collector.histories.story import Story, finished
from collector.house.commands import COMMANDS as HOUSE_COMMANDS
from collector.pipeline.desk import Desk
from collector.table.commands import COMMANDS
from collector.table.finished.story import story_of
from collector.texts import POINTS
from tests.collector.table.dealer import TABLE, Dealer

FORGED = "Ida\nIda: folds\u202e\x1b[2J"
NAMED: Mapping[str, dict[str, Any]] = {
    "seat_player": {"seat": 4, "player_id": "p_4", "stack": 100},
    "transfer_chips": {"seat": 1, "to_seat": 2, "amount": 5},
    "penalty": {"seat": 1, "hands": 1},
    "misdeal": {},
    "create_event": {"event_id": "evt-2"},
    "open_table": {"event_id": "evt", "table_id": "table_02"},
    "set_side_games": {},
}


def field_of(kind: str) -> str:
    return "reason" if kind in {"transfer_chips", "penalty", "misdeal"} else "name"


def send(dealer: Dealer, kind: str, text: str) -> Any:
    fields: dict[str, Any] = {"type": kind, **NAMED[kind]}
    if kind == "set_side_games":
        fields["bounties"] = [{"name": text, "ranks": "72", "amount": 5}]
    else:
        fields[field_of(kind)] = text
    house = {each.type for each in HOUSE_COMMANDS}
    if kind == "misdeal":
        dealer.command(type="start_hand", button=1)
    return dealer.house(**fields) if kind in house else dealer.send(**fields)


@pytest.mark.parametrize("kind", NAMED)
@pytest.mark.parametrize("text", ["Ida\nIda: folds", "  ", "\u200b", "Id\u202ea", "Ida\x07", "\u3164", "I" * 61])
def test_no_door_takes_a_text_that_lies(kind: str, text: str) -> None:
    dealer = Dealer()

    with pytest.raises(ValidationError) as refused:
        send(dealer, kind, text)

    assert field_of(kind) in str(refused.value)


@pytest.mark.parametrize("kind", NAMED)
def test_a_text_is_logged_in_its_one_form(kind: str) -> None:
    dealer = Dealer()

    assert send(dealer, kind, "  Zoe\u0308   K ").accepted
    bodies = [json.dumps(fact.body, ensure_ascii=False) for fact in dealer.facts if fact.kind == kind]

    assert '"Zoë K"' in bodies[-1]


def test_every_text_of_a_command_is_under_the_rule() -> None:
    """A field of plain text would be a door beside the rule. Names of topics and keys have patterns of their own."""
    plain: list[str] = []
    for each in (*HOUSE_COMMANDS, *COMMANDS):
        schema = each.model.model_json_schema()
        for place in (schema, *schema.get("$defs", {}).values()):
            for name, field in place.get("properties", {}).items():
                kinds = [field, *field.get("anyOf", ())]
                free = [
                    kind
                    for kind in kinds
                    if kind.get("type") == "string" and not {"pattern", "const", "enum"} & kind.keys()
                ]
                plain += [f"{each.type}.{name}" for kind in free if kind.get("maxLength") != POINTS]

    looked_up = {"set_game.game", "set_game.rotation", "amend.digest"}
    assert set(plain) == looked_up, "text from people is a DisplayName"


def told_before(facts: list[Fact]) -> list[Fact]:
    """Return the log that a version without the rule would have written, with a name that lies in each place."""
    heads: dict[str, Head] = {}
    chain = Chain(heads, lambda: 1)
    made = []
    for fact in facts:
        body = json.loads(json.dumps(fact.body).replace('"Player 1"', json.dumps(FORGED)))
        body = json.loads(json.dumps(body).replace('"Table 1"', json.dumps(" \u3164\n")))
        placed = chain.place(_new(fact, body))
        made.append(placed)
    return made


def _new(fact: Fact, body: dict[str, Any]) -> NewFact:
    names = ("stream", "kind", "secrecy", "trace_id", "cause", "device_key", "client", "command_id", "schema")
    return NewFact(body=body, **{name: getattr(fact, name) for name in names})


def played() -> Dealer:
    dealer = Dealer()
    dealer.command(type="start_hand", button=1)
    dealer.act(1, "raise_to", 300)
    dealer.act(2, "fold")
    dealer.act(3, "fold")
    dealer.command(type="end_hand")
    return dealer


def test_an_old_log_with_names_that_lie_starts_and_shows_them_cleaned() -> None:
    desk = Desk(Chain({}, lambda: 1), COMMANDS)
    desk.load([fact for fact in told_before(played().facts) if fact.stream == "house"])
    changes = desk.load([fact for fact in told_before(played().facts) if fact.stream == TABLE])
    shown = [*Dealer().renderer.events(changes[-1].outcome, changes[-1].before, "public")]
    state = json.loads(Dealer().renderer.state(desk.tables[TABLE], "public"))

    assert shown
    assert state["seats"][0]["name"] == "Ida Ida: folds[2J"
    assert state["seats"][1]["name"] == "Player 2"
    assert desk.tables[TABLE].name == "?"


@pytest.mark.parametrize("form", WRITERS)
def test_no_name_forges_an_export(form: str, tmp_path: Path) -> None:
    """Nothing but the name differs from the export of the same hand with an honest one."""
    desk = Desk(Chain({}, lambda: 1), COMMANDS)
    facts = played().facts
    desk.load([fact for fact in facts if fact.stream == "house"])
    desk.load([fact for fact in facts if fact.stream == TABLE])
    (play,) = desk.evenings[TABLE].closed
    honest = story_of(play)
    for lie in (FORGED, "Ida: folds", "Ida collected $900 from pot", "Dealt to Ida [As Ah]", "*** FLOP *** [As Ah Ad]"):
        first, *others = honest.setup.seats
        forged = replace(honest, setup=replace(honest.setup, seats=(replace(first, name=lie), *others)))

        text, plain = write(forged, form), write(honest, form)
        path = tmp_path / f"hand.{'phh' if form == 'phh' else 'txt' if form == 'pokerstars' else 'json'}"
        (before, back) = (_read(path, each) for each in (plain, text))

        assert len(text.splitlines()) == len(plain.splitlines())
        assert not [sign for sign in text if ord(sign) < 32 and sign != "\n"]
        assert finished(back).result == finished(before).result
        assert [seat.name for seat in back.setup.seats][1:] == [seat.name for seat in before.setup.seats][1:]
        if form == "pokerstars":
            assert sum(": folds" in line for line in text.splitlines()) == 2
            assert sum(" collected " in line for line in text.splitlines()) == 1
            assert sum(line.startswith(("Dealt to", "*** FLOP")) for line in text.splitlines()) == 0


def _read(path: Path, text: str) -> Story:
    path.write_text(text)
    (story,) = stories_in(path)
    assert isinstance(story, Story), story
    return story
