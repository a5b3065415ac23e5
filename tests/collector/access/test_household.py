"""What the collector allows people and keys, whoever speaks for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collector.access.grants import Identity, grant_of
from collector.access.household import NO_PEOPLE, Household
from collector.access.senders import Sender, Where, sender_of
from collector.errors import Refused

HERE, NEXT, ELSEWHERE = Where("e1", "t1"), Where("e1", "t2"), Where("e2", "t3")
PEOPLE = {
    "alice": Identity("alice", (grant_of("operator", events=["e1"], tables=["t1"]),), user="alice"),
    "bob": Identity("bob", (grant_of("operator"),), user="bob"),
    "vera": Identity("vera", (grant_of("viewer"),), user="vera"),
    "anna": Identity("anna", (grant_of("admin"),), user="anna"),
    "gone": Identity("gone", (), user="gone"),
}
HOUSE = Household(PEOPLE.get)


def page(person: str) -> Sender:
    return sender_of(f"c-{person}-k3x9ab")


def refused(sender: Sender, word: str, where: Where | None, house: Household = HOUSE) -> str:
    with pytest.raises(Refused) as told:
        house.require(sender, word, "fold", where)
    return told.value.code


@pytest.mark.parametrize(
    ("person", "word", "where"),
    [
        ("alice", "write:actions", HERE),
        ("bob", "write:actions", HERE),
        ("bob", "write:actions", ELSEWHERE),
        ("anna", "write:decks", HERE),
        ("anna", "manage:events", None),
    ],
)
def test_what_somebody_was_granted_they_may_do(person: str, word: str, where: Where | None) -> None:
    HOUSE.require(page(person), word, "fold", where)


@pytest.mark.parametrize(
    ("person", "word", "where", "code"),
    [
        ("alice", "write:actions", NEXT, "UNKNOWN_TABLE"),
        ("alice", "write:actions", ELSEWHERE, "UNKNOWN_TABLE"),
        ("alice", "write:devices", HERE, "NOT_PERMITTED"),
        ("alice", "write:actions", None, "NOT_PERMITTED"),
        ("bob", "manage:events", None, "NOT_PERMITTED"),
        ("vera", "write:actions", HERE, "NOT_PERMITTED"),
        ("anna", "read:live", HERE, "NOT_PERMITTED"),
        ("gone", "write:actions", HERE, "UNKNOWN_TABLE"),
        ("nobody", "write:actions", HERE, "NOT_PERMITTED"),
    ],
)
def test_what_nobody_granted_is_refused(person: str, word: str, where: Where | None, code: str) -> None:
    assert refused(page(person), word, where) == code


def test_a_table_outside_of_a_grant_is_told_as_one_that_is_not_there() -> None:
    with pytest.raises(Refused) as told:
        HOUSE.require(page("alice"), "write:actions", "fold", NEXT)
    assert told.value.message == "table t2 is not open; open it with a house command"
    assert told.value.details == {}


def test_whoever_speaks_for_somebody_can_ask_for_less_and_never_for_more() -> None:
    def asks(person: str, *words: str) -> Sender:
        return Sender("web-main", person, person, frozenset(words))

    HOUSE.require(asks("bob", "write:actions"), "write:actions", "fold", HERE)
    assert refused(asks("bob", "write:actions"), "write:tables", HERE) == "NOT_PERMITTED"
    assert refused(asks("bob"), "write:actions", HERE) == "NOT_PERMITTED"
    assert refused(asks("vera", "write:actions", "read:live"), "write:actions", HERE) == "NOT_PERMITTED"
    assert refused(asks("gone", "write:actions"), "write:actions", None) == "NOT_PERMITTED"


def test_a_right_counts_as_it_is_at_that_moment() -> None:
    people = dict(PEOPLE)
    house = Household(people.get)
    house.require(page("bob"), "write:actions", "fold", HERE)

    people["bob"] = replace(people["bob"], grants=(grant_of("viewer"),))

    assert refused(page("bob"), "write:actions", HERE, house) == "NOT_PERMITTED"


def test_logins_of_the_house_keep_their_roles_and_nobody_takes_them_by_name() -> None:
    HOUSE.require(sender_of("operator"), "write:actions", "fold", ELSEWHERE)
    assert refused(sender_of("operator"), "write:devices", HERE) == "NOT_PERMITTED"
    for name in ("operator", "floor", "installer"):
        assert refused(page(name), "write:actions", HERE) == "NOT_PERMITTED"
        assert refused(page(name), "write:actions", HERE, NO_PEOPLE) == "NOT_PERMITTED"
    assert refused(Sender("web-main", "key:k1", "nobody", frozenset({"write:actions"})), "write:actions", HERE)
