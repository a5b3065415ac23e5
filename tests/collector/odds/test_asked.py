"""Odds at the live table: which games have them and when, what a worker answers, and what is on show meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from collector.cards import parse_cards
from collector.equity import Answered, answer, equity_of
from collector.facts.chain import Chain
from collector.facts.fact import HOUSE, odds_of
from collector.pipeline.desk import Batch, Desk
from collector.secrecy import Secrecy, Secret
from collector.table.commands import COMMANDS
from collector.table.equity import EQUITY_ANSWERED
from tests.collector.table.dealer import OP_MAY_ALL, TABLE, Dealer, rendered
from tests.collector.table.openings import bring


def cards(text: str) -> list[str]:
    return [str(card) for card in parse_cards(text)]


def deal(dealer: Dealer, seat: int, text: str, **fields: Any) -> None:
    for card in cards(text):
        dealer.command(type="deal_card", seat=seat, card=card, **fields)


def shares(dealer: Dealer) -> dict[int, int]:
    """Return the equity on show, by seat."""
    return {seat["seat"]: seat["equity"] for seat in dealer.state()["seats"] if seat["equity"] is not None}


def questions(dealer: Dealer) -> dict[str, Any]:
    """Return what the tables ask a worker, without those that ask nothing."""
    return {table_id: asked for table_id, asked in dealer.desk.questions(dealer.desk.tables).items() if asked}


def solve(dealer: Dealer, answered: Answered | None = None) -> bool:
    """Do what the worker does: answer the table's question. With `answered`, deliver that instead."""
    found = answered or answer(questions(dealer)[TABLE].reveal())
    batch = Batch()
    taken = dealer.desk.equity_answer(TABLE, Secret(found), batch)
    dealer.changes += batch.changes
    dealer.facts += batch.facts
    return taken


def counted(game: str, *hands: str, board: str = "", dead: str = "") -> list[int]:
    return [points.equity for points in equity_of(game, hands, board, dead).basis_points()]


@pytest.mark.parametrize(
    ("game", "counts_as", "hands"),
    [
        ("short_deck", "shortdeck", ("AsAh", "KdKc")),
        ("omaha", "omaha4", ("AsAh2s3h", "JdTd9c8c")),
        ("omaha5_hi_lo", "omaha5hl", ("AsAh2s3h4c", "JdTd9c8c5d")),
        ("omaha6", "omaha6", ("AsAhKsKh2c2d", "JdTd9c8c3h4h")),
        ("courchevel", "courchevel", ("AsAh2s3h4c", "JdTd9c8c5d")),
    ],
)
def test_a_board_game_has_its_odds_at_once(game: str, counts_as: str, hands: tuple[str, str]) -> None:
    dealer = Dealer((10_000, 10_000))
    bring(dealer, game=game)

    deal(dealer, 1, hands[0])
    assert shares(dealer) == {}
    deal(dealer, 2, hands[1])

    assert list(shares(dealer).values()) == counted(counts_as, *hands)
    assert questions(dealer) == {}


def test_two_boards_are_worth_half_the_pot_each() -> None:
    dealer = Dealer((10_000, 10_000))
    bring(dealer, game="holdem")
    deal(dealer, 1, "AsAh")
    deal(dealer, 2, "KdKc")
    dealer.act(2, "all_in")
    dealer.act(1, "call")
    before = shares(dealer)

    dealer.command(type="run_board", times=2)
    assert shares(dealer) == before  # nothing lies yet: each board is worth what one was
    for card in cards("9s5s2cJdTc"):
        dealer.command(type="deal_card", card=card)
    dealer.command(type="deal_card", card="Kh", board=2)
    dealer.command(type="deal_card", card="Qs", board=2)
    dealer.command(type="deal_card", card="4s", board=2)
    aces = equity_of("holdem", ["AsAh", "KdKc"], "KhQs4s", "9s5s2cJdTc").equity(0)
    assert shares(dealer)[1] == round(10_000 * (1 + aces) / 2)  # the first board is the aces'

    dealer.command(type="deal_card", card="Qc", board=2)
    dealer.command(type="deal_card", card="Qh", board=2)
    assert shares(dealer) == {1: 5_000, 2: 5_000}


def test_hands_that_leave_too_few_cards_for_the_board_have_no_odds() -> None:
    dealer = Dealer((10_000,) * 8)
    bring(dealer, game="omaha6")
    text = "".join(rank + suit for rank in "AKQJT9876543" for suit in "shdc")
    for seat in range(1, 9):
        deal(dealer, seat, text[12 * (seat - 1) : 12 * seat])

    assert shares(dealer) == {}
    dealer.act(3, "fold")
    assert shares(dealer) == {}


def test_pineapple_has_odds_once_everybody_has_thrown_a_card_away() -> None:
    dealer = Dealer((10_000, 10_000))
    bring(dealer, game="pineapple")
    deal(dealer, 1, "AsAh2c")
    deal(dealer, 2, "KdKc3c")
    dealer.act(2, "call")
    dealer.act(1, "check")
    assert shares(dealer) == {}
    dealer.command(type="draw", seat=1, count=1, cards=["2c"])
    dealer.command(type="draw", seat=2, count=1, cards=["3c"])

    assert list(shares(dealer).values()) == counted("pineapple", "AsAh", "KdKc", dead="2c3c")


def stud(*, rules: dict[str, Any] | None = None) -> Dealer:
    dealer = Dealer((10_000, 10_000))
    if rules:
        dealer.command(type="set_odds", **rules)
    dealer.command(type="set_blinds", small_blind=0, big_blind=100, ante=10)
    bring(dealer, game="stud", bring_in=25)
    deal(dealer, 1, "AsAh")
    deal(dealer, 1, "Kd", up=True)
    return dealer


def test_what_takes_long_comes_back_as_a_fact() -> None:
    dealer = stud()
    deal(dealer, 2, "QsQd")
    assert questions(dealer) == {}
    deal(dealer, 2, "Jh", up=True)
    assert shares(dealer) == {}

    assert solve(dealer)

    assert list(shares(dealer).values()) == counted("stud7", "AsAhKd", "QsQdJh")
    fact = dealer.facts[-1]
    assert (fact.kind, fact.secrecy) == ("equity_answered", Secrecy.S0)
    assert dealer.events()[-1]["type"] == "equity_update"
    assert dealer.events()[-1]["data"]["equities"][0]["equity"] == shares(dealer)[1]
    assert questions(dealer) == {}
    assert "equity" not in str(dealer.events("public"))


def test_an_answer_moves_no_number_that_everybody_reads() -> None:
    """Whether a table asks follows from hidden cards, and positions are in replies, alerts and ids of hands."""
    dealer = stud()
    deal(dealer, 2, "QsQd")
    up = dealer.send(type="deal_card", seat=2, card="Jh", up=True)
    before, public = dealer.table, dealer.output("public")

    assert solve(dealer)

    after = dealer.table
    assert dealer.facts[-1].stream == odds_of(TABLE)
    assert (after.position, after.decision, after.public_seq) == (before.position, before.decision, before.public_seq)
    assert (after.public_stamp, after.live_seq) == (before.public_stamp, before.live_seq + 1)
    assert dealer.changes[-1].aside
    assert dealer.output("public")[: len(public)] == public
    assert dealer.act(2, "bring_in").seq == (up.seq or 0) + 1


def test_an_answer_is_folded_where_it_stood_when_a_log_is_loaded() -> None:
    dealer = stud()
    deal(dealer, 2, "QsQd")
    deal(dealer, 2, "Jh", up=True)
    solve(dealer)
    dealer.act(2, "bring_in")
    loaded = Desk(Chain({}, lambda: dealer.now), COMMANDS, OP_MAY_ALL)

    loaded.load_answers(TABLE, [fact for fact in dealer.facts if fact.stream == odds_of(TABLE)])
    loaded.load(fact for fact in dealer.facts if fact.stream == HOUSE)
    loaded.load(fact for fact in dealer.facts if fact.stream == TABLE)

    assert rendered(loaded.tables[TABLE], "live") == rendered(dealer.table, "live")
    assert loaded.tables[TABLE].live_seq == dealer.table.live_seq


def test_an_answer_of_an_older_log_stands_in_the_stream_of_its_table() -> None:
    dealer = stud()
    deal(dealer, 2, "QsQd")
    deal(dealer, 2, "Jh", up=True)
    found = answer(questions(dealer)[TABLE].reveal())
    old = EQUITY_ANSWERED.fact(TABLE, "old", found.plain(), Secret(found))
    position = dealer.table.position

    dealer.desk._log(old, Batch())

    assert dealer.table.position == position + 1
    assert list(shares(dealer).values()) == counted("stud7", "AsAhKd", "QsQdJh")


def test_an_answer_that_comes_too_late_is_nothing() -> None:
    dealer = stud()
    deal(dealer, 2, "QsQd")
    deal(dealer, 2, "Jh", up=True)
    late = answer(questions(dealer)[TABLE].reveal())
    dealer.command(type="clear_card", seat=2, card="Qd")
    facts = len(dealer.facts)

    assert not solve(dealer, late)

    assert len(dealer.facts) == facts
    assert shares(dealer) == {}


def test_an_answer_is_withdrawn_when_its_question_is() -> None:
    dealer = stud()
    deal(dealer, 2, "QsQd")
    deal(dealer, 2, "Jh", up=True)
    solve(dealer)

    dealer.command(type="clear_card", seat=2, card="Qd")
    assert shares(dealer) == {}
    deal(dealer, 2, "Qh")
    assert shares(dealer) == {}


def test_cards_of_a_street_that_is_still_dealt_ask_nothing() -> None:
    dealer = stud()
    deal(dealer, 2, "QsQd")
    deal(dealer, 2, "Jh", up=True)
    dealer.act(2, "bring_in")
    dealer.act(1, "call")
    deal(dealer, 1, "2c", up=True)

    assert questions(dealer) == {}
    deal(dealer, 2, "3c", up=True)
    assert TABLE in questions(dealer)


def test_a_draw_game_has_odds_behind_the_last_draw() -> None:
    dealer = Dealer((10_000, 10_000))
    bring(dealer, game="single_draw_27")
    deal(dealer, 1, "2c3d4h5s9c")
    deal(dealer, 2, "2d3h4s7hKd")
    assert shares(dealer) == {}
    dealer.act(2, "call")
    dealer.act(1, "check")
    dealer.command(type="draw", seat=1, count=1, cards=["9c"])
    assert shares(dealer) == {}

    dealer.command(type="draw", seat=2, count=1, cards=["Kd"])

    assert list(shares(dealer).values()) == counted("draw27", "2c3d4h5s", "2d3h4s7h", dead="9cKd")


def test_an_unread_hand_has_no_odds_unless_the_table_wants_averages() -> None:
    dealer = Dealer((10_000, 10_000))
    bring(dealer, game="holdem")
    deal(dealer, 1, "AsAh")
    deal(dealer, 2, "Kd")
    assert (shares(dealer), questions(dealer)) == ({}, {})

    dealer.command(type="set_odds", unread=True)
    assert solve(dealer)

    seat = dealer.seat(1)
    assert seat["equity_unread"]
    assert seat["equity_low"] < seat["equity"] < seat["equity_high"]
    assert dealer.seat(1, "public")["equity"] is None


def test_a_table_may_look_as_if_nobody_had_seen_the_folded_cards() -> None:
    found = []
    for folded in (True, False):
        dealer = Dealer()
        dealer.command(type="set_odds", folded=folded)
        bring(dealer, game="holdem")
        for seat, hand in ((1, "AcAd"), (2, "AsAh"), (3, "KdKc")):
            deal(dealer, seat, hand)
        dealer.act(3, "call")
        dealer.act(1, "fold")
        found.append(list(shares(dealer).values()))

    assert found == [counted("holdem", "AsAh", "KdKc", dead="AcAd"), counted("holdem", "AsAh", "KdKc")]
    assert found[0] != found[1]


def test_the_switch_itself_is_told() -> None:
    dealer = Dealer()
    bring(dealer, game="holdem")
    before = len(dealer.events())

    dealer.command(type="set_odds", folded=False)

    assert [event["type"] for event in dealer.events()[before:]] == ["equity_update", "table_update"]
