"""A configuration is tried in one boot, and holds only if that boot reached its broker."""

import json
from pathlib import Path
from typing import Any

import pytest

from edge.config import ConfigError
from edge.config_keeper import Keeper

GOOD: dict[str, Any] = {
    "device": "node-1",
    "key": "00" * 32,
    "broker": {"host": "h", "port": 1883, "username": "u", "password": "p"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.json").write_text(json.dumps(GOOD))
    return tmp_path


def proposed(folder: Path, version: int = 1, **changes: Any) -> Keeper:
    keeper = Keeper(str(folder))
    keeper.load()
    keeper.propose("c-1", version, changes or {"broker": {"port": 1884}})
    return Keeper(str(folder))


def test_what_proves_itself_holds(folder: Path) -> None:
    trial = proposed(folder)
    assert trial.load()["broker"] == {**GOOD["broker"], "port": 1884}, "what is not named stays"
    assert trial.prove() == ("c-1", True, "version 1")

    after = Keeper(str(folder))
    assert after.load()["broker"]["port"] == 1884
    assert after.prove() is None


def test_what_does_not_is_given_back_and_said_once(folder: Path) -> None:
    proposed(folder).load()

    back = Keeper(str(folder))
    assert back.load() == GOOD
    outcome = back.prove()
    assert outcome is not None
    assert outcome[:2] == ("c-1", False)
    assert Keeper(str(folder)).load() == GOOD
    assert back.prove() is None


def test_what_was_proven_when_the_power_went_is_not_said_to_be_given_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trial = proposed(folder)
    trial.load()
    with monkeypatch.context() as power:
        power.setattr("os.remove", lambda _: 1 / 0)  # the last write of `prove`
        with pytest.raises(ZeroDivisionError):
            trial.prove()

    after = Keeper(str(folder))
    assert after.load()["version"] == 1
    assert after.prove() == ("c-1", True, "version 1")


@pytest.mark.parametrize(
    ("version", "changes", "problem"),
    [
        (0, {"sealed": True}, "version: must be above 0"),
        ("1", {"sealed": True}, "version"),
        (1, {}, "must be an object"),
        (1, {"key": "00" * 32}, "key: cannot be changed"),
        (1, {"device": "other"}, "device: cannot be changed"),
        (1, {"sealed": 1}, "sealed: must be true or false"),
        (1, {"broker": {"port": 70_000}}, "broker.port"),
        (1, {"outbox_events": 1}, "outbox_events"),
        (1, {"wifi": {"ssid": 3}}, "wifi.ssid"),
    ],
)
def test_what_cannot_work_is_refused_before_it_is_tried(
    folder: Path, version: Any, changes: dict[str, Any], problem: str
) -> None:
    keeper = Keeper(str(folder))
    keeper.load()

    with pytest.raises(ConfigError, match=problem):
        keeper.propose("c-1", version, changes)
    assert [path.name for path in folder.iterdir()] == ["config.json"]


@pytest.mark.parametrize("half", ["config.next", "config.trial"])
def test_a_damaged_proposal_changes_nothing(folder: Path, half: str) -> None:
    (folder / half).write_text('{"id": "c-1", "con')

    assert Keeper(str(folder)).load() == GOOD
    assert Keeper(str(folder)).load() == GOOD


def test_no_configuration_at_all_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="ebs provision"):
        Keeper(str(tmp_path)).load()
