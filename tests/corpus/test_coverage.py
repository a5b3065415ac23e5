"""The corpus holds everything that there is: commands, kinds of facts, games, refusals, alerts, events."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from collector.house import commands as house
from tests.corpus import files
from tests.corpus.interface import ROOT, recorded
from tests.corpus.kinds import NOT_OF_AN_EVENING

NOT_BY_A_MESSAGE = {
    "CLOCK_STEPPED": "somebody sets the clock of the machine, and no message does that",
    "EARLY_RELEASE": "only a log that other code wrote has a release before it is due",
    "BAD_POLICY": "the evenings are of before there were releases: tests/collector/table/test_releasing.py",
    "NEEDS_APPROVAL": "the evenings are of before there were releases: tests/collector/table/test_releasing.py",
    "MASKED": "the evenings are of before there were masks: tests/collector/table/test_airing.py",
    "NOT_MASKED": "the evenings are of before there were masks: tests/collector/table/test_airing.py",
    "NO_READERS": "the evenings are of before there were modes: tests/collector/table/test_airing.py",
    "NO_WALL": "the evenings are of before there were modes: tests/collector/table/test_airing.py",
    "SAME_MODE": "the evenings are of before there were modes: tests/collector/table/test_airing.py",
    "SECURE_MODE": "the evenings are of before there were modes: tests/collector/table/test_airing.py",
    "TYPE_CARDS": "the evenings are of before there were modes: tests/collector/table/test_airing.py",
    "LAST_HAND": "a bomb pot of a draw game with one player present begins with an override only",
    "HOUSE_KEY_MISSING": "the house key is taken away from the machine, and no message does that",
    "BAD_AMOUNT": "the wire takes no amount below nought",
    "BAD_RUNS": "the wire takes two runs or three",
    "SEAT_IN_HAND": "whoever leaves a seat leaves it between hands, and the hand is put away then",
    "IMPOSSIBLE_HAND": "only a hand that an older version began is refused for its cards",
    "HOUSE_FULL": "a house takes thousands of tables, decks and events",
    "CERTIFICATE_ENDS": "the watch over certificates says it, and no message",
    "BAD_PRINCIPAL": "the web process alone may name a principal, and it always does",
    "GATE": "a thousand requests have to wait for the gatekeeper",
    "LOG_WAITS": "another program has to hold the log for 256 MB",
    "STATE_TOO_LARGE": "only a log that other code wrote has lists so long",
    "DELAYED_STOPPED": "a delayed picture meets a fault of ours",
    "FOLD_DIFFERS": "only a log that other code wrote closes a hand with other stacks, and then nobody is connected",
}
"""Codes that no message brings about, each with the reason."""
NOT_OF_A_TABLE = set(house.KINDS.names)
NOT_FOLDED = {"command_refused", "table_opened", "end_hand", "unknown_event"}


@cache
def told() -> list[tuple[str, str]]:
    """Return topic and payload of everything that left but states."""
    lines = (line for name in files.names() for line in files.read(name, "sent"))
    return [(topic, payload) for _, topic, _, _, payload in lines if not topic.endswith("/state")]


def messages(ending: str) -> Iterator[dict[str, Any]]:
    return (json.loads(payload) for topic, payload in told() if ending in topic)


def commands() -> Iterator[dict[str, Any]]:
    for name in files.names():
        for line in files.read(name, "input"):
            if "/command/" in line.get("topic", "") and line["payload"].startswith('{"v'):
                yield json.loads(line["payload"])


def test_every_command_is_given() -> None:
    assert set(recorded()["commands"]) - NOT_OF_AN_EVENING <= {str(command.get("type")) for command in commands()}


def test_every_kind_of_fact_is_there_and_can_be_read_one_by_one() -> None:
    facts = list(files.facts_of_schema_1())
    kinds = set(recorded()["kinds"]) - NOT_OF_AN_EVENING

    assert kinds | NOT_OF_A_TABLE | NOT_FOLDED == {fact["kind"] for fact in facts}
    assert {fact["class"] for fact in facts} == {"S0", "S1"}
    assert len(facts) > 3_000


def test_every_game_is_played_and_every_mixed_game() -> None:
    facts = list(files.facts_of_schema_1())
    rotations = {fact["body"]["command"]["rotation"] for fact in facts if fact["kind"] == "set_game"}

    assert set(recorded()["games"]) == {fact["body"]["game"] for fact in facts if fact["kind"] == "start_hand"}
    assert set(recorded()["rotations"]) == rotations - {None}
    assert len(recorded()["games"]) >= 16


def test_every_refusal_and_every_alert_is_given() -> None:
    replies = {reply["error"]["code"] for reply in messages("/reply/") if reply["error"]}
    alerts = {alert["code"] for alert in messages("/alert")}

    assert set(recorded()["refusals"]) | set(recorded()["alerts"]) == replies | alerts | set(NOT_BY_A_MESSAGE)
    assert not (replies | alerts) & set(NOT_BY_A_MESSAGE)


def test_every_event_is_told() -> None:
    golden = (ROOT / "tests" / "contract" / "feed").glob("event_*.json")
    # The time of an evening does not count, so no table has a delay.
    wanted = {path.stem.split("_", 2)[2] for path in golden if not path.stem.startswith("event_delayed_")}

    assert wanted
    assert wanted == {event["type"] for event in messages("/event")}


def test_a_log_was_restored_tables_stood_side_by_side_and_the_past_was_amended() -> None:
    done = {line.get("do") for name in files.names() for line in files.read(name, "input")}
    tables = {fact["stream"] for fact in files.read("tables", "facts")}
    acks = list(messages("/ack"))

    assert {"connect", "backup", "restore", "restart"} <= done
    assert {"table_01", "table_02", "house"} <= tables
    assert acks
    assert {ack["log_id"] for ack in acks} > {"corpus-log"}
    assert {order["type"] for order in messages("ebs/v1/dev/") if "type" in order} >= {"identify", "configure"}
    assert any(event["type"] == "hand_corrected" and "record" in event["data"] for event in messages("/public/event"))
