"""Any command of the past may be amended, between hands too, and it is as if it had been entered so."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from collector.access.senders import sender_of
from collector.pipeline.desk import Batch, Desk
from collector.table.commands import COMMANDS
from tests.collector.table.amendments import amended, stacks
from tests.collector.table.dealer import TABLE, Dealer, records_of, rendered, uid_of

Fields = dict[str, Any]


def evening() -> list[Fields]:
    """Three hands, one of them a misdeal, with a counted stack, new blinds and a player who sits out in between."""
    fold_round: list[Fields] = [
        {"type": "raise_to", "seat": 1, "amount": 300},
        {"type": "fold", "seat": 2},
        {"type": "undo"},
        {"type": "redo"},
        {"type": "fold", "seat": 3},
    ]
    return [
        {"type": "start_hand", "button": 1},
        *fold_round,
        {"type": "end_hand"},
        {"type": "set_blinds", "small_blind": 50, "big_blind": 100},
        {"type": "set_stack", "seat": 2, "stack": 8000},
        {"type": "start_hand", "button": 1},
        {"type": "raise_to", "seat": 1, "amount": 250},
        {"type": "call", "seat": 2},
        {"type": "misdeal", "fouled_deck": True},
        {"type": "sit_out", "seat": 3, "out": True},
        {"type": "sit_out", "seat": 3, "out": False},
        {"type": "start_hand", "button": 1},
        *fold_round,
        {"type": "start_hand", "button": 2},
        {"type": "raise_to", "seat": 2, "amount": 400},
    ]


def play(commands: list[Fields]) -> tuple[Dealer, list[int | None], Any]:
    """Return the dealer, where each command stands in the log, and the first refusal."""
    dealer, where, refused = Dealer(), [], None
    for fields in commands:
        reply = dealer.send(**fields)
        where.append(reply.seq)
        refused = refused or reply.error
    return dealer, where, refused


def shown(dealer: Dealer) -> Any:
    """Return all that tells how an evening went: the table, and each hand that is over."""
    state = dealer.state()
    hand = state["hand"] and {name: state["hand"][name] for name in ("actions", "street", "pot", "to_act", "legal")}
    over = [
        (play.number, play.void, play.hand.actions, play.hand.result, play.setup, play.button)
        for play in dealer.evening.closed
    ]
    return [state[name] for name in ("blinds", "button", "owed")], state["seats"], hand, over


EDITS = st.one_of(
    st.tuples(st.sampled_from((1, 16)), st.integers(150, 2000).map(lambda to: {"amount": to})),
    st.tuples(st.just(10), st.integers(200, 9000).map(lambda to: {"amount": to})),
    st.tuples(st.just(7), st.sampled_from((100, 200, 300)).map(lambda big: {"big_blind": big})),
    st.tuples(st.just(8), st.integers(0, 9000).map(lambda stack: {"stack": stack})),
    st.tuples(st.sampled_from((9, 15)), st.sampled_from((1, 2, 3)).map(lambda seat: {"button": seat})),
    st.tuples(st.just(14), st.just({"seat": 2})),
)


@given(st.lists(EDITS, min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_an_amended_evening_is_the_one_that_was_entered_right(edits: list[tuple[int, Fields]]) -> None:
    commands = evening()
    dealer, where, _ = play(commands)
    for at, change in edits:
        commands[at] = commands[at] | change
        asked: list[Fields] = [{"seq": where[at], "command": commands[at]}]
        previewed = dealer.send(type="amend", changes=asked)
        other, _, refused = play(commands)

        assert previewed.error is not None
        assert (previewed.error.code == "AMEND_PREVIEW") == (refused is None), (previewed.error, refused)
        if refused is not None:
            assert previewed.error.details["code"] == refused.code
            return
        dealer.command(type="amend", changes=asked, digest=previewed.error.details["digest"])
        assert shown(dealer) == shown(other)


@given(st.lists(st.tuples(st.sampled_from((1, 16)), st.integers(200, 2000)), min_size=1, max_size=3))
@settings(max_examples=15, deadline=None)
def test_a_log_with_such_amendments_folds_to_the_same_bytes(edits: list[tuple[int, int]]) -> None:
    dealer, where, _ = play(evening())
    for at, to in edits:
        amended(dealer, [{"seq": where[at], "command": {"type": "raise_to", "seat": 1, "amount": to}}])

    again = Desk(dealer.desk._chain, COMMANDS)
    again.load(dealer.facts)

    assert rendered(again.tables[TABLE], "live") == rendered(dealer.table, "live")
    assert again.evenings[TABLE].closed == dealer.evening.closed


def test_a_counted_stack_is_amended_and_the_hands_after_it_follow() -> None:
    dealer, where, _ = play(evening())

    _, details = amended(dealer, [{"seq": where[8], "command": {"type": "set_stack", "seat": 2, "stack": 5000}}])

    assert [hand["hand_number"] for hand in details["differences"]] == [2, 3, 4]
    assert stacks(dealer)[1] == 5000 - 50 - 400 - 0
    assert details["table"]["seats"]["before"] != details["table"]["seats"]["after"]


def test_a_misdeal_that_was_none_is_taken_back_with_what_happened_instead() -> None:
    dealer, where, _ = play(evening())
    before = stacks(dealer)

    acts: list[Fields] = [{"type": "fold", "seat": 2}, {"type": "fold", "seat": 3}]
    amended(dealer, [{"seq": where[11], "command": acts[0]}, {"seq": where[12], "command": acts[1]}])

    assert [play.void for play in dealer.evening.closed] == [False, False, False]
    assert dealer.evening.closed[1].hand.result.final_stacks[1] == 10_150 + 150
    assert [now - was for now, was in zip(stacks(dealer), before, strict=True)] == [150, -50, -100]


def test_what_was_never_entered_is_put_in_behind_a_command() -> None:
    dealer = Dealer()
    dealer.command(type="start_hand", button=1)
    folded = dealer.act(1, "fold").seq
    dealer.act(2, "fold")
    dealer.command(type="end_hand")
    more = [{"type": "fold", "seat": 2}, {"type": "fold", "seat": 3}]
    second = next(fact.position for fact in dealer.facts if fact.kind == "fold" and fact.position != folded)

    amended(
        dealer,
        [
            {"seq": folded, "command": {"type": "raise_to", "seat": 1, "amount": 300}, "more": more},
            {"seq": second, "command": None},
        ],
    )

    assert stacks(dealer) == [10_150, 9_950, 9_900]


def test_a_hand_that_was_never_played_is_taken_out_and_its_record_is_void() -> None:
    dealer = Dealer()
    first = dealer.command(type="start_hand", button=1).seq
    acts = [dealer.act(1, "fold").seq, dealer.act(2, "fold").seq]
    end = dealer.command(type="end_hand").seq

    amended(dealer, [{"seq": seq, "command": None} for seq in (first, *acts, end)])

    assert stacks(dealer) == [10_000, 10_000, 10_000]
    (record,) = records_of(dealer.changes[-1])
    assert (record.void, record.revision, record.winners) == (True, 2, ())


def test_a_reading_deals_what_it_would_have_dealt() -> None:
    dealer = Dealer()
    dealer.command(type="start_hand", button=1)
    typed = dealer.command(type="deal_card", seat=1, card="As").seq
    dealer.read(2, "As")
    assert dealer.alerts() == ["DUPLICATE_CARD"]

    amended(dealer, [{"seq": typed, "command": None}])

    assert dealer.seat(1)["hole"] is None
    assert dealer.seat(2)["hole"] == ["As"]


def test_a_hand_shown_as_read_shows_what_an_amended_reading_says() -> None:
    dealer = Dealer((1000, 1000))
    dealer.command(type="start_hand", button=1)
    wrong = dealer.command(type="deal_card", seat=1, card="2s").seq
    for seat, card in ((1, "As"), (2, "Kd"), (2, "Kh")):
        dealer.read(seat, card)
    dealer.act(1, "all_in")
    dealer.act(2, "call")
    for card in ("2c", "7d", "9h", "Js", "4c"):
        dealer.read(None, card)
    dealer.command(type="show", seat=1)
    dealer.command(type="show", seat=2)
    assert dealer.seat(2)["won"] == 2000

    amended(dealer, [{"seq": wrong, "command": {"type": "deal_card", "seat": 1, "card": "Ad"}}])

    assert dealer.seat(1)["hole"] == ["Ad", "As"]
    assert dealer.seat(1)["won"] == 2000


def test_a_deck_of_an_earlier_hand_is_amended() -> None:
    dealer = Dealer()
    cards = {uid_of(card, deck=2): card for card in ("As", "Kd")}
    rest = {uid_of(rank + suit, deck=2): rank + suit for rank in "23456789TJQKA" for suit in "cdhs"}
    dealer.house(type="register_deck", deck_id="deck-2", demo=True, cards=rest | cards)
    wrong = dealer.command(type="use_deck", deck_id="deck-1").seq
    dealer.command(type="start_hand", button=1)
    dealer.read(1, "As", uid=uid_of("As", deck=2))
    assert dealer.seat(1)["hole"] is None
    dealer.act(1, "fold")
    dealer.act(2, "fold")

    amended(dealer, [{"seq": wrong, "command": {"type": "use_deck", "deck_id": "deck-2"}}])

    assert dealer.seat(1)["hole"] == ["As"]


def test_nothing_about_other_commands_is_put_into_the_past() -> None:
    dealer, where, _ = play(evening())

    for kind in ("undo", "redo", "amend"):
        fields = {"type": kind, "changes": []} if kind == "amend" else {"type": kind}
        refused = dealer.send(type="amend", changes=[{"seq": where[1], "command": fields}])
        assert refused.error is not None
        assert refused.error.code == "BAD_AMENDMENT"


def test_no_hand_is_begun_in_the_past() -> None:
    """A start may be replaced or taken out; one that is put in would need cards and acts that nobody saw."""
    dealer, where, _ = play(evening())
    facts = len(dealer.facts)
    within, between = where[1], where[7]  # a raise of the first hand; the blinds between two hands

    for seq in (within, between):
        refused = dealer.send(type="amend", changes=[{"seq": seq, "more": [{"type": "start_hand", "button": 1}]}])
        assert refused.error is not None
        assert refused.error.code == "BAD_AMENDMENT"
        assert "start_hand cannot be put into the past" in refused.error.message
    assert [fact.kind for fact in dealer.facts[facts:]] == ["command_refused", "command_refused"]


def test_the_public_record_of_a_correction_holds_no_card_that_nobody_saw() -> None:
    dealer = Dealer()
    dealer.command(type="start_hand", button=1)
    dealer.read(1, "As")
    raised = dealer.act(1, "raise_to", 300).seq
    dealer.act(2, "fold")
    dealer.act(3, "fold")
    dealer.command(type="end_hand")

    amended(dealer, [{"seq": raised, "command": {"type": "raise_to", "seat": 1, "amount": 400}}])

    public, live = (
        [event["data"]["record"] for event in dealer.events(channel) if event["type"] == "hand_corrected"]
        for channel in ("public", "live")
    )
    assert [player["hole_cards"] for player in public[0]["players"]] == [None, None, None]
    assert live[0]["players"][0]["hole_cards"] is not None or live[0]["players"][-1]["hole_cards"] is not None


def test_a_player_of_another_table_is_not_amended_into_this_one() -> None:
    dealer = Dealer()
    dealer.house(type="open_table", table_id="table_02", event_id="evt", name="Table 2")
    there = {"v": 1, "id": "there", "type": "seat_player", "seat": 1, "player_id": "p_9", "name": "Nine"}
    dealer.desk.table_command("table_02", COMMANDS.decode(json.dumps(there).encode()), sender_of("op"), Batch())
    seated = next(fact.position for fact in dealer.facts if fact.kind == "seat_player")

    taken = {"type": "seat_player", "seat": 1, "player_id": "p_9", "name": "Nine", "stack": 10_000}
    refused = dealer.send(type="amend", changes=[{"seq": seated, "command": taken}])

    assert refused.error is not None
    assert refused.error.code == "PLAYER_SEATED"
    named = {"type": "set_blinds", "small_blind": 50, "big_blind": 200, "player_id": "p_9"}
    blinds = next(fact.position for fact in dealer.facts if fact.kind == "set_blinds")
    shown = dealer.send(type="amend", changes=[{"seq": blinds, "command": named}])
    assert shown.error is not None
    assert shown.error.code == "AMEND_PREVIEW", "only who is seated is looked for elsewhere"


def test_an_undo_of_a_command_that_was_taken_out_takes_nothing_else_back() -> None:
    dealer = Dealer()
    dealer.command(type="start_hand", button=1)
    dealer.act(1, "raise_to", 300)
    wrong = dealer.act(2, "call").seq
    dealer.command(type="undo")
    dealer.act(2, "fold")

    amended(dealer, [{"seq": wrong, "command": None}])

    acts = [act["action"] for act in dealer.state()["hand"]["actions"]]
    assert acts == ["small_blind", "big_blind", "raise", "fold"]


def test_a_hand_that_would_not_come_to_its_end_cannot_be_put_away() -> None:
    dealer = Dealer()
    dealer.command(type="start_hand", button=1)
    dealer.act(1, "fold")
    last = dealer.act(2, "fold").seq
    end = dealer.command(type="end_hand").seq

    refused = dealer.send(type="amend", changes=[{"seq": last, "command": None}])

    assert refused.error is not None
    assert refused.error.details == {"seq": end, "type": "end_hand", "code": "HAND_RUNNING"}
