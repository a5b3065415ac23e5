"""`python -m tools.dev.mutants`, which `make mutants` calls."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from pathlib import Path
from typing import Final

from tools.dev.mutants import report
from tools.dev.mutants.draw import ROOMS, Room, drawn
from tools.dev.mutants.faults import Fault
from tools.dev.mutants.trial import Copies, Copy, Outcome, tried, tried_together

ROOT: Final = Path(__file__).resolve().parents[3]
_LEAST: Final = 0.9
"""Share of faults that tests should notice, in each room."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make mutants",
        description="Plant small faults, one at a time, and print those that no test notices.",
        epilog="exit status: 0 each room notices 90 % of its faults or more; 1 one notices less; 2 a wrong call",
    )
    parser.add_argument("--seed", type=int, help="draw of faults; without it the day's date, as 20261129")
    parser.add_argument("--count", type=int, default=100, help="faults to plant (100)")
    parser.add_argument("--room", action="append", choices=[room.name for room in ROOMS], help="only of this room")
    parser.add_argument("--workers", type=int, default=2, help="faults tried at the same time (2)")
    parser.add_argument("--near", action="store_true", help="try only the tests of the fault's room: a first look")
    parser.add_argument("--all-tests", action="store_true", help="try what survives by all tests too (hours)")
    parser.add_argument("--only-drawn", action="store_true", help="print the draw, and try nothing")
    parser.add_argument("--out", type=Path, help="file for the whole report as JSON, renewed behind each fault")
    parser.add_argument("--again", type=Path, help="file of an earlier report: what died there is not tried again")
    return parser


def _say(line: str) -> None:
    print(line, flush=True)


def _tried(room: Room, fault: Fault, outcome: Outcome, reasons: dict[tuple[str, str, str], str]) -> report.Tried:
    source = (ROOT / fault.path).read_text(encoding="utf-8")
    key = _key(fault)
    return report.Tried(room.name, fault, fault.line(source), *key[1:], outcome, reasons.get(key))


def _keep(out: Path | None, seed: int, found: Sequence[report.Tried]) -> None:
    if out:
        out.write_text(json.dumps({"seed": seed, "faults": report.plain(found)}, indent=1), encoding="utf-8")


def _key(fault: Fault) -> tuple[str, str, str]:
    return fault.path, *fault.lines((ROOT / fault.path).read_text(encoding="utf-8"))


def _all(  # noqa: PLR0917 - a draw, and how to try it
    faults: Sequence[tuple[Room, Fault]],
    copies: Copies,
    workers: int,
    before: Mapping[tuple[str, str, str], Outcome],
    near: bool,
    keep: Callable[[Sequence[report.Tried]], None],
) -> list[report.Tried]:
    reasons = report.judged(ROOT / report.JUDGED)

    def one(room: Room, fault: Fault) -> report.Tried:
        known = Outcome(None, "judged", 0.0) if _key(fault) in reasons else before.get(_key(fault))
        if known and (known.killed_by or known.stage == "judged"):
            return _tried(room, fault, known, reasons)
        copy = copies.take()
        try:
            return _tried(room, fault, tried(copy, fault, near=near), reasons)
        finally:
            copies.give_back(copy)

    found: list[report.Tried] = []
    with ThreadPoolExecutor(workers) as pool:
        running = [pool.submit(one, room, fault) for room, fault in faults]
        try:
            for done in as_completed(running):
                found.append(done.result())
                last = found[-1]
                _say(f"{len(found):>4}/{len(faults)} {last.outcome.seconds:6.1f} s  {last.said()}")
                for line in report.survivors([last]):
                    _say(line)
                keep(found)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            copies.stop()
            raise
    order = {fault: at for at, (_, fault) in enumerate(faults)}
    return sorted(found, key=lambda each: order[each.fault])


def _by_all_tests(found: list[report.Tried], copy: Copy) -> list[report.Tried]:
    left = [each.fault for each in found if each.survived]
    if not left:
        return found
    _say(f"{len(left)} survived; all tests are tried on them, in groups")
    if not copy.passes_clean(["tests"]):
        raise ValueError("tests fail without a fault; mend that first")
    outcomes = tried_together(copy, left, ["tests"])
    return [replace(each, outcome=outcomes.get(each.fault, each.outcome)) for each in found]


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, try and tell; return the exit status."""
    wanted = _parser().parse_args(arguments)
    seed = wanted.seed if wanted.seed is not None else int(time.strftime("%Y%m%d"))
    rooms = tuple(room for room in ROOMS if not wanted.room or room.name in wanted.room)
    try:
        faults = drawn(ROOT, seed, wanted.count, rooms)
        before = report.kept(wanted.again) if wanted.again else {}
    except ValueError as error:
        _say(f"make mutants: {error}")
        return 2
    _say(f"seed {seed}: {len(faults)} faults in {len(rooms)} rooms")
    if wanted.only_drawn:
        for room, fault in faults:
            number = fault.line((ROOT / fault.path).read_text(encoding="utf-8"))
            _say(f"{room.name:<9} {fault.path}:{number} {fault.kind}")
        return 0
    with tempfile.TemporaryDirectory(prefix="ebs-mutants-") as folder:
        copies = [Copy(ROOT, Path(folder) / str(number)) for number in range(max(1, wanted.workers))]
        for copy in copies:
            copy.make()
        try:
            found = _all(
                faults, Copies(copies), len(copies), before, wanted.near, lambda so_far: _keep(wanted.out, seed, so_far)
            )
            if wanted.all_tests:
                found = _by_all_tests(found, copies[0])
        except ValueError as error:
            _say(f"make mutants: {error}")
            return 2
    for line in [*report.survivors(found), "", *report.table(found, [room.name for room in rooms])]:
        _say(line)
    _keep(wanted.out, seed, found)
    rates = [report.rate([each for each in found if each.room == room.name]) for room in rooms]
    return 0 if all(rate is None or rate >= _LEAST for rate in rates) else 1


def _stop(number: int, _frame: object) -> None:
    sys.exit(128 + number)  # an exception in the main thread: what runs is ended, and the copies are removed


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    sys.exit(main())
