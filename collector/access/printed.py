"""The tables of docs/security.md, as Markdown. A test holds the page to them."""

from __future__ import annotations

from collector.access.operations import COLUMNS, OPERATIONS, cell
from collector.access.rights import HOLDS
from collector.access.vocabulary import GUARDED_READS, WILDCARDS


def rights_table() -> str:
    """Return who may do what: operations by role."""
    rows = [[operation.name, *(cell(operation, column) for column in COLUMNS)] for operation in OPERATIONS]
    return _table(["operation", *COLUMNS], rows)


def roles_table() -> str:
    """Return what each role holds."""
    return _table(["role", "permissions"], [[f"`{role}`", _words(held)] for role, held in HOLDS.items()])


def words_table() -> str:
    """Return what the wildcards stand for, and which words none stands for."""
    rows = [[f"`{name}`", _words(family)] for name, family in WILDCARDS.items()]
    return _table(["wildcard", "stands for"], [*rows, ["none", _words(GUARDED_READS)]])


def _words(words: tuple[str, ...]) -> str:
    return " ".join(f"`{word}`" for word in words)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cells) + " |\n" for cells in lines)
