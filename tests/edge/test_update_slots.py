"""Which application starts: boot.py's side and the application's side agree on the file `active`."""

import json
from pathlib import Path

import pytest

from edge import update_slots
from firmware.boot import choose


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for slot in update_slots.SLOTS:
        (tmp_path / slot).mkdir()
        (tmp_path / slot / "manifest.json").write_text("{}")
    return tmp_path


def starts(folder: Path) -> tuple[str, bool]:
    return choose(f"{folder}/")


def test_without_an_update_runs_what_lies_beside(folder: Path) -> None:
    assert starts(folder) == ("", False)
    assert update_slots.prove(str(folder)) is None


def test_an_update_that_proves_itself_runs_from_then_on(folder: Path) -> None:
    update_slots.switch(str(folder), update_slots.spare(str(folder)), "c-1")
    assert starts(folder) == ("app_a", True)
    assert update_slots.prove(str(folder)) == ("c-1", True, "runs from app_a")

    assert [starts(folder) for _ in range(9)] == [("app_a", False)] * 9
    assert update_slots.prove(str(folder)) is None, "it is answered once"
    assert update_slots.spare(str(folder)) == "app_b"


def test_three_starts_that_do_not_are_enough(folder: Path) -> None:
    update_slots.switch(str(folder), "app_a", "c-1")
    starts(folder)
    update_slots.prove(str(folder))
    update_slots.switch(str(folder), "app_b", "c-2")

    assert [starts(folder) for _ in range(5)] == [("app_b", True)] * 3 + [("app_a", False)] * 2
    outcome = update_slots.prove(str(folder))
    assert outcome is not None
    assert outcome[:2] == ("c-2", False)


@pytest.mark.parametrize("content", ["", "{", "[]", '{"slot": 3, "good": true}', '{"good": true}', '{"slot": "app_c"}'])
def test_a_damaged_file_runs_what_lies_beside(folder: Path, content: str) -> None:
    (folder / "active").write_text(content)

    assert starts(folder)[0] == ""


def test_a_folder_that_is_not_whole_does_not_run(folder: Path) -> None:
    (folder / "app_a" / "manifest.json").unlink()
    (folder / "active").write_text(json.dumps({"slot": "app_a", "good": True}))

    assert starts(folder) == ("", False)
