"""House rules at a live table: what each profile chooses, what a start says of it, what older logs keep."""

from __future__ import annotations

from typing import Any

import pytest

from collector.hand.model import EqualBoards, OddChip
from collector.table.start import _started, plan
from collector.wire.start import StartHand
from tests.collector.table.amendments import amended
from tests.collector.table.dealer import Dealer

STUD = {"game": "stud", "bring_in": 25}


def table(profile: str | None, stacks: tuple[int, ...] = (10_000,) * 4, **rules: Any) -> Dealer:
    dealer = Dealer(stacks)
    if profile:
        dealer.command(type="set_house_rules", profile=profile, **rules)
    return dealer


def setup_of(dealer: Dealer, **fields: Any) -> Any:
    dealer.command(type="start_hand", **fields)
    assert dealer.table.play is not None
    return dealer.table.play.setup


@pytest.mark.parametrize(
    ("profile", "equal", "odd", "doubles", "full"),
    [
        (None, EqualBoards.SEAT, OddChip.ALL, True, True),
        ("cash", EqualBoards.SEAT, OddChip.ALL, True, True),
        ("wsop", EqualBoards.SEAT, OddChip.ALL, True, True),
        ("california", EqualBoards.SEAT, OddChip.ALL, True, False),
        ("tournament", EqualBoards.SUIT, OddChip.FIVE, False, True),
    ],
)
def test_a_profile_chooses_the_rules_of_stud_and_fixed_limit(
    profile: str | None, equal: EqualBoards, odd: OddChip, doubles: bool, full: bool
) -> None:
    dealer = table(profile)
    dealer.command(type="set_game", **STUD)
    dealer.command(type="set_blinds", small_blind=50, big_blind=100, ante=10)

    setup = setup_of(dealer)

    assert (setup.equal_boards, setup.odd_chip) == (equal, odd)
    assert (setup.pair_doubles, setup.half_bets_full) == (doubles, full)


@pytest.mark.parametrize(
    ("profile", "said", "ante", "blind"),
    [
        ("cash", None, 1000, 200),
        ("tournament", None, 200, 1000),
        ("tournament", True, 1000, 200),
        ("cash", False, 200, 1000),
    ],
)
def test_a_short_big_blind_pays_the_blind_first_in_tournaments_tda_rp_11(
    profile: str, said: bool | None, ante: int, blind: int
) -> None:
    dealer = table(profile, (10_000, 10_000, 1_200, 10_000))
    dealer.command(type="set_blinds", small_blind=500, big_blind=1000, big_blind_ante=1000, ante_first=said)

    dealer.command(type="start_hand", button=1)

    posted = {act.action: act.amount for act in dealer.table.play.hand.actions if act.seat == 3}
    assert posted == {"ante": ante, "big_blind": blind}


def test_the_levels_of_a_tournament_keep_the_blind_first_tda_rp_11() -> None:
    dealer = table("tournament", (10_000, 10_000, 1_200, 10_000))
    level = {"small_blind": 500, "big_blind": 1000, "big_blind_ante": 1000}
    dealer.command(type="set_levels", levels=[level])
    dealer.command(type="set_tournament", level=1)

    dealer.command(type="start_hand", button=1)

    posted = {act.action: act.amount for act in dealer.table.play.hand.actions if act.seat == 3}
    assert posted == {"ante": 200, "big_blind": 1000}


def test_a_rule_that_is_named_differs_from_its_profile_and_every_state_says_so() -> None:
    dealer = table("tournament", equal_boards="seat", short_all_in="completed")

    rules = dealer.state("public")["house_rules"]

    assert dealer.state("public")["profile"] == "tournament"
    assert (rules["equal_boards"], rules["short_all_in"]) == ("seat", "completed")
    assert (rules["odd_chip"], rules["ante_first"], rules["button_rule"]) == ("five", False, "dead")


def test_a_rule_that_nobody_knows_is_refused() -> None:
    dealer = table("cash")

    with pytest.raises(ValueError, match="equal_boards"):
        dealer.send(type="set_house_rules", profile="cash", equal_boards="coin")
    with pytest.raises(ValueError, match="profile"):
        dealer.send(type="set_house_rules", profile="nevada")


def test_a_start_says_which_rules_decide_in_its_game_and_no_others() -> None:
    dealer = table("tournament")
    assert setup_of(dealer).edition == 2
    assert dealer.facts[-1].body["house"] == {}, "no limit hold'em knows none of them"
    dealer.command(type="misdeal")
    dealer.command(type="set_house_rules", profile="wsop")
    dealer.command(type="start_hand")

    assert dealer.facts[-1].body["house"] == {"straddle_raises": False}


def test_a_start_of_an_older_log_keeps_the_rules_of_then() -> None:
    dealer = table("tournament")
    dealer.command(type="set_game", **STUD)
    older = plan(dealer.table, StartHand(id="x"), 1)
    setup = _started(older).setup

    assert older["edition"] == 1
    assert "house" not in older
    assert (setup.equal_boards, setup.odd_chip, setup.half_bets_full) == (EqualBoards.SEAT, None, False)
    dealer.command(type="set_blinds", small_blind=50, big_blind=100, big_blind_ante=100)
    dealer.command(type="set_game")
    kinds = [post["kind"] for post in plan(dealer.table, StartHand(id="x"), 1)["posts"]]  # type: ignore[attr-defined]
    assert kinds[0] == "ante"


def test_a_running_hand_keeps_its_rules_when_the_house_changes_them() -> None:
    dealer = table("cash")
    dealer.command(type="set_game", **STUD)
    setup_of(dealer)

    dealer.command(type="set_house_rules", profile="tournament")

    assert dealer.table.play.setup.equal_boards is EqualBoards.SEAT


def test_an_amended_profile_changes_the_hands_after_it() -> None:
    dealer = table(None)
    dealer.command(type="set_house_rules", profile="cash")
    where = dealer.facts[-1].position
    dealer.command(type="set_blinds", small_blind=50, big_blind=100)
    dealer.command(type="set_game", game="holdem", betting="fixed_limit")
    setup_of(dealer)
    assert dealer.table.play.setup.half_bets_full
    for _ in range(3):
        dealer.act(dealer.state()["hand"]["to_act"], "fold")

    amended(dealer, [{"seq": where, "command": {"type": "set_house_rules", "profile": "california"}}])

    assert not dealer.table.play.setup.half_bets_full
