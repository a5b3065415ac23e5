"""Copies of the product with an addition, and what runs in them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATCHES = Path(__file__).parent
PRODUCT = ("collector", "tools")
ANEW = """
{patch} does not fit the code any more: {why}
Make it anew: put the same addition into collector/ and tools/ by hand, then
    git add -AN collector tools
    git diff -U1 -- collector tools > tests/additions/{patch}
    git reset -q -- collector tools && git checkout -- collector tools && git clean -fd collector tools
"""


def files_of(addition: str) -> dict[str, str]:
    """Return the files that a patch touches, each with what it puts in."""
    parts = re.split(r"^diff --git a/\S+ b/(\S+)$", (PATCHES / f"{addition}.patch").read_text(), flags=re.MULTILINE)
    return {
        name: "".join(re.findall(r"^\+(?!\+\+)(.*\n)", part, re.MULTILINE))
        for name, part in zip(parts[1::2], parts[2::2], strict=True)
    }


def copy_with(addition: str, folder: Path) -> Path:
    """Return a copy of the product with an addition. The tests are those of this tree."""
    copy = folder / "copy"
    for tree in PRODUCT:
        shutil.copytree(ROOT / tree, copy / tree, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "tests").symlink_to(ROOT / "tests")
    patch = PATCHES / f"{addition}.patch"
    alone = {**os.environ, "GIT_CEILING_DIRECTORIES": str(folder)}  # not a part of a checkout around it
    done = subprocess.run(
        ["git", "apply", str(patch)], cwd=copy, env=alone, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, ANEW.format(patch=patch.name, why=done.stderr.strip())
    return copy


def run(copy: Path, *arguments: str) -> str:
    """Run a module of the copy, and return what it prints."""
    there = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(command, cwd=copy, env=there, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
