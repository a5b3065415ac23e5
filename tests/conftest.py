"""The order of all tests: `make test` runs two files at a time, and begins with the long ones."""

from __future__ import annotations

import gc
from collections.abc import Iterable
from pathlib import Path

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the files whose tests have the longest time limit first, so that no long one is left over at the end.

    What is marked soak is skipped, unless `-m` names the mark.
    """
    if "soak" not in config.option.markexpr:
        for item in items:
            if item.get_closest_marker("soak"):
                item.add_marker(pytest.mark.skip(reason="takes minutes to hours; run it with: make soak"))
    longest: dict[Path, float] = {}
    for item in items:
        longest[item.path] = max(longest.get(item.path, 0.0), limit(item.iter_markers("timeout")))
    items.sort(key=lambda item: -longest[item.path])


def pytest_collection_finish() -> None:
    """Have no garbage looked for among the tests themselves: they stay, and there are thousands of them."""
    gc.collect()
    gc.freeze()


def limit(marks: Iterable[pytest.Mark]) -> float:
    """Return the time limit of a test that has one of its own, else 0: a file without one is over soon."""
    return next((float(mark.args[0]) for mark in marks), 0.0)
