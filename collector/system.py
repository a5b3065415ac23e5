"""What the service asks of the machine: private files, free ports, programs and their end, its own version."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from collector.errors import BrokerError


def write_private(path: Path, text: str) -> None:
    """Write a file that its owner alone may read, in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    beside.replace(path)


def free_port() -> int:
    """Return a TCP port of loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def end_process(process: asyncio.subprocess.Process | None) -> None:
    """Stop a child of ours and wait for it: SIGTERM, then SIGKILL. One that is not there or has ended is left alone."""
    if process is None or process.returncode is not None:
        return
    process.terminate()
    try:
        await asyncio.wait_for(process.wait(), 5)
    except TimeoutError:
        process.kill()
        await process.wait()


def program(name: str) -> str:
    """Return the path of a program. Raises BrokerError where it is not installed."""
    # Debian keeps daemons in /usr/sbin, which is not on an ordinary user's path.
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin")
    if not found:
        raise BrokerError(
            f"{name} is not installed. Debian/Ubuntu: sudo apt-get install mosquitto;"
            " Fedora: sudo dnf install mosquitto;"
            " macOS: brew install mosquitto. Without it only `ebs replay`, `ebs equity` and `ebs bench equity` work."
        )
    return found


def program_version() -> str:
    """Return the version of EBS; "0" for a folder that was never installed."""
    try:
        return version("ebs")
    except PackageNotFoundError:
        return "0"
