"""What a page may hear and say, by hand, for each role; and for tables one by one."""

from __future__ import annotations

import pytest

from collector.access.grants import Identity, grant_of
from collector.access.rights import ROLES
from collector.broker.admitted.admission import MOST_RULES, Login, new_password
from collector.broker.admitted.rules import rules_of_output, rules_of_page
from collector.errors import Refused

LOGIN = "c-alice-k3x9ab"
TABLES = {"t1": "e1", "t2": "e1", "t3": "e2"}
STATUS = "read ebs/v1/collector/+/status"
PUBLIC = "read ebs/v1/table/+/public/+"
OWN = {
    f"read ebs/v1/house/reply/{LOGIN}",
    f"write ebs/v1/house/command/{LOGIN}",
    f"read ebs/v1/table/+/reply/{LOGIN}",
    f"write ebs/v1/table/+/command/{LOGIN}",
}
NODES = {"read ebs/v1/dev/+/health", "read ebs/v1/dev/+/status"}
ALERT = "read ebs/v1/table/+/alert"
DELAYED = "read ebs/v1/table/+/delayed/+"
EXPECTED = {
    "viewer": {STATUS, PUBLIC},
    "commentator": {STATUS, PUBLIC, DELAYED, *OWN},
    "analyst": {STATUS, PUBLIC, DELAYED, *NODES, *OWN},
    "operator": {STATUS, PUBLIC, *NODES, *OWN, ALERT},
    "floor": {STATUS, PUBLIC, *NODES, *OWN, ALERT},
    "installer": {STATUS, PUBLIC, *NODES, *OWN, ALERT, "read ebs/v1/dev/+/event"},
    "programme": {STATUS, PUBLIC, DELAYED, *OWN},
    "admin": {STATUS, PUBLIC, *NODES, *OWN, ALERT, "read ebs/v1/dev/+/event"},
}


def rules(role: str, events: tuple[str, ...] = (), tables: tuple[str, ...] = ()) -> tuple[str, ...]:
    return rules_of_page(LOGIN, Identity("alice", (grant_of(role, (), events, tables),), user="alice"), TABLES)


def test_every_role_is_here() -> None:
    assert EXPECTED.keys() == ROLES.keys()


@pytest.mark.parametrize("role", EXPECTED)
def test_a_role_hears_and_says_so_much_and_never_a_card(role: str) -> None:
    found = rules(role)

    assert set(found) == EXPECTED[role]
    assert len(found) == len(set(found))
    assert not [rule for rule in found if "live/+" in rule or "live/state" in rule or "live/event" in rule]
    Login(LOGIN, new_password(), found)


def test_whoever_reaches_some_tables_hears_these() -> None:
    found = set(rules("operator", ("e1",)))

    assert {rule for rule in found if "public" in rule} == {f"read ebs/v1/table/{t}/public/+" for t in ("t1", "t2")}
    assert {rule for rule in found if "alert" in rule} == {f"read ebs/v1/table/{t}/alert" for t in ("t1", "t2")}
    assert not found & NODES, "a node is of the whole house"
    assert found >= OWN
    assert {r for r in rules("operator", (), ("t3",)) if "public" in r} == {"read ebs/v1/table/t3/public/+"}
    assert {r for r in rules("operator", ("e1",), ("t3",)) if "public" in r} == set()


def test_nobody_hears_whether_the_collector_is_there_and_no_more() -> None:
    assert rules_of_page(LOGIN, Identity("alice", (), user="alice"), TABLES) == (STATUS,)


def test_more_tables_than_a_login_can_have_rules_for_are_refused() -> None:
    many = {f"t{number}": "e1" for number in range(MOST_RULES)}
    who = Identity("alice", (grant_of("operator", (), ("e1",)),), user="alice")
    with pytest.raises(Refused, match="grant all tables") as refused:
        rules_of_page(LOGIN, who, many)
    assert refused.value.code == "TOO_MANY_TABLES"


def test_an_output_hears_its_channel_of_its_table() -> None:
    assert rules_of_output("t1", "delayed") == ("read ebs/v1/table/t1/delayed/+", STATUS)
