"""The tests themselves: they do not become fewer, and what two of them share stands in a module of its own."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TESTS, CHECKS = 1221, 2905
"""Test functions, and checks in all of `tests/`, as they were counted at 502560e by the functions below."""
CHECKING = {"raises", "warns", "expect"}
"""Calls that check: of pytest, and of playwright."""


def trees() -> Iterator[tuple[Path, ast.Module]]:
    """Yield (path below the root, syntax) of every module in `tests/`."""
    for file in sorted((ROOT / "tests").rglob("*.py")):
        yield file.relative_to(ROOT), ast.parse(file.read_text())


def functions(tree: ast.Module) -> Iterator[str]:
    """Yield the names of a module's test functions."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node.name


def checks(tree: ast.Module) -> Iterator[int]:
    """Yield the line of each assert, and of each call that checks."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and called(node) in CHECKING):
            yield node.lineno


def called(call: ast.Call) -> str:
    """Return the last part of the name that is called."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def is_test(name: str) -> bool:
    """Whether a dotted name is that of a test module, or of something in one."""
    return name.startswith("tests.") and any(part.startswith("test_") for part in name.split("."))


def borrowed(file: Path, tree: ast.Module) -> Iterator[str]:
    """Yield what a module of `tests/` takes from a test module, and names of other helpers that begin with `_`."""
    for node in ast.walk(tree):
        for name in imported(file, node):
            hidden = name.startswith("tests.") and name.rpartition(".")[2].startswith("_")
            if is_test(name) or hidden:
                yield name


def imported(file: Path, node: ast.AST) -> list[str]:
    """Return the full names of what a statement imports into a module."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    above = file.parts[: len(file.parts) - node.level] if node.level else ()
    source = ".".join([*above, *filter(None, [node.module])])
    return [f"{source}.{alias.name}" for alias in node.names]


def test_tests_and_checks_do_not_become_fewer() -> None:
    found = [(path, tree) for path, tree in trees() if path != Path(__file__).relative_to(ROOT)]

    assert sum(1 for path, tree in found if path.name.startswith("test_") for _ in functions(tree)) >= TESTS
    assert sum(1 for _, tree in found for _ in checks(tree)) >= CHECKS


def test_no_test_module_is_imported_and_no_private_name_of_a_helper() -> None:
    strays = [f"{path}: {name}" for path, tree in trees() for name in borrowed(path, tree)]

    assert not strays, "what tests share stands in a module of its own"


@pytest.mark.parametrize(
    ("source", "taken"),
    [
        ("from tests.web.test_units import a, b\n", ["tests.web.test_units.a", "tests.web.test_units.b"]),
        ("from tests.web import test_units\n", ["tests.web.test_units"]),
        ("from .test_units import a\n", ["tests.e2e.test_units.a"]),
        ("def f():\n    import tests.web.test_units as units\n", ["tests.web.test_units"]),
        ("from tests.web.console import _hidden\n", ["tests.web.console._hidden"]),
        ("from tests.web.console import Console\nfrom collector.cards import test_deck\nimport pytest\n", []),
    ],
)
def test_the_rule_of_helpers_sees_what_it_forbids(source: str, taken: list[str]) -> None:
    assert list(borrowed(Path("tests/e2e/test_sample.py"), ast.parse(source))) == taken


def test_the_count_sees_what_it_counts() -> None:
    tree = ast.parse(
        "def test_a():\n    assert 1\n    with pytest.raises(E):\n        pass\n    expect(page).to_be()\n"
        "async def test_b():\n    assert f(1)\ndef help_c():\n    assert 2\n"
    )

    assert list(functions(tree)) == ["test_a", "test_b"]
    assert len(list(checks(tree))) == 5


def test_every_file_that_is_named_as_long_is_a_file_of_tests() -> None:
    """Else a file that was renamed would run last, and `make test` would wait for it alone."""
    named = tomllib.loads((ROOT / "tests" / "long.toml").read_text())["seconds"]

    assert [name for name in named if not (ROOT / "tests" / name).is_file()] == []
    assert list(named.values()) == sorted(named.values(), reverse=True)
