"""The files of a board, by mpremote: what lies there, putting, taking away. What was put is read back and compared."""

from __future__ import annotations

import hashlib
import itertools
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tools.hardware import HardwareError, process
from tools.hardware.process import TOO_LONG, UNPLUGGED, run_module, silent

_TRIES: Final = 3
_RESET_S: Final = 0.5  # mpremote has the board wait 0.1 s before it resets, and does not wait for that
_BYTES_A_SECOND: Final = 500  # far less than what 115,200 baud carry, even as Python source
_PATIENCE: Final = """
import machine
if hasattr(machine, "WDT"):
    machine.WDT(timeout=600000)
"""
"""A watchdog that the application started cannot be stopped, and would cut us off; it can be told to wait longer."""
_LISTING: Final = """
import binascii, hashlib, os
def show(folder):
    for entry in os.ilistdir(folder or "/"):
        path = folder + "/" + entry[0]
        if entry[1] == 0x4000:
            show(path)
            continue
        digest = hashlib.sha256()
        with open(path, "rb") as file:
            while True:
                part = file.read(512)
                if not part:
                    break
                digest.update(part)
        print("file", binascii.hexlify(digest.digest()).decode(), path)
show("")
"""

_FOLDERS: Final = """
import os
for folder in {!r}:
    try:
        os.mkdir(folder)
    except OSError:
        pass
"""


class BoardFiles:
    """The file system of the board at `port`."""

    def __init__(self, port: str, show: Callable[[str], None] = silent) -> None:
        self._port = port
        self._show = show

    def listing(self) -> dict[str, str]:
        """Return path and SHA-256 of every file. A board that has just been flashed may need a second try."""
        for attempt in range(_TRIES):
            status, said = self._mpremote(["exec", _LISTING], silent)
            if status == 0:
                found = re.findall(r"^file ([0-9a-f]{64}) /(.+?)\r?$", said, re.MULTILINE)
                return {path: digest for digest, path in found}
            mute = not said.strip()  # it was waited for as long as anybody would
            if attempt == _TRIES - 1 or mute or not Path(self._port).exists():
                raise HardwareError(self._in_words(said))
            self._show("the board does not answer yet; asking again")
        raise AssertionError

    def update(self, folder: Path, ours: tuple[str, ...]) -> int:
        """Make the board hold what `folder` holds; return how many files were sent.

        Whatever else lies in `ours`, files or folders, goes: a forgotten `.py` would be taken instead of a `.mpy`.
        """
        wanted = digests(folder)
        there = self.listing()
        inside = tuple(f"{name}/" for name in ours)
        self.remove([path for path in there if path not in wanted and (path in ours or path.startswith(inside))])
        changed = [path for path, digest in wanted.items() if there.get(path) != digest]
        if changed:
            self._copy(folder, sorted(changed, key=_last))
        self._show("reading all of it back")
        self._compare(wanted)
        return len(changed)

    def remove(self, paths: list[str]) -> None:
        """Take files away."""
        if paths:
            self._run(["rm", *(f":{path}" for path in paths)])

    def _copy(self, folder: Path, paths: list[str]) -> None:
        """Send files one by one, telling of each: on a serial line all of them take a minute."""
        parents = {parent.as_posix() for path in paths for parent in Path(path).parents} - {"."}
        steps = [step for path in paths for step in ("+", "cp", path, f":{path}")]
        seconds = process.MPREMOTE_S + sum((folder / path).stat().st_size for path in paths) / _BYTES_A_SECOND
        told = itertools.count(1)

        def progress(line: str) -> None:
            if line.startswith("cp "):
                self._show(f"{next(told)}/{len(paths)} {line.split()[1]}")

        self._run(["exec", _FOLDERS.format(sorted(parents)), *steps], folder, progress, seconds)

    def put(self, path: str, source: Path) -> None:
        """Put one file, and read it back."""
        self._run(["cp", str(source), f":{path}"], show=silent)
        self._compare({path: hashlib.sha256(source.read_bytes()).hexdigest()})

    def reset(self) -> None:
        """Restart the board, which starts the application; return when whoever asks next speaks to that."""
        self._run(["reset"])
        time.sleep(_RESET_S)

    def _compare(self, wanted: dict[str, str]) -> None:
        there = self.listing()
        wrong = sorted(path for path, digest in wanted.items() if there.get(path) != digest)
        if wrong:
            raise HardwareError(
                f"{self._port}: {wrong[0]} is on the board otherwise than it was sent ({len(wrong)} of {len(wanted)}); "
                "do it again. If it stays so the flash is worn: take another board"
            )

    def _run(
        self,
        command: list[str],
        folder: Path | None = None,
        show: Callable[[str], None] | None = None,
        seconds: float | None = None,
    ) -> None:
        status, said = self._mpremote(command, show or self._show, folder, seconds)
        if status:
            raise HardwareError(self._in_words(said))

    def _mpremote(
        self,
        command: list[str],
        show: Callable[[str], None],
        folder: Path | None = None,
        seconds: float | None = None,
    ) -> tuple[int, str]:
        arguments = ["connect", self._port, "exec", _PATIENCE, "+", *command]
        return run_module("mpremote", arguments, limit_s=seconds or process.MPREMOTE_S, show=show, folder=folder)

    def _in_words(self, said: str) -> str:
        if not Path(self._port).exists():
            return f"{self._port} is gone: {UNPLUGGED}"
        if "in use" in said or "failed to access" in said:
            return f"{self._port}: another program uses it; close it (a serial monitor?) and do it again"
        if "could not enter raw repl" in said or "TransportError" in said or not said.strip():
            return (
                f"{self._port}: MicroPython's prompt does not answer; press EN (or RST) and do it again. A board that "
                "never had MicroPython needs `ebs flash` without --app-only"
            )
        if "ENOSPC" in said or "No space left" in said:
            return f"{self._port}: the board's file system is full; remove what is not ours, or erase it and flash anew"
        if TOO_LONG in said:
            return f"{self._port}: the board stopped answering; press EN (or RST), look at its cable, and do it again"
        return f"{self._port}: mpremote failed: {said.strip().splitlines()[-1]}"


def _last(path: str) -> tuple[bool, str]:
    """Sort what starts the application behind the application: half of one is not started."""
    return path in {"boot.py", "main.py"}, path


def digests(folder: Path) -> dict[str, str]:
    """Return path and SHA-256 of every file below `folder`."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
