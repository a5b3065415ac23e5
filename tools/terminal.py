"""What `ebs` writes to the terminal: plain text, whoever wrote it. Knows no verb.

Names, firmware and the words of nodes come from elsewhere; a control character in them would command the terminal.
So both standard streams show such characters as text. What draws by itself (rich) is given `raw`, and shows the texts
of others by `collector.texts.shown`.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

from collector.texts import shown


class _Shown:
    """A text stream whose control characters are seen, and which no character stops."""

    def __init__(self, raw: IO[str]) -> None:
        self.raw = raw

    def write(self, text: str) -> int:
        """Write a text; return its length."""
        try:
            self.raw.write(shown(text))
        except UnicodeEncodeError:
            encoding = getattr(self.raw, "encoding", None) or "ascii"
            self.raw.write(shown(text).encode(encoding, "backslashreplace").decode(encoding))
        return len(text)

    def writelines(self, lines: Iterator[str]) -> None:
        """Write texts, one behind the other."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)


def raw(stream: IO[str]) -> IO[str]:
    """Return the stream behind one that `plain_streams` put there, else the stream itself."""
    return stream.raw if isinstance(stream, _Shown) else stream


@contextlib.contextmanager
def plain_streams() -> Iterator[None]:
    """Let both standard streams show control characters as text. A stream that is closed takes everything in silence.

    At the end they are flushed: a reader that has gone away (`| head`) is no fault to print a traceback for.
    """
    out, err = sys.stdout, sys.stderr
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        sys.stdout = cast("Any", _Shown(out or nowhere))
        sys.stderr = cast("Any", _Shown(err or nowhere))
        try:
            yield
        finally:
            for stream in (out, err):
                _flushed(stream)
            sys.stdout, sys.stderr = out, err


def _flushed(stream: IO[str] | None) -> None:
    if stream is None or stream.closed:
        return
    try:
        stream.flush()
    except (BrokenPipeError, ValueError):
        with contextlib.suppress(OSError, ValueError):  # else Python flushes again at its end, and complains
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
