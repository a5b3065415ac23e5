"""The delayed channel of a table: the table as it was, without what was taken back meanwhile."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from collector.pipeline.desk import Batch
from collector.table import lagging
from collector.table.lagging import Played
from collector.wire.replies import Reply
from tests.collector.table.amendments import amended
from tests.collector.table.dealer import TABLE
from tests.collector.table.lagging_model import Evenings, desk_of, whole
from tests.collector.table.shows import MINUTE, Show

DELAY_S = 60
DELAY = DELAY_S * 1000
CARDS = {1: ["As", "Ad"], 2: ["Kh", "Kd"], 3: ["7c", "2d"]}
POLICIES = ("never", "shown", "all_in_and_shown", "all")


class Screen(Show):
    """A show whose delayed channel is listened to."""

    def __init__(self, **policies: str) -> None:
        self.played: list[Played] = []
        super().__init__(delay_s=DELAY_S, **policies)

    def _done(self, batch: Batch, reply: Any) -> Any:
        self.played += batch.played
        return super()._done(batch, reply)

    def send(self, login: str | None = None, table: str = TABLE, **fields: Any) -> Reply:
        """Send a command, a second after whatever came before."""
        self.now += 1000
        return super().send(login, table, **fields)

    def event(self, event: Any, age_ms: int = 0) -> None:
        """Send an event of the node, a second after whatever came before."""
        self.now += 1000
        super().event(event, age_ms)

    def then(self) -> dict[str, Any]:
        """Return the delayed state."""
        found: dict[str, Any] = json.loads(self.renderer.state(self.desk.lagging[TABLE], "delayed"))
        return found

    def told(self) -> list[dict[str, Any]]:
        """Return the delayed events so far."""
        return [
            json.loads(payload)
            for each in self.played
            for payload in self.renderer.events(each.outcome, each.before, "delayed")
        ]

    def types(self) -> list[str]:
        """Return the types of the delayed events so far."""
        return [each["type"] for each in self.told()]

    def holes(self) -> dict[int, list[str]]:
        """Return the hole cards that the delayed state shows, by seat."""
        return {seat["seat"]: seat["hole"] for seat in self.then()["seats"] if seat["hole"]}

    def deal(self) -> None:
        """Begin a hand."""
        self.command(type="start_hand", button=1)
        for seat, cards in CARDS.items():
            for card in cards:
                self.read(seat, card)

    def acts(self) -> list[str]:
        """Return what the delayed state has of acts, without the blinds."""
        return [act["action"] for act in self.then()["hand"]["actions"][2:]]


def fold_out(show: Screen) -> None:
    """Play on without a showdown."""
    show.act(1, "raise_to", 300)
    show.act(2, "fold")
    show.act(3, "fold")
    show.command(type="end_hand")


def showdown(show: Screen) -> None:
    """Play on to the river; seat 1 shows, seat 2 mucks."""
    show.act(1, "call")
    show.act(2, "fold")
    show.act(3, "check")
    for cards in (("Qs", "Js", "9c"), ("8d",), ("3h",)):
        for card in cards:
            show.read(None, card)
        show.act(3, "check")
        show.act(1, "check")
    show.command(type="show", seat=3)
    show.command(type="muck", seat=1)
    show.command(type="end_hand")


def all_in(show: Screen) -> None:
    """Seats 1 and 2 are all-in; seat 1 shows, and seat 2 mucks."""
    show.act(1, "all_in")
    show.act(2, "all_in")
    show.act(3, "fold")
    for card in ("Qs", "Js", "9c", "8d", "3h"):
        show.read(None, card)
    show.command(type="show", seat=1)
    show.command(type="muck", seat=2)
    show.command(type="end_hand")


def misdeal(show: Screen) -> None:
    """Seat 1 shows a hand that is void then."""
    show.act(1, "raise_to", 300)
    show.command(type="misdeal", fouled_deck=True)


PLAYED: dict[str, tuple[Callable[[Screen], None], dict[str, set[int]]]] = {
    "fold-out": (fold_out, {"never": set(), "shown": set(), "all_in_and_shown": set(), "all": {1, 2, 3}}),
    "showdown": (showdown, {"never": {3}, "shown": {3}, "all_in_and_shown": {3}, "all": {1, 2, 3}}),
    "all-in": (all_in, {"never": {1}, "shown": {1}, "all_in_and_shown": {1, 2}, "all": {1, 2, 3}}),
    "misdeal": (misdeal, {"never": set(), "shown": set(), "all_in_and_shown": set(), "all": set()}),
}


def seen(show: Screen, until: int) -> dict[int, list[str]]:
    """Return the most that the delayed state shows of each seat, looking every second for `until` ms."""
    most: dict[int, list[str]] = {}
    for _ in range(0, until, 1000):
        show.wait(1000)
        for seat, cards in show.holes().items():
            most[seat] = max(most.get(seat, []), cards, key=len)
    return most


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("how", PLAYED)
def test_each_policy_shows_what_it_releases_and_nothing_else(how: str, policy: str) -> None:
    play, shows = PLAYED[how]
    show = Screen(public=policy, house="all")
    show.deal()
    play(show)
    show.wait(0)
    assert show.holes() == {}

    wanted = {seat: CARDS[seat] for seat in shows[policy]}
    assert seen(show, DELAY + MINUTE) == wanted
    hidden = {card for seat, cards in CARDS.items() if seat not in wanted for card in cards}
    told = [each for each in show.told() if hidden & set(json.dumps(each).replace('"', " ").split())]
    assert told == []
    assert not {"equity_update"} & set(show.types())


@pytest.mark.parametrize("how", PLAYED)
def test_cards_come_with_the_fact_that_dealt_them_where_all_are_released(how: str) -> None:
    show = Screen(public="all", house="all")
    show.deal()
    dealt = show.now
    PLAYED[how][0](show)
    show.wait(dealt + DELAY + 2 - show.now)

    assert show.then()["hand"]["hand_id"]
    assert show.holes() == ({} if how == "misdeal" else CARDS)
    named = [each["data"]["card"] for each in show.told() if each["type"] == "card_detected"]
    assert named == ([None] * 6 if how == "misdeal" else [card for cards in CARDS.values() for card in cards])


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("how", PLAYED)
def test_a_hand_longer_than_the_delay_stays_backs_until_its_end(how: str, policy: str) -> None:
    show = Screen(public=policy, house="all")
    show.deal()
    assert seen(show, 3 * DELAY) == {}
    assert [seat["cards"] for seat in show.then()["seats"][:3]] == [2, 2, 2]

    PLAYED[how][0](show)
    at_end = CARDS if policy == "all" and how != "misdeal" else {}
    assert show.holes() == at_end
    released = [each["data"]["hands"] for each in show.told() if each["type"] == "cards_released"]
    assert released == ([[{"seat": seat, "cards": cards} for seat, cards in CARDS.items()]] if at_end else [])
    assert set(seen(show, DELAY + MINUTE)) == PLAYED[how][1][policy]


def test_an_all_in_is_turned_up_when_the_call_is_played_and_not_at_its_deal() -> None:
    show = Screen(public="all_in_and_shown", house="all")
    show.deal()
    show.wait(20_000)
    called = show.now
    all_in(show)
    show.wait(called + DELAY + 2500 - show.now)  # the third second brings the fold that closes the betting
    assert show.holes() == {}

    show.wait(1000)
    assert show.holes() == {1: CARDS[1], 2: CARDS[2]}


def test_what_is_undone_inside_the_delay_leaves_no_trace() -> None:
    one, other = (Screen(public="all", house="all") for _ in range(2))
    for show in (one, other):
        show.deal()
        if show is one:
            show.act(1, "raise_to", 700)
            show.command(type="undo")
        show.now = 2_000_000
        fold_out(show)
        show.wait(2 * MINUTE)

    assert [_bare(each) for each in one.told()] == [_bare(each) for each in other.told()]
    assert _bare(one.then()) == _bare(other.then())


def test_what_is_amended_inside_the_delay_appears_as_amended_alone() -> None:
    one, other = (Screen() for _ in range(2))
    for show in (one, other):
        show.deal()
        raised = show.act(1, "raise_to", 300 if show is one else 400)
        show.act(2, "fold")
        show.act(3, "fold")
        show.command(type="end_hand")
        if show is one:
            amended(show, [{"seq": raised.seq, "command": {"type": "raise_to", "seat": 1, "amount": 400}}])
        show.wait(DELAY + MINUTE)

    assert [_bare(each) for each in one.told()] == [_bare(each) for each in other.told()]
    assert _bare(one.then()) == _bare(other.then())


def _bare(message: dict[str, Any]) -> dict[str, Any]:
    """Return a message without what says when its fact came, and which it was."""
    return {name: value for name, value in message.items() if name not in {"timestamp", "trace_id"}}


def test_a_command_that_is_brought_back_appears_once() -> None:
    show = Screen()
    show.deal()
    show.act(1, "raise_to", 700)
    show.command(type="undo")
    show.command(type="redo")
    show.wait(DELAY)

    assert show.acts() == ["raise"]
    assert show.types().count("action_recorded") == 1
    assert "hand_corrected" not in show.types()


def test_what_was_shown_already_is_corrected_by_an_undo_and_by_an_amendment() -> None:
    show = Screen()
    show.deal()
    raised = show.act(1, "raise_to", 300)
    show.act(2, "call")
    show.wait(DELAY)
    assert show.acts() == ["raise", "call"]

    show.command(type="undo")
    assert show.acts() == ["raise"]
    amended(show, [{"seq": raised.seq, "command": {"type": "raise_to", "seat": 1, "amount": 500}}])
    assert show.then()["seats"][0]["bet"] == 500
    corrected = [each["data"]["reason"] for each in show.told() if each["type"] == "hand_corrected"]
    assert corrected == ["undo", "amend"]


def test_a_hand_that_was_shown_whole_is_corrected_with_its_record_of_tabled_cards() -> None:
    show = Screen()
    show.deal()
    raised = show.act(1, "raise_to", 300)
    show.act(2, "fold")
    show.act(3, "fold")
    show.command(type="end_hand")
    show.wait(DELAY + MINUTE)
    amended(show, [{"seq": raised.seq, "command": {"type": "raise_to", "seat": 1, "amount": 400}}])

    last = show.told()[-1]
    assert (last["type"], last["data"]["revision"]) == ("hand_corrected", 2)
    assert {player["hole_cards"] for player in last["data"]["record"]["players"]} == {None}


def test_a_delay_that_grows_stands_still_and_one_that_shrinks_waits_for_a_break() -> None:
    show = Screen()
    began = show.now
    show.deal()
    show.wait(began + DELAY - 1000 - show.now)
    show.command(type="set_release", delay_s=2 * DELAY_S)
    show.wait(began + 2 * DELAY - show.now)
    assert show.then()["hand"] is None

    show.wait(2000)
    assert show.then()["hand"]
    show.command(type="set_release", delay_s=10)  # a rehearsal: nobody has to sign
    fold_out(show)
    show.command(type="set_blinds", small_blind=100, big_blind=200)
    show.wait(30_000)
    assert show.acts() == []  # the hand that was dealt under the longer one
    show.wait(2 * DELAY - 30_000)
    assert (show.then()["hand"], show.then()["blinds"]["big_blind"]) == (None, 200)
    show.command(type="set_blinds", small_blind=200, big_blind=400)
    show.wait(10_000)
    assert show.then()["blinds"]["big_blind"] == 400


def test_stricter_terms_hide_what_the_delay_has_not_let_out_yet() -> None:
    show = Screen(public="all", house="all")
    show.deal()
    fold_out(show)
    show.command(type="set_release", public="never")

    assert seen(show, DELAY + MINUTE) == {}


def test_a_clock_that_is_set_ahead_while_the_machine_is_off_plays_nothing_early() -> None:
    show = Screen(public="all", house="all")
    show.deal()
    fold_out(show)
    show.now += 24 * 60 * MINUTE
    show.desk = desk_of(show.facts, show._clock)
    show.boot("b2")
    assert show.then()["hand"] is None

    show.wait(DELAY - 12_000)  # eleven seconds had passed before
    assert show.then()["hand"] is None
    show.wait(2000)
    assert show.types().count("hand_started") == 1


def test_a_table_without_a_delay_and_one_without_a_clock_have_no_such_channel() -> None:
    assert Show().desk.lagging == {}


def test_the_first_delay_begins_with_the_table_as_it_was_then() -> None:
    show = Show()
    show.fold_out()
    show.now += 10 * MINUTE
    show.command(type="set_blinds", small_blind=500, big_blind=1000)
    show.command(type="set_release", delay_s=300)

    then = show.desk.lagging[TABLE]
    assert (then.rules.big_blind, then.play, then.seated[1].stack) == (100, None, 10_150)


def test_a_fault_of_the_picture_stops_it_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    show = Screen()
    show.deal()
    before = show.then()

    def broken(*_: object) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(lagging, "consequences", broken)
    batch = Batch()
    show.now += DELAY
    show.desk.release(batch)

    assert [each.code for each in batch.complaints] == ["DELAYED_STOPPED"]
    show.act(1, "fold")
    assert show.then() == before
    assert not show.desk.due(show.now + 10 * MINUTE)


SEEDS = [pytest.param(seed, marks=pytest.mark.soak if seed >= 8 else []) for seed in range(20)]
"""Evenings by chance: two of each policy in `make test`, five in `make soak`."""


@pytest.mark.parametrize("amends", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_it_shows_the_effective_list_cut_at_now_less_the_delay(seed: int, *, amends: bool) -> None:
    evening = Evenings(seed, amends=amends, public=POLICIES[seed % 4], house="all")
    for _ in range(120):
        evening.step()
        evening.look()

    events, state = evening.replayed()
    assert events == evening.payloads()
    assert state == whole(evening.desk.lagging[TABLE])
