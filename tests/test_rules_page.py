"""docs/rules.md and the tests of rules are held together: rows name what exists, and rule tests stand in rows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from collector.house.commands import COMMANDS as HOUSE_COMMANDS
from collector.table.commands import COMMANDS
from collector.wire.house import EventCommand

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "rules.md").read_text()
ROWS = [
    [cell.strip() for cell in line.split("|")[1:-1]]
    for line in PAGE.splitlines()
    if line.startswith("| ") and "`test_" in line
]
KNOWN = {
    name
    for file in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^ *def (test_\w+)", file.read_text(), re.MULTILINE)
}
NUMBERED = re.compile(r"_(?:tda|rrp|wsop)_(?:rp_)?\d")
"""A test that is named for a rule of a book."""
TDA_RULES, TDA_PROCEDURES = 71, 22
NOT_COMMANDS = {"override"}


def rules_of(test: str) -> set[str]:
    """Return the rules that a test is named for: TDA 47, RP 10, RRP 4.

    >>> sorted(rules_of("test_a_bet_tda_43_56_rrp_3"))
    ['RRP 3', 'TDA 43', 'TDA 56']
    """
    found: set[str] = set()
    for book, numbers in re.findall(r"_(tda_rp|tda|rrp|wsop)((?:_\d+)+)", test):
        name = "RP" if book == "tda_rp" else book.upper()
        found |= {f"{name} {number}" for number in numbers.strip("_").split("_")}
    return found


def cited(source: str) -> set[str]:
    """Return the rules that a source cites, without their letters.

    >>> sorted(cited("TDA 8-A, RP-10-E; RRP 4; House"))
    ['RP 10', 'RRP 4', 'TDA 8']
    """
    found: set[str] = set()
    for part in source.split(";"):
        book = next((name for name in ("TDA", "RRP", "WSOP") if part.strip().startswith(name)), None)
        found |= {f"RP {number}" for number in re.findall(r"RP-(\d+)", part)}
        if book:
            found |= {f"{book} {number}" for number in re.findall(r"(?<![-\d])(\d+)", part)}
    return found


def without_a_row() -> set[str]:
    """Return the TDA rules that the page lists as those without a row."""
    section = PAGE.split("\n## TDA rules without a row\n")[1].split("\n## ")[0]
    cells = re.findall(r"^\| ((?:RP-)?\d[^|]*) \|", section, re.MULTILINE)
    return {rule for cell in cells for rule in cited(f"TDA {cell}")}


def test_every_row_names_tests_that_exist() -> None:
    assert len(ROWS) > 150
    for row in ROWS:
        named = re.findall(r"`(test_\w+)`", row[-1])
        assert named, row[0]
        assert set(named) <= KNOWN, row[0]


def test_every_row_names_a_module_a_source_and_commands_that_exist() -> None:
    commands = {each.type for each in (*COMMANDS, *HOUSE_COMMANDS)} | NOT_COMMANDS
    for rule, command, module, source, _ in ROWS:
        path = module.strip(" `")
        assert list((ROOT / "collector").glob(f"**/{path}.py")), path
        assert source
        assert command == "none" or set(re.findall(r"`(\w+)`", command)) <= commands, rule
        assert command == "none" or re.findall(r"`(\w+)`", command), rule


def test_every_test_of_a_rule_stands_in_a_row() -> None:
    named = {test for row in ROWS for test in re.findall(r"`(test_\w+)`", row[-1])}
    tests_of_rules = {name for name in KNOWN if NUMBERED.search(name)}

    assert len(tests_of_rules) > 100
    assert tests_of_rules - named == set()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:60])
def test_a_row_cites_the_rules_that_its_tests_are_named_for(row: list[str]) -> None:
    for test in re.findall(r"`(test_\w+)`", row[-1]):
        assert rules_of(test) <= cited(row[-2]), test


def test_every_rule_of_the_tda_has_a_row_or_a_reason() -> None:
    wanted = {f"TDA {number}" for number in range(1, TDA_RULES + 1)}
    wanted |= {f"RP {number}" for number in range(1, TDA_PROCEDURES + 1)}
    held = {rule for row in ROWS for rule in cited(row[-2])}

    assert wanted - held - without_a_row() == set()
    assert {rule for rule in held | without_a_row() if rule.startswith(("TDA", "RP "))} <= wanted


def test_every_command_of_a_table_is_in_the_book() -> None:
    assert {each.type for each in COMMANDS} - set(re.findall(r"`(\w+)`", PAGE)) == set()


def test_every_command_about_the_tables_of_an_event_is_in_the_book() -> None:
    of_event = {each.type for each in HOUSE_COMMANDS if issubclass(each.model, EventCommand)}

    assert of_event - set(re.findall(r"`(\w+)`", PAGE)) == set()
    assert len(of_event) >= 5
