"""Bytes of a text file as text, whichever of the usual encodings it was saved in.

Card rooms and editors save UTF-8 with and without a mark, UTF-16, and Windows-1252. Knows no format.
"""

from __future__ import annotations

import codecs
import errno
from pathlib import Path
from typing import Final

from collector.errors import BadHistory
from collector.files import read_at_most

LARGEST: Final = 64 * 1024 * 1024
"""Bytes of a file of hands, in whatever format."""

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with that one
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WHAT_TO_DO: Final = "open it in a text editor and save it as UTF-8"


def text_in(path: Path) -> str:
    """Return the text of a file, its lines ended by line feeds; raise BadHistory, with what to do, if it is none."""
    return text_of(bytes_in(path), str(path))


def bytes_in(path: Path) -> bytes:
    """Return the bytes of a file of hands; raise BadHistory, with what to do, where that is not possible."""
    try:
        return read_at_most(path, LARGEST)
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise BadHistory(str(path), f"is larger than {LARGEST >> 20} MiB; split it") from error
        raise BadHistory(str(path), f"cannot be read: {error.strerror}; check its name and rights") from error


def text_of(raw: bytes, source: str) -> str:
    """Return bytes as text, without a byte order mark and with line feeds; raise BadHistory where they are no text."""
    marked = next((name for mark, name in _MARKS if raw.startswith(mark)), None)
    if marked and marked != "utf-8-sig" and len(raw) % 2 and raw.endswith(b"\n"):
        raw = raw[:-1]  # a tool that knew no UTF-16 ended the last line
    tried = (marked,) if marked else (_unmarked(raw), "utf-8", "cp1252")
    for name in filter(None, tried):
        try:
            text = raw.decode(name)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    raise BadHistory(source, f"is no text in UTF-8, UTF-16 or Windows-1252; {_WHAT_TO_DO}")


def _unmarked(raw: bytes) -> str | None:
    """Return the UTF-16 that bytes without a mark are: every other byte of Latin text is zero."""
    begin = raw[:400]
    if not begin.count(0):
        return None
    if begin[1::2].count(0) > len(begin) // 4:
        return "utf-16-le"
    return "utf-16-be" if begin[::2].count(0) > len(begin) // 4 else None
