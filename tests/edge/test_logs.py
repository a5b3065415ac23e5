"""A line of a node's log."""

import io
import json
from typing import Any

import pytest

from edge.logs import Log


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.parametrize("level", ["info", "warning", "error"])
def test_a_line_says_its_level_its_event_and_what_belongs_to_it(level: str) -> None:
    out = io.StringIO()

    getattr(Log(out), level)('reader "7"', {"antenna": "a07"}, "node-1.b.3")

    (line,) = lines(out)
    assert (line["level"], line["event"]) == (level, 'reader "7"')
    assert (line["data"], line["trace_id"]) == ({"antenna": "a07"}, "node-1.b.3")


def test_without_data_or_trace_the_fields_are_there_all_the_same() -> None:
    out = io.StringIO()

    Log(out).info("birth")

    assert {name: lines(out)[0][name] for name in ("data", "trace_id")} == {"data": {}, "trace_id": None}


@pytest.mark.parametrize(
    ("now", "said"),
    [((2026, 3, 4, 5, 6, 7, 2, 63), "2026-03-04T05:06:07Z"), ((2000, 1, 1, 0, 0, 5, 5, 1), None)],
)
def test_a_clock_that_nobody_has_set_gives_no_time(
    monkeypatch: pytest.MonkeyPatch, now: tuple[int, ...], said: str | None
) -> None:
    monkeypatch.setattr("edge.logs.time.gmtime", lambda: now)
    out = io.StringIO()

    Log(out).info("birth")

    assert lines(out)[0]["timestamp"] == said
