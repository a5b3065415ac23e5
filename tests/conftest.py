"""The order of all tests: `make test` runs two files at a time, and begins with the long ones."""

from __future__ import annotations

import gc
import tomllib
from collections.abc import Iterable
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the files first that take longest, so that no long one is left over at the end.

    What is marked soak is skipped, unless `-m` names the mark.
    """
    if "soak" not in config.option.markexpr:
        for item in items:
            if item.get_closest_marker("soak"):
                item.add_marker(pytest.mark.skip(reason="takes minutes to hours; run it with: make soak"))
    limits: dict[Path, float] = {}
    for item in items:
        limits[item.path] = max(limits.get(item.path, 0.0), limit(item.iter_markers("timeout")))
    seconds = long_files()
    items.sort(key=lambda item: (-seconds.get(item.path, 0), -limits[item.path]))


def pytest_collection_finish() -> None:
    """Have no garbage looked for among the tests themselves: they stay, and there are thousands of them."""
    gc.collect()
    gc.freeze()


def long_files() -> dict[Path, int]:
    """Return the seconds of the files that take long, as `long.toml` has them."""
    return {
        HERE / name: seconds for name, seconds in tomllib.loads((HERE / "long.toml").read_text())["seconds"].items()
    }


def limit(marks: Iterable[pytest.Mark]) -> float:
    """Return the time limit of a test that has one of its own, else 0: a file without one is over sooner."""
    return next((float(mark.args[0]) for mark in marks), 0.0)
