"""Folds facts a second time, after an amendment: commands are checked anew, and what they meant is worked out anew.

Readings deal what they would have dealt. A hand is put away where the command stands that put it away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from collector.errors import BadInput, Refused
from collector.facts.fact import Fact
from collector.hand import apply
from collector.hand.copying import replace
from collector.hand.model import Hand
from collector.house.house import House
from collector.table.applying import HANDLERS, put_away
from collector.table.happens import event_of
from collector.table.history import Chapter, Tape, bare, may_change
from collector.table.legality import BETWEEN_HANDS, STEPS, as_read, require_over, resolve, running
from collector.table.routing import step_of
from collector.table.state import Step, Table
from collector.wire import commands as wire

_CHECKED_STEPS = ("run_board", "chop", "rabbit_card")  # by the profile of the table too
_NAMED = ("undo", "redo")  # they name the command that they are about
_TAKEN_OUT = "taken_out"  # no fact of a log: what an amendment leaves where a command stood
_STATE = (
    *("rules", "seated", "button", "button_stays", "hands_dealt", "devices", "antennas", "decks", "present", "lying"),
    *("play", "variant", "house", "last", "owed", "tournament", "deck", "flags", "controls", "automatic"),
    *("levels", "bounties", "stand_up", "standing", "odds_rules", "answered"),
)
"""What of a table says how the next hand goes."""


class Again:
    """A table while its facts are folded again, chapter by chapter."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._closing: Fact | None = None
        self._hand: Hand | None = None  # ahead of the table by `_steps`: a run of acts changes the table once
        self._steps: list[Step] = []

    def stands_as(self, before: Table) -> bool:
        """Return whether the table is what it was at this point the first time."""
        return all(getattr(self.table, name) == getattr(before, name) for name in _STATE)

    def skip(self, chapter: Chapter, following: Table, played: tuple[object, ...]) -> None:
        """Take a chapter over as it was: nothing before it or in it has changed."""
        history = Chapter(chapter.before, chapter.tape, self.table.history, chapter.commanded)
        self.table = replace(following, closed=(*self.table.closed, *played), history=history)

    def chapter(self, facts: Sequence[Fact], *, last: bool) -> None:
        """Fold a chapter; raise Refused, naming the command that could not stand."""
        before, earlier = bare(self.table), self.table.history
        tape: Tape | None = None
        for fact in facts:
            try:
                self._fact(fact)
            except BadInput as error:
                raise _refused(fact, error) from error
            tape = (fact, tape)
        self._settle()
        if not last:
            self._put_away(self._closing)  # by the start of the next hand, which begins the next chapter
        commanded = any(map(may_change, facts)) or (earlier is not None and earlier.commanded)
        self.table = replace(self.table, history=Chapter(before, tape, earlier, commanded))

    def _fact(self, fact: Fact) -> None:
        if fact.command_id and fact.kind in STEPS and fact.kind not in _CHECKED_STEPS:
            self._step(fact)
            return
        self._settle()
        if fact.kind == _TAKEN_OUT:
            self._remember(fact)
        elif fact.kind == "hand_closed":
            self._closing = fact  # it follows from the command behind it, if that stands
        elif fact.command_id is None:
            handler = HANDLERS.get(fact.kind)
            self.table = handler(self.table, fact)[0] if handler else self.table
        else:
            self._command(fact)

    def _remember(self, fact: Fact) -> None:
        """What was taken out of a hand stays visible in its record."""
        play = self.table.play
        if play is not None:
            play = replace(play, taken_out=(*play.taken_out, str(fact.body["line"])))
            self.table = replace(self.table, play=play)

    def _step(self, fact: Fact) -> None:
        self._closing = None
        command = _body(fact)
        if fact.body.get("as_read"):
            self._settle()
            command = {**command, "cards": list(as_read(self.table, cast("int", command["seat"])))}
        event = event_of(command)
        self._hand = apply(running(self.table).hand if self._hand is None else self._hand, event)
        self._steps.append(step_of(fact, event, by_command=True))

    def _settle(self) -> None:
        """Bring the table up to the last act."""
        if self._hand is None:
            return
        play, last = running(self.table), self._steps[-1]
        steps = (*play.steps, *self._steps)
        play = replace(play, hand=self._hand, steps=steps, undone=(), last_position=last.position, last_at=last.at)
        self.table = replace(self.table, play=play)
        self._hand, self._steps = None, []

    def _command(self, fact: Fact) -> None:
        command = wire.read_table_command({**_body(fact), "id": fact.command_id}, strict=False)
        if fact.kind in BETWEEN_HANDS:
            require_over(self.table, override=command.override)
            if fact.kind == "end_hand" and self.table.play is None:
                raise Refused("NO_HAND", "there is no hand to end")
            self._put_away(self._closing or fact)
        self._closing = None
        beside: Mapping[str, object] = {}
        if fact.kind in _NAMED:
            running(self.table)
        elif fact.kind != "use_deck":
            beside = resolve(self.table, House(), command).beside
        handler = HANDLERS.get(fact.kind)
        fact = replace(fact, body={**fact.body, **beside})
        self.table = handler(self.table, fact)[0] if handler else self.table

    def _put_away(self, by: Fact | None) -> None:
        self._closing = None
        if by is not None:
            self.table = put_away(self.table, by)


def taken_out(fact: Fact) -> Fact:
    """Return what stays in the place of an event that is taken out of a hand: that it was there, naming no card."""
    command = _body(fact)
    seat, amount = command.get("seat"), command.get("amount")
    what = fact.kind.replace("_", " ") + (f" {amount}" if isinstance(amount, int) else "")
    what += f", seat {seat}" if isinstance(seat, int) else ""
    line = f"command {fact.position} ({what}) was taken out by an amendment"
    return replace(fact, kind=_TAKEN_OUT, body={"line": line}, command_id=None)


def _body(fact: Fact) -> Mapping[str, object]:
    return cast("Mapping[str, object]", fact.body["command"])


def _refused(fact: Fact, error: BadInput) -> Refused:
    """Name the command that could not stand."""
    what = f"command {fact.position} ({fact.kind.replace('_', ' ')})"
    message = f"{what} could not stand: {error.message}; replace it too"
    return Refused("AMEND_REFUSED", message, {"seq": fact.position, "type": fact.kind, "code": error.code})
