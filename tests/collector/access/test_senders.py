"""Who sent a command: a login of the house, a page of a person, or somebody that the web speaks for."""

from __future__ import annotations

import json
from typing import Any

import pytest

from collector.access.rights import TODAY
from collector.access.senders import Sender, is_web, person_of, sender_for, sender_of
from collector.errors import Refused
from collector.pipeline.intake import Intake, ToGate, ToHouse, ToTable, Unreadable
from collector.table.commands import COMMANDS

FOLD = {"type": "fold", "id": "c1", "seat": 2}


@pytest.mark.parametrize(
    ("login", "sender"),
    [
        ("operator", Sender("operator", "operator")),
        ("c-alice-k3x9ab", Sender("c-alice-k3x9ab", "alice", "alice")),
        ("c-a-b-k3x9ab", Sender("c-a-b-k3x9ab", "a-b", "a-b")),
        ("c-alice-K3X9AB", Sender("c-alice-K3X9AB", "c-alice-K3X9AB")),
        ("o-main", Sender("o-main", "o-main")),
        ("web-main", Sender("web-main", "web-main")),
    ],
)
def test_a_login_says_who_is_on_record(login: str, sender: Sender) -> None:
    assert sender_of(login) == sender
    assert person_of(login) == sender.person


def test_the_web_speaks_for_a_person_or_for_a_key() -> None:
    words = ["write:actions", "read:*"]

    assert sender_for("web-main", {"person": "alice", "words": words}) == Sender(
        "web-main", "alice", "alice", frozenset(words)
    )
    assert sender_for("web-main", {"person": "alice", "key": "k_1", "words": []}).client == "key:k_1"


@pytest.mark.parametrize(
    "principal",
    [
        None,
        "alice",
        [],
        {},
        {"person": "alice"},
        {"person": 7, "words": []},
        {"person": "", "words": []},
        {"person": "a/b", "words": []},
        {"person": "a" * 56, "words": []},
        {"person": "alice\n", "words": []},
        {"person": "alice", "words": "write:actions"},
        {"person": "alice", "words": ["write:actions"] * 65},
        {"person": "alice", "words": [7]},
        {"person": "alice", "words": ["*"]},
        {"person": "alice", "words": [], "key": ""},
        {"person": "alice", "words": [], "key": 7},
        {"person": "alice", "words": [], "role": "admin"},
    ],
)
def test_a_principal_that_is_none_is_refused(principal: Any) -> None:
    with pytest.raises(Refused) as refused:
        sender_for("web-main", principal)
    assert refused.value.code == "BAD_PRINCIPAL"


@pytest.mark.parametrize(("login", "web"), [("web-main", True), ("web-", False), ("web", False), ("operator", False)])
def test_which_login_is_of_the_web(login: str, web: bool) -> None:
    assert is_web(login) is web


def test_a_person_that_nobody_knows_may_do_nothing() -> None:
    for login in ("c-operator-k3x9ab", "c-floor-k3x9ab", "c-installer-k3x9ab"):
        with pytest.raises(Refused, match="permission"):
            TODAY.require(sender_of(login), "write:actions", "fold")
    TODAY.require(sender_of("operator"), "write:actions", "fold")


class _Floor:
    """Keeps what was dropped, in words."""

    def __init__(self) -> None:
        self.dropped: list[str] = []

    def drop(self, _where: str, _reason: str, problem: str) -> None:
        self.dropped.append(problem)


class _Message:
    retained = False

    def __init__(self, topic: str, payload: object) -> None:
        self.topic = f"ebs/v1/{topic}"
        self.payload = payload if isinstance(payload, bytes) else json.dumps(payload).encode()


def read(topic: str, payload: object) -> tuple[Any, list[str]]:
    floor: Any = _Floor()
    nobody: Any = None
    return Intake(nobody, floor, COMMANDS).read(_Message(topic, payload), frozenset()), floor.dropped


PRINCIPAL = {"person": "alice", "words": ["write:actions"]}


def test_a_command_of_the_web_is_of_whom_it_names() -> None:
    found, _ = read("table/t1/command/web-main", {**FOLD, "principal": PRINCIPAL})

    assert isinstance(found, ToTable)
    assert found.sender == Sender("web-main", "alice", "alice", frozenset({"write:actions"}))
    assert (found.table_id, found.command.type, found.command.id) == ("t1", "fold", "c1")
    made = {"type": "create_event", "id": "c2", "event_id": "e1", "name": "E", "principal": PRINCIPAL}
    to_house, _ = read("house/command/web-main", made)
    assert isinstance(to_house, ToHouse)
    assert to_house.sender.person == "alice"


@pytest.mark.parametrize("stream", ["table/t1", "house"])
@pytest.mark.parametrize("login", ["operator", "c-bob-k3x9ab", "o-main"])
def test_a_principal_counts_from_the_web_only(stream: str, login: str) -> None:
    found, dropped = read(f"{stream}/command/{login}", {**FOLD, "principal": PRINCIPAL})

    assert not isinstance(found, Unreadable) or found.refusal.code == "BAD_COMMAND"
    assert found.sender == sender_of(login)
    assert found.sender.client != "alice"
    assert bool(dropped) is (stream == "house"), "a house has no fold"


@pytest.mark.parametrize("principal", [None, {"person": "alice"}, {**PRINCIPAL, "words": ["admin"]}])
def test_a_command_of_the_web_without_a_good_principal_is_refused_to_the_web(principal: Any) -> None:
    found, dropped = read("table/t1/command/web-main", {**FOLD, "principal": principal})

    assert isinstance(found, Unreadable)
    assert (found.sender, found.command_id) == (sender_of("web-main"), "c1")
    assert found.refusal.code == "BAD_PRINCIPAL"
    assert "principal" in dropped[0]


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"7", b"[" * 100_000, b'{"id":"a","id":"b"}'])
def test_what_is_no_command_of_the_web_is_dropped(payload: bytes) -> None:
    found, dropped = read("table/t1/command/web-main", payload)

    assert found is None or isinstance(found, Unreadable)
    assert bool(dropped) is bool(payload)


def test_a_command_without_an_id_is_answered_to_nobody() -> None:
    found, dropped = read("house/command/web-main", {"type": "fold", "principal": PRINCIPAL})

    assert found is None
    assert dropped


ADMIT = {"type": "admit_output", "id": "r1", "output": "main"}


def test_the_web_alone_asks_the_gatekeeper() -> None:
    found, _ = read("house/command/web-main", ADMIT)
    assert isinstance(found, ToGate)
    assert (found.login, found.request.id) == ("web-main", "r1")

    for where in ("house/command/operator", "house/command/c-alice-k3x9ab", "table/t1/command/web-main"):
        found, dropped = read(where, {**ADMIT, "principal": PRINCIPAL})
        assert isinstance(found, Unreadable)
        assert dropped
    found, dropped = read("house/command/web-main", {**ADMIT, "output": "a/b"})
    assert isinstance(found, Unreadable)
    assert found.refusal.code == "BAD_COMMAND"
