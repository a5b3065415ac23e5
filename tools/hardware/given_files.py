"""Text files that are named on the command line. One that cannot be read is told with its name, once, and a way out."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from collector.errors import reason
from collector.files import read_at_most
from tools.hardware import HardwareError

LARGEST: Final = 1024 * 1024
"""Bytes of a text that is given: a list, a password, an ACL."""


def text_of(path: Path, what: str) -> str:
    """Return the text of a file in UTF-8, without a mark at its head; raise HardwareError. what: what to do then."""
    try:
        text = read_at_most(path, LARGEST).decode("utf-8-sig")
        return text.replace("\r\n", "\n").replace("\r", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise HardwareError(f"{path}: {reason(error)}; {what}") from error
