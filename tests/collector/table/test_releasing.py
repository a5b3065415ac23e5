"""A table lets hidden cards out when they are due: by facts, once each, and never early."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import pytest

from collector.facts.chain import Chain
from collector.pipeline.desk import Batch, Change, Desk
from collector.pipeline.projector import Ended, hands_of
from collector.release.due import HAND_RELEASED
from collector.table.commands import COMMANDS
from tests.collector.table.dealer import TABLE
from tests.collector.table.shows import MINUTE, Show


def test_without_a_delay_a_hand_is_released_behind_its_end() -> None:
    show = Show()
    hand = show.fold_out()
    show.wait(0)

    assert show.released() == [(hand, "public", ()), (hand, "house", (1, 2, 3))]


def test_a_hand_waits_for_its_delay_and_is_released_once() -> None:
    show = Show(delay_s=900)
    hand = show.fold_out()
    show.now = show.table.waiting[0].due_at - 2  # the clock of the dealer ticks whenever it is read
    show.wait(0)
    assert show.released() == []

    show.wait(0)
    assert show.released() == [(hand, "public", ()), (hand, "house", (1, 2, 3))]

    show.wait(MINUTE)
    assert len(show.released()) == 2
    assert show.table.waiting == ()


def test_what_is_due_is_released_before_the_next_fact_if_the_timer_is_late() -> None:
    show = Show(delay_s=60)
    show.fold_out()
    show.now += 5 * MINUTE
    show.command(type="set_blinds", small_blind=50, big_blind=100)

    kinds = [fact.kind for fact in show.facts[-3:]]
    assert kinds == [HAND_RELEASED.name, HAND_RELEASED.name, "set_blinds"]


def test_stricter_terms_hold_at_once_and_weaker_ones_for_later_hands() -> None:
    show = Show(delay_s=60)
    hand = show.fold_out()
    show.command(type="set_release", house="shown", delay_s=120)
    show.command(type="set_release", public="all", house="all", delay_s=0)  # a rehearsal: nobody has to sign
    show.wait(MINUTE)
    assert show.released() == []

    show.wait(MINUTE)
    assert show.released() == [(hand, "public", ()), (hand, "house", ())]

    later = show.fold_out()
    show.wait(0)
    assert show.released()[2:] == [(later, "public", (1, 2, 3)), (later, "house", (1, 2, 3))]


def test_terms_of_a_running_hand_are_those_of_its_start_or_stricter() -> None:
    show = Show(delay_s=60)
    show.command(type="start_hand", button=1)
    show.command(type="set_release", delay_s=30)
    show.command(type="set_release", public="all")
    show.act(1, "fold")
    show.act(2, "fold")
    show.command(type="end_hand")

    (waits,) = show.table.waiting
    assert (waits.terms.delay_ms, str(waits.terms.public)) == (60_000, "shown")


def test_outside_a_rehearsal_one_person_makes_it_stricter_and_never_weaker() -> None:
    show = Show(delay_s=60)
    object.__setattr__(show.table, "mode", "programme")

    for weaker in ({"delay_s": 59}, {"public": "all"}, {"public": "never", "delay_s": 0}):
        reply = show.send(type="set_release", **weaker)
        assert reply.error is not None
        assert reply.error.code == "NEEDS_APPROVAL"
    assert show.send(type="set_release", delay_s=61, public="never").accepted


def test_the_house_sees_at_least_as_much_as_everybody() -> None:
    reply = Show().send(type="set_release", public="all", house="shown")

    assert reply.error is not None
    assert reply.error.code == "BAD_POLICY"


def test_an_hour_without_power_and_a_clock_set_ahead_release_nothing() -> None:
    show = Show(delay_s=900)
    show.fold_out()
    show.now += 24 * 60 * MINUTE
    show.boot("b2")
    assert show.released() == []

    show.wait(15 * MINUTE - 1000)
    assert show.released() == []
    show.wait(1000)
    assert len(show.released()) == 2


def test_a_kill_of_the_collector_alone_delays_nothing() -> None:
    show = Show(delay_s=900)
    show.fold_out()
    show.now += 20 * MINUTE
    show.boot("b1")

    assert len(show.released()) == 2


def test_what_was_amended_inside_the_delay_is_released_as_it_is_now_after_a_whole_delay() -> None:
    show = Show(delay_s=60)
    hand = show.fold_out()
    raised = next(fact for fact in show.facts if fact.kind == "raise_to").position
    show.now += 30_000
    changes = [{"seq": raised, "command": {"type": "raise_to", "seat": 1, "amount": 400}}]
    asked = show.send(type="amend", changes=changes)
    assert asked.error is not None
    show.command(type="amend", changes=changes, digest=asked.error.details["digest"])
    show.wait(59_000)
    assert show.released() == []

    show.wait(1_000)
    assert show.released() == [(hand, "public", ()), (hand, "house", (1, 2, 3))]
    told = [each.due.revision for change in show.changes for each in change.outcome.released]
    assert told == [2, 2]


def test_a_misdeal_is_released_to_the_house_alone() -> None:
    show = Show(public="all", house="all")
    show.command(type="start_hand", button=1)
    show.read(1, "As")
    show.command(type="misdeal")
    show.wait(0)

    assert [(to, seats) for _, to, seats in show.released()] == [("public", ()), ("house", (1, 2, 3))]


def test_the_fold_takes_no_log_at_its_word() -> None:
    show = Show(delay_s=900)
    show.fold_out()
    early = show.table.waiting[0]
    body = {
        "hand_id": early.hand_id,
        "revision": 1,
        "audience": "public",
        "policy": "all",
        "seats": [1, 2, 3],
        "due": 0,
    }
    batch = Batch()
    show.desk._put(HAND_RELEASED.fact(TABLE, "forged", body), batch)
    show._done(batch, None)

    assert show.released() == []
    assert show.alerts()[-1] == "EARLY_RELEASE"
    assert show.table.waiting == (early,)


def projected(changes: Iterable[Change]) -> list[object]:
    """Return what is projected of changes, in order."""
    found = [each for change in changes for each in hands_of(change)]
    return [each.play.hand_id if isinstance(each, Ended) else each.freed.due for each in found]


class Model:
    """The rule once more: what passes while the machine is up counts, and nothing else does."""

    def __init__(self, show: Show, random: Random) -> None:
        self.show, self.random, self.delay, self.boots = show, random, 0, 1
        self.skipped = 0  # ms between boots, so far
        self.ends: dict[str, int] = {}
        self.needs: dict[str, int] = {}
        self.seen: dict[tuple[str, str], int] = {}

    def step(self) -> None:
        """Do something."""
        getattr(self, self.random.choice(["hand", "wait", "wait", "boot", "kill", "longer", "late"]))()
        self.look()

    def look(self) -> None:
        """Look at what was released: nothing was early."""
        for change in self.show.changes:
            for each in change.outcome.released:
                key = (each.due.hand_id, str(each.due.audience))
                self.seen.setdefault(key, change.fact.received_at - self.skipped)
        early = {key: at for key, at in self.seen.items() if at < self.needs[key[0]]}
        assert early == {}

    def hand(self) -> None:
        """Play a hand."""
        hand = self.show.fold_out()
        closed = [fact for fact in self.show.facts if fact.kind == "hand_closed"][-1]
        self.ends[hand] = closed.received_at - self.skipped
        self.needs[hand] = self.ends[hand] + self.delay

    def wait(self) -> None:
        """Wait; nothing that is due is left behind."""
        self.show.wait(self.random.randint(0, 90_000))
        now = self.show.now - self.skipped - 5  # the clock ticks
        assert [hand for hand, due in self.needs.items() if due <= now and (hand, "house") not in self.released()] == []

    def released(self) -> set[tuple[str, str]]:
        """Return the hands that were released, and to whom."""
        return {(hand, to) for hand, to, _ in self.show.released()}

    def boot(self) -> None:
        """Pull the plug; start again with the clock set ahead."""
        before, self.boots = self.show.table.time.at, self.boots + 1
        self.show.now += self.random.randint(0, 10**9)
        self.show.boot(f"b{self.boots}")
        anchor = [fact for fact in self.show.facts if fact.kind == "clock_anchored"][-1]
        self.skipped += anchor.received_at - before

    def kill(self) -> None:
        """Kill the collector alone."""
        self.show.now += self.random.randint(0, 90_000)
        self.show.boot(f"b{self.boots}")

    def longer(self) -> None:
        """Make the delay longer: for hands that wait too."""
        self.delay += self.random.randint(0, 60) * 1000
        self.show.command(type="set_release", delay_s=self.delay // 1000)
        for hand in self.needs.keys() - {hand for hand, _ in self.released()}:
            self.needs[hand] = self.ends[hand] + self.delay

    def late(self) -> None:
        """The timer sleeps while a fact comes."""
        self.show.now += self.random.randint(0, 200_000)
        self.show.command(type="set_blinds", small_blind=50, big_blind=100)


@pytest.mark.parametrize("seed", range(25))
def test_over_steps_kills_and_boots_nothing_is_early_lost_or_twice(seed: int) -> None:
    show = Show()
    model = Model(show, Random(seed))
    model.hand()
    model.look()
    for _ in range(40):
        model.step()
    show.wait(10**9)

    told = [(hand, to) for hand, to, _ in show.released()]
    assert sorted(told) == sorted((hand, to) for hand in model.ends for to in ("house", "public"))
    assert projected(Desk(Chain({}, lambda: 0), COMMANDS).load(show.facts)) == projected(show.changes)
