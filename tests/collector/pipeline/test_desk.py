"""The desk's book of a batch: facts, changes, replies and warnings, each put down once and left alone."""

from __future__ import annotations

import gc
import sys
from dataclasses import replace
from typing import Any

import pytest

from collector.access.senders import sender_of
from collector.facts.chain import Chain
from collector.pipeline import desk as desk_module
from collector.pipeline.desk import Batch, Desk
from collector.secrecy import Secret
from collector.table.commands import COMMANDS
from collector.wire.device import CardRead, DeviceEvents
from tests.collector.table.dealer import BOOT, NODE, TABLE, Dealer, uid_of

CONTROL = "0011223344556688"
MOST_OF_A_REPLY = 300
"""Bytes, with the id of its command and its place among the others."""


def command(text: str) -> Any:
    return COMMANDS.decode(text.encode())


def laid(desk: Desk, uid: str, antenna: str = "a01") -> Batch:
    """Return what a card leads to."""
    event, batch = CardRead(antenna=antenna, uid=Secret(uid)), Batch()
    message = DeviceEvents(v=1, device=NODE, boot=BOOT, tx=1, origin=BOOT, seq=1, age_ms=3, events=(event,), mac="")
    desk.device_events(message, batch)
    return batch


def test_a_repeat_gets_the_same_reply_also_from_a_desk_of_another_process() -> None:
    dealer = Dealer()
    sent = command('{"v":1,"id":"once","type":"set_stack","seat":1,"stack":500}')
    first, again, later = Batch(), Batch(), Batch()
    reply = dealer.desk.table_command(TABLE, sent, sender_of("op"), first)

    restarted = Desk(Chain({}, lambda: 1), COMMANDS)
    restarted.load([*dealer.facts, *first.facts])

    assert reply.accepted
    assert dealer.desk.table_command(TABLE, sent, sender_of("op"), again) == reply
    assert restarted.table_command(TABLE, sent, sender_of("op"), later) == reply
    assert (len(first.facts), again.facts, later.facts) == (1, [], [])
    assert first.replies == again.replies == [(TABLE, "op", reply)]


def test_a_reply_is_kept_in_few_bytes() -> None:
    """An evening of one table has tens of thousands of them. The model that is sent has ten times as many."""
    dealer, commands = Dealer((10**6, 10**6)), 600
    before = bytes_of(dealer.desk._replies)

    for _ in range(commands):
        dealer.command(type="set_blinds", small_blind=50, big_blind=100)

    assert sum(map(len, dealer.desk._replies.values())) > commands
    assert (bytes_of(dealer.desk._replies) - before) / commands <= MOST_OF_A_REPLY


def bytes_of(whole: object) -> int:
    """Return the bytes of a value and of everything that it refers to."""
    seen, waiting, found = set[int](), [whole], 0
    while waiting:
        each = waiting.pop()
        if id(each) not in seen:
            seen.add(id(each))
            found += sys.getsizeof(each)
            waiting += gc.get_referents(each)
    return found


def test_a_card_that_is_typed_again_and_again_is_kept_as_one_text() -> None:
    typed = [command(f'{{"v":1,"id":"x{number}","type":"deal_card","seat":1,"card":"As"}}') for number in range(2)]

    assert typed[0].card.reveal() is typed[1].card.reveal()


def test_a_reply_names_the_commands_own_fact_whatever_else_is_logged_with_it() -> None:
    dealer = Dealer()
    opened = dealer.house(type="open_table", table_id="table_02", event_id="evt", name="Table 2")
    assert [fact.kind for fact in dealer.facts[-2:]] == ["open_table", "table_opened"]
    assert opened.seq == dealer.facts[-2].position

    dealer.command(type="start_hand", button=1)
    for seat in (1, 2):
        dealer.act(seat, "fold")
    ended = dealer.command(type="end_hand")

    assert [fact.kind for fact in dealer.facts[-2:]] == ["hand_closed", "end_hand"]
    assert (ended.seq, ended.decision) == (dealer.facts[-1].position, dealer.table.decision)


def test_what_a_fold_warns_of_is_told_with_its_fact() -> None:
    dealer = Dealer()

    batch = laid(dealer.desk, "04ffffffffffff")

    (change,), (warned,) = batch.changes, batch.warned
    assert (warned.fact, warned.table) == (change.fact, change.outcome.table)
    assert (warned.warning,) == change.outcome.warnings


def test_a_command_that_follows_from_a_card_and_is_refused_is_told_and_leaves_the_change_as_it_was() -> None:
    dealer = Dealer()
    dealer.command(type="register_control", uid=CONTROL, command={"type": "end_hand"})

    batch = laid(dealer.desk, CONTROL)

    (change,), (warned,) = batch.changes, batch.warned
    assert (warned.warning.code, warned.fact, warned.table) == ("NOT_DONE", change.fact, change.outcome.table)
    assert change.outcome.warnings == ()
    assert batch.replies == [], "nobody sent it"


def test_the_floor_hears_of_a_reading_before_it_hears_of_what_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of two commands that follow is taken, and its fact warns; the second is refused."""
    dealer = Dealer()
    dealer.command(type="set_flow", flow="automatic")
    follows = [{"type": "start_hand"}, {"type": "fold", "seat": 9}]
    monkeypatch.setattr(desk_module, "inferred", lambda *_: follows)
    folded = desk_module.fold

    def fold(commands: Any, evening: Any, fact: Any, value: Any) -> Any:
        outcome = folded(commands, evening, fact, value)
        if fact.kind != "start_hand":
            return outcome
        return outcome._replace(warnings=(desk_module.Warn("STARTED", "look"),))

    monkeypatch.setattr(desk_module, "fold", fold)

    batch = laid(dealer.desk, uid_of("As"))

    assert [fact.kind for fact in batch.facts] == ["card_read", "start_hand"]
    assert [each.warning.code for each in batch.warned] == ["NOT_DONE", "STARTED"]
    assert [each.fact.kind for each in batch.warned] == ["card_read", "start_hand"]


def test_the_same_id_of_another_client_or_table_is_another_command() -> None:
    dealer = Dealer()
    dealer.house(type="open_table", table_id="table_02", event_id="evt", name="Table 2")
    sent = command('{"v":1,"id":"same","type":"set_blinds","small_blind":10,"big_blind":20}')
    taken = [
        dealer.desk.table_command(table, sent, sender_of(client), Batch())
        for table, client in ((TABLE, "op"), (TABLE, "dealer"), ("table_02", "op"), (TABLE, "op"))
    ]

    assert taken[3] == taken[0]
    assert len({(each.seq, each.decision) for each in taken}) == 3


def test_memory_keeps_facts_without_the_hash_that_only_the_log_needs() -> None:
    dealer = Dealer()

    batch = laid(dealer.desk, "04ffffffffffff")

    (fact,) = batch.facts
    (kept,) = dealer.desk.evenings[fact.stream].facts_at([fact.position])
    assert fact.prev_hash
    assert kept == replace(fact, prev_hash="")
