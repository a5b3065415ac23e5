"""Grants: for which events and tables, which words by name, and what a key makes of its owner's."""

from __future__ import annotations

import pytest

from collector.access.grants import ALL, Grant, Identity, Place, anonymous, grant_of
from collector.access.people import User, check_name, check_password
from collector.errors import BadInput


def somebody(*grants: Grant) -> Identity:
    return Identity("ana", grants, user="ana")


def test_without_a_grant_there_is_no_right() -> None:
    nobody = somebody()

    assert nobody.words() == frozenset()
    assert nobody.may("self")
    assert nobody.may("open")
    assert not anonymous(may_read=True).may("self")


def test_grants_add_up_place_by_place_and_never_across() -> None:
    ana = somebody(
        grant_of("operator", events=["evt_a"], tables=["t1"]),
        grant_of("viewer", events=["evt_b"]),
        grant_of("viewer", events=["evt_a"], tables=["t2"]),
    )

    hands, acts = ana.reach("read:hands"), ana.reach("write:actions")
    assert hands.tables("evt_a") == {"t1", "t2"}
    assert hands.tables("evt_b") is ALL
    assert hands.tables("evt_c") == frozenset()
    assert acts.holds("evt_a", "t1")
    assert not acts.holds("evt_a", "t2")
    assert not acts.holds("evt_b", "t1")
    assert [hands.knows_event(each) for each in ("evt_a", "evt_b", "evt_c")] == [True, True, False]


def test_a_word_by_name_is_its_grants_alone() -> None:
    ana = somebody(grant_of("admin"), grant_of("", ["read:holecards"], events=["evt_a"]))

    assert ana.reach("read:holecards").tables("evt_a") is ALL
    assert not ana.reach("read:holecards").knows_event("evt_b")
    assert ana.everywhere("read:hands")
    assert not ana.everywhere("read:holecards")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"role": "king"}, "UNKNOWN_ROLE"),
        ({"role": ""}, "EMPTY_GRANT"),
        ({"role": "admin", "words": ["read:live"]}, "TWO_PERSONS"),
        ({"role": "viewer", "words": ["write:decks"]}, "NOT_BY_NAME"),
        ({"role": "viewer", "words": ["manage:*"]}, "NOT_BY_NAME"),
        ({"role": "viewer", "words": ["read:nothing"]}, "UNKNOWN_PERMISSION"),
        ({"role": "viewer", "events": ["evt a"]}, "BAD_NAME"),
        ({"role": "viewer", "tables": [""]}, "BAD_NAME"),
        ({"role": "viewer", "events": [f"e{n}" for n in range(201)]}, "TOO_MANY"),
    ],
)
def test_what_is_no_grant_is_refused(given: dict[str, object], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        grant_of(**given)  # type: ignore[arg-type]

    assert refused.value.code == code


def test_a_role_of_another_version_holds_nothing() -> None:
    assert somebody(Grant("regent")).words() == frozenset()


def test_somebody_disabled_holds_nothing() -> None:
    user = User("ana", "admin", (Grant("admin"),), "hash", 0, disabled=True)

    assert user.identity.words() == frozenset()
    assert not user.is_admin


def test_a_place_of_all_names_tables_to_come_too() -> None:
    assert Grant("viewer").place == Place(ALL, ALL)
    assert somebody(grant_of("viewer", events=["*", "evt_a"])).everywhere("read:hands")


@pytest.mark.parametrize("name", ["Ana", "", "a b", "-a", "a" * 41, "key", "anonymous", "../x", "a\n", "ünal", "me"])
def test_what_cannot_be_a_name(name: str) -> None:
    with pytest.raises(BadInput, match="cannot be a name"):
        check_name(name)


@pytest.mark.parametrize(
    "password", ["short", "aaaaaaaaaaaaaaaa", "abababababababab", "operator01xx", "password1234", "x" * 257]
)
def test_a_weak_password_is_refused_and_not_repeated(password: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_password(password, "operator01")

    assert refused.value.code == "WEAK_PASSWORD"
    assert password not in str(refused.value)
    assert check_password("correct horse battery", "operator01")
