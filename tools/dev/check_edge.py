"""Checks edge/ and firmware/ as MicroPython: types against its library, then its compiler.

Run it with `python -m tools.dev.check_edge`.

mypy takes its standard library from a folder and does not look for others in site-packages; so the stubs of the
micropython-* packages are linked into a folder of their own. The rules are in mypy-edge.ini.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

from tools.hardware import HardwareError
from tools.hardware.application import PACKAGES, compile_module

_REPOSITORY = Path(__file__).resolve().parents[2]
_STUBS = _REPOSITORY / ".cache" / "micropython-stubs"
_PACKAGES = ("micropython-stdlib-stubs", "micropython-esp32-stubs")


def link_stubs(folder: Path) -> None:
    """Fill `folder` with links to the stubs of the installed packages."""
    shutil.rmtree(folder, ignore_errors=True)
    for package in _PACKAGES:
        for file in metadata.files(package) or ():
            if ".dist-info" in file.parts[0]:
                continue
            link = folder / file
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(Path(str(file.locate())).resolve())


def compile_all() -> list[str]:
    """Compile every module; return what the compiler refuses."""
    refused = []
    with tempfile.TemporaryDirectory() as scratch:
        for package in PACKAGES:
            for path in sorted((_REPOSITORY / package).rglob("*.py")):
                try:
                    compile_module(path.relative_to(_REPOSITORY).as_posix(), Path(scratch) / "module.mpy")
                except HardwareError as error:
                    refused.append(str(error))
    return refused


def main() -> int:
    """Return 0 when types and compiler have nothing to say."""
    link_stubs(_STUBS)
    command = [sys.executable, "-m", "mypy", "--config-file", "mypy-edge.ini"]
    status = subprocess.run(command, cwd=_REPOSITORY, check=False).returncode
    refused = compile_all()
    for line in refused:
        print(line, file=sys.stderr)
    return status or bool(refused)


if __name__ == "__main__":
    sys.exit(main())
