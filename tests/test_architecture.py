"""Imports point inwards, and errors have one root per side. Change ALLOWED only together with an ADR.

firmware -> edge. tools -> anything. In collector: service -> adapters -> ports, wire, table -> hand, equity,
statistics -> cards. Adapters never import each other; edge and collector never import each other.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TREES = ("edge", "firmware", "collector", "tools")
HARDWARE = {"machine", "network"}  # of the chip; tools/virtual has the simulators' stand-ins
NOT_HARDWARE = {"tools/virtual"}

VALUES = {"collector.cards", "collector.errors", "collector.secrecy"}
"""Words that every part of the collector may use."""
RULES = VALUES | {"collector.hand", "collector.equity", "collector.statistics"}
SHARED = RULES | {
    "collector.canonical",
    "collector.chain",
    "collector.desk",
    "collector.house",
    "collector.logs",
    "collector.metrics",
    "collector.nodes",
    "collector.ports",
    "collector.progress",
    "collector.sealing",
    "collector.settings",
    "collector.table",
    "collector.wire",
}
"""What an adapter may use beside itself."""
ADAPTERS = ("log", "readmodel", "ingest", "feeds", "broker", "mqtt", "keys", "projector", "api", "solver")

ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "secrecy": {"collector.errors"},
    "canonical": {"collector.errors"},
    "cards": {"collector.errors"},
    "hand": VALUES,
    "equity": VALUES,
    "statistics": VALUES | {"collector.hand", "collector.equity"},
    "wire": RULES | {"collector.canonical"},
    "ports": RULES,
    "logs": VALUES | {"collector.canonical", "collector.wire"},
    "settings": {"collector.errors"},
    "metrics": set(),
    "progress": set(),
    "sealing": set(),
    "chain": VALUES | {"collector.canonical", "collector.ports"},
    "house": VALUES | {"collector.ports", "collector.wire"},
    "table": RULES | {"collector.canonical", "collector.house", "collector.ports", "collector.wire"},
    "nodes": {"collector.ports", "collector.progress", "collector.secrecy", "collector.wire"},
    "desk": RULES
    | {"collector.chain", "collector.house", "collector.logs", "collector.nodes", "collector.ports"}
    | {"collector.progress", "collector.table", "collector.wire"},
} | dict.fromkeys(ADAPTERS, SHARED)
"""What a part of the collector may import of it, beside itself. Not listed: `service`, which may all."""

PURE = {"errors", "secrecy", "canonical", "cards", "hand", "equity", "statistics", "wire", "ports", "table"} | {
    "chain",
    "house",
    "nodes",
    "progress",
}
"""No I/O, no frameworks."""
OUTSIDE: dict[str, set[str]] = {"equity": {"numpy"}, "statistics": {"numpy"}}
PYDANTIC = {"secrecy": {"pydantic", "pydantic_core"}, "wire": {"pydantic", "pydantic_core"}}
UNREACHED = {"asyncio", "socket", "sqlite3", "subprocess", "threading", "logging", "time", "random", "urllib", "http"}
"""Of the standard library, what a pure core has no use for: I/O, clocks, chance."""


def python_files(place: str) -> list[Path]:
    files = sorted((ROOT / place).rglob("*.py"))
    assert files, f"{place} holds no Python; a rule about nothing holds always"
    return files


def imports(file: Path) -> Iterator[str]:
    """Yield the full name of everything imported: `from a import b` gives `a.b`."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file.relative_to(ROOT)}: relative import; write the whole name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, places: set[str]) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)


def parts_of_collector() -> list[str]:
    found = {file.stem if file.is_file() else file.name for file in (ROOT / "collector").iterdir()}
    return sorted(found - {"__init__", "__main__", "__pycache__", "web", "py"})


def files_of(part: str) -> list[Path]:
    single = ROOT / "collector" / f"{part}.py"
    return [single] if single.exists() else python_files(f"collector/{part}")


@pytest.mark.parametrize(
    ("tree", "never"),
    [
        ("edge", {"collector", "firmware", "tools"}),
        ("collector", {"edge", "firmware", "tools"}),
        ("firmware", {"collector", "tools"}),
    ],
)
def test_the_sides_do_not_import_each_other(tree: str, never: set[str]) -> None:
    for file in python_files(tree):
        stray = sorted(name for name in imports(file) if within(name, never))
        assert not stray, f"{file.relative_to(ROOT)} may not import {stray}"


@pytest.mark.parametrize("tree", TREES)
def test_only_firmware_touches_the_chip(tree: str) -> None:
    if tree == "firmware":
        return
    for file in python_files(tree):
        place = str(file.relative_to(ROOT))
        if not place.startswith(tuple(NOT_HARDWARE)):
            stray = sorted(name for name in imports(file) if within(name, HARDWARE))
            assert not stray, f"{place} imports {stray}; pass the object in from firmware/"


@pytest.mark.parametrize("part", parts_of_collector())
def test_a_part_of_the_collector_imports_only_what_it_may(part: str) -> None:
    if part not in ALLOWED:
        assert part == "service", f"collector/{part} is new: say in ALLOWED what it may import"
        return
    for file in files_of(part):
        ours = {name for name in imports(file) if within(name, {"collector"})}
        stray = sorted(name for name in ours if not within(name, ALLOWED[part] | {f"collector.{part}"}))
        assert not stray, f"{file.relative_to(ROOT)} may not import {stray}"


def test_every_part_that_the_rules_name_exists() -> None:
    named = {name.removeprefix("collector.") for places in ALLOWED.values() for name in places} | set(ALLOWED) | PURE
    named |= OUTSIDE.keys() | PYDANTIC.keys()

    assert not named - set(parts_of_collector()), "these names stand for nothing: a rule about them holds always"


@pytest.mark.parametrize("part", sorted(PURE))
def test_the_core_needs_nothing_but_the_standard_library_and_numpy(part: str) -> None:
    allowed = sys.stdlib_module_names - UNREACHED | {"collector"} | OUTSIDE.get(part, set()) | PYDANTIC.get(part, set())
    for file in files_of(part):
        stray = sorted(name for name in imports(file) if name.split(".")[0] not in allowed)
        assert not stray, f"{file.relative_to(ROOT)} imports {stray}; the core is pure"


def classes() -> dict[str, tuple[str, list[str]]]:
    """Return name -> (file, names of bases) of every class of ours."""
    found = {}
    for tree in TREES:
        for file in python_files(tree):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.ClassDef):
                    bases = [ast.unparse(base).rpartition(".")[2] for base in node.bases]
                    found[node.name] = (str(file.relative_to(ROOT)), bases)
    return found


def ancestors(name: str, known: dict[str, tuple[str, list[str]]]) -> set[str]:
    bases = known[name][1] if name in known else []
    return set(bases).union(*(ancestors(base, known) for base in bases if base != name)) if bases else set()


def is_exception(name: str) -> bool:
    import builtins  # noqa: PLC0415 - only to know Python's own errors

    builtin = getattr(builtins, name, None)
    return isinstance(builtin, type) and issubclass(builtin, BaseException)


def test_every_error_inherits_its_sides_root() -> None:
    known = classes()
    roots = {"collector": "CollectorError", "edge": "EdgeError", "firmware": "EdgeError"}
    strays = [
        f"{file}: {name}"
        for name, (file, _) in known.items()
        if any(is_exception(base) for base in ancestors(name, known))
        and (root := roots.get(file.split("/")[0]))
        and name != root
        and root not in ancestors(name, known)
    ]

    assert not strays, f"not below their side's root: {strays}"


def test_the_rules_see_what_they_forbid(tmp_path: Path) -> None:
    file = tmp_path / "sample.py"
    file.write_text("import machine\nfrom collector.api import create_app\nfrom collector import log\n")

    assert set(imports(file)) == {"machine", "collector.api.create_app", "collector.log"}
    assert not within("collector.logs.log_event", {"collector.log"})
