"""The table of rights, whole: every operation and identity, against what was written here by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from collector.access.grants import Grant, Identity, Place, anonymous
from collector.access.operations import COLUMNS, OPERATIONS, cell
from collector.access.rights import ROLES, roles_with
from collector.access.vocabulary import OPEN, WORDS
from tools.dev.security_tables import PAGE, with_tables

WRITTEN = """
                                         anon viewer partner comment analyst operator floor install programme admin
health, sign-in, pages                   y y y y y y y y y y
hands                                    s y k y y y y - y y
statistics                               s y k y y y y - y y
players                                  - - k y y y y - y y
hidden cards of finished hands           - - - - y - - - - g
public feed                              s y k y y y y y y y
what is on air                           - - k y y y y - y y
state of nodes and readers               - - k - y y y y - y
delayed feed                             - g g y y g g - y g
live feed                                - - - - - - - - 2 2
act, enter cards                         - - o - - y y - - y
seats, levels, stacks                    - - - - - y y - - y
names and data of players                - - - - - y y - - y
contested cards, rulings on hidden cards - - - - - - y - - y
acknowledge alerts                       - - - - - y y y - y
take, clear and cue graphics             - - - - - - - - y y
`mask`                                   - - - - - y y - y y
`unmask`                                 - - - - - - y - y y
antennas, nodes, seals                   - - - - - - - y - y
decks                                    - - - - - - - y - y
tags on hands                            - - - y y y y - y y
hands from outside                       - - - - - - - - - y
sync, webhooks                           - - - - - - - - - y
outputs of public and delayed            - - - - - - - - y y
outputs of live                          - - - - - - - - 2 2
users                                    - - - - - - - - - y
keys of others                           - - - - - - - - - y
events, tables                           - - - - - - - - - y
mode, delay, policy: stricter            - - - - - - y - y y
mode, delay, policy: weaker              - - - - - - p - - p
audit                                    - - - - - - - - - g
backup, rebuild, retention               - - - - - - - - - y
restore                                  - - - - - - - - - 2
"""
"""y: may. -: may not. s: where the setting opens it. k: with the scope. o: with the scope, if the owner may. g: by a
grant that names the word. 2: two persons. p: may propose it."""
CELLS = {
    "yes": "y",
    "": "-",
    "`EBS_ANONYMOUS`": "s",
    "scope": "k",
    "scope, and its owner's right": "o",
    "by grant": "g",
    "two persons": "2",
    "propose": "p",
}
ROWS = {line[:41].strip(): line[41:].split() for line in WRITTEN.strip("\n").split("\n")[1:]}


def test_the_table_is_as_written_by_hand() -> None:
    told = {each.name: [CELLS[cell(each, column)] for column in COLUMNS] for each in OPERATIONS}

    assert told == ROWS
    assert len(ROWS) == 33
    assert len(COLUMNS) == 10


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("role", [column for column in COLUMNS if column in ROLES])
def test_somebody_with_the_role_may_what_the_table_says_and_no_more(row: str, role: str) -> None:
    operation = next(each for each in OPERATIONS if each.name == row)
    somebody = Identity("ana", (Grant(role),), user="ana")

    may = any(somebody.may(word) for word in operation.words)

    said = ROWS[row][COLUMNS.index(role)]
    # A restore is asked for with `manage:log`, which one of the two persons holds.
    assert may == (said in {"y", "p"} or (row == "restore" and role == "admin"))


@pytest.mark.parametrize("opened", [True, False])
@pytest.mark.parametrize("row", ROWS)
def test_nobody_in_particular_may_what_is_open_and_what_the_setting_opens(row: str, opened: bool) -> None:
    operation = next(each for each in OPERATIONS if each.name == row)

    may = any(anonymous(may_read=opened).may(word) for word in operation.words)

    assert may == (ROWS[row][0] == "y" or (opened and ROWS[row][0] == "s"))


@pytest.mark.parametrize("row", ROWS)
def test_a_key_may_what_its_scopes_say_as_far_as_its_owner_may(row: str) -> None:
    operation = next(each for each in OPERATIONS if each.name == row)
    for word in set(operation.words) - {OPEN}:
        of_admin = Identity("key:a", (Grant("admin"),), frozenset({word}), "ada")
        of_viewer = Identity("key:v", (Grant("viewer"),), frozenset({word}), "vic")
        without = Identity("key:n", (Grant("admin"),), frozenset(), "ada")

        assert of_admin.may(word) == (word in ROLES["admin"])
        assert of_viewer.may(word) == (word in {"read:hands", "read:statistics"})
        assert not without.may(word)


def test_no_role_holds_the_live_feed_and_no_word_approves() -> None:
    assert roles_with("read:live") == ()
    assert roles_with("read:audit") == ()
    assert [word for word in WORDS if "approve" in word or word.startswith("release:")] == ["release:propose"]


def test_a_grant_does_not_reach_another_event_or_table() -> None:
    here = Identity("ana", (Grant("analyst", place=Place(frozenset({"evt_a"}), frozenset({"t1"}))),), user="ana")

    for word in ROLES["analyst"]:
        assert here.reach(word).holds("evt_a", "t1")
        assert not here.reach(word).holds("evt_b", "t1")
        assert not here.reach(word).holds("evt_a", "t2")
        assert not here.everywhere(word)


def test_the_guide_prints_the_tables() -> None:
    assert with_tables(PAGE.read_text()) == PAGE.read_text(), "run python -m tools.dev.security_tables"
    assert Path(PAGE).read_text().count("<!-- end -->") == 3
