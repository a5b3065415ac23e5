"""The map in edge/README.md: every module once, loaded when it says, as heavy as it says."""

from __future__ import annotations

import ast
import asyncio
import re
from typing import NamedTuple

import pytest

from edge import node_assembly
from tests.edge.modules import ROOT, sources
from tools.bench.edge_modules import SETTINGS, Modules, measured
from tools.rehearsal.micropython import NoInterpreterError

MAP = ROOT / "edge" / "README.md"
ALWAYS, CONFIGURED, START, DEMAND, PC = (
    "Always loaded",
    "Loaded where the configuration asks for it",
    "At the start",
    "On demand",
    "On a PC only",
)
SPREAD = 300  # bytes


class Row(NamedTuple):
    section: str
    bytes: int
    asked_for_by: str


def module(cell: str) -> str:
    """Return the name by which code imports what a cell of the map names."""
    return ".".join(["edge", *cell.split("/")]).removesuffix(".__init__")


def rows() -> list[tuple[str, Row]]:
    """Return (module, row) of each line of the tables, in order."""
    found = []
    for section in MAP.read_text().split("\n## ")[1:]:
        title, _, text = section.partition("\n")
        for line in re.findall(r"^\| `.*\|$", text, re.MULTILINE):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            size = 0 if title == PC else int(cells[1])
            found.append((module(cells[0].strip("`")), Row(title, size, cells[2] if title == CONFIGURED else "")))
    return found


@pytest.fixture(scope="module")
def modules() -> Modules:
    try:
        return asyncio.run(measured())
    except NoInterpreterError as error:
        pytest.skip(str(error))


def test_the_map_names_each_module_once() -> None:
    assert sorted(name for name, _ in rows()) == sorted(name for name in sources(ROOT) if name.startswith("edge"))
    assert {row.section for _, row in rows()} == {ALWAYS, CONFIGURED, START, DEMAND, PC}


def test_what_is_for_a_pc_only_is_what_never_goes_on_a_board() -> None:
    assert {name for name, row in rows() if row.section == PC} == {
        name for name in sources(ROOT) if name.endswith("_cpython")
    }


def expected(setting: str) -> set[str]:
    """Return the modules of `edge` that a node with one of SETTINGS holds at rest, as the map has it."""
    held = {name for name, row in rows() if row.section == ALWAYS}
    for name, row in rows():
        if row.section != CONFIGURED:
            continue
        without = row.asked_for_by.startswith("no ")
        asked = row.asked_for_by.removeprefix("no ")
        wide = setting.startswith("ST") and setting.startswith(asked)  # more of a chip needs what less of it needs
        both = asked == "ST25R3911B, `tech` V" and setting == "ST25R3911B, `tech` A and V"
        if (asked != setting) if without else (asked == setting or wide or both):
            held.add(name)
    return held


@pytest.mark.node
@pytest.mark.broker
@pytest.mark.parametrize("setting", SETTINGS)
def test_a_node_at_rest_holds_what_the_map_says_and_nothing_else(modules: Modules, setting: str) -> None:
    held = {name for name in modules.at_rest[setting] if name.startswith("edge")}

    assert held == expected(setting)


def test_each_setting_that_the_map_names_is_tried() -> None:
    named = {row.asked_for_by.removeprefix("no ") for _, row in rows() if row.section == CONFIGURED}

    assert named <= set(SETTINGS)


def closures(function: ast.AST) -> list[str]:
    """Return what in a function is a function of its own."""
    kinds = (
        ast.ListComp,
        ast.SetComp,
        ast.DictComp,
        ast.GeneratorExp,
        ast.Lambda,
        ast.FunctionDef,
        ast.AsyncFunctionDef,
    )
    return [f"line {part.lineno}" for part in ast.walk(function) if isinstance(part, kinds) and part is not function]


def test_what_stays_loaded_holds_no_function_in_a_function() -> None:
    """Its code, a comprehension's too, lies on the heap beside the code around it: 80 bytes where a loop takes 10."""
    gone = {(module, f"{made}.__init__") for module, made in node_assembly._MADE} | set(node_assembly._RAN)
    found = []
    for name in (name for name, row in rows() if row.section in {ALWAYS, CONFIGURED}):
        tree = ast.parse(sources(ROOT)[name].read_text())
        named = [("", part) for part in tree.body]
        named += [
            (f"{part.name}.", method) for part in tree.body if isinstance(part, ast.ClassDef) for method in part.body
        ]
        for owner, part in named:
            if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef) and (name, owner + part.name) not in gone:
                found += [f"{name}.{owner}{part.name}, {line}" for line in closures(part)]

    assert found == []


@pytest.mark.node
@pytest.mark.broker
def test_each_module_weighs_what_the_map_says(modules: Modules) -> None:
    if modules.bits != 32:
        pytest.skip("the map's figures are those of a 32-bit MicroPython")
    told = {name: row.bytes for name, row in rows() if row.section != PC}
    wrong = {
        name: (size, modules.bytes[name])
        for name, size in told.items()
        if abs(size - modules.bytes[name]) > max(SPREAD, size * 15 // 100)
    }

    assert not wrong, "(map, measured): python -m tools.bench.edge_modules"
