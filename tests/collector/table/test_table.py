"""A live table: facts in, the picture out. In the order they come up."""

from __future__ import annotations

import pytest

from collector.access.senders import sender_of
from collector.pipeline.desk import Batch
from collector.table.commands import COMMANDS
from collector.wire.device import Fault, Gone
from tests.collector.table.dealer import BOOT, NODE, Dealer, uid_of
from tests.collector.table.openings import dealt, flop


def test_a_card_read_at_a_seat_is_on_live_and_only_counted_on_public() -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")

    assert dealer.seat(1, "live")["hole"] == ["As", "Ad"]
    assert dealer.seat(1, "public")["hole"] is None
    assert dealer.seat(1, "public")["cards"] == 2


def test_equity_is_shown_once_every_live_hand_is_read() -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")
    shares = [dealer.seat(seat)["equity"] for seat in (1, 2, 3)]

    assert sum(shares) in {9999, 10000, 10001}
    assert shares[0] > shares[1] > 0
    assert dealer.seat(1, "public")["equity"] is None


def test_a_hand_that_is_not_read_gives_no_equity() -> None:
    dealer = Dealer()
    dealer.command(type="start_hand", button=1)
    dealer.read(1, "As")

    assert dealer.seat(1)["equity"] is None


def test_the_flop_appears_only_when_three_cards_are_known() -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")
    for seat, kind in ((1, "call"), (2, "call"), (3, "check")):
        dealer.act(seat, kind)
    dealer.read(None, "2c")
    dealer.read(None, "7d")
    assert dealer.state("public")["hand"]["board"] == []
    assert "2c" not in str(dealer.output("public")[-1])

    dealer.read(None, "9h")

    assert dealer.state("public")["hand"]["board"] == ["2c", "7d", "9h"]


def test_a_hand_is_played_to_the_showdown_and_its_record_closed() -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")
    dealer.act(1, "raise_to", 300)
    dealer.act(2, "call")
    dealer.act(3, "fold")
    flop(dealer)
    for card in ("3s", "4h"):
        dealer.act(2, "check")
        dealer.act(1, "check")
        dealer.read(None, card)
    dealer.act(2, "check")
    dealer.act(1, "check")
    dealer.command(type="show", seat=2)
    dealer.command(type="show", seat=1)

    hand = dealer.state("public")["hand"]
    assert hand["street"] == "complete"
    assert hand["winners"] == [{"seat": 1, "player_id": "p_1", "amount": 700, "hand": "Pair of Aces"}]
    assert dealer.records() == []

    dealer.command(type="end_hand")

    record = dealer.records()[0]
    assert (record.total_pot, record.pots[0].eligible) == (700, ("p_2", "p_1"))
    assert {player.player_id: player.final_stack for player in record.players} == {
        "p_1": 10_400,
        "p_2": 9_700,
        "p_3": 9_900,
    }
    assert record.device_events[0].last - record.device_events[0].first == 10
    assert dealer.seat(1)["stack"] == 10_400


def test_the_button_moves_and_the_next_hand_closes_the_last() -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")
    dealer.act(1, "fold")
    dealer.act(2, "fold")

    reply = dealer.command(type="start_hand")

    assert len(dealer.records()) == 1
    assert dealer.state()["button"] == 2
    assert dealer.state()["hand"]["hand_number"] == 2
    assert dealer.state()["hand"]["hand_id"] == f"h_table_01_{reply.seq}"


def test_an_undone_act_can_be_redone_and_leaves_the_hand_as_it_was() -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")
    before = dealer.state()["seats"]
    dealer.act(1, "raise_to", 300)
    after = dealer.state()["seats"]

    dealer.command(type="undo")
    assert dealer.state()["seats"] == before
    dealer.command(type="redo")

    assert dealer.state()["seats"] == after


def test_undo_brings_a_finished_hand_back() -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")
    dealer.act(1, "fold")
    dealer.act(2, "fold")
    assert dealer.state()["hand"]["street"] == "complete"

    dealer.command(type="undo")

    assert dealer.state()["hand"]["to_act"] == 2


def test_a_misdeal_restores_every_stack_and_is_recorded_as_void() -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")
    dealer.act(1, "raise_to", 300)

    dealer.command(type="misdeal")

    assert [dealer.seat(seat)["stack"] for seat in (1, 2, 3)] == [10_000] * 3
    assert dealer.records()[0].void


def test_removing_a_card_is_never_a_fold() -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")

    dealer.lift(1, "As")
    dealer.lift(1, "Ad")

    assert dealer.seat(1)["hole"] == ["As", "Ad"]
    assert dealer.seat(1)["status"] == "in"
    assert dealer.seat(1)["cards"] == 0


def test_a_peek_changes_nothing() -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")

    dealer.lift(1, "As")
    dealer.read(1, "As")

    assert dealer.seat(1)["hole"] == ["As", "Ad"]
    assert dealer.alerts() == []


def test_a_card_older_than_the_hand_is_evidence_and_deals_nothing() -> None:
    dealer = Dealer()
    dealer.command(type="start_hand", button=1)

    dealer.read(1, "As", age_ms=60_000)

    assert dealer.seat(1)["hole"] is None
    assert dealer.alerts() == ["OLD_READING"]


def test_the_same_card_at_two_seats_is_flagged_and_stays_where_it_was() -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")

    dealer.read(2, "As")

    assert dealer.alerts() == ["DUPLICATE_CARD"]
    assert dealer.seat(1)["hole"] == ["As", "Ad"]  # seat 2 is full: no place is left for it there


@pytest.mark.parametrize(("card", "alerts"), [("7d", ["DUPLICATE_CARD"]), ("Qd", []), ("Tc", ["HAND_FULL"])])
def test_a_card_of_the_board_that_is_read_at_a_seat_is_flagged(card: str, alerts: list[str]) -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")
    for seat, kind in ((1, "call"), (2, "call"), (3, "check")):
        dealer.act(seat, kind)
    flop(dealer)

    dealer.read(3, card)

    assert dealer.alerts() == alerts
    assert dealer.seat(3)["hole"] == ["Qs", "Qd"]


def test_a_foreign_tag_is_flagged() -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")

    dealer.read(2, "", uid="04ffffffffffff")

    assert dealer.alerts() == ["UNKNOWN_TAG"]


def test_a_misread_is_cleared_and_entered_by_hand() -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")

    dealer.command(type="clear_card", seat=1, card="Ad")
    dealer.command(type="deal_card", seat=1, card="Ac")

    assert dealer.seat(1)["hole"] == ["As", "Ac"]


def test_a_repeated_command_gets_the_same_reply_and_acts_once() -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")
    first = dealer.command(id="same", type="fold", seat=1)
    position = dealer.table.position

    again = dealer.command(id="same", type="fold", seat=1)

    assert again == first
    assert dealer.table.position == position


def test_a_decision_on_an_older_picture_is_refused() -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")
    seen = dealer.state()["decision"]
    dealer.act(1, "fold")

    reply = dealer.send(type="fold", seat=2, decision=seen)

    assert not reply.accepted
    assert reply.error is not None
    assert reply.error.code == "STALE_DECISION"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"type": "check", "seat": 1}, None),
        ({"type": "fold", "seat": 3}, None),
        ({"type": "raise_to", "seat": 1, "amount": 150}, None),
        ({"type": "set_stack", "seat": 1, "stack": 5}, "HAND_RUNNING"),
        ({"type": "start_hand"}, "HAND_RUNNING"),
        ({"type": "seat_player", "seat": 1, "player_id": "p_9", "name": "x"}, "SEAT_TAKEN"),
        ({"type": "seat_player", "seat": 9, "player_id": "p_1", "name": "x"}, "PLAYER_SEATED"),
        ({"type": "use_deck", "deck_id": "none"}, "UNKNOWN_DECK"),
        ({"type": "assign_antenna", "device": "ghost", "antenna": "a01", "role": "board"}, "UNKNOWN_DEVICE"),
        ({"type": "redo"}, "NOTHING_TO_REDO"),
        ({"type": "show", "seat": 9}, "NOT_IN_HAND"),
    ],
)
def test_what_is_not_legal_is_refused_with_a_reason_and_changes_nothing(
    fields: dict[str, object], code: str | None
) -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")
    before = dealer.state()

    reply = dealer.send(**fields)

    assert not reply.accepted
    assert reply.error is not None
    assert reply.error.message
    assert code is None or reply.error.code == code
    assert dealer.state() == before


def test_numbers_of_each_channel_have_no_gaps_and_the_state_names_the_last() -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")
    dealer.act(1, "raise_to", 300)

    for channel in ("public", "live"):
        numbers = [event["seq"] for event in dealer.events(channel)]
        assert numbers == list(range(1, len(numbers) + 1))
        assert dealer.state(channel)["seq"] == numbers[-1]


def test_a_tag_never_appears_in_any_output() -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")
    dealer.read(2, "", uid="04ffffffffffff")

    everything = b"".join(dealer.output("live") + dealer.output("public"))

    assert uid_of("As").encode() not in everything
    assert b"04ffffffffffff" not in everything


def test_a_device_is_assigned_from_its_next_event_on_and_the_fact_says_which() -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")

    dealer.command(type="assign_device", device=NODE)

    assert dealer.facts[-1].body["from"] == {BOOT: 7}


def test_a_device_of_another_table_is_refused() -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")
    dealer.house(type="open_table", table_id="table_02", event_id="evt", name="Table 2")
    batch = Batch()
    command = COMMANDS.decode(b'{"id":"x","type":"assign_device","device":"node-01"}')

    reply = dealer.desk.table_command("table_02", command, sender_of("op"), batch)

    assert reply.error
    assert reply.error.code == "DEVICE_IN_USE"


def fold_round(dealer: Dealer) -> None:
    """Everybody folds to the big blind."""
    while not dealer.table.play.hand.complete:
        dealer.act(dealer.state()["hand"]["to_act"], "fold")


def test_the_button_that_is_set_is_the_next_hands_button() -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")
    fold_round(dealer)

    dealer.command(type="set_button", seat=3)
    dealer.command(type="start_hand")

    assert dealer.state()["hand"]["button"] == 3


def test_after_a_misdeal_the_same_button_deals_again() -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")
    dealer.command(type="misdeal")

    dealer.command(type="start_hand")

    assert dealer.state()["hand"]["button"] == 1


def test_a_misdeal_after_the_award_voids_it_all() -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")
    dealer.command(type="set_house_rules", profile="cash", misdeal_until="substantial")
    fold_round(dealer)

    dealer.command(type="misdeal")

    record = dealer.records()[0]
    assert record.void
    assert (record.winners, record.total_pot) == ((), 0)
    assert {player.final_stack for player in record.players} == {10_000}


def test_every_accepted_command_gives_the_state_a_new_number() -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")
    for fields in (
        {"type": "use_deck", "deck_id": "deck-1"},
        {"type": "sit_out", "seat": 2},
    ):
        before = dealer.state("public")
        dealer.command(**fields)
        after = dealer.state("public")
        assert after["decision"] == before["decision"] + 1
        assert after["seq"] > before["seq"]


def test_a_reading_that_the_public_is_not_told_of_leaves_its_state_the_same_bytes() -> None:
    dealer = Dealer()
    dealer.command(type="assign_antenna", device=NODE, antenna="a10", role="muck")
    dealer.command(type="start_hand", button=1)
    before = dealer.output("public")[-1]

    dealer.read(10, "2c")

    assert dealer.output("public")[-1] == before


def test_a_reader_that_fails_is_told_to_the_floor() -> None:
    dealer = dealt("AsAd", "KsKd", "QsQd")

    dealer.event(Fault(antenna="a03", code="no_chip", message="antenna a03: no reader chip answers; check its power"))
    dealer.event(Fault(antenna="a03", code="ok", message="antenna a03: reads again"))
    dealer.event(Gone(origin=BOOT, first=3, last=12))

    assert dealer.alerts() == ["READER_FAULT", "READINGS_GONE"]


def test_a_record_names_the_readings_of_its_hand_whatever_they_were() -> None:
    """Those that dealt a card would tell which of the tags at a seat were cards."""
    ranges = []
    for second in ("Ad", "As"):
        dealer = Dealer()
        dealer.command(type="start_hand", button=1)
        dealer.read(1, "As")
        dealer.read(1, second, uid=None if second == "Ad" else "04ffffffffff01")
        dealer.read(2, "Kd")
        for seat in (1, 2):
            dealer.act(seat, "fold")
        dealer.command(type="end_hand")
        ranges.append(dealer.records()[0].device_events)

    assert ranges[0] == ranges[1]
    assert [(part.first, part.last) for part in ranges[0]] == [(1, 3)]
