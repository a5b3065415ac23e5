"""The delayed channel once more, plainly: the whole log is folded anew for each look. And a random evening for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from collector.cards import DECK
from collector.facts.chain import Chain, digest
from collector.facts.fact import Fact, Head
from collector.hand import board_wanted, legal, to_show
from collector.hand.copying import replace
from collector.hand.model import Hand
from collector.pipeline.desk import Batch, Desk
from collector.release import Policy
from collector.release.policy import PUBLIC_DEFAULT
from collector.table.amend.chapters import Evening, Memory
from collector.table.amend.refold import Refold
from collector.table.commands import COMMANDS
from collector.table.fold import fold, open_table
from collector.table.lagging import Played
from collector.table.state import Table
from tests.collector.table.dealer import OP_MAY_ALL, TABLE, renderer
from tests.collector.table.shows import Show

UNTOLD = ("seq", "decision", "timestamp", "trace_id", "mode")
"""What the plain model does not count; and the mode, which `Show` sets behind the back of its log."""
WIDTH = {Policy.NEVER: 0, Policy.SHOWN: 1, Policy.ALL_IN_AND_SHOWN: 2, Policy.ALL: 3}


class Plain:
    """What the delayed channel shows, worked out from the log."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self.facts = [fact for fact in facts if fact.stream == TABLE]
        self.shown: dict[int, int] = {}  # time of each fact without what passed between boots
        self.needs: dict[int, int] = {}  # when each may be played
        self.through = 0
        self.jumped = 0
        self.terms: list[tuple[int, Policy, int]] = [(0, PUBLIC_DEFAULT, 0)]  # position, policy, delay
        self._log()

    def _log(self) -> None:
        boot, last, running, floor = None, 0, False, 0
        begun = False
        for fact in self.facts:
            if fact.kind == "clock_anchored":
                if boot not in {None, fact.body["boot_id"]}:
                    self.jumped += fact.received_at - last
                boot = fact.body["boot_id"]
            now = last = fact.received_at
            now -= self.jumped
            if begun and fact.kind != "clock_anchored":
                self.advance(now)
            if fact.kind == "set_release":
                said = fact.body["command"]
                _, policy, delay = self.terms[-1]
                policy = Policy(said["public"]) if said.get("public") else policy
                delay = said["delay_s"] * 1000 if said.get("delay_s") is not None else delay
                self.terms.append((fact.position, policy, delay))
                floor = max(floor, delay) if running else delay
                begun = begun or delay > 0
                self.needs = {at: max(due, self.shown[at] + delay) for at, due in self.needs.items()}
            if fact.kind == "start_hand":
                running, floor = True, self.terms[-1][2]
            if fact.kind in {"hand_closed", "misdeal"}:
                running, floor = False, self.terms[-1][2]
            self.shown[fact.position] = now
            self.needs[fact.position] = now + floor

    def advance(self, now: int) -> None:
        """Play in order what is old enough."""
        for at in sorted(self.needs):
            if at <= self.through:
                continue
            if self.needs[at] > now:
                break
            self.through = at

    def table(self, evening: Evening, now: int) -> Table:
        """Return the table of the delayed channel. evening: of the table of now. now: ms since 1970."""
        self.advance(now - self.jumped)
        listed = [fact for chapter in list(evening.chapters())[::-1] for fact in chapter.facts()]
        played = [fact for at, fact in standing(listed) if at <= self.through]
        found = self._plain(played) if all(fact.kind != "amend" for fact in self.facts) else self._anew(played)
        return replace(found, released=self._released(found, evening))

    def _plain(self, played: list[Fact]) -> Table:
        evening = open_table(self.facts[0])
        for fact in played:
            evening = fold(COMMANDS, evening, fact).evening
        return evening.table

    def _anew(self, played: list[Fact]) -> Table:
        """Fold what amendments have left: commands get their meaning anew."""
        again = Refold(COMMANDS, Evening(open_table(self.facts[0]).table, Memory()))
        again.chapter(played, last=False)
        return replace(again.table, amendable=any(map(COMMANDS.may_change, played)))

    def _released(self, table: Table, evening: Evening) -> frozenset[int]:
        if table.play is None or (evening.table.play and evening.table.play.hand_id == table.play.hand_id):
            return frozenset()
        over = next(play for play in evening.closed if play.hand_id == table.play.hand_id)
        begun = max(at for at, _, _ in self.terms if at <= over.first_position)
        policy = min((policy for at, policy, _ in self.terms if at >= begun), key=WIDTH.__getitem__)
        hand = table.play.hand
        if over.void or WIDTH[policy] < WIDTH[Policy.ALL_IN_AND_SHOWN]:
            return frozenset()
        if policy is Policy.ALL:
            return frozenset(player.seat for player in hand.players)
        ran = hand.closed or hand.complete
        return frozenset(player.seat for player in hand.players if ran and player.all_in and not player.folded)


def standing(facts: list[Fact]) -> list[tuple[int, Fact]]:
    """Return the effective list: (place, fact), without what was taken back."""
    found: list[tuple[int, Fact]] = []
    back: dict[int, list[Fact]] = {}
    for fact in facts:
        of = fact.body.get("of")
        if fact.kind == "undo":
            back[of] = [each for _, each in found if each.position == of]
            found = [each for each in found if each[1].position != of]
        elif fact.kind == "redo":
            found += [(fact.position, each) for each in back.pop(of, [])]
        elif fact.kind not in {"taken_out", "equity_answered"}:
            found.append((fact.position, fact))
    return found


def picture(table: Table) -> dict[str, Any]:
    """Return what a delayed state says, but for its stamp."""
    told: dict[str, Any] = json.loads(renderer().state(table, "delayed"))
    return {name: value for name, value in told.items() if name not in UNTOLD}


def whole(table: Table) -> dict[str, Any]:
    """Return what a delayed state says, stamp and all."""
    return {**json.loads(renderer().state(table, "delayed")), "mode": None}


def desk_of(facts: list[Fact], clock: Callable[[], int]) -> Desk:
    """Return the desk of another process."""
    heads = {fact.stream: Head(fact.position, fact.received_at, digest(fact)) for fact in facts}
    desk = Desk(Chain(heads, clock), COMMANDS, OP_MAY_ALL)
    desk.load(facts)
    object.__setattr__(desk.tables[TABLE], "mode", "rehearsal")
    return desk


class Evenings(Show):
    """A random evening at a table with a delayed channel."""

    def __init__(self, seed: int, delay_s: int = 60, *, amends: bool = False, **policies: str) -> None:
        self.heard_then: dict[int, bytes] = {}  # on the delayed channel, by seq
        self.random, self.boots, self.amends = Random(seed), 1, amends
        self.unread: list[str] = []
        self.lying: list[tuple[int | None, str]] = []
        super().__init__(delay_s=delay_s, **policies)
        self.delay_s = delay_s
        self.looked = 0

    def _done(self, batch: Batch, reply: Any) -> Any:
        for step in batch.played:
            for payload in self.renderer.events(step.outcome, step.before, "delayed"):
                self.heard_then[json.loads(payload)["seq"]] = payload
        return super()._done(batch, reply)

    def events(self, channel: Any = "live") -> list[dict[str, Any]]:
        """Return the events of a channel."""
        return [json.loads(each) for each in self.payloads()] if channel == "delayed" else super().events(channel)

    def payloads(self) -> list[bytes]:
        """Return the delayed events so far."""
        assert list(self.heard_then) == sorted(self.heard_then) == list(range(1, len(self.heard_then) + 1))
        return list(self.heard_then.values())

    def step(self) -> None:
        """Do something."""
        roll = self.random.random()
        if roll < 0.10:
            self.wait(self.random.randint(0, 70_000))
        elif roll < 0.20:
            self.now += self.random.randint(0, 9_000)
        elif roll < 0.27:
            self.send(type=self.random.choice(["undo", "undo", "redo"]))
        elif roll < 0.29:
            self._boot()
        elif roll < 0.31:
            self._terms()
        elif roll < 0.35 and self.amends:
            self._amend()
        elif roll < 0.36 and self.table.play:
            self.send(type="misdeal", fouled_deck=True)
            self._clear()
        else:
            self._play()

    def _boot(self) -> None:
        """Kill the collector, or pull the plug: another process folds the log, and the clock may be set ahead."""
        self.boots += self.random.randint(0, 1)
        self.now += self.random.randint(0, 10**7)
        self.desk = desk_of(self.facts, self._clock)
        seq = self.desk.lagging[TABLE].public_seq
        self.heard_then = {at: payload for at, payload in self.heard_then.items() if at <= seq}
        self.boot(f"b{self.boots}")

    def _terms(self) -> None:
        policy = self.random.choice(["all", "all", "shown", "all_in_and_shown", "never"])
        if self.random.random() < 0.5:
            self.delay_s = max(1, self.delay_s + self.random.randint(-30, 30))
        self.send(type="set_release", public=policy, house="all", delay_s=self.delay_s)

    def _amend(self) -> None:
        kinds = {"raise_to", "call", "check", "show", "end_hand"}
        acts = [fact for fact in self.facts if fact.stream == TABLE and fact.kind in kinds]
        if not acts:
            return
        fact = self.random.choice(acts[-25:])
        change: dict[str, Any] = {"seq": fact.position}
        if fact.kind == "raise_to":
            amount = fact.body["command"]["amount"] + self.random.randint(1, 50)
            change["command"] = {"type": "raise_to", "seat": fact.body["command"]["seat"], "amount": amount}
        elif fact.kind != "end_hand" and self.random.random() < 0.7:
            change["command"] = {"type": "fold", "seat": fact.body["command"]["seat"]}
        asked = self.send(type="amend", changes=[change])
        if asked.error and asked.error.code == "AMEND_PREVIEW":
            self.send(type="amend", changes=[change], digest=asked.error.details["digest"])

    def _clear(self) -> None:
        for seat, card in self.lying:
            self.lift(seat, card)
        self.lying = []

    def _lay(self, seat: int | None) -> None:
        if self.unread:
            self.lying.append((seat, self.unread.pop()))
            self.read(*self.lying[-1])

    def _play(self) -> None:
        play = self.table.play
        if play is None or play.hand.complete:
            if play and self.random.random() < 0.5:
                self.send(type="end_hand")
                return
            self._clear()
            self.unread = [str(card) for card in DECK]
            self.random.shuffle(self.unread)
            if self.send(type="start_hand").accepted:
                for seat in [player.seat for player in self.table.play.hand.players] * 2:
                    self._lay(seat)
            return
        self._go_on(play.hand)

    def _go_on(self, hand: Hand) -> None:
        if board_wanted(hand) or (hand.to_act is None and hand.closed and not to_show(hand)):
            self._lay(None)
            return
        may = legal(hand)
        if may:
            kinds = ["check"] if may.check else ["call", "call", "fold"]
            kinds += ["all_in"] * (self.random.random() < 0.2)
            if may.min_to is not None and self.random.random() < 0.5:
                self.send(type="raise_to", seat=may.seat, amount=may.min_to)
                return
            self.send(type=self.random.choice(kinds), seat=may.seat)
        elif to_show(hand):
            self.send(type=self.random.choice(["show", "show", "muck"]), seat=to_show(hand)[0])
        else:
            self._lay(None)

    def look(self) -> None:
        """Have the timer look, and compare."""
        at = self.now + 1
        self.wait(0)
        expected = Plain(self.facts).table(self.evening, at)
        assert picture(self.desk.lagging[TABLE]) == picture(expected)

    def replayed(self) -> tuple[list[bytes], dict[str, Any]]:
        """Return what another process makes of the log: the delayed events, and the state."""
        # The mode of the table is no part of a delayed event, and not compared in the state.
        desk, played = Desk(Chain({"x": Head()}, lambda: self.now), COMMANDS, OP_MAY_ALL), list[Played]()
        for fact in self.facts:
            desk._fold(fact)
            played += desk._trailing.taken()[0]
        batch = Batch()
        desk.release(batch)
        told, steps = renderer(), (*played, *batch.played)
        events = [each for step in steps for each in told.events(step.outcome, step.before, "delayed")]
        return events, whole(desk.lagging[TABLE])
