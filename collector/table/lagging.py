"""The table as it was, for its delayed channel: a second fold of the same facts, each when it is old enough.

What is played is a function of the log and of the time. What was taken back or amended before it was played never
appears. What was played already is put right as soon as the floor says so.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from collector.facts.fact import Fact
from collector.hand.copying import replace
from collector.release import Audience, Hands, Policy, released_seats
from collector.release.policy import narrower
from collector.release.showtime import CLOCK_ANCHORED, NEVER_ANCHORED
from collector.table.amend.chapters import Chapter, Evening, Memory
from collector.table.amend.preview import Changes
from collector.table.amend.refold import TAKEN_OUT, Refold
from collector.table.close import HAND_CLOSED
from collector.table.consequences import consequences
from collector.table.effects import UPDATED
from collector.table.equity import EQUITY_ANSWERED
from collector.table.fold import Outcome
from collector.table.play import Play, folded
from collector.table.registry import Commands
from collector.table.state import Stamp, Table
from collector.wire.amend import Redo, Undo
from collector.wire.command import type_of
from collector.wire.feed_events import CardsReleased, EventData, HandCorrected, ReleasedHand

UNDO: Final = type_of(Undo)
REDO: Final = type_of(Redo)
NOT_PLAYED: Final = frozenset((EQUITY_ANSWERED.name, TAKEN_OUT))
"""Kinds that the delayed channel shows nothing of: it has no odds, and no word of what never appeared."""


class Place(NamedTuple):
    """A fact that waits, by what is played in its stead: itself, nothing, or what stands there by now.

    at: its time, as `ShowTime.shown` counts. again: what is played is checked and given its meaning anew.
    """

    position: int
    at: int
    delay_ms: int
    facts: tuple[Fact, ...]
    again: bool = False

    @property
    def due_at(self) -> int:
        """When it is old enough, as `ShowTime.shown` counts."""
        return self.at + self.delay_ms


class Played(NamedTuple):
    """A step of the delayed picture: the table before it, and what there is to tell."""

    before: Table
    outcome: Outcome


class _Known(NamedTuple):
    """What the table of now says of a hand. policy: the strictest since its start, for everybody."""

    policy: Policy
    over: bool
    void: bool


class Lag:
    """The delayed picture of one table. `table`: as it is shown; its seq and stamps are those of the channel."""

    def __init__(self, commands: Commands, evening: Evening, now: int) -> None:
        """Begin behind the fact that set the delay. now: as `ShowTime.shown` counts."""
        self._commands = commands
        self._refold: Refold | None = None  # while facts are played that an amendment has changed
        self._hands: dict[str, _Known] = {}
        self._masked = evening.table.masked  # of the table of now: what is hidden is hidden on every channel at once
        chapters = list(evening.chapters())[::-1]
        facts = [fact for chapter in chapters for fact in chapter.facts()]
        delay, times = evening.table.terms.delay_ms, _times(commands, facts)
        # Of the last fact that is played, or passed over.
        self._position = max((at for at, shown in times.items() if shown + delay <= now), default=0)
        places = _effective(facts)
        self._waiting = deque(
            Place(at, shown, delay, places.get(at, ()), again=True)
            for at, shown in times.items()
            if at > self._position
        )
        last = next((fact for fact in reversed(facts) if fact.position <= self._position), None)
        self.table = replace(
            self._stood(chapters),
            position=self._position,
            public_seq=0,
            public_stamp=Stamp(last.received_at, last.trace_id) if last else chapters[0].before.public_stamp,
            decision=0,
            waiting=(),
        )
        running = evening.table.play
        for play in (*evening.closed, *((running,) if running else ())):
            self._know(play, evening.table, over=play is not running)
        self.table = self._opened(self.table)

    def is_due(self, now: int) -> bool:
        """Return whether something waits that is old enough. now: as `ShowTime.shown` counts."""
        return bool(self._waiting) and self._waiting[0].due_at <= now

    def play(self, now: int) -> list[Played]:
        """Play what is old enough, in order. now: as `ShowTime.shown` counts."""
        played: list[Played] = []
        while self.is_due(now):
            place = self._waiting.popleft()
            self._position = place.position
            played += [self._fold(fact, again=place.again) for fact in place.facts]
        return played

    def follow(self, fact: Fact, outcome: Outcome, was: Evening) -> list[Played]:
        """Take in a fact of the table of now, behind `play` for its time. was: the evening before it.

        Nothing of it is played yet. But it may put right what was played, and hands that it ends show their cards.
        """
        table = outcome.table
        self._know_hands(outcome, was.table)
        facts, told = self._stands(fact, outcome, was)
        delay = table.play.terms.delay_ms if table.play else table.terms.delay_ms
        if table.terms is not was.table.terms:
            longest = table.terms.delay_ms
            self._waiting = deque(each._replace(delay_ms=max(each.delay_ms, longest)) for each in self._waiting)
        again = any(each.body.get("amended") for each in facts)
        self._waiting.append(Place(fact.position, table.time.shown(fact.received_at), delay, facts, again))
        return [*told, *self._look_again()]

    def _stands(self, fact: Fact, outcome: Outcome, was: Evening) -> tuple[tuple[Fact, ...], list[Played]]:
        """Return what is played in the stead of a fact once it is old enough, and what is put right at once."""
        named = fact.body.get("of")
        registered = self._commands.of_type(fact.kind)
        if registered and registered.amends:
            return (), self._amended(self._commands.kinds.read(fact), outcome)
        if outcome.table.masked != self._masked:
            self._masked = outcome.table.masked
            return (), [self._shown(self.table, UPDATED)]
        if fact.kind == UNDO and named is not None:
            return (), self._taken_back(named)
        if fact.kind == REDO and named is not None:
            return tuple(reversed([each for each in was.facts_at((named,)) if each.command_id])), []
        return () if fact.kind in NOT_PLAYED else (fact,), []

    def _fold(self, fact: Fact, *, again: bool) -> Played:
        before = self.table
        if again:
            self._refold = self._refold or Refold(self._commands, Evening(before, Memory()), tells=True)
            self._refold.table = before
            told, after = self._refold.tell(fact), self._refold.table
        else:
            self._refold = None
            effect = self._commands.fold(before, fact)
            told, after = effect.happenings, effect.table
        told = (*told, *consequences(before, after, lambda _hand, _rules: None))
        if fact.command_id and all(event.hidden for event in told):
            told = (*told, *UPDATED)
        return self._shown(after, told, fact)

    def _shown(self, after: Table, told: Sequence[EventData], fact: Fact | None = None) -> Played:
        """Make a table the picture. fact: the one that is played; None: the picture is of the same time as before."""
        before = self.table
        if before.play and (after.play is None or after.play.hand_id != before.play.hand_id):
            self._hands.pop(before.play.hand_id, None)
        after = self._opened(after)
        told = tuple(event for event in (*told, *_cards(before, after)) if not event.hidden)
        self.table = replace(
            after,
            position=self._position,
            public_seq=before.public_seq + len(told),
            public_stamp=Stamp(fact.received_at, fact.trace_id) if fact and told else before.public_stamp,
            decision=before.decision + (1 if fact and fact.command_id else 0),
            amendable=before.amendable or bool(fact and self._commands.may_change(fact)),
            masked=self._masked,
            waiting=(),
        )
        return Played(before, Outcome(Evening(self.table, Memory()), told))

    def _opened(self, table: Table) -> Table:
        """Return a table with the seats whose hidden cards all may see: the hand is over in the table of now."""
        play, seats = table.play, tuple[int, ...]()
        known = self._hands.get(play.hand_id) if play else None
        if play and known and known.over:
            players, ran = play.hand.players, play.hand.closed or play.hand.complete
            all_in = tuple(each.seat for each in players if ran and each.all_in and not each.folded)
            hands = Hands(tuple(each.seat for each in players), all_in, (), known.void)
            seats = released_seats(known.policy, Audience.PUBLIC, hands)
        released = frozenset(seats)
        return table if released == table.released else replace(table, released=released)

    def _look_again(self) -> list[Played]:
        """Show or hide cards of the hand of the picture, after the table of now has said something of it."""
        opened = self._opened(self.table)
        if opened is self.table:
            return []
        return [self._shown(opened, () if opened.released > self.table.released else UPDATED)]

    def _know_hands(self, outcome: Outcome, was: Table) -> None:
        table = outcome.table
        if table.play is not was.play and table.play:
            self._know(table.play, table, over=False)
        for play in outcome.ended:
            self._know(play, table, over=True)
        if table.terms is not was.terms:
            strictest = table.terms.public
            self._hands = {
                name: each._replace(policy=narrower(each.policy, strictest)) for name, each in self._hands.items()
            }

    def _know(self, play: Play, table: Table, *, over: bool) -> None:
        """Keep what the table of now says of a hand, as long as the picture has not passed it."""
        if play.last_position <= self._position and not self._shows(play):
            return
        known = self._hands.get(play.hand_id)
        policy = narrower(play.terms.public, known.policy if known else play.terms.public)
        if over:
            policy = narrower(policy, table.terms.public)
        self._hands[play.hand_id] = _Known(policy, over, play.void)

    def _shows(self, play: Play) -> bool:
        return self.table.play is not None and self.table.play.hand_id == play.hand_id

    def _taken_back(self, position: int) -> list[Played]:
        """Take back a command: what waits is never played; what was played is put right."""
        for at in range(len(self._waiting) - 1, -1, -1):
            place = self._waiting[at]
            left = tuple(each for each in place.facts if each.position != position)
            if len(left) != len(place.facts):
                self._waiting[at] = place._replace(facts=left)
                return []
        play = self.table.play
        steps = (
            tuple(step for step in play.steps if not (step.by_command and step.position == position)) if play else ()
        )
        if play is None or len(steps) == len(play.steps):
            return []
        play = replace(play, hand=folded(play.setup, steps), steps=steps)
        return [self._shown(replace(self.table, play=play), (HandCorrected(reason="undo"),))]

    def _amended(self, changes: Changes, outcome: Outcome) -> list[Played]:
        """Take in an amendment: what waits is played as it stands now; what was played is put right."""
        chapters = _since(outcome.evening, min(*changes, self._position + 1))
        stand = _effective(fact for chapter in chapters for fact in chapter.facts())
        for at, facts in stand.items():
            if facts and facts[0].kind == HAND_CLOSED.name and not stand.get(at + 1):
                stand[at] = ()  # the command that put the hand away was taken out
        self._waiting = deque(each._replace(facts=stand.get(each.position, ()), again=True) for each in self._waiting)
        if min(changes) > self._position:
            return []
        then, plays = self._stood(chapters), {play.hand_id: play for play in outcome.ended}
        if outcome.table.play:
            plays[outcome.table.play.hand_id] = outcome.table.play
        told = [event for event in outcome.happenings if isinstance(event, HandCorrected) and not event.hidden]
        seen = tuple(event for event in told if self._was_seen(plays.get(str(event.corrected)), then))
        corrected = self._shown(then, seen or UPDATED)
        whole = tuple(play for play in outcome.ended if play.last_position <= self._position)
        return [corrected._replace(outcome=corrected.outcome._replace(ended=whole))]

    def _was_seen(self, play: Play | None, then: Table) -> bool:
        """Return whether a hand that came out otherwise looks otherwise as far as it is played. then: the picture."""
        if play is None or play.first_position > self._position:
            return False
        was, now = self.table.play, then.play
        if was is None or now is None or {was.hand_id, now.hand_id} != {play.hand_id}:
            return True
        return (was.setup, was.steps) != (now.setup, now.steps)

    def _stood(self, chapters: Sequence[Chapter]) -> Table:
        """Return the table of the picture, folded again from the start of the first of these chapters."""
        again = Refold(self._commands, Evening(chapters[0].before, Memory()))
        for chapter in chapters:
            places = _effective(chapter.facts()).items()
            again.chapter([fact for at, facts in places if at <= self._position for fact in facts], last=False)
        return again.table


def _effective(facts: Iterable[Fact]) -> dict[int, tuple[Fact, ...]]:
    """Return what is played in the stead of each fact, by position: nothing of what was taken back.

    A command that was brought back stands where it was brought back.
    """
    found: dict[int, tuple[Fact, ...]] = {}
    taken: dict[int, tuple[Fact, ...]] = {}
    for fact in facts:
        named = fact.body.get("of")
        if fact.kind == UNDO and named is not None:
            for at, stands in found.items():
                gone = tuple(each for each in stands if each.position == named)
                if gone:
                    found[at], taken[named] = tuple(each for each in stands if each.position != named), gone
            found[fact.position] = ()
        elif fact.kind == REDO and named is not None:
            found[fact.position] = taken.pop(named, ())
        else:
            stands = () if fact.kind in NOT_PLAYED else (fact,)
            found[fact.position] = (*found.get(fact.position, ()), *stands)
    return found


def _since(evening: Evening, position: int) -> list[Chapter]:
    """Return the chapters from the one that holds a position, in order."""
    found: list[Chapter] = []
    for chapter in evening.chapters():
        found.append(chapter)
        facts = chapter.facts()
        if facts and facts[0].position <= position:
            break
    return found[::-1]


def _times(commands: Commands, facts: Iterable[Fact]) -> dict[int, int]:
    """Return the time of each fact by its position, as `ShowTime.shown` counts."""
    time, found = NEVER_ANCHORED, {}
    for fact in facts:
        if fact.kind == CLOCK_ANCHORED.name:
            time = time.anchored(commands.kinds.read(fact), fact.received_at)
        time = time.after(fact.received_at)
        found[fact.position] = time.shown(fact.received_at)
    return found


def _cards(before: Table, after: Table) -> tuple[EventData, ...]:
    """Return the event for seats whose hidden cards have become known all at once."""
    if after.play is None or not after.released:
        return ()
    same = before.play is not None and before.play.hand_id == after.play.hand_id
    fresh = after.released - before.released if same else after.released
    seats = sorted(each.seat for each in after.play.hand.players if each.seat in fresh and any(each.hole))
    hands = tuple(ReleasedHand(seat=seat) for seat in seats)
    return (CardsReleased(hands=hands),) if hands else ()
