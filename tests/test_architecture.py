"""Imports point inwards, and errors have one root per side. Change STEPS only together with an ADR.

firmware -> edge. tools -> anything. In collector: STEPS. edge and collector never import each other.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rooms import ROOT, TREES, files_of, parts_of_collector, python_files, within

HARDWARE = {"machine", "network"}  # of the chip; tools/virtual has the simulators' stand-ins
NOT_HARDWARE = {"tools/virtual"}

STEPS: tuple[tuple[str, ...], ...] = (
    ("errors", "secrecy", "canonical", "cards", "texts", "files"),
    ("facts", "hand", "equity"),
    ("access", "odds", "records", "histories", "release"),
    ("logs", "metrics", "system", "wire"),
    ("house", "devices"),
    ("ports", "table"),
    ("pipeline", "certificates"),
    ("signin",),
    ("log", "readmodel", "appstore", "broker", "solver", "spool", "api"),
    ("settings", "doors", "vault", "web_role", "service"),
)
"""The rooms of the collector, from the words up. A room imports rooms of lower steps, never one of its own step."""
BESIDE = {
    "secrecy": {"errors"},
    "canonical": {"errors"},
    "cards": {"errors"},
    "doors": {"settings"},
    "vault": {"settings"},
    "web_role": {"settings"},
    "service": {"settings", "doors", "vault", "web_role"},
}
"""What rooms may import of their own step."""
RULES = {room for step in STEPS[:6] for room in step} - {"logs", "metrics", "system", "ports"}
"""Rules of play and of the house: they neither log nor measure."""
PURE = RULES | {"ports"}
"""No I/O, no frameworks."""
OUTSIDE: dict[str, set[str]] = {
    "equity": {"numpy"},
    "records": {"numpy"},
    "devices": {"cryptography"},
    "facts": {"cryptography"},
}
PYDANTIC = {
    "secrecy": {"pydantic", "pydantic_core"},
    "wire": {"pydantic", "pydantic_core"},
    "histories": {"pydantic"},
}
UNREACHED = {"asyncio", "socket", "sqlite3", "subprocess", "threading", "logging", "time", "random", "urllib", "http"}
"""Of the standard library, what a pure core has no use for: I/O, clocks, chance."""
NO_FORMATS = {"hand": {"json", "re", "tomllib", "pathlib"}}
"""Rules of play read no files: formats are in `histories`."""


def imports(file: Path) -> Iterator[str]:
    """Yield the full name of everything imported: `from a import b` gives `a.b`."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{file.relative_to(ROOT)}: relative import; write the whole name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


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


def test_only_the_renderer_draws() -> None:
    drawing = {"collector.table.show.state", "collector.table.show.seats"}
    files = [*python_files("collector"), *python_files("tools")]
    strays = [
        str(file.relative_to(ROOT))
        for file in files
        if file.parent.name != "show" and any(within(name, drawing) for name in imports(file))
    ]

    assert any(within(name, drawing) for file in files for name in imports(file))
    assert not strays, "a Renderer makes the bytes; have it handed on"


FREE: dict[str, dict[str, str]] = {
    "house": {"CommandDevice.config": "a node's settings: its firmware says what they are"},
    "replies": {"Refusal.details": "what a refusal is about differs with each code"},
    "readings": {"RegisterControl.command": "a command of the table; it is read as one when its card is"},
    "amend": {
        "AmendChange.command": "a command of the table; it is read as one when it is decided",
        "AmendChange.more": "commands of the table, as above",
    },
    "device": {"DeviceCommand.config": "a node's settings: its firmware says what they are"},
}
"""Fields of payloads that are free dictionaries, by module of `wire`, and why each has no model."""


def free_fields(file: Path) -> set[str]:
    """Return the fields of models whose type speaks of a dictionary of anything."""
    return {
        f"{model.name}.{ast.unparse(field.target)}"
        for model in ast.walk(ast.parse(file.read_text()))
        if isinstance(model, ast.ClassDef)
        for field in model.body
        if isinstance(field, ast.AnnAssign)
        and re.search(r"(dict|Mapping)\[str, (Any|object)\]|\bFreeObject\b", ast.unparse(field.annotation))
    }


@pytest.mark.parametrize("file", files_of("wire"), ids=lambda file: file.stem)
def test_a_payload_is_a_model_but_for_what_is_foreign(file: Path) -> None:
    assert free_fields(file) == set(FREE.get(file.stem, {}))


def test_the_rule_about_free_fields_sees_what_it_forbids(tmp_path: Path) -> None:
    file = tmp_path / "sample.py"
    file.write_text(
        "class A:\n    a: dict[str, Any]\n    b: tuple[Mapping[str, object], ...] = ()\n    c: dict[str, int]\n"
        "    d: FreeObject | None\n"
    )

    assert free_fields(file) == {"A.a", "A.b", "A.d"}
    assert FREE.keys() <= {file.stem for file in files_of("wire")}, "a rule about no module holds always"


FORMATS = {"phh", "roomtext", "ohh", "native"}
SHARED = ("story", "codec", "storyjson", "stated", "dealt", "jsonparts", "jsontext", "plain")
CARDS = {"board", "drawing", "evaluation", "holding", "irregular", "lowball"}
CHIPS = {"awarding", "betting", "blinds", "limits", "outofturn", "pots", "rulings", "showdown", "sidegames", "starting"}
WITHIN: dict[str, dict[str, set[str]]] = {
    "histories": {
        **{shared: FORMATS | {"formats"} for shared in SHARED},
        **{each: FORMATS | {"formats"} - {each} for each in FORMATS},
    },
    "hand": dict.fromkeys(CARDS, CHIPS),
}
"""Within a room, which part may not import which. Histories: what the formats share knows none of them, and each knows
itself only; `formats` joins them. Hand: where cards lie is not told by chips."""


@pytest.mark.parametrize(("room", "part"), [(room, part) for room, parts in WITHIN.items() for part in sorted(parts)])
def test_a_part_of_a_room_knows_its_own_subject(room: str, part: str) -> None:
    never = {f"collector.{room}.{other}" for other in WITHIN[room][part] - {part}}
    files = files_of(f"{room}/{part}")
    for name in (*never, f"collector.{room}.{part}"):
        assert files_of("/".join(name.split(".")[1:])), f"{name} stands for nothing"
    for file in files:
        stray = sorted(name for name in imports(file) if within(name, never))
        assert not stray, f"{file.relative_to(ROOT)} may not import {stray}"


KEPT: dict[str, str] = {
    "canonical.timestamp": "the text of a time; every message of a commit has the same",
    "equity/large_tables.suited_boards": "a table of the deck's ranks",
    "equity/deals._deck": "the deck of a game",
    "equity/disjoint._containing": "a table of how many cards are left, of no cards",
    "equity/disjoint.draws": "a table of how many cards are left, of no cards",
    "equity/fives._by_multiset": "a table of the ranking",
    "equity/fives.plays": "which places play in a game",
    "equity/lookup._tables": "the tables of a game",
    "equity/lookup.ranks_of": "the tables of a deck",
    "equity/multisets.added": "a table of the deck's ranks",
    "equity/multisets.distinct": "a table of the deck's ranks",
    "equity/multisets.members": "a table of the deck's ranks",
    "equity/multisets.without": "a table of the deck's ranks",
    "equity/strengths.own_tables": "the tables of a game",
    "wire/command.names_a_list": "whether a model has a list",
}
"""What pure rooms keep in their modules. Nothing of it may hold a value of a hand but where the reason says so."""
CHANGES = {
    *("append", "extend", "insert", "remove", "pop", "clear", "update", "setdefault", "popitem", "add", "discard"),
    *("move_to_end", "sort", "reverse", "appendleft", "popleft", "subtract"),
}


def name_of(node: ast.AST) -> str:
    """Return the name at the root of `a`, `a.b`, `a[b]`."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def changed_in(function: ast.AST) -> Iterator[str]:
    """Yield the names of what a function changes in place, or sets as a global."""
    for node in ast.walk(function):
        if isinstance(node, ast.Global):
            yield from node.names
        elif isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
            yield name_of(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGES:
            yield name_of(node.func)


def remembering() -> set[str]:
    """Return the names of our classes whose objects change after they are made."""
    nodes = (node for file in python_files("collector") for node in ast.walk(ast.parse(file.read_text())))
    return {
        node.name
        for node in nodes
        if isinstance(node, ast.ClassDef)
        and any(
            "self" in changed_in(method)
            for method in node.body
            if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef) and method.name != "__init__"
        )
    }


def kept_by(source: str, classes: set[str]) -> set[str]:
    """Return the names of what a module keeps from call to call: what functions change, caches, objects that change."""
    tree = ast.parse(source)
    values = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
    stored = [(name, node.value) for node in values for name in ast.walk(node) if isinstance(name, ast.Name)]
    names = {name.id: value for name, value in stored if isinstance(name.ctx, ast.Store)}
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    found = {name for function in functions for name in changed_in(function) if name in names}
    found |= {name for name, value in names.items() if isinstance(value, ast.Call) and name_of(value.func) in classes}
    cached = {"cache", "lru_cache", "functools.cache", "functools.lru_cache"}
    for function in functions:
        marks = {ast.unparse(mark.func if isinstance(mark, ast.Call) else mark) for mark in function.decorator_list}
        found |= {function.name} if marks & cached else set()
    return found


def test_pure_rooms_keep_nothing_in_their_modules() -> None:
    classes, found = remembering(), set()
    for file in (file for room in sorted(PURE) for file in files_of(room)):
        place = str(file.relative_to(ROOT / "collector").with_suffix(""))
        found |= {f"{place}.{name}" for name in kept_by(file.read_text(), classes)}

    assert found - KEPT.keys() == set(), "give it to an object that its owner holds"
    assert KEPT.keys() - found == set(), "these stand for nothing any more"


@pytest.mark.parametrize(
    "source",
    [
        "KEPT = {}\ndef f(a):\n    KEPT[a] = 1\n",
        "KEPT: dict = dict()\ndef f(a):\n    del KEPT[a]\n",
        "KEPT = []\nclass A:\n    def f(self, a):\n        KEPT.append(a)\n",
        "KEPT = None\ndef f(a):\n    global KEPT\n    KEPT = a\n",
        "KEPT = Memory()\ndef f(a):\n    return KEPT.of(a)\n",
        "from functools import lru_cache\n@lru_cache(maxsize=3)\ndef KEPT(a):\n    return a\n",
    ],
)
def test_the_rule_of_caches_sees_what_it_forbids(source: str) -> None:
    assert kept_by(source, {"Memory"}) == {"KEPT"}


def test_the_rule_of_caches_knows_objects_that_remember() -> None:
    assert {"Chances", "Desk", "Nodes"} <= remembering()
    assert not {"Hand", "Story", "Question"} & remembering()
