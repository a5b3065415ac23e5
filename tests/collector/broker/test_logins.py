"""Logins of the broker: their plain words are nowhere but in the file of logins."""

from __future__ import annotations

from collector.broker.logins import hashed_passwords


def test_the_password_file_holds_no_plain_word_and_no_word_twice_the_same() -> None:
    lines = hashed_passwords({"public": "a word", "operator": "a word"}).splitlines()

    assert [line.split(":")[0] for line in lines] == ["public", "operator"]
    assert not [line for line in lines if "word" in line]
    assert len({line.split(":")[1] for line in lines}) == 2, "each has its own salt"
