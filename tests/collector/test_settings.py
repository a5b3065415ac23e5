"""Settings come from the environment, and what is wrong is named by its variable."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from collector.errors import SettingsError
from collector.settings import load_settings


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("EBS_"):
            monkeypatch.delenv(name)


def test_without_any_setting_all_is_on_loopback_in_one_folder() -> None:
    settings = load_settings()

    assert (settings.http_host, settings.broker_host) == ("127.0.0.1", "127.0.0.1")
    assert settings.log_url == "sqlite:///data/log.db"
    assert settings.readmodel_url == "sqlite:///data/readmodel.db"
    assert settings.credentials_file == Path("data/credentials.json")


def test_the_standard_mqtt_port_is_left_to_others() -> None:
    assert 1883 not in {load_settings().broker_port, load_settings().broker_ws_port}


def test_no_setting_is_a_password() -> None:
    assert not [name for name in load_settings().model_dump() if "password" in name or "secret" in name]


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EBS_DATA", "/srv/ebs")
    monkeypatch.setenv("EBS_HTTP_PORT", "9000")
    monkeypatch.setenv("EBS_READMODEL_DATABASE", "postgresql://db/ebs")

    settings = load_settings()

    assert settings.http_port == 9000
    assert settings.log_url == "sqlite:////srv/ebs/log.db"
    assert settings.readmodel_url == "postgresql://db/ebs"


def test_the_command_line_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EBS_HTTP_PORT", "9000")

    assert load_settings(http_port=9001, data=None).http_port == 9001


@pytest.mark.parametrize(
    ("name", "value"),
    [("EBS_HTTP_PORT", "many"), ("EBS_BROKER_PORT", "70000"), ("EBS_ROLE", "boss"), ("EBS_BROKER_WS_URL", "http://x")],
)
def test_a_wrong_value_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=f"^{name}: "):
        load_settings()


def test_a_typing_error_in_a_name_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EBS_HTPT_PORT", "9000")

    with pytest.raises(SettingsError, match="EBS_HTPT_PORT: no such setting; did you mean EBS_HTTP_PORT?"):
        load_settings()


def test_a_pid_file_is_of_a_broker_whose_files_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().login_files is None
    monkeypatch.setenv("EBS_BROKER_PID_FILE", "/run/ebs/mosquitto.pid")
    with pytest.raises(SettingsError, match="^EBS_BROKER_LOGIN_FILES: is not set, and EBS_BROKER_PID_FILE is"):
        load_settings()

    monkeypatch.setenv("EBS_BROKER_LOGIN_FILES", "/srv/logins")

    assert load_settings().login_files == (Path("/srv/logins"), Path("/run/ebs/mosquitto.pid"))


def test_all_faults_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EBS_HTTP_PORT", "many")
    monkeypatch.setenv("EBS_ROLE", "boss")

    with pytest.raises(SettingsError) as raised:
        load_settings()

    assert len(str(raised.value).splitlines()) == 2
