"""The log's format, and that no secret ever gets into it."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from collector.hand.events import HoleCard
from collector.logs import JsonLines, log_event, logger_of, plain, setup_logging
from collector.secrecy import Secret
from collector.wire.base import Uid

UID = "04a2b3c4"
log = logger_of("collector.test")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.handlers[:], root.level, sys.excepthook, threading.excepthook
    stream = io.StringIO()
    setup_logging("DEBUG", stream)
    yield stream
    root.handlers[:], root.level, sys.excepthook, threading.excepthook = before
    logging.captureWarnings(capture=False)


def last(stream: io.StringIO) -> dict[str, Any]:
    return json.loads(stream.getvalue().splitlines()[-1])  # type: ignore[no-any-return]


def test_a_line_has_the_specifications_keys(lines: io.StringIO) -> None:
    log_event(log, "INFO", "card_read", trace_id="node-a1.7.12", reader_id=0, latency_ms=45)

    line = last(lines)
    assert set(line) == {"timestamp", "level", "event", "data", "trace_id"}
    assert line["timestamp"].endswith("Z")
    age = datetime.now(UTC) - datetime.fromisoformat(line["timestamp"])
    assert timedelta(seconds=-1) < age < timedelta(minutes=5), "it says when"
    assert (line["level"], line["event"], line["trace_id"]) == ("INFO", "card_read", "node-a1.7.12")
    assert line["data"] == {"reader_id": 0, "latency_ms": 45}


def test_the_standard_call_gives_the_same_line(lines: io.StringIO) -> None:
    log.info("card_read", extra={"reader_id": 0, "trace_id": "t1"})

    assert (last(lines)["event"], last(lines)["data"], last(lines)["trace_id"]) == ("card_read", {"reader_id": 0}, "t1")


def test_what_is_below_the_level_is_not_logged(lines: io.StringIO) -> None:
    logging.getLogger().setLevel("INFO")

    log_event(log, "DEBUG", "detail")

    assert lines.getvalue() == ""


class Reading(BaseModel):
    uid: Secret[Uid]


@dataclass
class Seen:
    card: Secret[str]


def test_a_uid_or_card_in_a_secret_never_appears(lines: io.StringIO) -> None:
    secret = Secret(UID)
    reading = Reading.model_validate({"uid": UID})

    log_event(log, "INFO", "card_read", uid=secret, all=[secret], by={secret: secret}, both=(secret, {"a": {secret}}))
    log_event(log, "INFO", "card_read", reading=reading, seen=Seen(secret), hole=HoleCard(1, Secret("As")))  # type: ignore[arg-type]
    log_event(log, "INFO", "card_read", trace_id=secret)  # type: ignore[arg-type]
    log.info("read %s and %r", secret, [secret])
    log.info("card_read", extra={"uid": secret})
    log.warning("%s", reading)
    try:
        raise ValueError("bad card", secret)
    except ValueError as error:
        log_event(log, "ERROR", "failed", error=error, again=error)
        log.exception("failed")

    assert UID not in lines.getvalue()
    assert '"As"' not in lines.getvalue()
    assert lines.getvalue().count("***") > 10


@dataclass
class Entry:
    client: str
    payload: bytes | str = field(repr=False)


def test_a_field_that_its_class_hides_is_not_logged(lines: io.StringIO) -> None:
    log_event(log, "INFO", "refused", entry=Entry("op", "As lies there"), listed=[Entry("floor", "Kd lies there")])

    assert last(lines)["data"] == {"entry": {"client": "op"}, "listed": [{"client": "floor"}]}


def test_a_format_that_does_not_fit_is_still_a_line_without_the_secret() -> None:
    record = logging.makeLogRecord({"msg": "read %d", "args": (Secret(UID),)})

    assert json.loads(JsonLines().format(record))["data"]["text"] == "read %d"


def test_a_refused_payload_is_told_without_its_values(lines: io.StringIO) -> None:
    try:
        try:
            TypeAdapter(Reading).validate_json(json.dumps({"uid": f"{UID}-not-a-uid"}))
        except ValueError as inner:
            raise RuntimeError("payload refused") from inner
    except RuntimeError as error:
        log_event(log, "ERROR", "bad_payload", error=error)
        sys.excepthook(type(error), error, error.__traceback__)

    assert UID not in lines.getvalue()
    told = last(lines)["data"]["error"]
    assert last(lines)["event"] == "crashed"
    assert told["type"] == "RuntimeError"
    assert any("uid: " in line for line in told["traceback"])


def test_an_error_carries_its_context(lines: io.StringIO) -> None:
    try:
        raise KeyError("seat")
    except KeyError as error:
        log_event(log, "ERROR", "fold_failed", trace_id="t", error=error, table="table_01")

    data = last(lines)["data"]
    assert data["table"] == "table_01"
    assert data["error"]["type"] == "KeyError"
    assert "seat" in data["error"]["message"]
    assert any("test_logs.py" in line for line in data["error"]["traceback"])


@pytest.mark.parametrize("name", ["uvicorn", "uvicorn.error", "uvicorn.access", "aiomqtt", "asyncio"])
def test_other_peoples_logs_come_in_the_same_form(lines: io.StringIO, name: str) -> None:
    logging.getLogger(name).warning("%s went away after %d s", "127.0.0.1", 3)

    assert last(lines)["event"] == "message"
    assert last(lines)["data"] == {"logger": name, "text": "127.0.0.1 went away after 3 s"}


def test_a_line_break_cannot_forge_a_line(lines: io.StringIO) -> None:
    log_event(log, "INFO", "said", text='a\n{"level":"INFO"}\u2028')

    assert len(lines.getvalue().split("\n")) == 2


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner) | st.tuples(inner),
)


@given(values)
def test_any_value_gives_one_line_of_json(value: object) -> None:
    record = logging.makeLogRecord({"msg": "said", "ebs_data": {"value": value}})

    line = JsonLines().format(record)

    assert "\n" not in line
    json.loads(line)
    line.encode()


def test_a_value_that_holds_itself_ends(lines: io.StringIO) -> None:
    loop: list[object] = []
    loop.append(loop)

    log_event(log, "INFO", "said", loop=loop)

    assert json.dumps(plain(loop)).endswith("]" * 12)


def test_text_of_an_unknown_object_is_not_trusted() -> None:
    class Leaky:
        def __repr__(self) -> str:
            return UID

    assert plain(Leaky()) == "<Leaky>"


def test_a_line_commands_no_terminal_and_says_the_same(lines: io.StringIO) -> None:
    said = "Zoë \x1b[2J\x9b1m\x7f\u202e\u2028 \U0001f469\u200d\U0001f680"

    log_event(log, "INFO", "fault", message=said)

    line = lines.getvalue()
    assert last(lines)["data"]["message"] == said
    shown = "Zoë \\u001b[2J\\u009b1m\\u007f\\u202e\\u2028 \U0001f469\u200d\U0001f680"
    assert f'"{shown}"' in line
