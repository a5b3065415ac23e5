"""Corrections of the past: what an operator entered wrongly in hand 1 is put right in hand 3."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from collector.pipeline.desk import Desk
from collector.table.commands import COMMANDS
from tests.collector.table.amendments import amended, stacks
from tests.collector.table.dealer import TABLE, Dealer, records_of, rendered


def fold_out(dealer: Dealer, to: int = 300) -> int:
    """Play a hand in which seat 1 raises and the others fold; return where the raise stands in the log."""
    dealer.command(type="start_hand", button=1)
    reply = dealer.act(1, "raise_to", to)
    dealer.act(2, "fold")
    dealer.act(3, "call")
    for card in ("2c", "7d", "9h"):
        dealer.read(None, card)
    dealer.act(3, "check")
    dealer.act(1, "bet", 200)
    dealer.act(3, "fold")
    dealer.command(type="end_hand")
    assert reply.seq is not None
    return reply.seq


def test_a_raise_of_an_earlier_hand_is_corrected_and_every_later_stack_follows() -> None:
    dealer = Dealer()
    raised = fold_out(dealer)
    fold_out(dealer)
    assert stacks(dealer) == [10_700, 9_900, 9_400]

    _, details = amended(dealer, [{"seq": raised, "command": {"type": "raise_to", "seat": 1, "amount": 400}}])

    assert stacks(dealer) == [10_800, 9_900, 9_300]
    assert [hand["hand_number"] for hand in details["differences"]] == [1, 2]
    told = [event["data"] for event in dealer.events("public") if event["type"] == "hand_corrected"]
    assert [data["revision"] for data in told] == [2, 2]
    assert [record.revision for change in dealer.changes for record in records_of(change)] == [1, 1, 2, 2]


def test_what_an_amendment_took_out_stays_visible_in_the_record() -> None:
    dealer = Dealer()
    dealer.command(type="start_hand", button=3)
    exposed = dealer.command(type="expose_card", seat=2, card="9c").seq
    dealer.act(3, "fold")
    dealer.act(1, "fold")
    dealer.command(type="end_hand")
    line = f"command {exposed} (expose card, seat 2) was taken out by an amendment"

    _, details = amended(dealer, [{"seq": exposed, "command": None}])

    assert details["differences"][0]["after"]["rulings"] == [line]
    assert records_of(dealer.changes[-1])[0].rulings == (line,)
    raised = fold_out(dealer)
    amended(dealer, [{"seq": raised, "command": {"type": "raise_to", "seat": 1, "amount": 400}}])
    assert dealer.evening.closed[0].taken_out == (line,)  # a later amendment keeps it


def test_a_counted_stack_is_absolute() -> None:
    dealer = Dealer()
    raised = fold_out(dealer)
    dealer.command(type="set_stack", seat=3, stack=5000)
    fold_out(dealer)

    amended(dealer, [{"seq": raised, "command": {"type": "raise_to", "seat": 1, "amount": 400}}])

    assert stacks(dealer) == [10_800, 9_900, 4_700]


def test_an_amendment_that_makes_a_later_command_illegal_is_refused_and_names_it() -> None:
    dealer = Dealer()
    raised = fold_out(dealer)

    refused = dealer.send(type="amend", changes=[{"seq": raised, "command": {"type": "fold", "seat": 1}}])

    assert refused.error is not None
    assert refused.error.code == "AMEND_REFUSED"
    assert "could not stand" in refused.error.message


def test_later_commands_may_be_replaced_with_it() -> None:
    dealer = Dealer()
    raised = fold_out(dealer)
    acts = [fact.position for fact in dealer.facts if fact.kind in ("raise_to", "fold", "call", "check", "bet")]
    changes: list[dict[str, Any]] = [{"seq": raised, "command": {"type": "fold", "seat": 1}}]
    changes += [{"seq": position, "command": None} for position in acts[2:]]

    amended(dealer, changes)

    assert stacks(dealer) == [10_000, 9_950, 10_050]


def test_the_digest_must_be_that_of_the_differences() -> None:
    dealer = Dealer()
    raised = fold_out(dealer)
    change = {"seq": raised, "command": {"type": "raise_to", "seat": 1, "amount": 400}}

    refused = dealer.send(type="amend", changes=[change], digest="0" * 64)

    assert refused.error is not None
    assert refused.error.code == "AMEND_PREVIEW"
    assert stacks(dealer) == [10_350, 9_950, 9_700]


def test_what_stands_nowhere_cannot_be_amended() -> None:
    dealer = Dealer()
    fold_out(dealer)

    refused = dealer.send(type="amend", changes=[{"seq": 1, "command": None}])

    assert refused.error is not None
    assert refused.error.code == "UNKNOWN_COMMAND"


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(200, 1500)), min_size=1, max_size=4))
@settings(max_examples=25, deadline=None)
def test_amending_is_the_same_as_having_entered_it_right(edits: list[tuple[int, int]]) -> None:
    dealer, right = Dealer(), {0: 300, 1: 300, 2: 300}
    where = [fold_out(dealer) for _ in range(3)]

    for hand, to in edits:
        right[hand] = to
        change = {"seq": where[hand], "command": {"type": "raise_to", "seat": 1, "amount": to}}
        previewed = dealer.send(type="amend", changes=[change])
        assert previewed.error is not None
        dealer.command(type="amend", changes=[change], digest=previewed.error.details["digest"])

    other = Dealer()
    for hand in range(3):
        fold_out(other, right[hand])
    assert stacks(dealer) == stacks(other)
    assert [play.hand.actions for play in dealer.evening.closed] == [play.hand.actions for play in other.evening.closed]


@given(st.lists(st.sampled_from(("undo", "redo")), max_size=12))
@settings(max_examples=25, deadline=None)
def test_undo_then_redo_is_the_identity(keys: list[str]) -> None:
    dealer = Dealer()
    dealer.command(type="start_hand", button=1)
    for seat, kind, amount in ((1, "raise_to", 300), (2, "call", None), (3, "call", None)):
        dealer.act(seat, kind, amount)
    depth = 0
    for key in keys:
        depth += (key == "undo") - (key == "redo") if dealer.send(type=key).accepted else 0

    for _ in range(3 - depth):
        dealer.command(type="undo")
    assert dealer.state()["hand"]["undo"] == 0
    for _ in range(3):
        dealer.command(type="redo")

    assert [act["action"] for act in dealer.state()["hand"]["actions"]][2:] == ["raise", "call", "call"]


def test_a_log_with_amendments_folds_to_the_same_bytes() -> None:
    dealer = Dealer()
    raised = fold_out(dealer)
    fold_out(dealer)
    amended(dealer, [{"seq": raised, "command": {"type": "raise_to", "seat": 1, "amount": 400}}])

    again = Desk(dealer.desk._chain, COMMANDS)
    again.load(dealer.facts)

    assert rendered(again.tables[TABLE], "live") == rendered(dealer.table, "live")
