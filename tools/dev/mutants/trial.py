"""Tries a fault: plants it in a copy of the tree, and runs the tests that are nearest to it first.

Knows nothing of how faults are found. A copy is used by one trial at a time.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tools.dev.mutants import order
from tools.dev.mutants.faults import Fault

NO_END: Final = "no end"
_FAILED: Final = re.compile(r"^(?:FAILED|ERROR) ([^\s\[]+)", re.MULTILINE)
"""The name of a test without its parameters: they may hold blanks, and an example that was drawn anew."""
_NO_TESTS: Final = 5
"""Exit code of pytest when nothing was chosen."""
_LONGEST_S: Final = 1800
"""Tests that take longer hang; that counts as noticed."""
_TEST_S: Final = 120
_PASSED_OVER: Final = 4
"""Tests passed over for one fault, before it counts as not noticed."""
_NEAR: Final = ("own", "near", "room")
_PAGES: Final = "tests/web"
_OUTERMOST: Final = 2
"""Parts of a folder's path right below `tests`."""
_EDGE: Final = ("tests/edge/", "tests/firmware/", "tests/tools/virtual/")
_WHOLE: Final = {
    "collector": ("tests/corpus/test_corpus.py",),
    "edge": _EDGE,
    "firmware": _EDGE,
    "tools": (*_EDGE, "tests/tools/"),
}
"""Tree of the product to the starts of paths of the tests that play more than one room of it."""


@dataclass(frozen=True)
class Outcome:
    """What became of a fault."""

    killed_by: str | None
    """The first test that failed, or `no end` where they took too long; None where nothing noticed."""
    stage: str
    """The stage that noticed it; `all` where none did, or where no test can be named."""
    seconds: float
    passed_over: tuple[str, ...] = ()
    """Tests that failed, but not because of the fault alone."""


class Copy:
    """A copy of the tree, to plant faults in."""

    def __init__(self, root: Path, place: Path) -> None:
        self.root = root
        self.place = place
        self._passed: dict[tuple[str, ...], bool] = {}
        self._running: subprocess.Popen[str] | None = None  # tests, in a session of their own
        self._stopped = False
        self._turns = threading.Lock()

    def make(self) -> None:
        """Copy what git keeps of the tree and what is new in it, and lend the copy what the set-up made."""
        names = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=self.root,
            check=True,
            capture_output=True,
            text=True,
        )
        for name in names.stdout.split("\0"):
            if name and (self.root / name).is_file():
                (self.place / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(self.root / name, self.place / name)
        for made in (".venv", ".cache"):
            if (self.root / made).exists():
                (self.place / made).symlink_to(self.root / made)
        subprocess.run(["git", "init", "-q"], cwd=self.place, check=True)

    def plant(self, faults: Sequence[Fault]) -> None:
        """Write faults, at most one to a file, into the copy."""
        for fault in faults:
            source = (self.root / fault.path).read_text(encoding="utf-8")
            (self.place / fault.path).write_text(fault.planted(source), encoding="utf-8")

    def heal(self, faults: Sequence[Fault]) -> None:
        """Take faults out again."""
        for fault in faults:
            shutil.copy2(self.root / fault.path, self.place / fault.path)
            os.utime(self.place / fault.path)

    def passes_clean(self, tests: Sequence[str]) -> bool:
        """Say whether tests pass without a fault; each choice is asked once."""
        key = tuple(tests)
        if key not in self._passed:
            self._passed[key] = self.first_failure(tests) is None
        return self._passed[key]

    def first_failure_with(self, faults: Sequence[Fault], tests: Sequence[str]) -> str | None:
        """Plant faults, run tests to the first that fails, and take the faults out again."""
        self.plant(faults)
        try:
            return self.first_failure(tests)
        finally:
            self.heal(faults)

    def first_failure(self, tests: Sequence[str]) -> str | None:
        """Run tests to the first that fails; return its name, or None where all pass or none is there."""
        # A file of byte code is trusted by its time stamp in whole seconds: a fault planted twice a second would hide.
        environment = {**os.environ, "PYTHONPATH": str(self.place), "PYTHONDONTWRITEBYTECODE": "1"}
        environment.setdefault(order.TIMES, str(self.place.parent / "times.json"))
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", order.__name__]
        command += ["-o", f"timeout={_TEST_S}", *tests]
        with self._begun(command, environment) as running:
            try:
                told, _ = running.communicate(timeout=_LONGEST_S)
            except subprocess.TimeoutExpired:
                _end(running)
                running.communicate()
                return NO_END
        if running.returncode in (0, _NO_TESTS):
            return None
        match = _FAILED.search(told)
        if match is None:
            raise ValueError(f"pytest ended with {running.returncode} and names no test: {told[-500:]}")
        return match.group(1)

    def _begun(self, command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[str]:
        with self._turns:
            if self._stopped:
                raise ValueError("this copy was stopped")
            self._running = subprocess.Popen(
                command,
                cwd=self.place,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,
            )
            return self._running

    def stop(self) -> None:
        """End the tests that run now, with all that they started, and run none any more. Another thread may call it."""
        with self._turns:
            self._stopped = True
            if self._running and self._running.poll() is None:
                _end(self._running)


def _end(running: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)


def stages(root: Path, path: str) -> list[tuple[str, list[str]]]:
    """Return the files of tests to try for a file, nearest first, each in one stage alone.

    `own` bears its name, `near` is of its room and imports it, `room` is the rest of the room, `users` imports it from
    elsewhere, `further` imports what imports it, `whole` plays more than one room. Paths are relative to the root;
    stages without tests are left out.
    """
    tests = {
        each.relative_to(root).as_posix(): each.read_text(encoding="utf-8")
        for each in sorted((root / "tests").rglob("test_*.py"))
        if "e2e" not in each.parts
    }
    own, users = _own(root, path), _importers(tests, [path])
    mirrored, room = _room(tests, path)
    script = path.endswith(".js")
    whole = ("\0",) if script else _WHOLE.get(Path(path).parts[0], ("\0",))
    elsewhere = [("room", room), ("users", users)]
    found = [
        ("own", own),
        ("near", [each for each in room if each in users]),
        *(elsewhere if mirrored else reversed(elsewhere)),
        ("further", _importers(tests, _importers(_product(root, path), [path]))),
        ("whole", [each for each in tests if each.startswith(whole)]),
    ]
    taken: set[str] = set()
    chosen = []
    for name, those in found:
        chosen.append((name, [each for each in those if each not in taken]))
        taken.update(those)
    return [(name, those) for name, those in chosen if those]


def _own(root: Path, path: str) -> list[str]:
    folder, stem = Path("tests") / Path(path).parent, Path(path).stem
    for place in (folder, folder.parent):
        if (root / place / f"test_{stem}.py").is_file():
            return [(place / f"test_{stem}.py").as_posix()]
    return []


def _room(tests: Iterable[str], path: str) -> tuple[bool, list[str]]:
    """Say whether a folder of tests mirrors the file's, and return its tests; else those of the nearest above it.

    A folder right below `tests` holds many rooms: of it only the files that lie in it itself are taken.
    """
    folder = Path(_PAGES) / "page" if path.endswith(".js") else Path("tests") / Path(path).parent
    first = folder
    while folder != Path("tests"):
        inside = [Path(each) for each in tests if Path(each).is_relative_to(folder)]
        if len(folder.parts) <= _OUTERMOST:
            inside = [each for each in inside if each.parent == folder]
        if inside:
            mirrored = path.endswith(".js") or (folder == first and len(folder.parts) > _OUTERMOST)
            return mirrored, [each.as_posix() for each in inside]
        folder = folder.parent
    return False, []


def _product(root: Path, path: str) -> dict[str, str]:
    """Return what could import a file: the product's other trees, and its own."""
    trees = sorted({"collector", "edge", "firmware", "tools", Path(path).parts[0]})
    files = [each for tree in trees for each in sorted((root / tree).rglob("*.py"))]
    return {each.relative_to(root).as_posix(): each.read_text(encoding="utf-8") for each in files}


def _importers(sources: Mapping[str, str], paths: Iterable[str]) -> list[str]:
    """Return which of the sources, by path, import one of the modules at `paths`."""
    found = []
    for path in paths:
        module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        parent, _, name = module.rpartition(".")
        wanted = re.compile(
            rf"^\s*(?:from {re.escape(module)} import|import {re.escape(module)}\b"
            rf"|from {re.escape(parent)} import (?:[^\n(]*|\([^)]*)\b{re.escape(name)}\b)",
            re.MULTILINE,
        )
        found += [each for each, source in sources.items() if each not in found and wanted.search(source)]
    return found


def tried(copy: Copy, fault: Fault, *, near: bool = False) -> Outcome:
    """Plant one fault, and run its tests, nearest first, until one notices it. near: only those of its room.

    A test that fails counts when it fails again alone, and passes alone without the fault. Otherwise it is passed over:
    it failed by chance, by the tests before it, or always.
    """
    started = time.monotonic()
    chosen = stages(copy.root, fault.path)
    over: list[str] = []
    for name, tests in _in_runs(chosen)[: 1 if near else None]:
        killer = _killer(copy, fault, tests, over)
        if killer is not None:
            stage = next((stage for stage, those in chosen if killer.startswith(tuple(those))), name)
            return Outcome(killer, stage, time.monotonic() - started, tuple(over))
    return Outcome(None, "near" if near else "all", time.monotonic() - started, tuple(over))


def _in_runs(chosen: Iterable[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """Join stages to two runs of pytest, since each costs its start: most faults die near, far tests import much."""
    near = [each for name, those in chosen if name in _NEAR for each in those]
    far = [each for name, those in chosen if name not in _NEAR for each in those]
    return [(name, those) for name, those in (("near", near), ("far", far)) if those]


def _killer(copy: Copy, fault: Fault, tests: Sequence[str], over: list[str]) -> str | None:
    """Return the first test that notices a fault; add those to `over` that fail for another reason."""
    while len(over) < _PASSED_OVER:
        killer = copy.first_failure_with([fault], [*tests, *(f"--deselect={each}" for each in over)])
        if killer is None or killer == NO_END or _noticed(copy, fault, killer):
            return killer
        over.append(killer)
    return None


def _noticed(copy: Copy, fault: Fault, killer: str) -> bool:
    alone = [killer]
    return copy.first_failure_with([fault], alone) is not None and copy.passes_clean(alone)


def tried_together(copy: Copy, faults: Sequence[Fault], tests: Sequence[str]) -> dict[Fault, Outcome]:
    """Try survivors by all tests: those of different files at once, and by halves where a test notices."""
    found: dict[Fault, Outcome] = {}
    waiting = _groups(faults)
    while waiting:
        group = waiting.pop()
        started = time.monotonic()
        killer = copy.first_failure_with(group, tests)
        seconds = time.monotonic() - started
        if killer is None or len(group) == 1:
            found.update((fault, Outcome(killer, "all", seconds)) for fault in group)
        else:
            waiting += [group[: len(group) // 2], group[len(group) // 2 :]]
    return found


def _groups(faults: Sequence[Fault]) -> list[list[Fault]]:
    """Divide faults into groups in which no file stands twice."""
    groups: list[list[Fault]] = []
    for fault in faults:
        for group in groups:
            if all(each.path != fault.path for each in group):
                group.append(fault)
                break
        else:
            groups.append([fault])
    return groups


class Copies:
    """Lends copies to trials, one to each at a time."""

    def __init__(self, copies: Sequence[Copy]) -> None:
        self._all = tuple(copies)
        self._free = list(copies)
        self._changed = threading.Condition()

    def take(self) -> Copy:
        """Return a copy that nobody uses; wait for one."""
        with self._changed:
            while not self._free:
                self._changed.wait()
            return self._free.pop()

    def give_back(self, copy: Copy) -> None:
        """Let others use a copy again."""
        with self._changed:
            self._free.append(copy)
            self._changed.notify()

    def stop(self) -> None:
        """End what runs in any of the copies."""
        for copy in self._all:
            copy.stop()
