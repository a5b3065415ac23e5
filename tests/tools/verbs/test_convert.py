"""`ebs convert`: any format in, any out, and out of a log; what cannot be held is said."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from collector.histories import formats
from collector.histories.formats import WRITERS, stories_in
from collector.histories.roomtext.read import Part
from collector.histories.story import Story, finished
from collector.log.sqlite import SqliteLog
from tests.collector.histories.roomlines import STARS
from tests.collector.histories.samples import RUN_TWICE, facts
from tests.collector.table.dealer import Dealer
from tools.verbs.convert import main


def ebs(*arguments: str) -> tuple[int, str, str]:
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(main)
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.stdout, result.stderr


def once(text: str) -> str:
    """The sample with one board: what every format holds."""
    lines = [line for line in text.splitlines() if "SECOND" not in line and "Bob collected" not in line]
    return (
        "\n".join(lines).replace("FIRST ", "").replace("$100.50 from", "$202 from").replace("Rake $1", "Rake $0") + "\n"
    )


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    file = tmp_path / "hand.txt"
    file.write_text(once(RUN_TWICE))
    return file


def read(file: Path) -> Story:
    (story,) = stories_in(file)
    assert isinstance(story, Story), story
    return story


@pytest.mark.parametrize("form", WRITERS)
def test_a_hand_comes_back_the_same_from_the_file_it_was_converted_to(sample: Path, tmp_path: Path, form: str) -> None:
    code, _, error = ebs(str(sample), "--to", form, "--out", str(tmp_path / "out"))

    assert (code, error) == (0, "")
    (written,) = (tmp_path / "out").iterdir()
    first, second = read(sample), read(written)
    scale = 100 // second.scale
    assert facts(finished(second), scale)[-3:] == facts(finished(first))[-3:]


def test_many_hands_come_one_a_line_and_are_read_so(sample: Path, tmp_path: Path) -> None:
    code, output, _ = ebs(str(sample), str(sample), "--to", "json")

    assert code == 0
    both = tmp_path / "both.json"
    both.write_text(output)
    assert len(list(stories_in(both))) == len(output.splitlines()) == 2


def test_a_log_gives_its_hands_as_corrected(tmp_path: Path) -> None:
    dealer = Dealer()
    dealer.command(type="start_hand", button=1)
    raised = dealer.act(1, "raise_to", 300).seq
    dealer.act(2, "fold")
    dealer.act(3, "fold")
    dealer.command(type="end_hand")
    dealer.command(type="start_hand", button=1)
    dealer.command(type="misdeal")
    changes = [{"seq": raised, "command": {"type": "raise_to", "seat": 1, "amount": 400}}]
    previewed = dealer.send(type="amend", changes=changes)
    assert previewed.error is not None
    dealer.command(type="amend", changes=changes, digest=previewed.error.details["digest"])
    asyncio.run(keep(tmp_path / "log.db", dealer))

    code, output, error = ebs(str(tmp_path / "log.db"))

    assert (code, error) == (0, "")
    (hand,) = [json.loads(line) for line in output.splitlines()]
    assert [act["amount"] for act in hand["actions"] if act["action"] == "raise"] == [400]
    assert {event["_source"] for event in hand["story"]["events"]} == {"amended", "operator"}


async def keep(file: Path, dealer: Dealer) -> None:
    log = await SqliteLog.open(file)
    await log.append(dealer.facts)
    await log.close()


def test_what_cannot_be_read_or_held_is_said_and_the_rest_is_written(sample: Path, tmp_path: Path) -> None:
    twice, nothing = tmp_path / "twice.txt", tmp_path / "nothing.json"
    twice.write_text(RUN_TWICE)
    nothing.write_text('{"hand_id": "h"}')

    code, output, error = ebs(str(twice), str(nothing), str(sample), "--to", "phh")

    assert code == 2
    assert "PHH cannot hold a board that is run more than once" in error
    assert "nothing.json, hand 1: players is missing; it must be a list" in error
    assert "variant" in output


def test_a_record_that_cannot_be_played_is_said_and_the_rest_is_written(sample: Path, tmp_path: Path) -> None:
    folded = tmp_path / "folded.phh"
    folded.write_text(
        "variant = 'NT'\nantes = [0, 0]\nblinds_or_straddles = [100, 50]\nmin_bet = 100\nstarting_stacks = [900, 900]\n"
        "actions = ['d dh p1 AsKd', 'd dh p2 2c3c', 'p2 f', 'p2 cbr 300']\n"
    )

    code, output, error = ebs(str(folded), str(sample))

    assert code == 2
    assert "folded.phh, action 4: p2: seat 2 cannot act" in error
    assert len(output.splitlines()) == 1


def test_a_format_that_there_is_not_is_refused(sample: Path) -> None:
    code, _, error = ebs(str(sample), "--to", "pdf")

    assert code == 2
    assert "phh, ohh, pokerstars, json" in error


def session(tmp_path: Path, *hands: str) -> Path:
    file = tmp_path / "session.txt"
    file.write_text("\n\n".join(hands))
    return file


def test_a_difference_from_the_source_refuses_the_hand_or_is_listed(tmp_path: Path) -> None:
    wrong = session(tmp_path, STARS.replace("Total pot $72", "Total pot $75"))

    code, output, error = ebs(str(wrong))
    assert (code, output) == (2, "")
    assert "hand 880000000101: the total pot is 75 in the text, the rules give 72" in error

    code, output, error = ebs(str(wrong), "--lenient")
    assert (code, json.loads(output)["pot_total"]) == (0, 7200)
    assert "880000000101: the total pot is 75 in the text, the rules give 72; taken as it is" in error


def test_one_bad_hand_of_a_session_leaves_the_others(tmp_path: Path) -> None:
    second = STARS.replace("[4d 8c Th] [2s]", "[4d 8c Th] [2]").replace("0101:", "0102:")

    code, output, error = ebs(str(session(tmp_path, STARS, second, STARS.replace("0101:", "0103:"))))

    assert code == 2
    assert [json.loads(line)["hand_id"] for line in output.splitlines()] == ["880000000101", "880000000103"]
    assert error.count("\n") == 1
    assert "'[4d 8c Th] [2]' is not a card" in error


def test_files_that_hold_no_hand_leave_the_others(tmp_path: Path, sample: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "readme.md").write_text("# Poker night\n\nBring 5 chairs.\n")
    (tmp_path / "deep.json").write_text("[" * 100_000)
    (tmp_path / "noise.txt").write_bytes(bytes(range(256)))
    names = ["empty.txt", "readme.md", "deep.json", "noise.txt", "nowhere.txt", "nowhere.phh", "nowhere.db", "."]

    code, output, error = ebs(*(str(tmp_path / name) for name in names), str(sample))

    assert code == 2
    assert len(output.splitlines()) == 1
    assert len(error.splitlines()) == len(names)
    for name, line in zip(names, error.splitlines(), strict=True):
        assert line.count(str(tmp_path / name)) == 1, line
        assert "Errno" not in line


def test_a_fault_of_this_program_in_one_hand_leaves_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(story: Story) -> str:
        if story.id == "880000000101":
            raise KeyError("nobody thought of this")
        return "written"

    monkeypatch.setattr(formats, "WRITERS", {**WRITERS, "json": broken})

    code, output, error = ebs(str(session(tmp_path, STARS, STARS.replace("0101:", "0103:"))))

    assert (code, output) == (2, "written\n")
    assert "880000000101: was not written, by a fault of this program (KeyError 'nobody thought of this')" in error
    assert "report it with its file" in error


def test_a_fault_of_a_reader_in_one_hand_leaves_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = formats.story_of_part

    def broken(part: Part, source: str, *, lenient: bool = False) -> Story:
        if part.line == 1:
            raise ZeroDivisionError
        return read(part, source, lenient=lenient)

    monkeypatch.setattr(formats, "story_of_part", broken)

    code, output, error = ebs(str(session(tmp_path, STARS, STARS)))

    assert (code, len(output.splitlines())) == (2, 1)
    assert "session.txt, line 1: was not understood, by a fault of this program (ZeroDivisionError)" in error


def test_two_hands_of_one_id_get_two_files(tmp_path: Path) -> None:
    code, _, _ = ebs(str(session(tmp_path, STARS, STARS)), "--to", "pokerstars", "--out", str(tmp_path / "out"))

    assert code == 0
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["880000000101-2.txt", "880000000101.txt"]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, sample: Path) -> None:
    (tmp_path / "out").write_text("a file")

    code, _, error = ebs(str(sample), "--out", str(tmp_path / "out"))

    assert code == 2
    assert "cannot be written: File exists; check the folder and its rights" in error


def test_a_format_is_told_its_near_name(sample: Path) -> None:
    code, _, error = ebs(str(sample), "--to", "pokerstar")

    assert code == 2
    assert "--to: 'pokerstar' is not known; did you mean pokerstars? There are: phh" in error


def test_a_hand_of_a_log_has_its_table_and_time_in_card_room_text(tmp_path: Path) -> None:
    dealer = Dealer()
    dealer.command(type="start_hand", button=1)
    dealer.act(1, "fold")
    dealer.act(2, "fold")
    dealer.command(type="end_hand")
    asyncio.run(keep(tmp_path / "log.db", dealer))

    code, output, error = ebs(str(tmp_path / "log.db"), "--to", "pokerstars")

    assert (code, error) == (0, "")
    assert "Table 'table_01' 10-max Seat #1 is the button" in output
    assert " UTC [" in output.splitlines()[0]
    assert "2000/01/01" not in output
