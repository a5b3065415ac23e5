"""Without an operator a hand begins with its first cards and ends when they are gathered: cards and equity only."""

from __future__ import annotations

from collector.pipeline.desk import Batch, Desk
from collector.secrecy import Secret
from collector.table.commands import COMMANDS
from collector.wire.device import CardRead, Snapshot
from tests.collector.table.dealer import BOOT, NODE, TABLE, Dealer, rendered, uid_of


def automatic() -> Dealer:
    dealer = Dealer()
    dealer.command(type="assign_antenna", device=NODE, antenna="a12", role="muck")
    dealer.command(type="set_flow", flow="automatic")
    return dealer


def deal(dealer: Dealer) -> None:
    for cards in (("As", "Kh"), ("Ad", "Kd")):
        for seat, card in enumerate(cards, 1):
            dealer.read(seat, card)


def test_the_first_card_begins_a_hand_and_is_in_it() -> None:
    dealer = automatic()

    deal(dealer)

    assert dealer.state()["flow"] == "automatic"
    assert dealer.seat(1)["hole"] == ["As", "Ad"]
    hand = dealer.state()["hand"]
    assert (hand["actions"], hand["pot"], hand["to_act"], hand["legal"]) == ([], 0, None, None)


def test_the_board_shows_as_it_is_read_and_seats_without_cards_are_out() -> None:
    dealer = automatic()
    deal(dealer)

    for card in ("2c", "7d", "9h"):
        dealer.read(None, card)

    assert dealer.state("public")["hand"]["board"] == ["2c", "7d", "9h"]
    assert dealer.seat(3)["status"] == "folded"
    assert dealer.seat(1)["equity"] + dealer.seat(2)["equity"] == 10_000


def test_cards_on_the_muck_take_a_seat_out_of_the_equity() -> None:
    dealer = automatic()
    deal(dealer)
    for card in ("2c", "7d", "9h"):
        dealer.read(None, card)

    dealer.event(CardRead(antenna="a12", uid=Secret(uid_of("Kh"))))

    assert dealer.seat(2)["status"] == "folded"


def test_gathered_cards_end_the_hand_and_the_next_one_begins() -> None:
    dealer = automatic()
    deal(dealer)
    for card in ("2c", "7d", "9h"):
        dealer.read(None, card)
    for seat, card in ((1, "As"), (1, "Ad"), (2, "Kh"), (2, "Kd"), (None, "2c"), (None, "7d")):
        dealer.lift(seat, card)
    assert dealer.records() == []

    dealer.lift(None, "9h")

    (record,) = dealer.records()
    assert (record.total_pot, record.winners, record.void) == (0, (), False)
    assert record.board == ("2c", "7d", "9h")
    assert [player.final_stack for player in record.players] == [10_000] * 3
    dealer.read(3, "5c")
    assert dealer.state()["hand"]["hand_number"] == 2


def test_its_log_folds_to_the_same_bytes() -> None:
    dealer = automatic()
    deal(dealer)
    dealer.read(None, "2c")

    again = Desk(dealer.desk._chain, COMMANDS)
    again.load(dealer.facts)

    assert rendered(again.tables[TABLE], "live") == rendered(dealer.table, "live")


def test_an_operator_may_take_over_between_hands() -> None:
    dealer = automatic()
    dealer.command(type="set_flow", flow="operator")

    deal(dealer)

    assert dealer.state()["hand"] is None


def test_a_card_that_only_a_snapshot_showed_begins_a_hand_too() -> None:
    dealer = automatic()
    tag = Secret(uid_of("As"))
    seen = Snapshot(v=1, device=NODE, boot=BOOT, as_of=0, antennas={"a01": (tag,)}, mac="")

    batch = Batch()
    dealer.desk.nodes.heard(seen.device, seen.boot)
    dealer.desk.snapshot(seen, batch)

    assert [fact.kind for fact in batch.facts] == ["card_read", "start_hand"]
    assert dealer.seat(1)["hole"] == ["As"]
