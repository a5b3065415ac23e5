"""Writes package.json, by which `mip` installs the application on a board: python -m tools.dev.package_json."""

from __future__ import annotations

import json
import tomllib

from tools.hardware.application import ROOT, modules


def listing() -> str:
    """Return the file as it should be: every module that goes on a board, from beside package.json."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    return json.dumps({"version": version, "deps": [], "urls": [[name, name] for name in modules()]}, indent=1) + "\n"


if __name__ == "__main__":
    (ROOT / "package.json").write_text(listing())
