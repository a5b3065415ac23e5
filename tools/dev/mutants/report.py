"""What a draw of faults came to: a table by room, the survivors with their lines, and a file for a program."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.dev.mutants.faults import Fault
from tools.dev.mutants.trial import Outcome

JUDGED = Path("tests/equivalent_faults.toml")
"""Faults that somebody judged to change nothing, each with the reason."""


@dataclass(frozen=True)
class Tried:
    """A fault, its room, and what became of it."""

    room: str
    fault: Fault
    line: int
    was: str
    now: str
    outcome: Outcome
    equivalent: str | None
    """Why it changes nothing that anybody could see; None where nobody judged so."""

    @property
    def survived(self) -> bool:
        """No test noticed it, and it is not known to change nothing."""
        return self.outcome.killed_by is None and self.equivalent is None

    def said(self) -> str:
        """Return one line: room, what became of it, place."""
        unseen = "SURVIVED" if self.survived else "equivalent"
        became = unseen if self.outcome.killed_by is None else "killed"
        by = f" by {self.outcome.killed_by}" if self.outcome.killed_by else ""
        over = f"; passed over: {', '.join(self.outcome.passed_over)}" if self.outcome.passed_over else ""
        return f"{self.room:<9} {became:<10} {self.fault.path}:{self.line} {self.fault.kind}{by}{over}"


def judged(path: Path) -> dict[tuple[str, str, str], str]:
    """Return the reasons by path, line as it is and line as it would be.

    Raises:
        ValueError: An entry lacks one of its four texts.
    """
    if not path.is_file():
        return {}
    known = {}
    for number, entry in enumerate(tomllib.loads(path.read_text(encoding="utf-8")).get("fault", []), 1):
        texts = [entry.get(name, "") for name in ("path", "was", "now", "why")]
        if not all(texts):
            raise ValueError(f"{path}, fault {number}: path, was, now and why are needed")
        known[(texts[0], texts[1], texts[2])] = texts[3]
    return known


def table(tried: Sequence[Tried], rooms: Sequence[str]) -> list[str]:
    """Return lines: of each room how many were planted, noticed, equivalent, not noticed, and the share noticed."""
    lines = [f"{'room':<10}{'planted':>8}{'killed':>8}{'equivalent':>12}{'survived':>10}{'killed of the rest':>20}"]
    for room in [*rooms, "all"]:
        mine = [each for each in tried if room in ("all", each.room)]
        if mine:
            killed = sum(each.outcome.killed_by is not None for each in mine)
            survived = sum(each.survived for each in mine)
            share = rate(mine)
            told = "-" if share is None else f"{100 * share:.0f} %"
            equivalent = len(mine) - killed - survived
            lines.append(f"{room:<10}{len(mine):>8}{killed:>8}{equivalent:>12}{survived:>10}{told:>20}")
    return lines


def rate(tried: Sequence[Tried]) -> float | None:
    """Return the share of faults that were noticed, of those that can be; None where there is none."""
    killed = sum(each.outcome.killed_by is not None for each in tried)
    able = killed + sum(each.survived for each in tried)
    return killed / able if able else None


def kept(path: Path) -> dict[tuple[str, str, str], Outcome]:
    """Return what became of each fault of an earlier report, by path, line as it is and line as it would be.

    Raises:
        ValueError: The file is not such a report.
    """
    try:
        faults = json.loads(path.read_text(encoding="utf-8"))["faults"]
        return {
            (each["path"], each["was"], each["now"]): Outcome(
                each["killed_by"], each["stage"], each["seconds"], tuple(each["passed_over"])
            )
            for each in faults
        }
    except (OSError, KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path}: no report of `make mutants` ({error})") from error


def survivors(tried: Sequence[Tried]) -> Iterator[str]:
    """Return the survivors, each with its function and its line before and after."""
    for each in tried:
        if each.survived:
            yield ""
            yield f"{each.fault.path}:{each.line} in {each.fault.function or 'the module'} ({each.fault.kind})"
            yield from (f"  - {line}" for line in each.was.splitlines())
            yield from (f"  + {line}" for line in each.now.splitlines())


def plain(tried: Sequence[Tried]) -> list[Mapping[str, Any]]:
    """Return all of it as values for JSON."""
    return [
        {
            "room": each.room,
            "path": each.fault.path,
            "line": each.line,
            "function": each.fault.function,
            "kind": each.fault.kind,
            "was": each.was,
            "now": each.now,
            "killed_by": each.outcome.killed_by,
            "stage": each.outcome.stage,
            "passed_over": list(each.outcome.passed_over),
            "seconds": round(each.outcome.seconds, 1),
            "equivalent": each.equivalent,
        }
        for each in tried
    ]
