"""A start that fails says why, and leaves nothing behind in the folder."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from collector.broker.admitted import dynsec
from collector.system import write_private
from tools.cli import main


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        yield held.getsockname()[1]


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, logs_as_before: None) -> None:
    for name in [each for each in os.environ if each.startswith("EBS_")]:
        monkeypatch.delenv(name)


def ended(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[object, str]:
    with pytest.raises(SystemExit) as found:
        main(list(words))
    return found.value.code, capsys.readouterr().err


@pytest.mark.parametrize("role", ["all", "collector"])
def test_a_service_without_logins_makes_no_files(tmp_path: Path, capsys: pytest.CaptureFixture[str], role: str) -> None:
    code, err = ended(capsys, "serve", "--data", str(tmp_path / "data"), "--role", role)

    assert code == 2
    assert "credentials.json holds no password for collector; give EBS_CREDENTIALS" in err
    assert list(tmp_path.iterdir()) == []


def test_two_users_are_two_roles(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EBS_SHARED_GROUP", "ebs-share")

    code, err = ended(capsys, "serve", "--data", str(tmp_path / "data"))

    assert code == 2
    assert "EBS_SHARED_GROUP is for collector and web as two users; give --role" in err
    assert list(tmp_path.iterdir()) == []


def test_a_service_whose_logins_others_can_read_does_not_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_private(tmp_path / "credentials.json", '{"collector": "word"}')
    (tmp_path / "credentials.json").chmod(0o644)

    code, err = ended(capsys, "serve", "--data", str(tmp_path))

    assert code == 2
    assert "can be read by others; chmod 600 it, and exchange the passwords in it" in err
    assert [path.name for path in tmp_path.iterdir()] == ["credentials.json"]


@pytest.mark.parametrize("wrong", ["missing", "both"])
def test_a_service_whose_broker_s_files_are_of_no_use_does_not_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    write_private(tmp_path / "credentials.json", '{"collector": "word"}')
    if wrong == "both":
        write_private(tmp_path / "broker-admin", "word")
    before = sorted(tmp_path.iterdir())
    monkeypatch.setenv("EBS_BROKER_LOGIN_FILES", str(tmp_path / "logins"))

    code, err = ended(capsys, "serve", "--data", str(tmp_path), "--role", "collector")

    assert code == 2
    assert (
        "plugin keeps these logins" if wrong == "both" else "logins is no folder; make it, and put mosquitto"
    ) in err
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("role", ["all", "web"])
def test_a_service_whose_port_is_taken_makes_no_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], taken: int, role: str
) -> None:
    write_private(tmp_path / "credentials.json", '{"collector": "word"}')

    code, err = ended(capsys, "serve", "--data", str(tmp_path), "--role", role, "--port", str(taken))

    assert code == 2
    assert f"cannot serve pages on 127.0.0.1:{taken}: address already in use; set EBS_HTTP_PORT to a free port" in err
    assert [path.name for path in tmp_path.iterdir()] == ["credentials.json"]


def test_a_host_that_is_none_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EBS_HTTP_HOST", "h\u202e")

    code, err = ended(capsys, "serve", "--data", str(tmp_path / "data"), "--role", "web")

    assert code == 2
    assert "EBS_HTTP_HOST: string should match pattern" in err
    assert list(tmp_path.iterdir()) == []


def test_a_run_whose_port_is_taken_makes_no_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], taken: int
) -> None:
    code, err = ended(capsys, "run", "--empty", "--data", str(tmp_path / "data"), "--port", str(taken))

    assert code == 1
    assert f"ebs run: --port {taken}: another program has it; name another, or leave it out" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("missing", ["mosquitto", "mosquitto_dynamic_security.so"])
def test_a_run_without_a_part_of_the_broker_makes_no_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    if missing == "mosquitto":
        monkeypatch.setattr(shutil, "which", lambda _name, **_: None)
    else:
        monkeypatch.setattr(dynsec, "_PLUGIN", "no_such_plugin.so")

    code, err = ended(capsys, "run", "--empty", "--data", str(tmp_path / "data"))

    assert code == 1
    assert "is not installed" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [("--speed", "nan"), ("--speed", "inf"), ("--port", "70000"), ("--players", "11")])
def test_a_run_with_a_number_that_is_none_makes_no_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, str]
) -> None:
    code, err = ended(capsys, "run", "--data", str(tmp_path / "data"), *words)

    assert code == 2
    assert words[0] in err
    assert list(tmp_path.iterdir()) == []
