"""Facts of older schemas are read as those of the newest, and what only newer code knows is passed over."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import pytest

from collector.facts.chain import Chain, digest
from collector.facts.fact import Body, Fact, Head, NewFact
from collector.facts.kinds import Kind, Kinds
from collector.secrecy import Secrecy
from collector.table.commands import COMMANDS
from collector.table.effects import Effect
from collector.table.fold import fold
from collector.table.registration import Folded
from collector.table.registry import Commands
from collector.table.state import Table
from tests.collector.facts.made import facts_of
from tests.collector.table.dealer import TABLE, Dealer


class Tip(NamedTuple):
    """What a made-up fact says: the dealer was given chips. Schema 1 counted chips, 2 named a currency."""

    amount: int
    unit: str
    by: str | None


def _with_unit(body: Body) -> Body:
    return {"amount": body["chips"], "unit": "chips"}


def _with_giver(body: Body) -> Body:
    return {**body, "by": None}


def _read(body: Body) -> Tip:
    return Tip(body["amount"], body["unit"], body["by"])


def tip(**fields: Any) -> Kind[Tip]:
    said = {"schema": 3, "upcasters": {1: _with_unit, 2: _with_giver}, **fields}
    return Kind("tip", _read, hides=lambda tip: tip.by is not None, **said)


def fact(schema: int, **body: Any) -> Fact:
    return replace(facts_of("table_01", 1, "tip")[0], schema=schema, body=body)


OLD = [
    (1, {"chips": 25}, Tip(25, "chips", None)),
    (2, {"amount": 5, "unit": "euro"}, Tip(5, "euro", None)),
    (3, {"amount": 5, "unit": "euro", "by": "p_1"}, Tip(5, "euro", "p_1")),
]


@pytest.mark.parametrize(("schema", "body", "value"), OLD)
def test_a_fact_of_any_schema_is_read_as_one_of_the_newest(schema: int, body: Body, value: Tip) -> None:
    kinds, logged = Kinds([tip()]), fact(schema, **body)

    newest = kinds.newest(logged)

    assert (newest.schema, kinds.read(newest)) == (3, value)
    assert (logged.schema, logged.body) == (schema, body), "the log is as it was"
    assert replace(newest, schema=schema, body=body) == logged, "nothing else of it changes"


def test_each_upcaster_takes_the_body_to_the_next_schema_once() -> None:
    called: list[int] = []

    def step(schema: int, body: Body) -> Body:
        called.append(schema)
        return body

    kind = tip(upcasters={1: lambda body: step(1, _with_unit(body)), 2: lambda body: step(2, _with_giver(body))})

    for schema, body, value in OLD:
        assert kind.value(fact(schema, **body)) == value

    assert called == [1, 2, 2]


@pytest.mark.parametrize("there", [{}, {1: _with_unit}, {2: _with_giver}, {2: _with_giver, 3: _with_giver}])
def test_a_kind_without_an_upcaster_from_each_older_schema_is_refused(there: dict[int, Any]) -> None:
    with pytest.raises(AssertionError, match="kind tip lacks an upcaster to schema 3"):
        Kinds([tip(upcasters=there)])


def test_a_kind_that_two_rooms_register_is_refused() -> None:
    with pytest.raises(AssertionError, match="two rooms register the kind tip"):
        Kinds([tip(), tip(schema=1)])
    with pytest.raises(AssertionError, match="two rooms register the kind fold"):
        Commands(COMMANDS, [Folded(Kind("fold", _read, hides=lambda _: False), lambda table, *_: Effect(table))])


def test_the_class_of_a_fact_follows_from_its_value() -> None:
    assert [tip().secrecy(value) for _, _, value in OLD] == [Secrecy.S1, Secrecy.S1, Secrecy.S0]


def test_a_kind_makes_its_facts_in_the_newest_schema_and_in_the_class_of_what_they_say() -> None:
    _, body, value = OLD[-1]

    read, known = tip().fact(TABLE, "t", body), tip().fact(TABLE, "t", body, Tip(1, "euro", None))

    assert (read.kind, read.schema, read.secrecy, read.value) == ("tip", 3, Secrecy.S0, value)
    assert (known.secrecy, known.body) == (Secrecy.S1, body)


def test_what_only_newer_code_knows_is_left_as_it_is() -> None:
    kinds, unknown = Kinds([tip()]), replace(fact(7, a=1), kind="toast")
    newer = fact(4, amount=5, unit="euro", by="p_1", why="luck")

    assert kinds.get("toast") is None
    assert kinds.newest(unknown) is unknown
    assert kinds.read(unknown) is None
    assert kinds.newest(newer) is newer


def test_a_table_folds_a_fact_of_an_older_schema_as_one_of_the_newest() -> None:
    told: list[Tip] = []

    def does(table: Table, fact: Fact, value: Tip) -> Effect:
        assert fact.schema == 3
        told.append(value)
        return Effect(table)

    commands, dealer = Commands(COMMANDS, [Folded(tip(), does)]), Dealer()
    for schema, body, _ in OLD:
        fold(commands, dealer.evening, replace(fact(schema, **body), stream=TABLE))

    assert told == [value for _, _, value in OLD]


def test_a_table_passes_over_a_fact_that_only_newer_code_knows() -> None:
    dealer = Dealer()
    before = dealer.table
    chain = Chain({TABLE: Head(before.position, dealer.now, digest(dealer.facts[-1]))}, lambda: dealer.now)
    new = chain.place(NewFact(TABLE, "toast", Secrecy.S0, "t", {"to": "the dealer"}))

    outcome = fold(COMMANDS, dealer.evening, new)

    assert outcome.table == replace(before, position=new.position)
    assert (outcome.happenings, outcome.warnings, outcome.ended) == ((), (), ())
