"""Every fact that was ever logged is read at one door: it has a typed value, and the class that its kind gives it."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import pytest

from collector.access.refusals import COMMAND_REFUSED
from collector.devices import readings
from collector.facts.fact import HOUSE, UNASSIGNED, Body, Fact
from collector.facts.kinds import Kinds
from collector.house import commands as house
from collector.secrecy import Secret
from collector.table.commands import COMMANDS
from collector.table.fold import TABLE_OPENED
from collector.wire.command import Command
from tests.corpus import files, wiring
from tests.corpus.kinds import NOT_OF_AN_EVENING

PASSED_OVER = {"unknown_event"}
"""Kinds that no code reads: what a node of newer firmware said."""
NODES = Kinds(readings.KINDS)


@cache
def logged() -> tuple[Fact, ...]:
    found = tuple(map(wiring.fact_in, files.facts_of_schema_1()))
    assert len(found) > 3000
    assert {fact.schema for fact in found} == {1}
    return found


def door_of(fact: Fact) -> Kinds:
    """Return the kinds that the room of a fact's stream knows."""
    if fact.stream == HOUSE:
        return house.KINDS
    return NODES if fact.stream == UNASSIGNED else COMMANDS.kinds


def read(fact: Fact) -> Any:
    alone = {each.name: each for each in (TABLE_OPENED, COMMAND_REFUSED)}
    return alone[fact.kind].read(fact.body) if fact.kind in alone else door_of(fact).read(fact)


def is_plain(value: Any) -> bool:
    """Tell whether a value is one of the log as it is: what JSON can hold. An amendment is read as a map of places."""
    return value is None or isinstance(value, list) or (isinstance(value, dict) and all(type(n) is str for n in value))


def test_every_fact_of_the_corpus_has_a_typed_value() -> None:
    plain = Counter(fact.kind for fact in logged() if is_plain(read(fact)))

    assert set(plain) == PASSED_OVER


def test_the_corpus_has_every_kind_and_no_other() -> None:
    kinds = {TABLE_OPENED.name, COMMAND_REFUSED.name, *COMMANDS.kinds.names, *house.KINDS.names, *NODES.names}

    assert {fact.kind for fact in logged()} == kinds - NOT_OF_AN_EVENING | PASSED_OVER


def test_the_class_of_a_fact_is_the_one_that_its_kind_gives_to_its_value() -> None:
    others = []
    for fact in logged():
        kind = TABLE_OPENED if fact.kind == TABLE_OPENED.name else door_of(fact).get(fact.kind)
        if kind is not None and kind.secrecy(kind.read(fact.body)) is not fact.secrecy:
            others.append((fact.stream, fact.position, fact.kind, fact.secrecy))

    assert others == []
    assert len({fact.secrecy for fact in logged()}) == 2


def test_a_command_is_read_from_the_log_as_its_own_model() -> None:
    found = [(fact, read(fact)) for fact in logged() if fact.command_id is not None]
    commands = [(fact, value) for fact, value in found if isinstance(value, Command)]

    assert len(commands) > len(found) * 0.9
    assert [fact.kind for fact, value in commands if value.type != fact.kind] == []


@pytest.mark.parametrize("kind", [readings.CARD_READ, readings.CARD_REMOVED, readings.CARD_MOVED], ids=lambda k: k.name)
def test_a_tag_is_hidden_from_the_door_on(kind: Any) -> None:
    tags: list[tuple[Body, Secret[str]]] = [
        (fact.body, kind.read(fact.body).tag) for fact in logged() if fact.kind == kind.name
    ]

    assert tags
    assert all(isinstance(tag, Secret) and tag.reveal() == body["uid"] for body, tag in tags)
