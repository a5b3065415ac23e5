"""Imports point inwards, and errors have one root per side. Change STEPS only together with an ADR.

firmware -> edge. tools -> anything. In collector: STEPS. edge and collector never import each other.
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

STEPS: tuple[tuple[str, ...], ...] = (
    ("errors", "secrecy", "canonical", "cards"),
    ("facts", "hand", "equity"),
    ("odds", "records", "histories"),
    ("logs", "metrics", "system", "wire"),
    ("house", "devices"),
    ("ports", "table"),
    ("pipeline",),
    ("log", "readmodel", "broker", "solver", "api"),
    ("settings", "service"),
)
"""The rooms of the collector, from the words up. A room imports rooms of lower steps, never one of its own step."""
BESIDE = {"secrecy": {"errors"}, "canonical": {"errors"}, "cards": {"errors"}, "service": {"settings"}}
"""What rooms may import of their own step."""
RULES = {room for step in STEPS[:6] for room in step} - {"logs", "metrics", "system", "ports"}
"""Rules of play and of the house: they neither log nor measure."""
PURE = RULES | {"ports"}
"""No I/O, no frameworks."""
OUTSIDE: dict[str, set[str]] = {"equity": {"numpy"}, "records": {"numpy"}, "devices": {"cryptography"}}
PYDANTIC = {
    "secrecy": {"pydantic", "pydantic_core"},
    "wire": {"pydantic", "pydantic_core"},
    "histories": {"pydantic"},
}
UNREACHED = {"asyncio", "socket", "sqlite3", "subprocess", "threading", "logging", "time", "random", "urllib", "http"}
"""Of the standard library, what a pure core has no use for: I/O, clocks, chance."""
NO_FORMATS = {"hand": {"json", "re", "tomllib", "pathlib"}}
"""Rules of play read no files: formats are in `histories`."""


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


def allowed(room: str) -> set[str]:
    """Return the rooms that a room may import."""
    step = next(number for number, rooms in enumerate(STEPS) if room in rooms)
    lower = {each for rooms in STEPS[:step] for each in rooms}
    if room in RULES:
        lower -= {"logs", "metrics", "system"}
    return lower | BESIDE.get(room, set()) | {room}


def test_every_room_has_its_step_and_every_name_its_room() -> None:
    placed = [room for step in STEPS for room in step]
    named = set(placed) | BESIDE.keys() | OUTSIDE.keys() | PYDANTIC.keys() | NO_FORMATS.keys()

    assert len(placed) == len(set(placed))
    assert set(placed) == set(parts_of_collector()), "say in STEPS what the new room may import"
    assert named == set(placed), "these names stand for nothing: a rule about them holds always"


@pytest.mark.parametrize("room", parts_of_collector())
def test_a_room_of_the_collector_imports_lower_rooms_only(room: str) -> None:
    may = {f"collector.{each}" for each in allowed(room)}
    for file in files_of(room):
        ours = {name for name in imports(file) if within(name, {"collector"})}
        stray = sorted(name for name in ours if not within(name, may))
        assert not stray, f"{file.relative_to(ROOT)} may not import {stray}"


@pytest.mark.parametrize("room", sorted(PURE))
def test_the_core_needs_nothing_but_the_standard_library_and_numpy(room: str) -> None:
    known = sys.stdlib_module_names - UNREACHED - NO_FORMATS.get(room, set())
    known |= {"collector"} | OUTSIDE.get(room, set()) | PYDANTIC.get(room, set())
    for file in files_of(room):
        stray = sorted(name for name in imports(file) if name.split(".")[0] not in known)
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
