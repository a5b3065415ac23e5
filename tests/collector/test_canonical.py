"""JSON from outside: what parsers let pass, and what no file of ours holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from collector import canonical
from collector.broker.keyfile import read_keys
from collector.broker.logins import password_of
from collector.canonical import fault_of_json, read_json
from collector.errors import SettingsError


@pytest.mark.parametrize(
    "text", ['{"a":1,"b":{"a":1}}', "[]", '"{{{{{{{{{{{{{{{{{{{{{"', '{"a":' + "[" * 15 + "]" * 15 + "}"]
)
def test_good_json_is_read_as_text_and_as_bytes(text: str) -> None:
    assert fault_of_json(text) is None
    assert read_json(text) == read_json(text.encode())


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"a":1,"a":1}', "a name stands twice"),
        ('[{"x":{"a":1,"b":2,"a":3}}]', "a name stands twice"),
        ('{"a":1,"\\u0061":2}', "a name stands twice"),
        ('{"a":' + "[" * 16 + "]" * 16 + "}", "nested deeper than 16"),
        ("[" * 100_000 + "]" * 100_000, "nested deeper than 16"),
    ],
)
def test_what_two_readers_would_read_differently_is_refused(text: str, fault: str) -> None:
    for given in (text, text.encode()):
        with pytest.raises(ValueError, match=fault):
            read_json(given)


def test_a_file_without_an_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(canonical, "LARGEST", 10)
    assert read_json('"12345678"') == "12345678"
    with pytest.raises(ValueError, match="more than 10 bytes"):
        read_json('"123456789"')


def test_a_login_or_a_key_that_stands_twice_is_no_login_and_no_key(tmp_path: Path) -> None:
    keys, logins = tmp_path / "device-keys.json", tmp_path / "credentials.json"
    keys.write_text(f'{{"node-1":"{"00" * 32}","node-1":"{"11" * 32}"}}')
    logins.write_text('{"collector":"a","collector":"b"}')
    for file in (keys, logins):
        file.chmod(0o600)

    with pytest.raises(SettingsError):
        read_keys(keys)
    with pytest.raises(SettingsError):
        password_of("collector", logins)
