"""Checks the types of edge/ and firmware/ against MicroPython's library. Run it: python -m tools.check_edge.

mypy takes its standard library from a folder and does not look for others in site-packages; so the stubs of the
micropython-* packages are linked into a folder of their own. The rules are in mypy-edge.ini.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

_REPOSITORY = Path(__file__).resolve().parents[1]
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


def main() -> int:
    """Return mypy's exit status."""
    link_stubs(_STUBS)
    command = [sys.executable, "-m", "mypy", "--config-file", "mypy-edge.ini"]
    return subprocess.run(command, cwd=_REPOSITORY, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
