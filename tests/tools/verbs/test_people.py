"""`ebs users` and `ebs keys` as somebody types them."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

import pytest

from collector.access.apikeys import is_key
from collector.appstore import AppStore
from collector.signin.first import FILE
from tests.collector.signin.house import empty
from tests.tools.verbs.typed import Typed


@pytest.fixture
def typed(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Typed:
    monkeypatch.delenv("EBS_DATA", raising=False)
    monkeypatch.delenv("EBS_APP_URL", raising=False)
    empty(tmp_path / "data" / "app.db")
    return Typed(tmp_path / "data", capsys)


def test_somebody_is_let_in_with_a_password_that_is_told_once(typed: Typed) -> None:
    said = typed("users add ana --role operator --event evt_a --table t1 --table t2")

    assert said.startswith("ana may come in as operator (events evt_a) (tables t1 t2)\n")
    password = re.search(r"told this once: (\S+)", said)
    assert password
    assert password[1] not in typed("users list --json")
    assert password[1].encode() not in (typed.folder / "app.db").read_bytes()


def test_a_password_may_come_from_a_file(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "good").write_text("correct horse battery\nand more\n")
    (tmp_path / "weak").write_text("short\n")

    assert "told this once" not in typed(f"users add ana --role viewer --password-file {tmp_path / 'good'}")
    assert "has 5 characters" in typed(f"users password ana --password-file {tmp_path / 'weak'}", 2)
    assert "short" not in typed(f"users add bob --role viewer --password-file {tmp_path / 'weak'}", 2)


def test_grants_roles_and_the_end_of_them(typed: Typed) -> None:
    typed("users add ada --role admin")
    typed("users add ana --role operator --event evt_a")

    assert typed("users grant ana --word read:audit") == "ana may: operator (events evt_a); read:audit\n"
    assert typed("users role ana floor") == "ana may: floor (events evt_a); read:audit\n"
    assert typed("users grant ana --role viewer --only") == "ana may: viewer\n"
    assert typed("users grant ana --nothing") == "ana may: nothing\n"
    assert typed("users disable ana") == "ana is out\n"
    assert [(each["name"], each["disabled"]) for each in json.loads(typed("users list --json"))] == [
        ("ada", False),
        ("ana", True),
    ]
    assert typed("users disable ana --enable") == "ana may come in again\n"
    assert "last admin" in typed("users disable ada", 2)
    assert "two persons" in typed("users grant ana --word read:live", 2)


def test_a_second_factor_is_given_and_taken(typed: Typed) -> None:
    typed("users add ada --role admin")
    said = typed("users totp ada")

    assert "otpauth://totp/EBS:ada?secret=" in said
    codes = re.findall(r"^  (\S{4}-\S{4}-\S{4}-\S{4})$", said, re.MULTILINE)
    assert len(codes) == 10
    kept = (typed.folder / "app.db").read_bytes()
    assert not [code for code in codes if code.encode() in kept]
    assert re.search(r"^ada +admin +yes +in +admin$", typed("users list"), re.MULTILINE)
    assert typed("users totp ada --off") == "ada has no second factor\n"


def test_a_key_is_told_once_listed_and_revoked(typed: Typed) -> None:
    typed("users add ana --role viewer")
    key = typed("keys create tv --owner ana --scope read:hands").splitlines()[-1]
    (listed,) = json.loads(typed("keys list --json"))

    assert is_key(key)
    assert key not in typed("keys list")
    assert (listed["name"], listed["owner"], listed["scopes"]) == ("tv", "ana", ["read:hands"])
    assert typed(f"keys revoke {listed['id']}") == f"{listed['id']} opens nothing any more\n"
    assert "no key" in typed(f"keys revoke {listed['id']}", 2)
    assert "does not hold read:players" in typed("keys create tv --owner ana --scope read:players", 2)
    assert "no user" in typed("keys create tv --owner bob --scope read:hands", 2)


def test_a_new_password_of_the_first_admin_takes_the_file_away(typed: Typed) -> None:
    typed("users add admin --role admin")
    (typed.folder / FILE).write_text("the first one")

    typed("users password admin")

    assert not (typed.folder / FILE).exists()


def test_what_was_done_is_on_record_with_who_typed_it(typed: Typed) -> None:
    typed("users add ana --role viewer")
    typed("users disable ana")

    with sqlite3.connect(typed.folder / "app.db") as connection:
        entries = connection.execute("SELECT who, what, about FROM audit ORDER BY number").fetchall()
    assert [entry[1:] for entry in entries] == [("user_added", "ana"), ("user_disabled", "ana")]
    assert all(re.fullmatch(r"system:\S+", who) for who, _, _ in entries)


def test_without_an_app_store_only_the_first_person_makes_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = Typed(tmp_path / "new", capsys)

    assert "let somebody in" in typed("users list", 2)
    assert not (tmp_path / "new").exists()
    typed("users add ana --role viewer")
    store = AppStore(f"sqlite:///{tmp_path / 'new' / 'app.db'}")
    assert set(store.users()) == {"ana"}
    store.close()
