"""`ebs bench access`, with few pages: what it measures, and that it would see what it is there for."""

from __future__ import annotations

import time
from collections import Counter
from typing import Any

import pytest

from tools.bench import access, access_revoked
from tools.bench.access import Measured, Size, _take, _Turn
from tools.bench.access_client import addresses
from tools.bench.access_house import People
from tools.bench.access_revoked import Revoked
from tools.bench.report import Figure

SMALL = Size(rounds=1, pages=3, turn_s=2, pages_s=20, revoked=1)
_LATE_S = 1.5


def by_name(figures: list[Figure]) -> dict[str, Figure]:
    return {figure.name: figure for figure in figures}


@pytest.mark.broker
@pytest.mark.timeout(180)
def test_a_house_is_measured_and_a_door_that_shuts_late_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of an output is held up here, as by a collector that looks too seldom."""
    revoke = People.revoke_output

    def late(self: People, output: str) -> None:
        time.sleep(_LATE_S)
        revoke(self, output)

    monkeypatch.setattr(People, "revoke_output", late)
    said: list[str] = []

    figures = by_name(access.figures(said.append, SMALL))

    assert {name for name, figure in figures.items() if figure.target} == {
        "pages_p99_cost", "flood_p99_cost", "lost", "pages_came_and_went", "sign_ins_a_second",
        "revoked_connection_p99", "revoked_rest_p99",
    }  # fmt: skip
    assert figures["cards"].value > 100
    assert figures["lost"].value == 0
    assert 0 < figures["overlay_rest_p50"].value <= figures["overlay_rest_p99"].value
    assert figures["pages_came_and_went"].value == SMALL.pages
    assert figures["page_login_p99"].value > 0
    assert figures["sign_ins_refused_at_once"].value > 0
    assert figures["revoked_output_connection_most"].value > 1000 * _LATE_S
    assert figures["revoked_output_rest_most"].value > 1000 * _LATE_S
    assert not figures["revoked_connection_p99"].met
    assert not figures["revoked_rest_p99"].met
    assert {f"round 1 of 1: {turn}" for turn in access.TURNS} <= set(said)


def test_the_cost_is_that_of_the_turns_in_which_somebody_came() -> None:
    turns = [_Turn("rest", 0, 1000), _Turn("pages", 2000, 3000), _Turn("flood", 4000, 5000)]
    queued = {f"{turn.name}{n}": turn.began + n for turn in turns for n in range(100)} | {"between": 1500}
    delays = {"rest": 10_000_000, "pages": 12_000_000, "flood": 12_100_000}
    seen = {trace: at + delays.get(trace.rstrip("0123456789"), 0) for trace, at in queued.items() if trace != "pages7"}
    found = Measured(gone=SMALL.pages, flood_s=10, statuses=Counter({"503": 1900, "401": 95}))

    _take(found, turns, queued, seen)
    figures = by_name(access.of_measured(found, SMALL))

    assert figures["cards"].value == 300
    assert (figures["pages_p99_cost"].value, figures["flood_p99_cost"].value) == (1.2, 1.21)
    assert {name for name, figure in figures.items() if not figure.met} == {
        "flood_p99_cost", "lost", "revoked_connection_p99", "revoked_rest_p99",
    }  # fmt: skip
    assert figures["sign_ins_refused_at_once"].value == round(1900 / 1995, 3)


def test_where_cards_were_lost_at_rest_no_cost_is_met() -> None:
    found = Measured()
    found.delays_ms |= {"rest": [1.0, float("inf")], "pages": [1.0], "flood": [1.0]}

    figures = by_name(access.of_measured(found, SMALL))

    assert not figures["pages_p99_cost"].met
    assert not figures["flood_p99_cost"].met


def test_the_goals_are_those_of_a_house_and_what_was_not_measured_is_missed() -> None:
    one = {kind: [1000.0] for kind in access_revoked.KINDS}
    figures = by_name(access._of_revoked(Revoked(connection=one, rest={**one, "key": [1001.0]})))

    assert figures["revoked_connection_p99"].met
    assert not figures["revoked_rest_p99"].met
    assert not any(figure.met for figure in access._of_revoked(Revoked()))
    assert (access.FULL.rounds * access.FULL.pages, access.SIGN_INS_A_SECOND) == (1000, 200)


def test_rest_that_never_refuses_is_infinitely_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_revoked, "_LATE_S", 0.1)
    answers: Any = iter([200, 200, 401])

    assert access_revoked._until(lambda: 200, time.monotonic()) == float("inf")
    assert 0 < access_revoked._until(lambda: next(answers), time.monotonic()) < float("inf")


def test_each_sign_in_has_an_address_of_its_own() -> None:
    found = addresses(7)

    several = [next(found) for _ in range(600)]
    assert len(set(several)) == 600
    assert all(each.startswith("127.7.") for each in several)
