"""A new thing takes few files: each patch is applied to a copy of the product, and what it adds is played there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.additions import copies
from tests.additions.copies import PATCHES, PRODUCT, copy_with, files_of, run

MOST = {"command": 2, "fact_kind": 1, "event_type": 2, "verb": 1, "page": 4}
"""How many files of the product each addition may touch. A page: the three of its folder, and its line."""


@pytest.mark.parametrize("addition", MOST)
def test_an_addition_touches_no_more_files_than_it_may(addition: str) -> None:
    files = files_of(addition)

    assert 0 < len(files) <= MOST[addition], sorted(files)
    assert all(name.startswith(tuple(f"{tree}/" for tree in PRODUCT)) for name in files)
    assert all((PATCHES / f"{addition}.patch").read_text().count(f"+++ b/{name}\n") == 1 for name in files)
    assert {path.stem for path in PATCHES.glob("*.patch")} == set(MOST)


def test_the_copy_is_what_is_run(tmp_path: Path) -> None:
    copy = copy_with("verb", tmp_path)
    (copy / "collector" / "where.py").write_text("print(__file__)\n")

    assert run(copy, "collector.where").strip() == str(copy / "collector" / "where.py")


def test_a_new_command_is_taken_refused_listed_logged_and_folded(tmp_path: Path) -> None:
    copy = copy_with("command", tmp_path)

    run(copy, "tests.additions.command", str(tmp_path / "log.db"))


def test_a_new_command_has_its_label_on_the_pages_by_writing_them_anew(tmp_path: Path) -> None:
    copy = copy_with("command", tmp_path)
    labels = copy / "collector" / "web" / "static" / "shared" / "command_labels.js"
    before = labels.read_text().splitlines()

    run(copy, "tools.dev.command_labels")

    assert sorted({*labels.read_text().splitlines()} - {*before}) == ["  rename_player: 'Name',"]


def test_a_new_kind_of_fact_is_logged_read_and_folded(tmp_path: Path) -> None:
    run(copy_with("fact_kind", tmp_path), "tests.additions.fact_kind", str(tmp_path / "log.db"))


def test_a_new_type_of_event_goes_out_on_both_channels(tmp_path: Path) -> None:
    run(copy_with("event_type", tmp_path), "tests.additions.event_type")


def test_a_new_verb_runs_and_is_listed_in_its_place(tmp_path: Path) -> None:
    copy = copy_with("verb", tmp_path)

    listed = re.findall(r"^  ([a-z]+)  ", run(copy, "tools.cli", "--help").split("Verbs:")[1], re.MULTILINE)

    assert listed[listed.index("convert") + 1] == "cards"
    assert "Print the cards of a deck." in run(copy, "tools.cli", "--help")
    assert len(run(copy, "tools.cli", "cards").split()) == 52
    assert "Print the 52 cards" in run(copy, "tools.cli", "cards", "--help")


def test_a_new_page_is_a_folder_of_its_own_and_one_line(tmp_path: Path) -> None:
    files = files_of("page")
    own = {name for name in files if name.startswith("collector/web/static/clock/")}
    (other,) = files.keys() - own
    static = copy_with("page", tmp_path) / "collector" / "web" / "static"

    assert other == "collector/web/static/index.html"
    assert files[other].count("\n") == 1
    assert {path.name for path in (static / "clock").iterdir()} == {Path(name).name for name in own}


def test_a_patch_that_does_not_fit_says_how_to_make_it_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    patch = (PATCHES / "command.patch").read_text()
    (tmp_path / "command.patch").write_text(patch.replace(" class SitOut(", " class SatOut("))
    monkeypatch.setattr(copies, "PATCHES", tmp_path)

    with pytest.raises(AssertionError, match=r"command\.patch does not fit(?s:.*)git diff -U1"):
        copy_with("command", tmp_path)
