"""Entries of the audit: what of the log is one, what is in it, and how much of a flood."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from collector.access.audit import (
    LARGEST_DETAILS,
    LIVE_CONNECTED,
    LOGIN_GIVEN,
    MOST_A_MINUTE,
    Digest,
    Entry,
    Thinned,
    bounded,
    entry_of,
    recorded,
)
from collector.access.refusals import COMMAND_REFUSED
from collector.facts.chain import Chain
from collector.facts.fact import HOUSE, RECORD, Fact, NewFact
from collector.pipeline.desk import Batch
from collector.secrecy import Secrecy
from collector.wire.live_requests import GrantLive
from tests.collector.table.dealer import TABLE, Dealer


def placed(new: NewFact) -> Fact:
    return Chain({}, lambda: 5).place(new)


def refusal(**fields: Any) -> Fact:
    body = {
        "to": TABLE,
        "client": "alice",
        "id": "c1",
        "digest": "d" * 64,
        "code": "NOT_LEGAL",
        "message": "the As lies at seat 2",
        "details": {"card": "As"},
        "decision": 1,
        "hidden": True,
        "skipped": 3,
    }
    return placed(NewFact(RECORD, COMMAND_REFUSED.name, Secrecy.S0, "c1", {**body, **fields}))


def test_every_command_of_an_evening_is_an_entry_without_what_it_says() -> None:
    dealer = Dealer()
    dealer.command(type="start_hand", button=1)
    dealer.read(1, "As")
    dealer.command(type="deal_card", seat=2, card="Kd")
    dealer.act(1, "fold")

    entries = [entry for fact in dealer.facts if (entry := entry_of(fact))]

    assert [each.what for each in entries[-3:]] == ["start_hand", "deal_card", "fold"]
    assert {each.what for each in entries} >= {"create_event", "open_table", "register_deck", "seat_player"}
    dealt = entries[-2]
    assert (dealt.who, dealt.table_id, dealt.about) == ("op", TABLE, f"{TABLE}:{dealt.number}")
    assert next(each for each in entries if each.what == "create_event").table_id == ""
    told = json.dumps([[each.about, dict(each.details)] for each in entries])
    for hidden in ("As", "Kd", "Player", "04"):
        assert f'"{hidden}' not in told


def test_a_reading_and_what_follows_from_it_alone_is_no_entry() -> None:
    dealer = Dealer()
    before = len(dealer.facts)
    dealer.read(1, "As")

    assert [fact.kind for fact in dealer.facts[before:]] == ["card_read"]
    assert entry_of(dealer.facts[-1]) is None


def test_a_refusal_and_a_preview_are_entries_without_their_words() -> None:
    entry, preview = entry_of(refusal()), entry_of(refusal(code="AMEND_PREVIEW", to=HOUSE))

    assert entry is not None
    assert preview is not None
    assert (entry.who, entry.what, entry.table_id) == ("alice", "command_refused", TABLE)
    assert "d" * 64 not in repr(entry), "a digest of a card tells the card"
    assert entry.details == {"id": "c1", "code": "NOT_LEGAL", "skipped": 3}
    assert (preview.what, preview.table_id) == ("amend_previewed", "")


def test_grants_of_the_live_channel_are_entries() -> None:
    dealer = Dealer()
    batch = Batch()
    asked = GrantLive(id="g", table_id=TABLE, to="output:main", until=dealer.now + 9000, sudo_user="ana")
    dealer.desk.live_request(asked, "system:root", "f" * 64, batch)

    entry = entry_of(batch.facts[0])

    assert entry is not None
    assert (entry.who, entry.what, entry.about, entry.table_id) == ("system:root", "live_granted", "output:main", TABLE)
    assert entry.details == {"until": asked.until, "sudo_user": "ana", "rehearsal": False}


def test_what_the_gate_did_is_an_entry_of_the_person_or_output() -> None:
    given = placed(recorded(LOGIN_GIVEN, "t", {"login": "o-main", "table": "t1", "channel": "live"}, "output:main"))
    heard = placed(recorded(LIVE_CONNECTED, "t", {"login": "c-vera-abcdef", "tables": ["t1", "t2"]}, "vera"))

    entry, other = entry_of(given), entry_of(heard)

    assert entry is not None
    assert other is not None
    assert (entry.who, entry.about, entry.table_id) == ("output:main", "o-main", "t1")
    assert entry.details == {"login": "o-main", "channel": "live"}
    assert (other.who, other.table_id, other.details["tables"]) == ("vera", "", ["t1", "t2"])


def test_details_that_are_too_large_are_left_out() -> None:
    assert bounded({"a": "x"}) == {"a": "x"}
    assert bounded({"a": "x" * LARGEST_DETAILS}) == {"left_out_bytes": LARGEST_DETAILS + 8}


def test_of_a_flood_so_many_a_minute_go_on_record_and_the_next_one_counts_the_rest() -> None:
    thinned = Thinned()

    taken = [thinned.take(1000) for _ in range(MOST_A_MINUTE + 40)]

    assert taken.count(0) == MOST_A_MINUTE
    assert taken.count(None) == 40
    assert (thinned.take(61_000), thinned.take(61_000)) == (40, 0)


ENTRY = Entry("web", "", 1, 5, "ana", "signed_in", "ana", "", {"address": "::1"})


@pytest.mark.parametrize(
    "change",
    [{"number": 2}, {"at": 6}, {"who": "x"}, {"what": "x"}, {"about": "x"}, {"table_id": "x"}, {"details": {}}],
)
def test_a_digest_covers_every_part_of_an_entry(change: dict[str, Any]) -> None:
    one, other = Digest(""), Digest("")
    one.add(ENTRY)
    other.add(replace(ENTRY, **change))

    assert one.hex() != other.hex()
    assert one.hex() != Digest("before").hex()
