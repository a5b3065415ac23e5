"""Folds facts a second time, after an amendment (ADR 8). Each command is checked and given its meaning anew.

Readings deal the cards that they would have dealt. A hand is put away by the command that put it away the first time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Final

from collector.errors import BadInput, Refused
from collector.facts.fact import Fact
from collector.hand import apply
from collector.hand.copying import replace
from collector.hand.model import Hand
from collector.house.house import House
from collector.table.acts import shown_as_read, typed_by
from collector.table.amend.chapters import Chapter, Evening, Tape, with_closed
from collector.table.close import HAND_CLOSED, put_away, require_over
from collector.table.effects import Effect
from collector.table.play import Play, Step, step_of
from collector.table.registration import Asked, Registration, When
from collector.table.registry import Commands
from collector.table.state import Table, play_of
from collector.wire.feed_events import EventData

TAKEN_OUT: Final = "taken_out"
"""The kind that stands in place of an act that was taken out. No fact of a log has it."""
_COUNTERS: Final = frozenset(
    (
        *("position", "public_stamp", "live_stamp", "epoch", "decision", "public_seq", "live_seq", "amendable"),
        *("answered", "time", "waiting", "released"),
    )
)
"""Fields of Table that count facts: they only go on (ADR 8). All other fields decide how the next hand is played."""
_STATE: Final = tuple(field.name for field in fields(Table) if field.name not in _COUNTERS)


class Refold:
    """An evening while its facts are folded again, chapter by chapter.

    A run of acts (fold, check, call, …) is applied to `_hand` alone, and the table gets the hand at the end of the run:
    the past is not told again, so nothing but the hand follows from an act. Whatever reads or changes the table calls
    `_settle` first, or it would see the hand of before the run.

    tells: what follows from each fact is told all the same, see `tell`. There are no runs then, and a hand is put away
    by its `hand_closed`: whoever asks leaves out one whose command does not stand any more.
    """

    def __init__(self, commands: Commands, evening: Evening, *, tells: bool = False) -> None:
        self._commands = commands
        self._tells = tells
        self._told: tuple[EventData, ...] = ()  # by the last fact
        self.table = evening.table
        self.closed = evening.closed
        self._chapter = evening.chapter
        self._memory = evening.memory
        self._closing: Fact | None = None
        self._hand: Hand | None = None  # ahead of the hand of the table by `_steps`; None: no run
        self._steps: list[Step] = []

    @property
    def evening(self) -> Evening:
        """The evening so far."""
        return Evening(self.table, self._memory, self._chapter, self.closed)

    def stands_as(self, before: Table) -> bool:
        """Return whether the table equals the one that stood here the first time.

        Equality, not identity: the values were made a second time.
        """
        return all(getattr(self.table, name) == getattr(before, name) for name in _STATE)

    def skip(self, chapter: Chapter, following: Table, played: tuple[Play, ...]) -> None:
        """Take a chapter over as it was, since nothing in it or before it has changed.

        The chapter is made anew all the same: its link back has to lead to the amended chapters.
        """
        self._chapter = Chapter(chapter.before, chapter.tape, self._chapter, chapter.commanded)
        self.table, self.closed = following, (*self.closed, *played)

    def chapter(self, facts: Sequence[Fact], *, last: bool) -> None:
        """Fold the facts of a chapter; raise Refused, naming the command that could not stand."""
        before = self.table
        tape: Tape | None = None
        for fact in facts:
            try:
                self._fact(fact)
            except BadInput as error:
                raise _refused(fact, error) from error
            tape = (fact, tape)
        self._settle()
        if not last:
            self._put_away(self._closing)  # the next chapter begins with the start that put this hand away
        earlier = self._chapter
        commanded = any(map(self._commands.may_change, facts)) or (earlier is not None and earlier.commanded)
        self._chapter = Chapter(before, tape, earlier, commanded)

    def tell(self, fact: Fact) -> tuple[EventData, ...]:
        """Fold a fact; return the events of its own. Raises BadInput where it could not stand."""
        self._told = ()
        self._fact(fact)
        return self._told

    def _fact(self, fact: Fact) -> None:
        registered = self._commands.of_type(fact.kind) if fact.command_id else None
        # Only the rules of the game check these acts, and `apply` does that: a run of them needs no table in between.
        # One act needs more, a show of the cards as they were read: `_step` settles the table for it.
        if registered and registered.act and registered.act.rules_alone:
            self._step(registered, fact)
            return
        self._settle()
        if fact.kind == TAKEN_OUT:
            self._remember(fact)
        elif fact.kind == HAND_CLOSED.name:
            if self._tells:
                self._done(self._commands.fold(self.table, fact))
            # The command after this fact puts the hand away, if it still stands. The stacks in the fact are those of
            # before the amendment, so they are not compared with the new ones.
            self._closing = fact
        elif registered:
            self._command(registered, fact)
        else:
            self._done(self._commands.fold(self.table, fact))

    def _done(self, effect: Effect) -> None:
        self.table = effect.table
        if self._tells:
            self._told += effect.happenings
        self.closed = with_closed(self.closed, effect.closed)

    def _remember(self, fact: Fact) -> None:
        """Add a line to the hand: an act that was taken out stays visible in the record."""
        play = self.table.play
        if play is not None:
            play = replace(play, taken_out=(*play.taken_out, str(fact.body["line"])))
            self.table = replace(self.table, play=play)

    def _step(self, registered: Registration[Any], fact: Fact) -> None:
        self._closing = None
        command = self._commands.kinds.read(fact)
        if fact.body.get("as_read"):  # shows the cards as they are read now, so the table has to be up to date
            self._settle()
            command = shown_as_read(self.table, command)
        if self._tells:
            self._done(self._commands.fold(self.table, fact, command))
            return
        if registered.act is None:
            raise AssertionError("a step is an act")
        event = typed_by(registered.act.event(command), fact.client)
        self._hand = apply(play_of(self.table).hand if self._hand is None else self._hand, event)
        self._steps.append(step_of(fact, event, by_command=True))

    def _settle(self) -> None:
        """Give the table the hand of the run. An act ends what redo could bring back, as in `play.stepped`."""
        if self._hand is None:
            return
        play, last = play_of(self.table), self._steps[-1]
        steps = (*play.steps, *self._steps)
        play = replace(play, hand=self._hand, steps=steps, undone=(), last_position=last.position, last_at=last.at)
        self.table = replace(self.table, play=play)
        self._hand, self._steps = None, []

    def _command(self, registered: Registration[Any], fact: Fact) -> None:
        # The command as it came, not the value of its fact: its meaning is worked out again here.
        command = registered.model.logged({**fact.body["command"], "id": fact.command_id})
        if registered.when is not When.ANY_TIME and not (self._tells and self._closing):
            require_over(self.table, registered.when, override=command.override)
            self._put_away(self._closing or fact)
        self._closing = None
        may = registered.may_again or registered.may
        # An empty house: a table's facts hold what their commands took from the house, see `decks._was_used`.
        resolved = may(Asked(self.table, House(), self._commands, fact.client or "", fact.body), command)
        fact = replace(fact, body={**fact.body, **resolved.beside})
        self._done(self._commands.fold(self.table, fact, resolved.value))

    def _put_away(self, by: Fact | None) -> None:
        self._closing = None
        if by is not None:
            self._done(put_away(self.table, by))


def taken_out(fact: Fact) -> Fact:
    """Return the fact that stands in place of an act that was taken out: a line for the record that names no card."""
    command = fact.body["command"]
    seat, amount = command.get("seat"), command.get("amount")
    what = fact.kind.replace("_", " ") + (f" {amount}" if isinstance(amount, int) else "")
    what += f", seat {seat}" if isinstance(seat, int) else ""
    line = f"command {fact.position} ({what}) was taken out by an amendment"
    return replace(fact, kind=TAKEN_OUT, body={"line": line}, command_id=None)


def _refused(fact: Fact, error: BadInput) -> Refused:
    """Return the refusal of the amendment, which names the command that could not stand."""
    what = f"command {fact.position} ({fact.kind.replace('_', ' ')})"
    message = f"{what} could not stand: {error.message}; replace it too"
    return Refused("AMEND_REFUSED", message, {"seq": fact.position, "type": fact.kind, "code": error.code})
