"""One JSON object a line: `{timestamp, level, event, data, trace_id}`. Knows how to hide secrets, not what they are.

    log = logger_of(__name__)
    log_event(log, "INFO", "card_read", trace_id="node-a1.7.12", uid=secret_uid, antenna="seat 1")

`log.info("card_read", extra={"antenna": "seat 1"})` gives the same. Other people's text becomes event `message`.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import math
import re
import sys
import threading
import traceback
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import date
from enum import Enum
from pathlib import PurePath
from types import TracebackType
from typing import IO, Literal

from pydantic import BaseModel, ValidationError

from collector.canonical import timestamp
from collector.secrecy import Secret, describe
from collector.texts import shown

Level = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]

_EVENT_NAME = re.compile(r"^[a-z][a-z0-9_]{0,63}$")
_OWN_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {
    "message",
    "asctime",
    "taskName",
    "trace_id",
    "color_message",
}
_FOREIGN = ("uvicorn", "uvicorn.error", "uvicorn.access", "aiomqtt", "mqtt", "asyncio", "py.warnings")
_DEEPEST = 12
_LONGEST = 2000
"""Characters of a text in a line. Much of what is logged was written by somebody outside."""


def logger_of(name: str) -> logging.Logger:
    """Return the logger of a module: call it with `__name__`."""
    return logging.getLogger(name)


def log_event(
    logger: logging.Logger,
    level: Level,
    event: str,
    *,
    trace_id: str | None = None,
    error: BaseException | None = None,
    **data: object,
) -> None:
    """Log `event` with its data. An `error` adds its type, message and traceback. Secrets print as `***`."""
    number = logging.getLevelNamesMapping()[level]
    if logger.isEnabledFor(number):
        exc_info = None if error is None else (type(error), error, error.__traceback__)
        logger.log(number, event, exc_info=exc_info, extra={"ebs_data": data, "trace_id": trace_id}, stacklevel=2)


def setup_logging(level: Level = "INFO", stream: IO[str] | None = None) -> None:
    """Send every logger of the process, also uvicorn's and aiomqtt's, as JSON lines to `stream` (default: stderr).

    Start uvicorn with `log_config=None`, or it puts its own handlers back. Errors that nobody caught come this way too:
    Python's own print of them would show the values that a validation refused.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _FOREIGN:
        foreign = logging.getLogger(name)
        foreign.handlers.clear()
        foreign.propagate = True
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda args: _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON. Never raises: a value that cannot be shown is named by its type."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        event, data = _event_of(record)
        if record.exc_info and record.exc_info[1] is not None:
            data["error"] = describe_error(record.exc_info[1])
        line = json.dumps(
            {
                "timestamp": timestamp(int(record.created * 1000)),
                "level": record.levelname,
                "event": event,
                "data": plain(data),
                "trace_id": plain(getattr(record, "trace_id", None)),
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        return shown(line)  # who looks at a log does it on a terminal


def describe_error(error: BaseException) -> dict[str, object]:
    """Return type, message and traceback of an error and of what caused it, outermost first.

    Frames show source, never values; a pydantic error is told without its input.
    """
    return {
        "type": type(error).__name__,
        "message": _message(error),
        "traceback": [line for link in _chain(error) for line in _lines(link)],
    }


def plain(value: object, depth: int = 0) -> object:
    """Return `value` as JSON can hold it. A Secret is `***`, wherever it is."""
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        shown = value if len(value) <= _LONGEST else f"{value[:_LONGEST]}... ({len(value)} characters)"
        return shown.encode("utf-8", "backslashreplace").decode()  # half a surrogate pair cannot be written
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return f"<{type(value).__name__}>" if depth >= _DEEPEST else _plain_whole(value, depth + 1)


def _plain_whole(value: object, depth: int) -> object:
    if isinstance(value, date | PurePath | Secret):
        return str(value)
    if isinstance(value, BaseModel):
        value = dict(value)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name, None) for field in dataclasses.fields(value) if field.repr}
    if isinstance(value, Mapping):
        return {str(plain(key, depth)): plain(inner, depth) for key, inner in value.items()}
    if isinstance(value, list | tuple | AbstractSet):
        return [plain(inner, depth) for inner in value]
    if isinstance(value, BaseException):
        return f"{type(value).__name__}: {_message(value)}"
    return f"<{type(value).__name__}>"  # its own text could hold anything


def _event_of(record: logging.LogRecord) -> tuple[str, dict[str, object]]:
    ours = getattr(record, "ebs_data", None)
    if isinstance(ours, dict):
        return str(record.msg), dict(ours)
    data = {name: value for name, value in vars(record).items() if name not in _OWN_FIELDS}
    if not record.args and _EVENT_NAME.match(str(record.msg)):
        return str(record.msg), data
    try:
        text = record.getMessage()
    except (TypeError, ValueError, KeyError):
        text = str(record.msg)
    return "message", {"logger": record.name, "text": text, **data}


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        if isinstance(link, BaseExceptionGroup):
            for inner in link.exceptions:
                yield from _chain(inner)
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _lines(error: BaseException) -> Iterator[str]:
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"{frame.filename}:{frame.lineno} in {frame.name}: {frame.line}"
    yield f"{type(error).__name__}: {_message(error)}"


def _message(error: BaseException) -> str:
    return describe(error) if isinstance(error, ValidationError) else str(error)


def _log_uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error or kind(), trace)
        return
    log_event(logger_of("ebs"), "CRITICAL", "crashed", error=error or kind())
