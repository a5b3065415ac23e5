"""Runs esptool and mpremote as programs of their own. Shows what they say as they say it, and keeps it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

ESPTOOL_S = 300.0
MPREMOTE_S = 60.0
TOO_LONG = "ended after"
UNPLUGGED = "was the board pulled out? Plug it in, look at the port's name, and do it again"


def silent(text: str) -> None:
    """Show nothing."""
    del text


def run_module(
    module: str,
    arguments: Sequence[str],
    *,
    limit_s: float,
    show: Callable[[str], None] = silent,
    folder: Path | None = None,
) -> tuple[int, str]:
    """Return the exit status and all that `python -m module` said. One that takes longer than `limit_s` is ended.

    It then says so, unless it never said anything.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    late = threading.Event()

    def end() -> None:
        late.set()
        process.kill()

    watch = threading.Timer(limit_s, end)
    watch.start()
    said = []
    assert process.stdout is not None
    with process.stdout as lines:
        for line in lines:
            said.append(line)
            show(line)
    status = process.wait()
    if said and late.is_set():
        said.append(f"{module}: {TOO_LONG} {limit_s:.0f} s\n")
    watch.cancel()
    return status, "".join(said)
