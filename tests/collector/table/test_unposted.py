"""Players who owe a blind, and are dealt in without it (Robert's Rules of Poker, section 4)."""

from __future__ import annotations

from typing import Any

import pytest

from collector.table.finished.evidence import _folded, evidence_of
from tests.collector.table.amendments import amended
from tests.collector.table.dealer import Dealer, rendered
from tests.collector.table.starts import cash, dealt, played, started


def back() -> Dealer:
    """Seat 4 was away when both blinds passed, and is back."""
    dealer = cash(6)
    played(dealer, button=6)  # 1 and 2 have the blinds
    dealer.command(type="sit_out", seat=4)
    for _ in range(4):
        played(dealer)
    dealer.command(type="sit_out", seat=4, out=False)
    return dealer


def owed(dealer: Dealer) -> Any:
    return dealer.state("public")["owed"]


def refused(dealer: Dealer, **fields: Any) -> str:
    reply = dealer.send(**fields)
    assert reply.error is not None
    return reply.error.code


def until(dealer: Dealer, seat: int) -> None:
    while dealer.state()["hand"]["to_act"] != seat:
        dealer.act(dealer.state()["hand"]["to_act"], "fold")


def test_a_player_who_is_back_posts_what_it_owes() -> None:
    dealer = back()

    posts = started(dealer)[1]

    assert [post for post in posts if post[0] == 4] == [(4, "dead", 50), (4, "late", 100)]
    assert owed(dealer) == {}
    assert "unposted" not in dealer.facts[-1].body


def test_who_is_dealt_in_unposted_and_looks_is_dead_before_it_has_put_chips_in_rrp_4() -> None:
    dealer = back()
    posts = started(dealer, unposted=[4])[1]
    assert 4 in dealt(dealer)
    assert [post for post in posts if post[0] == 4] == []
    assert owed(dealer) == {"4": ["small_blind", "big_blind"]}
    state = dealer.state("public")["hand"]
    assert (state["unposted"], state["may"]["unposted_found"]) == ([4], [4])

    dealer.command(type="unposted_found", seat=4)

    state = dealer.state("public")["hand"]
    assert state["rulings"][-1].endswith("dealt in unposted, it has looked; it owes its blind (RRP 4)")
    assert dealer.seat(4, "public")["status"] == "folded"
    assert "unposted" not in state
    assert owed(dealer) == {"4": ["small_blind", "big_blind"]}
    assert rendered(dealer.table, "public") == dealer.renderer.state(dealer.table, "public")


@pytest.mark.parametrize(("kind", "amount"), [("call", None), ("raise_to", 300), ("all_in", None)])
def test_who_has_put_chips_in_unposted_plays_on_and_posts_in_the_next_hand_rrp_4(kind: str, amount: int | None) -> None:
    dealer = back()
    started(dealer, unposted=[4])
    until(dealer, 4)
    dealer.act(4, kind, amount)

    dealer.command(type="unposted_found", seat=4)

    assert dealer.seat(4, "public")["status"] in ("in", "all_in")
    assert dealer.state("public")["hand"]["rulings"][-1].endswith("it plays on, and owes its blind (RRP 4)")
    dealer.command(type="misdeal", override=True)
    dealer.command(type="start_hand", unposted=[4])
    while dealer.table.running is not None:
        dealer.act(dealer.state()["hand"]["to_act"], "fold")
    assert [post for post in started(dealer)[1] if post[0] == 4] == [(4, "dead", 50), (4, "late", 100)]


def waiting() -> Dealer:
    """Seat 4 is back, and sits between the button and the big blind of the next hand."""
    dealer = cash(6)
    played(dealer, button=6)
    dealer.command(type="sit_out", seat=4)
    for _ in range(2):
        played(dealer)
    dealer.command(type="sit_out", seat=4, out=False)
    return dealer


def test_who_waits_and_is_dealt_in_all_the_same_goes_on_owing_rrp_4() -> None:
    kept_out, dealer = waiting(), waiting()
    started(kept_out)
    assert 4 not in dealt(kept_out)

    posts = started(dealer, unposted=[4])

    assert 4 in dealt(dealer)
    assert posts == (kept_out.table.play.button, [(5, "small_blind", 50), (6, "big_blind", 100)])
    assert owed(dealer) == owed(kept_out) == {"4": ["small_blind", "big_blind"]}


@pytest.mark.parametrize("seats", [[1], [9], [4, 1]])
def test_who_owes_nothing_is_not_dealt_in_unposted(seats: list[int]) -> None:
    assert refused(back(), type="start_hand", unposted=seats) == "NOT_OWING"


def test_nothing_is_owed_in_a_bomb_pot_or_where_posts_are_named() -> None:
    assert refused(back(), type="start_hand", unposted=[4], bomb=200) == "NOT_OWING"
    assert refused(back(), type="start_hand", unposted=[4], posts=[]) == "NOT_OWING"


def test_only_who_was_dealt_in_unposted_is_ruled_on_and_once() -> None:
    dealer = back()
    started(dealer, unposted=[4])
    assert refused(dealer, type="unposted_found", seat=1) == "NOT_UNPOSTED"

    dealer.command(type="unposted_found", seat=4)

    assert refused(dealer, type="unposted_found", seat=4) == "NOT_UNPOSTED"
    dealer.command(type="undo")
    until(dealer, 4)
    dealer.act(4, "fold")
    assert refused(dealer, type="unposted_found", seat=4) == "FOLDED"


def test_the_start_is_amended_once_it_is_found_that_a_player_had_not_posted() -> None:
    dealer = back()
    reply = dealer.command(type="start_hand")
    assert refused(dealer, type="unposted_found", seat=4) == "NOT_UNPOSTED"

    amended(dealer, [{"seq": reply.seq, "command": {"type": "start_hand", "unposted": [4]}}])

    assert owed(dealer) == {"4": ["small_blind", "big_blind"]}
    dealer.command(type="unposted_found", seat=4)
    assert dealer.seat(4, "public")["status"] == "folded"


def test_the_ruling_is_undone_and_each_act_has_its_evidence() -> None:
    dealer = back()
    started(dealer, unposted=[4])
    was = dealer.table.play.hand

    dealer.command(type="unposted_found", seat=4)
    ruled = dealer.table.play
    assert evidence_of(ruled) == _folded(ruled)
    assert evidence_of(ruled)[-1].fact == ruled.steps[-1].position
    dealer.command(type="undo")
    assert dealer.table.play.hand == was
    dealer.command(type="redo")
    assert dealer.table.play.hand == ruled.hand


def test_a_tournament_deals_everybody_in_and_nobody_owes() -> None:
    dealer = Dealer((10_000,) * 5)
    dealer.command(type="set_house_rules", profile="tournament")
    played(dealer, button=5)

    assert refused(dealer, type="start_hand", unposted=[4]) == "NOT_OWING"
