"""What the documentation names exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.guides.pages import PAGES, lines, prose
from tests.rooms import parts_of_collector

ROOT = Path(__file__).resolve().parent.parent
WIDTH = 100


@pytest.mark.parametrize("page", PAGES)
def test_every_make_command_that_is_named_exists(page: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    typed = [line.command for line in lines(page)]
    named = {name for text in typed for name in re.findall(r"^make ([a-z]+)", text)}
    named |= {name for _, text in prose(page) for name in re.findall(r"`make ([a-z]+)", text)}

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
    pages = sorted((ROOT / "docs" / "adr").glob("*.md"))

    assert len(pages) >= 14
    for page in pages:
        text = page.read_text()
        assert all(f"\n## {part}\n" in text for part in ("Context", "Decision", "Refused", "Consequences")), page.name
        assert re.search(r"^Status: \w+, \d{4}-\d\d-\d\d\.", text, re.MULTILINE), page.name


def test_there_are_pages() -> None:
    assert {"README.md", "CHANGELOG.md", "firmware/README.md", "docs/install.md", "docs/architecture.md"} <= set(PAGES)
    assert len(PAGES) >= 30


@pytest.mark.parametrize("page", PAGES)
def test_a_line_of_prose_ends_before_column_100(page: str) -> None:
    """Tables, blocks and images may be longer, and so may a word that cannot be parted: a link, a span of code."""
    found = list(prose(page))
    unparted = re.compile(r"`[^`]*`|!?\[[^\]]*\]\([^)]*\)|<[^>]*>")
    long = [
        f"{page}:{number}"
        for number, text in found
        if len(text) > WIDTH and not text.startswith(("|", "#")) and " " in unparted.sub("x", text).strip(" -*")
    ]

    assert found
    assert not long


def test_the_map_of_rooms_has_every_room_and_no_other() -> None:
    rooms = (ROOT / "docs" / "architecture.md").read_text().split("\n## Rooms\n")[1]
    table = re.findall(r"^\| (`[^|]*) \|", rooms, re.MULTILINE)
    named = {name.rstrip("/") for cell in table for name in re.findall(r"`([^`]+)`", cell)} - {"collector"}

    assert named == {*parts_of_collector(), "web"}


def test_the_map_of_the_readme_names_what_is_there() -> None:
    text = (ROOT / "README.md").read_text().split("\n## Map of the code\n")[1].split("```")[1]
    places = [line.split("   ")[0] for line in text.splitlines()[1:]]
    inside = {f"collector/{name}" for line in places if line.startswith("  ") for name in line.split()}
    named = inside | {name for line in places if not line.startswith(" ") for name in line.split()}

    assert len(inside) >= 14
    assert not sorted(name for name in named if not (ROOT / name).is_dir())
