"""Refusals on record: what a repeat hears, how long, and what a flood of them costs."""

from __future__ import annotations

from typing import Any

import pytest

from collector.access.refusals import (
    COMMAND_REFUSED,
    KEPT_MS,
    LARGEST_DETAILS,
    MOST,
    MOST_AN_HOUR,
    MOST_KEPT,
    MOST_OF_ALL,
    Refusal,
    Refusals,
    names_card,
)
from collector.facts.chain import Chain
from collector.facts.fact import RECORD
from collector.secrecy import Secrecy

NOW = 1_700_000_000_000


def refusal(number: int = 1, client: str = "op", **fields: Any) -> Refusal:
    usual: dict[str, Any] = {
        "to": "table_01",
        "client": client,
        "id": f"c{number}",
        "digest": "ab" * 32,
        "code": "NO_HAND",
        "message": "no hand is played",
        "details": {},
        "decision": 3,
        "hidden": False,
    }
    return Refusal(**{**usual, **fields})


def test_an_entry_is_of_a_stream_of_its_own_and_names_no_command_of_a_table() -> None:
    entry = Refusals().note(refusal(), NOW)

    assert entry is not None
    assert (entry.stream, entry.kind, entry.secrecy) == (RECORD, "command_refused", Secrecy.S1)
    assert (entry.client, entry.command_id) == ("op", None), "an id may be refused at two tables"
    assert entry.body["to"] == "table_01"
    assert (entry.body["id"], entry.body["digest"], entry.body["code"]) == ("c1", "ab" * 32, "NO_HAND")


def test_what_may_name_hidden_cards_is_secret() -> None:
    entry = Refusals().note(refusal(hidden=True), NOW)

    assert entry is not None
    assert entry.secrecy is Secrecy.S0


def test_an_entry_of_a_later_version_with_more_in_it_is_read() -> None:
    entry = Refusals().note(refusal(), NOW)

    assert entry is not None
    assert COMMAND_REFUSED.read({**entry.body, "advice": "sit down first"}) == refusal()


@pytest.mark.parametrize(
    ("answer", "named"),
    [
        ({"message": "As is in a hand"}, True),
        ({"details": {"board": ["Td", "2c"]}}, True),
        ({"message": "seat 2 acts; At 3, as told, Kc1"}, False),
        ({"code": "HAND_RUNNING", "details": {"hand_id": "h_2c_4"}}, False),
    ],
)
def test_a_card_in_an_answer_is_seen(answer: object, named: bool) -> None:
    assert names_card(answer) is named


def test_a_repeat_finds_it_in_another_process_for_ten_minutes() -> None:
    chain, refused = Chain({}, lambda: NOW), Refusals()
    entry = refused.note(refusal(details={"legal": {"seat": 2}}), NOW)
    assert entry is not None

    again = Refusals()
    again.remember(chain.place(entry))

    assert again.find("table_01", "op", "c1") == refusal(details={"legal": {"seat": 2}})
    assert again.find("table_02", "op", "c1") is None
    assert again.find("table_01", "other", "c1") is None
    again.note(refusal(2), NOW + KEPT_MS)
    assert again.find("table_01", "op", "c1") is not None
    again.note(refusal(3), NOW + KEPT_MS + 1)
    assert again.find("table_01", "op", "c1") is None


def test_ten_a_second_of_a_client_are_listed_and_the_others_counted() -> None:
    refused = Refusals()

    listed = [refused.note(refusal(number), NOW) for number in range(10_000)]
    other = refused.note(refusal(1, "other"), NOW)
    later = refused.note(refusal(10_000), NOW + 1000)

    assert sum(entry is not None for entry in listed) == MOST
    assert other is not None
    assert other.body["skipped"] == 0
    assert later is not None
    assert later.body["skipped"] == 10_000 - MOST
    assert refused.find("table_01", "op", "c9999") is not None, "a repeat has its answer all the same"
    assert sum(refused.find("table_01", "op", f"c{number}") is not None for number in range(10_001)) == MOST_KEPT


def test_large_details_are_told_once_and_not_kept_in_the_log() -> None:
    refused = Refusals()
    large = {"differences": ["x" * LARGEST_DETAILS]}

    entry = refused.note(refusal(details=large), NOW)

    assert entry is not None
    assert entry.body["details"] == {}
    assert entry.body["message"] == "no hand is played; the details are not kept, send it with another id"
    found = refused.find("table_01", "op", "c1")
    assert found is not None
    assert found.details == large


def test_a_console_that_somebody_has_taken_over_fills_no_disk_in_a_night() -> None:
    refused = Refusals()
    listed = [refused.note(refusal(number), NOW + number * 200) for number in range(3 * MOST_AN_HOUR)]

    assert sum(entry is not None for entry in listed) == MOST_AN_HOUR
    other = refused.note(refusal(client="bob"), NOW + 1000)
    assert other is not None
    later = refused.note(refusal(1), NOW + 3_600_000)
    assert later is not None
    assert later.body["skipped"] == 2 * MOST_AN_HOUR


def test_many_consoles_together_fill_none_either() -> None:
    refused = Refusals()
    listed = [
        refused.note(refusal(number, f"client{number % 40}"), NOW + number // 40 * 100)
        for number in range(MOST_OF_ALL + 500)
    ]

    assert sum(entry is not None for entry in listed) == MOST_OF_ALL
