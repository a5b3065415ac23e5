"""A sealed evening: no card and no tag is in what goes to the disk, and it folds to what it would in clear."""

from __future__ import annotations

from collector.cards import DECK
from collector.facts.codec import encode
from collector.facts.fact import RECORD, Fact
from collector.secrecy import Secrecy
from tests.collector.table.dealer import TABLE, uid_of
from tests.collector.table.hidden_evening import played, sealer
from tools.verbs.log.check import content, outputs


def on_disk(fact: Fact) -> bytes:
    return fact.sealed if fact.key_id else encode(fact.body)


def test_a_sealed_evening_folds_to_what_it_would_in_clear() -> None:
    clear, sealed = played(None), played(sealer())

    for stream in sorted({fact.stream for fact in clear.facts}):
        facts = [[fact for fact in each.facts if fact.stream == stream] for each in (clear, sealed)]
        assert content(facts[0]) == content(facts[1])
    for channel in ("public", "live"):
        told = [outputs([f for f in each.facts if f.stream == TABLE], channel) for each in (clear, sealed)]  # type: ignore[arg-type]
        assert told[0] == told[1]


def test_nothing_that_is_secret_goes_to_the_disk_in_clear() -> None:
    facts = played(sealer()).facts
    tags = [uid_of(card).encode() for card in DECK]
    hidden = [b'"As"', b'"Kd"', b'"2c"', b'"9h"', b'"7c"']

    assert all((fact.key_id is None) == (fact.secrecy is Secrecy.S1) for fact in facts)
    disk = b"\n".join(map(on_disk, facts))
    assert [each for each in (*tags, *hidden) if each in disk] == []
    said = b"\n".join(encode(fact.body) for fact in facts)
    assert [each for each in (*tags, *hidden) if each not in said] == []


def test_a_hand_its_refusals_and_a_deck_each_have_their_key_and_what_lies_between_has_its_hour() -> None:
    given = sealer()
    facts = played(given).facts
    rows = {row.key_id: row for row in given.rows(facts)}
    scopes = {(fact.stream, fact.kind, rows[str(fact.key_id)].scope.kind) for fact in facts if fact.key_id}

    hands = {rows[str(f.key_id)].scope.name for f in facts if f.key_id and rows[str(f.key_id)].scope.kind == "hand"}
    assert len(hands) == 2
    assert scopes == {
        ("house", "register_deck", "deck"),
        (TABLE, "use_deck", "deck"),
        (TABLE, "card_read", "hand"),
        (TABLE, "card_removed", "hand"),
        (TABLE, "card_read", "gap"),
        (RECORD, "command_refused", "hand"),
        (RECORD, "command_refused", "gap"),  # the preview of an amendment, between hands
    }
    assert all(rows[str(fact.key_id)].stream == fact.stream for fact in facts if fact.key_id)
