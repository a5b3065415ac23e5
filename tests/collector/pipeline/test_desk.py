"""The desk's book of a batch: facts, changes, replies and warnings, each put down once and left alone."""

from __future__ import annotations

from typing import Any

import pytest

from collector.facts.chain import Chain
from collector.pipeline import desk as desk_module
from collector.pipeline.desk import Batch, Desk
from collector.secrecy import Secret
from collector.table.commands import COMMANDS
from collector.wire.device import CardRead, DeviceEvents
from tests.collector.table.dealer import BOOT, NODE, TABLE, Dealer, uid_of

CONTROL = "0011223344556688"


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
    reply = dealer.desk.table_command(TABLE, sent, "op", first)

    restarted = Desk(Chain({}, lambda: 1), COMMANDS)
    restarted.load([*dealer.facts, *first.facts])

    assert reply.accepted
    assert dealer.desk.table_command(TABLE, sent, "op", again) == reply
    assert restarted.table_command(TABLE, sent, "op", later) == reply
    assert (len(first.facts), again.facts, later.facts) == (1, [], [])
    assert first.replies == again.replies == [(TABLE, "op", reply)]


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
