"""Levels and facts of a tournament that look mistyped are taken, and the floor is told what is odd."""

from __future__ import annotations

from typing import Any

import pytest

from collector.table.oddities import warned_levels, warned_tournament
from collector.wire.tournament import Level
from tests.collector.table.dealer import Dealer


def levels(*blinds: tuple[int, int], **each: Any) -> list[dict[str, Any]]:
    return [{"small_blind": small, "big_blind": big, "minutes": 20, **each} for small, big in blinds]


GOOD = [*levels((100, 200), (200, 300), (200, 400)), {"on_break": True, "minutes": 15}, *levels((500, 1000), ante=1000)]
ODD = {
    "falls": (levels((100, 200), (200, 400), (150, 300)), "level 3 falls from 400 to 300"),
    "falls over a break": (
        [*levels((200, 400)), {"on_break": True, "minutes": 5}, *levels((30, 60))],
        "level 2 falls from 400 to 60",
    ),
    "a zero too many": (levels((100, 200), (2000, 4000)), "level 2 jumps from 200 to 4000"),
    "a small blind too small": (levels((10, 200)), "level 1 has blinds 10/200"),
    "twice": (levels((100, 200), (100, 200)), "level 2 is level 1 again"),
    "ante": (levels((100, 200), ante=2000), "level 1 has an ante of 2000 above its big blind 200"),
    "button ante": (levels((100, 200), button_ante=300), "level 1 has a button ante of 300"),
    "big blind ante": (levels((100, 200), big_blind_ante=500), "a big blind ante of 500 to a big blind of 200"),
    "no minutes": ([*levels((100, 200)), {"small_blind": 200, "big_blind": 400}], "level 2 has no minutes"),
}


@pytest.mark.parametrize(("given", "why"), ODD.values(), ids=ODD)
def test_odd_levels_are_taken_and_told(given: list[dict[str, Any]], why: str) -> None:
    dealer = Dealer()

    assert dealer.send(type="set_levels", levels=given).accepted
    (warn,) = warned_levels([Level.model_validate(level) for level in given])

    assert dealer.alerts()[-1:] == ["ODD_LEVELS"]
    assert why in warn.message
    assert warn.message.endswith("look at the levels; set_levels gives them anew")


def test_levels_as_houses_have_them_are_taken_without_a_word() -> None:
    dealer = Dealer()

    dealer.command(type="set_levels", levels=GOOD)
    dealer.command(type="set_levels", levels=[{"small_blind": 50, "big_blind": 100}, {"big_blind": 200}])

    assert dealer.alerts() == []


def test_many_faults_are_one_alert_of_a_few_lines() -> None:
    given = [Level(small_blind=1, big_blind=100 - number) for number in range(60)]

    (warn,) = warned_levels(given)

    assert "; and 115 more: look" in warn.message
    assert len(warn.message) < 300


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"entrants": 90, "remaining": 91}, "91 players remain of 90"),
        ({"payouts": [500, 300, 400]}, "place 3 is paid 400, more than place 2 with 300"),
    ],
)
def test_figures_that_contradict_each_other_are_told(fields: dict[str, Any], why: str) -> None:
    dealer = Dealer()
    dealer.command(type="set_tournament", entrants=90, remaining=90, payouts=[500, 300, 300])
    assert dealer.alerts() == []

    dealer.command(type="set_tournament", **fields)

    assert dealer.alerts() == ["ODD_TOURNAMENT"]
    assert why in warned_tournament(dealer.table.tournament)[0].message


def test_two_players_of_one_name_are_told() -> None:
    dealer = Dealer()

    dealer.command(type="seat_player", seat=4, player_id="p_4", name="PLAYER 2", stack=5)
    assert dealer.alerts() == ["SAME_NAME"]
    dealer.command(type="seat_player", seat=5, player_id="p_5", name="Player 22", stack=5)
    assert dealer.alerts() == ["SAME_NAME"]
