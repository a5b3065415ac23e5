"""Within rooms and between them: no circle, one meaning for a name that stands twice, the order of the live table.

`tests/test_architecture.py` says which room of the collector may import which.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.rooms import ROOT, TREES, python_files, within

TABLE = ROOT / "collector" / "table"
MOST_CASTS = 6

TABLE_STEPS: tuple[tuple[str, ...], ...] = (
    ("play",),  # the hand that is played
    ("state",),  # the table as a value
    ("consequences", "effects", "finished"),  # what follows from a change; what a fact does; what a hand was
    ("whereabouts",),  # where cards lie, as far as a console may know
    ("oddities", "registration"),  # what is strange about a list; all that can be said of a command
    ("acts", "airing", "equity", "killing", "live", "readings", "releasing", "setup", "tournament"),  # subjects
    ("close", "contested", "rulings"),
    ("seats",),
    ("bank",),  # chips that come in and leave between hands
    ("posts",),  # chips that go in before the cards
    ("first_edition",),  # starts of hands in older logs
    ("dealing",),  # who is dealt in, and owes what
    ("start",),
    ("standings",),  # what the house has to know of a table, for rulings over several
    ("registry",),  # the type of the one list: subjects do not know it
    ("amend", "show"),  # the same facts again; what is seen of a table
    ("decide", "fold"),
    ("lagging",),  # the same table as it was a while ago
    ("show.renderer",),
    ("commands",),  # the one list: it joins everything, and nothing here imports it
)
"""The parts of the live table, from the values up. A part imports parts of lower steps, never one of its own step."""

MEANINGS: dict[str, tuple[str, int]] = {
    "__main__": ("what `python -m` of its folder runs", 2),
    "report": ("what a run came to, in lines and as JSON", 2),
    "access": ("who may do what: the rights, and what coming in costs", 2),
    "acts": ("what players do in a hand", 2),
    "amend": ("corrections of what is over", 2),
    "audit": ("who did what: entries, the route, the verb", 3),
    "bench": ("measuring this machine: the measurements, and the verb that runs them", 2),
    "close": ("the end of a hand", 2),
    "codec": ("values to bytes and back, for the room that it stands in", 3),
    "commands": ("the registrations of all commands of its room", 2),
    "edge": ("the node's application, and its bench", 2),
    "equity": ("who wins how much on average: counted, asked by a table, printed, measured", 4),
    "errors": ("every error of its side, or of its answers", 3),
    "flash": ("the flash memory of a board", 2),
    "games": ("the games of poker as data: what the room has to know of each", 4),
    "hands": ("finished hands", 2),
    "house": ("what is of no one table: events, tables, decks, nodes", 3),
    "keys": ("API keys: routes and verbs", 2),
    "live": ("who may hear the live channel: grants, their facts, what REST and a verb say of them", 4),
    "log": ("the log of facts", 2),
    "logs": ("lines for whoever runs it: structured logs, no facts", 2),
    "node": ("one ESP32: its application, and the same without hardware", 2),
    "nodes": ("the nodes as the collector sees them", 2),
    "outputs": ("pages of graphics programs: their keys, routes and verbs", 3),
    "play": ("a hand as it is played, step by step", 2),
    "players": ("who plays", 2),
    "pots": ("which players can win which chips", 2),
    "read": ("reads the format of its folder", 3),
    "airing": ("what goes on air: mask and mode, as commands and at the table", 2),
    "releasing": ("the release of hidden cards: its command and its facts", 2),
    "readings": ("what readers saw: as nodes say it, as commands about it, as it is taken at the table", 3),
    "rehearsal": ("EBS in private, with a virtual node", 2),
    "replay": ("plays a recorded hand through the engine", 2),
    "rulings": ("what the floor rules", 3),
    "seats": ("who sits where, with what", 3),
    "setup": ("what is set before hands are played", 2),
    "start": ("the beginning of a hand", 2),
    "standings": ("a table as the house has to know it: the value, and how a table makes it", 2),
    "state": ("a table at one moment: the value, and how it is shown", 2),
    "story": ("a hand as it happened, in order", 2),
    "store": ("the database of its room", 2),
    "table": ("a poker table: live, set up, or virtual", 3),
    "tables": ("the tables of its room's database", 2),
    "tournament": ("facts of the tournament", 2),
    "update": ("a new application for a node", 2),
    "users": ("people who may come in: routes and verbs", 2),
    "write": ("writes the format of its folder", 3),
}
"""What a module name means wherever it stands, and how many modules have it. One meaning; else rename one.

A package is a module of its own beside those in it.
"""


def modules(root: Path, trees: Iterable[str]) -> dict[str, Path]:
    """Return module name -> file. A package is its `__init__`."""
    files = [file for tree in trees for file in sorted((root / tree).rglob("*.py"))]
    assert len(files) > 1, "a rule about nothing holds always"
    parts = {file: file.relative_to(root).with_suffix("").parts for file in files}
    return {".".join(names[:-1] if names[-1] == "__init__" else names): file for file, names in parts.items()}


def named(file: Path) -> Iterator[str]:
    """Yield everything that a file imports: at its top, in a function, for the type checker, by a literal name."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (str(each.value) for each in node.args if isinstance(each, ast.Constant))


def arrows(files: Mapping[str, Path]) -> dict[str, set[str]]:
    """Return module -> modules that it imports. The package of what is imported is imported too, but for its own."""
    found: dict[str, set[str]] = {}
    for module, file in files.items():
        found[module] = set()
        for name in named(file):
            parts = name.split(".")
            ways = {".".join(parts[:length]) for length in range(1, len(parts) + 1)} & files.keys()
            found[module] |= {way for way in ways if way == max(ways, key=len) or not within(module, {way})} - {module}
    return found


def circle(files: Mapping[str, Path]) -> list[str]:
    """Return the modules of one import circle, in order; an empty list if there is none."""
    try:
        TopologicalSorter(arrows(files)).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_module_is_in_an_import_circle() -> None:
    assert circle(modules(ROOT, TREES)) == []


@pytest.mark.parametrize(
    "back",
    [
        "from room.a import x",
        "def f():\n    from room import a",
        "if TYPE_CHECKING:\n    import room.a",
        'a = import_module("room.a")',
    ],
)
def test_the_rule_of_circles_sees_what_it_forbids(tmp_path: Path, back: str) -> None:
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "__init__.py").write_text("")
    (tmp_path / "room" / "a.py").write_text("from room.b import y\n")
    (tmp_path / "room" / "b.py").write_text(f"{back}\n")

    assert sorted(set(circle(modules(tmp_path, ["room"])))) == ["room.a", "room.b"]


def standing(root: Path, trees: Iterable[str]) -> dict[str, list[str]]:
    """Return the last word of a module's name -> the modules that have it, for words that stand more than once."""
    found: dict[str, list[str]] = {}
    for module in modules(root, trees):
        found.setdefault(module.rpartition(".")[2], []).append(module)
    return {word: places for word, places in found.items() if len(places) > 1}


def test_a_name_that_stands_twice_means_one_thing() -> None:
    twice = standing(ROOT, TREES)

    assert twice.keys() - MEANINGS.keys() == set(), "say in MEANINGS what it means in both rooms, or rename one"
    assert MEANINGS.keys() - twice.keys() == set(), "these stand once, or not at all"
    wrong = {word: places for word, places in twice.items() if len(places) != MEANINGS[word][1]}
    assert wrong == {}, "does the new one mean the same? Then count it; else rename it"


def test_the_rule_of_names_sees_a_new_double(tmp_path: Path) -> None:
    for room in ("one", "two"):
        (tmp_path / room).mkdir()
        for name in ("__init__", "chips", room):
            (tmp_path / room / f"{name}.py").write_text("")

    assert standing(tmp_path, ["one", "two"]) == {
        "chips": ["one.chips", "two.chips"],
        "one": ["one", "one.one"],
        "two": ["two", "two.two"],
    }


def part_of(name: str) -> str:
    """Return the part of the live table that something in it is of: the longest name in TABLE_STEPS."""
    parts = [part for step in TABLE_STEPS for part in step if within(name, {f"collector.table.{part}"})]
    return max(parts, key=len, default="")


def stray(file: Path, part: str) -> list[str]:
    """Return what a file of a part of the live table may not import."""
    step = next(number for number, parts in enumerate(TABLE_STEPS) if part in parts)
    lower = {each for parts in TABLE_STEPS[:step] for each in parts}
    ours = {name for name in named(file) if within(name, {"collector.table"})}
    return sorted(name for name in ours if part_of(name) not in lower | {part})


def test_every_part_of_the_live_table_has_its_step() -> None:
    files = modules(ROOT, ["collector/table"])
    parts = [part for step in TABLE_STEPS for part in step]

    assert len(parts) == len(set(parts))
    assert {part_of(module) for module in files if module != "collector.table"} == set(parts), "say its step"


@pytest.mark.parametrize("part", [part for step in TABLE_STEPS for part in step])
def test_a_part_of_the_live_table_imports_lower_parts_only(part: str) -> None:
    files = [file for module, file in modules(ROOT, ["collector/table"]).items() if part_of(module) == part]

    assert files
    for file in files:
        assert stray(file, part) == [], f"{file.relative_to(ROOT)}: see TABLE_STEPS"


@pytest.mark.parametrize(
    ("part", "line"),
    [
        ("seats", "from collector.table.commands import COMMANDS"),
        ("close", "from collector.table.amend.chapters import Evening"),
        ("readings", "from collector.table.registry import Commands"),
        ("state", "from collector.table.registration import When"),
        ("finished", "from collector.table import acts"),
        ("show", "from collector.table.amend import refold"),
        ("amend", "from collector.table.show.may import May"),
        ("fold", "from collector.table.show import renderer"),
        ("rulings", "from collector.table import close"),
    ],
)
def test_the_rule_of_the_live_table_sees_what_it_forbids(tmp_path: Path, part: str, line: str) -> None:
    file = tmp_path / "sample.py"
    file.write_text(f"{line}\n")

    assert len(stray(file, part)) == 1


def test_the_one_list_of_commands_is_given_to_whoever_reads_it() -> None:
    files = modules(ROOT, ["collector"])
    readers = {
        module for module, file in files.items() if any(within(n, {"collector.table.commands"}) for n in named(file))
    }

    assert readers == {"collector.service"}, "have it handed on, as `Commands`"


def casts(source: str) -> int:
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return sum(ast.unparse(call.func).rpartition(".")[2] == "cast" for call in calls)


def test_the_live_table_takes_few_types_on_trust() -> None:
    found = sum(casts(file.read_text()) for file in python_files(str(TABLE.relative_to(ROOT))))

    assert found <= MOST_CASTS, "a fact is typed at the door: see collector/facts/kinds.py"
    assert casts('a = cast("int", b)\nc = typing.cast(int, cast(int, d))\nwould.recast(e)\n') == 3
