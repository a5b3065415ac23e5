"""No input of any verb ends in a traceback: it is told in words, and nothing is left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from tests.tools.wrong_input import BASE, calls, commands, make_files
from tools.cli import main

LEAST = 1_000


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logs_as_before: None) -> Path:
    make_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    for name in [each for each in os.environ if each.startswith("EBS_")]:
        monkeypatch.delenv(name)
    return tmp_path


def listed(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_every_command_is_tried_and_in_many_ways() -> None:
    found = commands()

    assert set(BASE) == set(found), "say what a call of the new command needs"
    assert sum(1 for name in found for _ in calls(name, found[name])) > LEAST


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", BASE)
def test_a_wrong_call_is_told_in_words(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, faults = listed(folder), []
    for call in calls(name, commands()[name]):
        with pytest.raises(SystemExit) as ended:
            main(list(call.words))
        out, err = capsys.readouterr()
        said = [
            "status" * (ended.value.code not in {1, 2}),
            "traceback" * ("Traceback" in out + err or "fault of EBS" in err),
            "silence" * (not err.strip()),
            "path" * (call.missing is not None and err.count(call.missing) != 1),
            "control" * any(unicodedata.category(sign) == "Cc" and sign not in "\n\t" for sign in out + err),
            "left behind" * (listed(folder) != before),
        ]
        faults += [(call.words, fault, err[:300]) for fault in said if fault]

    assert not faults


def test_a_name_that_is_no_verb_is_told_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["converrt"])

    assert ended.value.code == 2
    assert "verb 'converrt' is not known; did you mean convert?" in capsys.readouterr().err


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])

    assert ended.value.code in {0, None}
    assert capsys.readouterr().out.startswith("ebs 0.")


@pytest.mark.parametrize("closing", ["| true", ">&-", ">&- 2>&-", "> /dev/full"])
def test_an_output_that_nobody_takes_is_no_traceback(closing: str, tmp_path: Path) -> None:
    ebs = f"{sys.executable} -m tools.cli"
    line = f"{ebs} equity AsAh KdKc --board 2c3c4c --outs {closing}"
    many = f"for n in 1 2 3; do {line}; done"

    done = subprocess.run(["bash", "-c", many], capture_output=True, text=True, check=False)

    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert "fault of EBS" not in done.stderr
    assert ("no space left" in done.stderr) == ("full" in closing)


def test_a_fault_of_ours_is_a_line_and_its_traceback_is_there_for_who_asks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tools.verbs.bench.report", None)
    monkeypatch.setattr("tools.verbs.bench.import_module", lambda _: object())
    told = []
    for wanted in ("", "1"):
        monkeypatch.setenv("EBS_TRACEBACK", wanted)
        with pytest.raises(SystemExit) as ended:
            main(["bench", "equity"])
        assert ended.value.code == 1
        told.append(capsys.readouterr().err)

    assert [line.startswith("ebs bench: a fault of EBS itself (AttributeError: ") for line in told] == [True, False]
    assert ["Traceback" in text for text in told] == [False, True]
