"""`ebs convert`: any format in, any out, and out of a log; what cannot be held is said."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from collector.histories.formats import WRITERS, stories_in
from collector.histories.story import Story, finished
from collector.log.sqlite import SqliteLog
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
    assert "PHH cannot hold RunTimes" in error
    assert "is no hand of the specification" in error
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
