"""What the documentation names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = ["README.md", "CONTRIBUTING.md", *sorted(str(p.relative_to(ROOT)) for p in (ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("page", PAGES)
def test_every_make_command_that_is_named_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^    |`)make ([a-z]+)", (ROOT / page).read_text(), re.MULTILINE))

    assert named <= targets


@pytest.mark.parametrize("page", PAGES)
def test_every_python_file_that_is_named_exists(page: str) -> None:
    named = set(
        re.findall(r"`((?:collector|docs|mosquitto|scripts|tests|tools)/[\w./-]+\.\w+)`", (ROOT / page).read_text())
    )

    assert not sorted(name for name in named if not (ROOT / name).exists())


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_every_dependency_is_named_with_its_licence(lock: str) -> None:
    licences = (ROOT / "docs" / "licences.md").read_text()
    packages = re.findall(r"^([a-z0-9-]+)==", (ROOT / lock).read_text(), re.MULTILINE)

    assert packages
    assert not [name for name in packages if f"| {name} | " not in licences]


def test_the_locks_hold_what_the_project_pins() -> None:
    project = (ROOT / "pyproject.toml").read_text()
    locked = (ROOT / "requirements.lock").read_text() + (ROOT / "requirements-dev.lock").read_text()
    pins = re.findall(r'"([A-Za-z0-9-]+==[^"]+)"', project)

    assert pins
    assert not [pin for pin in pins if f"\n{pin} " not in locked], "run `make lock`"


def test_every_decision_has_its_parts() -> None:
    for page in sorted((ROOT / "docs" / "adr").glob("*.md")):
        text = page.read_text()
        assert all(f"\n## {part}\n" in text for part in ("Context", "Decision", "Refused", "Consequences")), page.name
        assert re.search(r"^Status: \w+, \d{4}-\d\d-\d\d\.", text, re.MULTILINE), page.name
