"""A card that lies on another antenna than before: one fact, of which consumers hear as of any card."""

from __future__ import annotations

from typing import Any

import pytest

from collector.pipeline.desk import Batch
from collector.secrecy import Secrecy, Secret
from collector.wire.device import CardMoved, CardRead, CardRemoved, DeviceEvents
from tests.collector.table.dealer import NODE, Dealer, antenna_of, uid_of

MUCK = "a12"


def dealt(flow: str = "operator") -> Dealer:
    dealer = Dealer()
    dealer.command(type="assign_antenna", device=NODE, antenna=MUCK, role="muck")
    if flow == "automatic":
        dealer.command(type="set_flow", flow=flow)
    else:
        dealer.command(type="start_hand", button=3)
    for seat, card in ((1, "As"), (2, "Kh"), (1, "Ad"), (2, "Kd")):
        dealer.read(seat, card)
    return dealer


def move(dealer: Dealer, card: str, left: str, antenna: str, *, halves: bool = False) -> None:
    uid = Secret(uid_of(card))
    if halves:
        dealer.event(CardRemoved(antenna=left, uid=uid))
        dealer.event(CardRead(antenna=antenna, uid=uid))
    else:
        dealer.event(CardMoved(antenna=antenna, came_from=left, uid=uid))


def told(dealer: Dealer, channel: str) -> list[tuple[str, Any]]:
    return [(event["type"], event["data"]) for event in dealer.events(channel)]


@pytest.mark.parametrize("to", [antenna_of(2), antenna_of(None), MUCK, "a77"])
@pytest.mark.parametrize("channel", ["public", "live"])
def test_a_move_is_heard_of_as_of_a_card_that_left_and_came(to: str, channel: str) -> None:
    whole, halves = dealt(), dealt()
    before = len(whole.facts)

    move(whole, "As", antenna_of(1), to)
    move(halves, "As", antenna_of(1), to, halves=True)

    assert [fact.kind for fact in whole.facts[before:]] == ["card_moved"]
    assert whole.facts[before].secrecy is Secrecy.S0
    assert told(whole, channel) == told(halves, channel)
    assert whole.alerts() == halves.alerts()
    assert (whole.table.present, whole.table.cards_at) == (halves.table.present, halves.table.cards_at)


def test_the_last_card_that_moves_to_a_seat_is_not_gathered() -> None:
    dealer = dealt()
    for seat, card in ((2, "Kh"), (1, "Ad"), (2, "Kd")):
        dealer.event(CardRemoved(antenna=antenna_of(seat), uid=Secret(uid_of(card))))
    dealer.act(3, "fold")
    dealer.act(1, "fold")

    move(dealer, "As", antenna_of(1), antenna_of(2))
    assert "HAND_OVER" not in dealer.alerts()
    move(dealer, "As", antenna_of(2), MUCK)
    assert "HAND_OVER" in dealer.alerts()


def test_in_automatic_mode_the_last_card_that_moves_to_the_muck_ends_the_hand() -> None:
    dealer = dealt("automatic")
    for seat, card in ((2, "Kh"), (1, "Ad"), (2, "Kd")):
        dealer.event(CardRemoved(antenna=antenna_of(seat), uid=Secret(uid_of(card))))
    assert dealer.state()["hand"] is not None

    move(dealer, "As", antenna_of(1), MUCK)

    assert "end_hand" in [fact.kind for fact in dealer.facts]


def test_a_restarted_node_reads_it_where_it_lies_now() -> None:
    dealer = dealt()
    move(dealer, "As", antenna_of(1), antenna_of(2))
    batch = Batch()
    for seq, antenna in enumerate((antenna_of(2), antenna_of(1)), 1):
        event = CardRead(antenna=antenna, uid=Secret(uid_of("As")))
        message = DeviceEvents(
            v=1,
            device=NODE,
            boot="9-" + 16 * "a",
            tx=seq,
            origin="9-" + 16 * "a",
            seq=seq,
            age_ms=0,
            events=(event,),
            mac="",
        )
        dealer.desk.device_events(message, batch)

    assert [fact.body.get("again") for fact in batch.facts if fact.kind == "card_read"] == [True, None]


def test_a_card_that_leaves_the_muck_is_no_news_to_the_public() -> None:
    dealer = dealt()
    dealer.lay(MUCK, "2c")
    public, seq = dealer.output("public"), dealer.table.public_seq

    dealer.event(CardRemoved(antenna=MUCK, uid=Secret(uid_of("2c"))))

    assert dealer.table.public_seq == seq
    assert dealer.output("public")[-1] == public[-1]
    assert [event["type"] for event in dealer.events("public")].count("card_removed") == 0
    (told,) = [event["data"] for event in dealer.events("live") if event["type"] == "card_removed"]
    assert told == {"antenna": MUCK}


def test_a_card_that_leaves_an_antenna_without_a_role_changes_nothing() -> None:
    dealer = dealt()
    hand, seq, counts = dealer.table.play, dealer.table.public_seq, dealer.table.cards_at
    before = dealer.state("public")

    dealer.event(CardRemoved(antenna="a20", uid=Secret(uid_of("As"))))

    assert (dealer.table.play, dealer.table.public_seq, dealer.table.cards_at) == (hand, seq, counts)
    assert dealer.state("public") == before
    assert dealer.alerts() == []
