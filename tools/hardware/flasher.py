"""Writes an image with esptool, and says in words why it could not. Knows esptool's words, not what an image holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tools.hardware import HardwareError, process
from tools.hardware.images import Pinned
from tools.hardware.process import TOO_LONG, UNPLUGGED, run_module

_BUSY = re.compile(r"busy|could not (?:exclusively )?(?:open|lock) port|temporarily unavailable", re.IGNORECASE)
_OTHER_CHIP = re.compile(r"This chip is (?:an? )?([\w-]+?)[,.]? (?:and )?not", re.IGNORECASE)
_NO_ANSWER = ("Failed to connect", "No serial data received", "Invalid head of packet", "Wrong boot mode")
_NOT_WRITTEN = ("MD5 of file does not match", "Failed to write", "not match")


def write_image(port: str, entry: Pinned, image: Path, baud: int, show: Callable[[str], None]) -> None:
    """Write `image`, and have the chip compute its digest again. Raises HardwareError."""
    arguments = [
        "--chip",
        entry.chip,
        "--port",
        port,
        "--baud",
        str(baud),
        "write-flash",
        hex(entry.offset),
        str(image),
    ]
    status, said = run_module("esptool", arguments, limit_s=process.ESPTOOL_S, show=show)
    if status and not Path(port).exists():
        raise HardwareError(f"{port} is gone: {UNPLUGGED}")
    if status:
        raise HardwareError(_in_words(port, entry, said))
    if "Hash of data verified" not in said:
        raise HardwareError(f"{port}: esptool wrote the image but did not verify it; flash again")


def _in_words(port: str, entry: Pinned, said: str) -> str:
    other = _OTHER_CHIP.search(said)
    if other:
        return f"{port}: this board has an {other[1]}, not an {entry.name}; name the right one with --board"
    if any(words in said for words in _NO_ANSWER):
        return (
            f"{port}: the board does not answer; hold its BOOT button, press EN (or RST) briefly, let BOOT go, "
            "and flash again. If that does not help: another cable, one that carries data"
        )
    if _BUSY.search(said):
        return f"{port}: another program uses it; close it (a serial monitor?) and flash again"
    if any(words in said for words in _NOT_WRITTEN):
        return f"{port}: what is in the flash is not what was sent; flash again with --baud 115200 and a shorter cable"
    if TOO_LONG in said:
        return f"{port}: the board stopped answering; another cable, or --baud 115200, and flash again"
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return f"{port}: esptool failed: {lines[-1] if lines else 'without a word'}"
