"""docs/rules.md names a test for every rule: each must exist, and each module too."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "rules.md").read_text()
ROWS = [line.split("|")[1:-1] for line in PAGE.splitlines() if line.startswith("| ") and "`test_" in line]


def test_every_rule_names_a_test_that_exists() -> None:
    known = {
        name for file in (ROOT / "tests").rglob("test_*.py") for name in re.findall(r"def (test_\w+)", file.read_text())
    }
    named = set(re.findall(r"`(test_\w+)`", PAGE))

    assert len(ROWS) > 50
    assert named - known == set()


def test_every_rule_names_a_module_that_exists_and_a_source() -> None:
    for _, module, source, _ in ROWS:
        path = module.strip(" `")
        assert list((ROOT / "collector").glob(f"**/{path}.py")), path
        assert source.strip()
