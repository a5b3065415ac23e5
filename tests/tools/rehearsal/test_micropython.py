"""Where the interpreter comes from."""

import subprocess
import time
from pathlib import Path

import pytest

from tools.rehearsal import micropython


def fake(folder: Path, version: str) -> Path:
    program = folder / "micropython"
    program.write_text(f'#!/bin/sh\nprintf "1\\nmicropython {version}\\n"\n')
    program.chmod(0o755)
    return program


@pytest.mark.node
def test_the_interpreter_runs_and_is_found_again_at_once() -> None:
    command = micropython.ensure()
    assert subprocess.run([*command, "-c", "print(1)"], capture_output=True, text=True, check=True).stdout == "1\n"

    begun = time.perf_counter()
    assert micropython.ensure() == command
    assert time.perf_counter() - begun < 1, "50 ms on an idle machine"


def test_a_new_enough_one_on_the_path_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = fake(tmp_path, "1 25")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert micropython.ensure(tmp_path / "none") == [str(program)]


@pytest.mark.parametrize("version", ["1 24", "0 99", "x y"])
def test_an_old_one_is_not_and_the_advice_names_package_and_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    fake(tmp_path, version)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(micropython.NoInterpreterError) as refused:
        micropython.ensure(tmp_path / "none")
    for command in ("sudo apt-get install micropython", "sudo dnf install micropython", "brew install micropython"):
        assert command in str(refused.value)


def test_apt_that_fails_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for tool in ("apt-get", "dpkg-deb"):
        (tmp_path / tool).write_text("#!/bin/sh\necho 'E: no network' >&2\nexit 100\n")
        (tmp_path / tool).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}")
    monkeypatch.setattr(micropython, "_KEYRING", tmp_path / "apt-get")
    monkeypatch.setattr(micropython.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(micropython.sys, "platform", "linux")

    with pytest.raises(micropython.NoInterpreterError, match=r"apt-get failed: .*no network"):
        micropython.ensure(tmp_path / "cache")
