"""`make mutants`: what faults a file can have, which are drawn, and that a fault which no test sees is told."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from collector.settings import PREFIX
from tests.rooms import TREES, python_files
from tools.dev.mutants import __main__ as command
from tools.dev.mutants import order, report, trial
from tools.dev.mutants.draw import ROOMS, Room, drawn
from tools.dev.mutants.faults import KINDS, Fault, faults_in
from tools.dev.mutants.trial import Copy, Outcome, stages, tried, tried_together

ROOT = Path(__file__).resolve().parents[3]


def planted(source: str) -> dict[str, list[str]]:
    """Return the changed line of each fault of a source, by its kind."""
    found: dict[str, list[str]] = {}
    for fault in faults_in("a.py", source):
        found.setdefault(fault.kind, []).append(fault.lines(source)[1])
    return found


@pytest.mark.parametrize(
    ("source", "kind", "lines"),
    [
        ("x = a < b", "compare", ["x = a <= b"]),
        ("x = a is not b", "compare", ["x = a is b"]),
        ("x = a not in b", "compare", ["x = a in b"]),
        ("x = 1 < a <= 9", "compare", ["x = 1 <= a <= 9", "x = 1 < a < 9"]),
        ("x = a and b", "logic", ["x = a or b"]),
        ("x = not a", "logic", ["x = a"]),
        ("if a:\n    b = c", "condition", ["if (not (a)):"]),
        ("x = a if b else c", "condition", ["x = a if (not (b)) else c"]),
        ("x = a // 2", "arithmetic", ["x = a * 2"]),
        ("x = a // 2", "constant", ["x = a // 3"]),
        ("x = f(True)", "constant", ["x = f(False)"]),
        ("x += a", "statement", ["pass"]),
        ("self.x = a", "statement", ["pass"]),
        ("x.append(a)", "statement", ["pass"]),
        ("x = [a for a in b if a]", "filter", ["x = [a for a in b if True]"]),
        ("for a in b:\n    continue", "loop", ["break"]),
        ("x = min(a, b)", "extreme", ["x = max(a, b)"]),
        ("x = f(a, b)", "arguments", ["x = f(b, a)"]),
        ("def f():\n    return a + b", "return", ["return None"]),
    ],
)
def test_a_fault_of_each_kind(source: str, kind: str, lines: list[str]) -> None:
    assert planted(source)[kind] == lines


@pytest.mark.parametrize(
    "source",
    [
        '"""A docstring of 3 words."""',
        "assert a < 3",
        "_LOG.info(a)",
        "self.log.debug(f(a, b))",
        "x: f(1, 2)",
        "x = ((",
    ],
)
def test_what_is_only_said_or_typed_has_no_fault(source: str) -> None:
    assert planted(source) == {}


def test_a_place_is_counted_in_characters() -> None:
    source = 'x = "♠♥♦♣", a < b\n'

    (fault,) = (each for each in faults_in("a.py", source) if each.kind == "compare")

    assert fault.planted(source) == 'x = "♠♥♦♣", a <= b\n'


def test_a_page_has_faults_outside_its_comments() -> None:
    source = "// a === b\nconst on = a === b && c;\n"

    found = [fault.planted(source).splitlines()[1] for fault in faults_in("page.js", source)]

    assert found == ["const on = a !== b && c;", "const on = a === b || c;"]


def test_every_kind_that_is_found_has_a_weight() -> None:
    files = [file for room in ROOMS for place in room.places for file in ROOT.glob(place)]

    kinds = {fault.kind for file in files[::7] for fault in faults_in(file.name, file.read_text(encoding="utf-8"))}

    assert kinds == set(KINDS)


def test_the_same_seed_draws_the_same_faults_and_each_room_has_its_share() -> None:
    few = tuple(room for room in ROOMS if room.name in ("histories", "edge", "web"))

    once, again, other = (drawn(ROOT, seed, 14, few) for seed in (7, 7, 8))

    assert once == again
    assert once != other
    assert [room.name for room, _ in once] == ["histories"] * 5 + ["edge"] * 7 + ["web"] * 2
    sources = {fault.path: (ROOT / fault.path).read_text(encoding="utf-8") for _, fault in once}
    places = {(fault.path, fault.line(sources[fault.path])) for _, fault in once}
    assert len(places) == len(once)
    assert all(fault.compiles(sources[fault.path]) for _, fault in once)


def test_every_file_of_the_product_is_in_one_room() -> None:
    rooms: dict[str, list[str]] = {}
    for room in ROOMS:
        for path in {file.relative_to(ROOT).as_posix() for place in room.places for file in ROOT.glob(place)}:
            if not path.startswith(room.without or ("\0",)):
                rooms.setdefault(path, []).append(room.name)

    files = {file.relative_to(ROOT).as_posix() for tree in TREES for file in python_files(tree)}
    assert {path for path, names in rooms.items() if len(names) > 1} == set()
    assert {path for path in files - set(rooms) if not path.startswith(("tools/bench/", "tools/dev/"))} == set()


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a small project: of two rules one is tested."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # they are not needed here, and take half of the time
    files = {
        "house/__init__.py": "",
        "house/rules.py": "def least(a, b):\n    return min(a, b)\n\n\ndef most(a, b):\n    return max(a, b)\n",
        "house/page.py": "from house.rules import least\n\n\ndef said(a):\n    return least(a, 10)\n",
        "tests/house/test_rules.py": (
            "from house.rules import least\n\n\ndef test_least():\n    assert least(1, 2) == 1\n"
        ),
        "tests/other/test_page.py": "from house.page import said\n\n\ndef test_said():\n    assert said(20) == 10\n",
    }
    root = tmp_path / "tree"
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    return root


@pytest.fixture
def copy(tree: Path, tmp_path: Path) -> Copy:
    made = Copy(tree, tmp_path / "copy")
    made.make()
    return made


def fault_at(tree: Path, path: str, word: str, kind: str = "extreme") -> Fault:
    source = (tree / path).read_text()
    return next(f for f in faults_in(path, source) if f.kind == kind and source[f.start : f.end].startswith(word))


def test_the_nearest_tests_come_first(tree: Path) -> None:
    own, page = "tests/house/test_rules.py", "tests/other/test_page.py"

    assert stages(tree, "house/rules.py") == [("own", [own]), ("further", [page])]
    assert stages(tree, "house/page.py") == [("users", [page]), ("room", [own])]


def test_a_tested_fault_is_noticed_and_an_untested_one_survives(tree: Path, copy: Copy) -> None:
    noticed = tried(copy, fault_at(tree, "house/rules.py", "min"))
    missed = tried(copy, fault_at(tree, "house/rules.py", "max"))

    assert (noticed.killed_by, noticed.stage) == ("tests/house/test_rules.py::test_least", "own")
    assert (missed.killed_by, missed.stage) == (None, "all")


def test_the_tree_itself_is_never_touched_and_the_copy_is_healed(tree: Path, copy: Copy) -> None:
    before = (tree / "house/rules.py").read_text()

    tried(copy, fault_at(tree, "house/rules.py", "min"))

    assert (tree / "house/rules.py").read_text() == before
    assert (copy.place / "house/rules.py").read_text() == before


@pytest.mark.parametrize(
    ("test", "why"),
    [
        ("assert False", "it fails without the fault too"),
        ("path = Path('seen')\n    first = not path.exists()\n    path.touch()\n    assert not first", "it fails once"),
    ],
)
def test_a_test_that_fails_by_itself_is_passed_over_and_the_next_is_asked(
    tree: Path, tmp_path: Path, test: str, why: str
) -> None:
    source = f"from pathlib import Path\n\n\ndef test_first():\n    {test}\n\n\n"
    asked = "from house.rules import least\n\n\ndef test_least():\n    assert least(1, 2) == 1\n"
    (tree / "tests/house/test_rules.py").write_text(source + asked)
    odd = Copy(tree, tmp_path / "copy")
    odd.make()

    noticed = tried(odd, fault_at(tree, "house/rules.py", "min"))
    missed = tried(odd, fault_at(tree, "house/rules.py", "max"))

    assert noticed.killed_by == "tests/house/test_rules.py::test_least", why
    assert noticed.passed_over == ("tests/house/test_rules.py::test_first",)
    assert missed.killed_by is None


def test_a_first_look_takes_the_tests_of_the_room_alone(tree: Path, copy: Copy) -> None:
    fault = fault_at(tree, "house/page.py", "10", "constant")

    assert (tried(copy, fault, near=True).killed_by, tried(copy, fault, near=True).stage) == (None, "near")
    assert tried(copy, fault).killed_by == "tests/other/test_page.py::test_said"


def test_a_trial_sets_nothing_that_the_product_takes_for_a_setting() -> None:
    assert not order.TIMES.startswith(PREFIX), "the collector refuses settings that it does not know"


def test_a_test_that_takes_long_comes_last_the_next_time(tree: Path, copy: Copy) -> None:
    asked = "    assert least(1, 2) == 1\n\n\n"
    head = "import time\n\nfrom house.rules import least\n\n\n"
    (copy.place / "tests/house/test_rules.py").write_text(
        f"{head}def test_slow():\n    time.sleep(0.6)\n{asked}def test_quick():\n{asked}"
    )
    fault = fault_at(tree, "house/rules.py", "min")

    assert tried(copy, fault).killed_by == "tests/house/test_rules.py::test_slow"
    assert tried(copy, fault).killed_by == "tests/house/test_rules.py::test_quick"


def test_a_run_of_tests_that_names_none_ends_the_draw(tree: Path, copy: Copy) -> None:
    (copy.place / "conftest.py").write_text("raise RuntimeError('no tests today')\n")

    with pytest.raises(ValueError, match=r"pytest ended with 4 and names no test: (.|\n)*no tests today"):
        tried(copy, fault_at(tree, "house/rules.py", "min"))


def test_a_trial_without_an_end_is_noticed(tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "_LONGEST_S", 6)
    (tree / "house/rules.py").write_text("def least(a, b):\n    while a > b:\n        a -= 1\n    return a\n\n\n")
    (tree / "tests/house/test_rules.py").write_text(
        "from house.rules import least\n\n\ndef test_least():\n    assert least(2, 1) == 1\n"
    )
    hanging = Copy(tree, tmp_path / "copy")
    hanging.make()

    assert tried(hanging, fault_at(tree, "house/rules.py", "a -= 1", "statement")).killed_by == "no end"


STOPPED = """
import signal, sys
from pathlib import Path
from tools.dev.mutants import __main__ as command
from tools.dev.mutants.draw import Room

command.ROOT = Path(sys.argv[1])
command.ROOMS = (Room("rules", 1, ("house/rules.py",)),)
signal.signal(signal.SIGTERM, command._stop)
command.main(["--seed", "1", "--count", "2", "--workers", "2"])
"""
ENDLESS = """
import os, subprocess, time
from pathlib import Path
from house.rules import least

def test_least():
    child = subprocess.Popen(["sleep", "600"])
    Path(f"{TOLD}/{os.getpid()}").write_text(str(child.pid))
    time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_draw_that_is_stopped_leaves_nothing_behind(tree: Path, tmp_path: Path, number: signal.Signals) -> None:
    told, copies = tmp_path / "told", tmp_path / "copies"
    told.mkdir()
    copies.mkdir()
    (tree / "tests/house/test_rules.py").write_text(ENDLESS.replace("{TOLD}", str(told)))
    with subprocess.Popen(
        [sys.executable, "-c", STOPPED, str(tree)],
        env={**os.environ, "TMPDIR": str(copies), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as draw:
        started: list[int] = []
        try:
            wait_until(lambda: len([file for file in told.iterdir() if file.read_text()]) == 2)
            started += [int(pid) for file in told.iterdir() for pid in (file.name, file.read_text())]
            draw.send_signal(number)
            assert draw.wait() != 0
            wait_until(lambda: not [pid for pid in started if is_running(pid)])
        except BaseException:
            for pid in (draw.pid, *started):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            raise

    assert not list(copies.glob("ebs-mutants-*"))


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait as long as it takes: a busy machine may be slow, and what never holds meets the time limit of the test."""
    while not holds():
        time.sleep(0.05)


def test_survivors_are_tried_together_and_halved_where_a_test_notices(tree: Path, copy: Copy) -> None:
    survivor = fault_at(tree, "house/rules.py", "max")
    noticed = fault_at(tree, "house/page.py", "10", "constant")

    outcomes = tried_together(copy, [survivor, noticed], ["tests"])

    assert outcomes[survivor].killed_by is None
    assert outcomes[noticed].killed_by == "tests/other/test_page.py::test_said"


def test_the_command_prints_the_survivor_writes_a_report_and_says_so_by_its_status(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "ROOT", tree)
    monkeypatch.setattr(command, "ROOMS", (Room("rules", 1, ("house/rules.py",)),))
    monkeypatch.setattr("tools.dev.mutants.draw.KINDS", {**KINDS, "return": 0.0001, "arguments": 0.0001})
    arguments = ["--seed", "1", "--count", "2", "--workers", "1", "--out", str(tree / "report.json")]

    status = command.main(arguments)
    told = capsys.readouterr().out

    assert status == 1
    assert "house/rules.py:6 in most (extreme)\n  - return max(a, b)\n  + return min(a, b)" in told
    assert told.splitlines()[-1].split() == ["all", "2", "1", "0", "1", "50", "%"]
    faults = json.loads((tree / "report.json").read_text())["faults"]
    assert {each["line"]: each["killed_by"] for each in faults} == {2: "tests/house/test_rules.py::test_least", 6: None}


def test_what_was_judged_is_not_tried(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "ROOT", tree)
    monkeypatch.setattr(command, "ROOMS", (Room("rules", 1, ("house/rules.py",)),))
    monkeypatch.setattr("tools.dev.mutants.draw.KINDS", {**KINDS, "return": 0.0001, "arguments": 0.0001})
    was, now = "return max(a, b)", "return min(a, b)"
    (tree / report.JUDGED).write_text(
        f'[[fault]]\npath = "house/rules.py"\nwas = "{was}"\nnow = "{now}"\nwhy = "never called"\n'
    )
    out = tree / "report.json"

    assert command.main(["--seed", "1", "--count", "2", "--workers", "1", "--near", "--out", str(out)]) == 0

    faults = json.loads(out.read_text())["faults"]
    assert {each["line"]: (each["stage"], each["equivalent"]) for each in faults} == {
        2: ("own", None),
        6: ("judged", "never called"),
    }


def test_what_survived_is_tried_again_by_the_report_when_a_test_was_written(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "ROOT", tree)
    monkeypatch.setattr(command, "ROOMS", (Room("rules", 1, ("house/rules.py",)),))
    monkeypatch.setattr("tools.dev.mutants.draw.KINDS", {**KINDS, "return": 0.0001, "arguments": 0.0001})
    first, then = str(tree / "first.json"), str(tree / "then.json")
    draw = ["--seed", "1", "--count", "2", "--workers", "1"]
    assert command.main([*draw, "--out", first]) == 1
    test = "from house.rules import most\n\n\ndef test_most():\n    assert most(1, 2) == 2\n"
    (tree / "tests/house/test_more.py").write_text(test)

    assert command.main([*draw, "--again", first, "--out", then]) == 0

    faults = [json.loads(Path(file).read_text())["faults"] for file in (first, then)]
    assert [[each["killed_by"] for each in those if each["line"] == 6] for those in faults] == [
        [None],
        ["tests/house/test_more.py::test_most"],
    ]
    died = [[each for each in those if each["line"] != 6] for those in faults]
    assert died[0] == died[1], "what died is not tried again: even its seconds are the same"
    assert command.main([*draw, "--again", str(tree / "house/rules.py")]) == 2
    assert "rules.py: no report of `make mutants`" in capsys.readouterr().out


def test_a_fault_that_was_judged_to_change_nothing_counts_for_neither_side(tree: Path) -> None:
    judged = tree / "judged.toml"
    judged.write_text(
        '[[fault]]\npath = "house/rules.py"\nwas = "return max(a, b)"\nnow = "return min(a, b)"\nwhy = "never called"\n'
    )
    source = (tree / "house/rules.py").read_text()
    found = []
    for word, killer in (("min", "tests/house/test_rules.py::test_least"), ("max", None)):
        fault = fault_at(tree, "house/rules.py", word)
        lines = fault.lines(source)
        why = report.judged(judged).get((fault.path, *lines))
        found.append(report.Tried("rules", fault, fault.line(source), *lines, Outcome(killer, "own", 1.0), why))

    assert [each.equivalent for each in found] == [None, "never called"]
    assert report.table(found, ["rules"])[-1].split() == ["all", "2", "1", "1", "0", "100", "%"]
    assert list(report.survivors(found)) == []


def test_too_many_faults_are_refused(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "ROOT", tree)
    monkeypatch.setattr(command, "ROOMS", (Room("rules", 1, ("house/rules.py",)),))

    assert command.main(["--count", "50"]) == 2
    assert "rules: fewer than 50 places for a fault; draw fewer" in capsys.readouterr().out


def test_each_judged_fault_has_a_reason(tmp_path: Path) -> None:
    file = tmp_path / "judged.toml"
    file.write_text('[[fault]]\npath = "a.py"\nwas = "x"\nnow = "y"\nwhy = ""\n')

    with pytest.raises(ValueError, match="fault 1: path, was, now and why are needed"):
        report.judged(file)
    assert report.judged(ROOT / report.JUDGED).keys() >= set()
