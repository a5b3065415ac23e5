"""Figures, the machine they were measured on, and how they are printed. Knows no bench."""

from __future__ import annotations

import asyncio
import json
import os
import platform
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self, TypeVar

import typer

T = TypeVar("T")
Progress = Callable[[str], None]
"""Tells the person who waits what is being measured."""


@dataclass(frozen=True)
class Figure:
    """One measured number and what it has to be."""

    name: str
    value: float
    unit: str
    target: str
    met: bool

    @classmethod
    def at_most(cls, name: str, value: float, unit: str, limit: float) -> Self:
        """Return a figure that is met up to `limit`."""
        return cls(name, value, unit, f"<= {limit:g}", value <= limit)

    @classmethod
    def told(cls, name: str, value: float, unit: str) -> Self:
        """Return a figure that has no target: it is for the reader."""
        return cls(name, value, unit, "", True)

    @classmethod
    def at_least(cls, name: str, value: float, unit: str, limit: float) -> Self:
        """Return a figure that is met from `limit` on."""
        return cls(name, value, unit, f">= {limit:g}", value >= limit)


def report(bench: str, figures: Sequence[Figure], as_json: bool) -> int:
    """Print the figures on standard output; return the exit status: 1 when one is missed."""
    machine = machine_description()
    if as_json:
        shown = {"bench": bench, "machine": machine, "figures": [asdict(figure) for figure in figures]}
        typer.echo(json.dumps(shown))
    else:
        typer.echo(_table(bench, figures, machine))
    return 0 if all(figure.met for figure in figures) else 1


async def within(seconds: float, what: str, waited: Awaitable[T]) -> T:
    """Return what comes of `waited`. Raises AssertionError that names what did not come in time."""
    try:
        return await asyncio.wait_for(waited, seconds)
    except TimeoutError:
        raise AssertionError(f"{what}: nothing in {seconds:g} s; is the machine busy with something else?") from None


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value that `percent` of `values` do not exceed (nearest rank).

    >>> percentile([4, 1, 3, 2], 50), percentile([4, 1, 3, 2], 99)
    (2, 4)
    """
    ordered = sorted(values)
    return ordered[max(0, -int(-len(ordered) * percent // 100) - 1)]


def machine_description() -> dict[str, str | int]:
    """Return what a reader needs to judge a figure. No host name: reports are published."""
    return {"cpu": _cpu(), "cores": os.cpu_count() or 0, "python": platform.python_version(), "os": _system()}


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    for line in lines:
        if line.lower().startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _system() -> str:
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return f"{platform.system()} {platform.release()}"
    return f"{name}, {platform.system()} {platform.machine()}"


def _table(bench: str, figures: Sequence[Figure], machine: dict[str, str | int]) -> str:
    width = max((len(figure.name) for figure in figures), default=0)
    rows = [
        f"  {figure.name:<{width}}  {figure.value:>10.3f} {figure.unit:<6} {figure.target:<12} "
        f"{('met' if figure.met else 'MISSED') if figure.target else ''}".rstrip()
        for figure in figures
    ]
    described = f"{machine['cpu']}, {machine['cores']} cores, Python {machine['python']}, {machine['os']}"
    return "\n".join([f"{bench}: {described}", "", *rows])
