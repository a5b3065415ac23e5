"""The fields of a state that a picture draws, and pages must not work out. What is hidden is on live until shown."""

from __future__ import annotations

from typing import Any

from tests.collector.table.dealer import Dealer
from tests.collector.table.openings import bring, dealt

FIELDS = ("best", "runs", "outs")


def all_in_on_the_flop() -> Dealer:
    dealer = dealt("AsAd", "KsQs")
    dealer.act(1, "call")
    dealer.act(2, "check")
    for card in ("2s", "7s", "Kd"):
        dealer.read(None, card)
    dealer.act(2, "all_in")
    dealer.act(1, "call")
    return dealer


def hidden(dealer: Dealer, channel: str = "public") -> list[dict[str, Any]]:
    return [{name: seat[name] for name in FIELDS if name in seat} for seat in dealer.state(channel)["seats"][:2]]


def test_what_hidden_hands_make_is_on_live_alone() -> None:
    dealer = all_in_on_the_flop()

    assert hidden(dealer) == [{}, {}]
    assert dealer.state("public")["hand"]["closed"]
    ahead, behind = hidden(dealer, "live")
    assert ahead["best"] == [
        {"board": 1, "half": "high", "kind": "pair", "ranks": "AK72", "cards": ["As", "Ad", "2s", "7s", "Kd"]}
    ]
    assert "outs" not in ahead
    assert behind["outs"]["board"] == 1
    assert {"3s", "Kc", "Kh"} <= set(behind["outs"]["win"])
    assert "2c" not in behind["outs"]["win"]


def test_a_tabled_hand_is_public_and_its_outs_are_not() -> None:
    dealer = all_in_on_the_flop()

    dealer.command(type="show", seat=2, cards=["Ks", "Qs"])

    assert [sorted(seat) for seat in hidden(dealer)] == [[], ["best"]]
    assert hidden(dealer)[1]["best"][0]["kind"] == "pair"


def test_each_run_has_its_chances() -> None:
    dealer = all_in_on_the_flop()
    dealer.command(type="run_board", times=2)
    for card in ("3s", "4h"):
        dealer.read(None, card)

    assert hidden(dealer) == [{}, {}]
    ahead, behind = dealer.state()["seats"][:2]
    over, open_still = (run["equity"] for run in behind["runs"])
    assert over == 10_000
    assert 0 < open_still < 10_000
    assert behind["equity"] == (over + open_still + 1) // 2
    assert "outs" not in ahead
    assert behind["outs"]["board"] == 2
    told = [event for event in dealer.events() if event["type"] == "equity_update"][-1]["data"]["equities"]
    assert told[1]["runs"] == behind["runs"]


def test_the_five_of_each_board_are_there_when_it_is_over() -> None:
    dealer = all_in_on_the_flop()
    dealer.command(type="run_board", times=2)
    for card in ("3s", "4h", "8c", "9c"):
        dealer.read(None, card)
    dealer.command(type="show", seat=1, cards=["As", "Ad"])
    dealer.command(type="show", seat=2, cards=["Ks", "Qs"])

    state = dealer.state("public")
    assert state["hand"]["awards"] == [
        {"pot": 0, "board": 1, "half": "high", "won": {"2": 10_000}},
        {"pot": 0, "board": 2, "half": "high", "won": {"1": 10_000}},
    ]
    flush, aces = state["seats"][1]["best"][0], state["seats"][0]["best"][1]
    assert (flush["board"], flush["kind"], sorted(flush["cards"])) == (1, "flush", ["2s", "3s", "7s", "Ks", "Qs"])
    assert (aces["board"], aces["kind"], aces["ranks"]) == (2, "pair", "AK98")


def test_a_hand_in_question_makes_nothing() -> None:
    dealer = all_in_on_the_flop()
    dealer.read(None, "Ks")

    assert [seat.get("best") for seat in dealer.state()["seats"][:2]] == [None, None]


def test_how_many_cards_a_seat_drew_is_public() -> None:
    dealer = Dealer((10_000, 10_000))
    bring(dealer, game="triple_draw_27")
    dealer.act(2, "call")
    dealer.act(1, "check")
    dealer.command(type="draw", seat=1, count=2)
    dealer.command(type="draw", seat=2, count=0)

    assert [seat.get("drawn") for seat in dealer.state("public")["seats"][:3]] == [[2], [0], None]


def test_what_a_bet_is_worth_is_public() -> None:
    dealer = Dealer((4_000, 10_000))
    bring(dealer)
    button = dealer.state("public")["hand"]["to_act"]
    dealer.act(button, "all_in")

    hand, seats = dealer.state("public")["hand"], dealer.state("public")["seats"]
    assert "closed" not in hand
    assert hand["legal"]["pot_odds"] > 0
    assert {seat["seat"]: seat["effective"] for seat in seats if "effective" in seat} == {2: 4_000}


def test_between_hands_nothing_is_added() -> None:
    state = Dealer().state()

    assert not any(name in seat for seat in state["seats"] for name in (*FIELDS, "drawn", "effective"))
