"""Permission words: which there are, what a wildcard stands for, and that no route, topic or command is without one."""

from __future__ import annotations

import pytest

from collector.access.operations import OPERATIONS
from collector.access.vocabulary import (
    BY_NAME,
    GUARDED_READS,
    MANAGES,
    ORDINARY_READS,
    WORDS,
    WRITES,
    expand,
    shortened,
)
from collector.broker import logins
from collector.errors import BadInput
from collector.house.commands import COMMANDS as HOUSE_COMMANDS
from collector.table.commands import COMMANDS
from collector.wire import topics
from collector.wire.topic_words import EACH, NOBODY, TOPIC_WORDS


def test_a_wildcard_stands_for_ordinary_words_only() -> None:
    assert expand(["read:*"]) == {
        "read:hands",
        "read:players",
        "read:statistics",
        "read:tables",
        "read:graphics",
        "read:devices",
    }
    assert expand(["read:*", "write:*", "manage:*"]).isdisjoint(
        {"read:holecards", "read:live", "read:audit", "read:delayed"}
    )
    assert set(WORDS) - expand(["read:*", "write:*", "manage:*"]) == {*GUARDED_READS, "release:propose"}


@pytest.mark.parametrize("text", ["*", "read", "read:*:*", "READ:*", "read:everything", "", "live:*", "read:hands "])
def test_what_is_no_permission_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        expand(["read:hands", text])

    assert refused.value.code == "UNKNOWN_PERMISSION"


def test_words_are_told_as_the_specification_writes_them() -> None:
    assert shortened({*ORDINARY_READS, "write:actions"}) == ["read:*", "write:actions"]
    assert shortened({*ORDINARY_READS, *WRITES, *MANAGES}) == ["read:*", "write:*", "manage:*"]
    assert shortened({"read:hands", "read:statistics"}) == ["read:hands", "read:statistics"]
    assert shortened({*ORDINARY_READS, "read:holecards"}) == ["read:*", "read:holecards"]
    assert expand(shortened(WORDS)) == set(WORDS)


def test_every_word_stands_in_the_table_of_operations() -> None:
    told = {word for operation in OPERATIONS for word in operation.words}

    assert told == {*WORDS, "open"}
    assert set(BY_NAME) == set(GUARDED_READS) - {"read:live"}


def test_every_command_names_a_word() -> None:
    named = {each.type: each.word for each in [*COMMANDS, *HOUSE_COMMANDS]}

    assert len(named) > 60
    assert {kind: word for kind, word in named.items() if word not in WORDS} == {}


def heard(pattern: str) -> str:
    """Return a topic of the broker's rules as it stands in the table of topics."""
    return pattern.split(" ")[1].replace("{user}", "+")


def test_every_topic_names_a_word_or_is_nobodys() -> None:
    named = {name: value for name, value in vars(topics).items() if name.isupper() and isinstance(value, str)}
    ours = {value.removeprefix(f"{topics.PREFIX}/") for value in named.values()} - {topics.PREFIX}
    rules = [rule for role in logins._ROLES.values() for rule in role]
    rules += [*logins._INSTALLER, *logins._COMMANDS, *logins._NODE]

    assert ours
    assert ours | {heard(rule) for rule in rules} == set(TOPIC_WORDS)
    words = {word for each in TOPIC_WORDS.values() for word in (*each.hear, *each.say)}
    assert words - {*WORDS, *EACH, "open"} == set()


def test_what_shows_hidden_cards_early_takes_the_word_of_the_live_feed() -> None:
    assert TOPIC_WORDS["table/+/live/+"].hear == ("read:live",)
    assert TOPIC_WORDS["dev/+/command"].say == NOBODY
    assert {name for name, each in TOPIC_WORDS.items() if "read:hands" in each.hear} == {"table/+/public/+"}
