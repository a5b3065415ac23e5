"""Runs esptool and mpremote as programs of their own. Shows what they say as they say it, and keeps it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

ESPTOOL_S = 300.0
MPREMOTE_S = 60.0


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
    """Return the exit status and all that `python -m module` said. One that takes longer than `limit_s` is ended."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    watch = threading.Timer(limit_s, process.kill)
    watch.start()
    said = []
    assert process.stdout is not None
    with process.stdout as lines:
        for line in lines:
            said.append(line)
            show(line)
    status = process.wait()
    watch.cancel()
    return status, "".join(said)
