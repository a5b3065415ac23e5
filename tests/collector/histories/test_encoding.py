"""Text files are read in whichever of the usual encodings they were saved."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from collector.errors import BadHistory
from collector.histories import encoding
from collector.histories.encoding import text_in, text_of
from collector.histories.formats import stories_in
from collector.histories.story import Story, finished
from tests.collector.histories.roomlines import WINAMAX

UMLAUT = WINAMAX.replace("Tao", "Jürgen 'ß'")


@pytest.mark.parametrize(
    "raw",
    [
        UMLAUT.encode(),
        codecs.BOM_UTF8 + UMLAUT.encode(),
        UMLAUT.encode("cp1252"),
        UMLAUT.encode("utf-16"),
        codecs.BOM_UTF16_BE + UMLAUT.encode("utf-16-be"),
        UMLAUT.encode("utf-16-le"),
        UMLAUT.encode("utf-16-be"),
        UMLAUT.encode("utf-16") + b"\n",
        UMLAUT.replace("\n", "\r\n").encode("cp1252"),
    ],
    ids=["utf-8", "mark", "cp1252", "utf-16", "utf-16-be", "no mark le", "no mark be", "odd end", "crlf"],
)
def test_a_hand_is_the_same_in_every_encoding(raw: bytes, tmp_path: Path) -> None:
    (tmp_path / "hand.txt").write_bytes(raw)

    (story,) = stories_in(tmp_path / "hand.txt")

    assert isinstance(story, Story), story
    assert story.setup.seats[-1].name == "Vic"
    assert {seat.name for seat in story.setup.seats} == {"Jürgen 'ß'", "Uma", "Vic"}
    assert finished(story).result.final_stacks == {1: 9950, 2: 5270, 3: 8270}  # type: ignore[union-attr]


def test_bytes_that_are_no_text_say_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\x00\x01\x8d\x00\x81\x00\x9d\x00\x00")

    (refused,) = stories_in(tmp_path / "picture.txt")

    assert isinstance(refused, BadHistory)
    assert "is no text in UTF-8, UTF-16 or Windows-1252; open it in a text editor and save it as UTF-8" in str(refused)


def test_a_file_that_is_not_there_is_named_once(tmp_path: Path) -> None:
    with pytest.raises(BadHistory) as refused:
        text_in(tmp_path / "nothing.txt")

    assert refused.value.message.count("nothing.txt") == 1
    assert "check its name and rights" in refused.value.message


@pytest.mark.parametrize("name", ["hands.txt", "hand.phh"])
def test_a_file_without_an_end_is_not_read_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(encoding, "LARGEST", 1 << 20)
    (tmp_path / name).write_bytes(b"\n" * (1 << 20))
    (before,) = stories_in(tmp_path / name)
    (tmp_path / name).write_bytes(b"\n" * ((1 << 20) + 1))

    (refused,) = stories_in(tmp_path / name)

    assert isinstance(refused, BadHistory)
    assert isinstance(before, BadHistory)
    assert refused.message == f"{tmp_path / name}: is larger than 1 MiB; split it"
    assert "larger" not in before.message
    with pytest.raises(BadHistory, match="/dev/zero: is larger than 1 MiB"):
        text_in(Path("/dev/zero"))


def test_line_ends_of_every_kind_are_line_feeds() -> None:
    assert text_of(b"a\r\nb\rc\n", "text") == "a\nb\nc\n"
