"""A plugin of pytest for trials: tests that took long the last time come last, all others stay as they were named.

`MUTANTS_TIMES` names the file of the times, JSON of test to seconds; trials at the same time share it.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pytest

TIMES: Final = "MUTANTS_TIMES"
"""Not with `EBS_` before it: the collector under test refuses settings that it does not know."""
_LONG_S: Final = (0.1, 0.5, 2.0, 8.0)
"""Bounds between tests of about the same length: among those the order stays, the nearest first."""
_taken: dict[str, float] = {}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put tests that are known to take long behind the others."""
    known = _known(Path(os.environ[TIMES]))
    items.sort(key=lambda item: sum(known.get(item.nodeid, 0.0) > bound for bound in _LONG_S))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up what a test took: set-up, call and what comes behind."""
    _taken[report.nodeid] = _taken.get(report.nodeid, 0.0) + report.duration


def pytest_sessionfinish() -> None:
    """Keep the times for the next trial."""
    file = Path(os.environ[TIMES])
    renewed = file.with_suffix(f".{os.getpid()}")
    renewed.write_text(json.dumps({**_known(file), **_taken}), encoding="utf-8")
    renewed.replace(file)


def _known(file: Path) -> dict[str, float]:
    with contextlib.suppress(OSError, json.JSONDecodeError):
        return dict(json.loads(file.read_text(encoding="utf-8")))
    return {}
