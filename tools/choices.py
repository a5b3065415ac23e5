"""Names, addresses and numbers that people type: what is told where one is none. Knows no verb."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable
from typing import Final

import typer

_HOST: Final = re.compile(r"[!-9;-~]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]")
"""What the network takes for the name of a host: plain characters, no colon but in brackets."""
_HIGHEST: Final = 65_535


def unknown(given: str, known: Iterable[str]) -> str:
    """Return what to say of a name that is not known: the nearest one, and all that there are.

    >>> unknown("omha", ["holdem", "omaha"])
    "'omha' is not known; did you mean omaha? There are: holdem, omaha"
    """
    names = list(known)
    near = difflib.get_close_matches(given.lower(), names, 1)
    return (
        f"{given!r} is not known; "
        + (f"did you mean {near[0]}? There are: " if near else "choose one of: ")
        + (", ".join(names))
    )


def host_and_port(text: str) -> tuple[str, int] | None:
    """Return what `host:port` names, None if it is no such thing.

    >>> host_and_port("192.168.1.10:1883"), host_and_port("192.168.1.10"), host_and_port("x:70000")
    (('192.168.1.10', 1883), None, None)
    """
    host, _, port = text.rpartition(":")
    if not _HOST.fullmatch(host) or not re.fullmatch(r"[0-9]{1,5}", port) or not 1 <= int(port) <= _HIGHEST:
        return None
    return host.strip("[]"), int(port)


def finite(value: float | None) -> float | None:
    """Return a number that was typed; refuse `nan` and `inf`, which pass every limit. A callback of options."""
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter(f"{value} is no number that can be waited for")
    return value
