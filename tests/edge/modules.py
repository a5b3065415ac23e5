"""The modules of a node's packages."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("edge", "firmware")


def sources(root: Path) -> dict[str, Path]:
    """Return module name -> file of a node's packages below `root`."""
    found = {}
    for package in PACKAGES:
        files = sorted((root / package).rglob("*.py"))
        assert files, f"{package} holds no Python; a rule about nothing holds always"
        for file in files:
            parts = file.relative_to(root).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found
