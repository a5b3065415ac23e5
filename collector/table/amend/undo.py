"""Undo takes back the last command of a hand, redo brings it back."""

from __future__ import annotations

from typing import Any, Final, Literal

from collector.errors import Refused
from collector.facts.fact import Fact
from collector.hand import apply
from collector.hand.copying import replace
from collector.table.effects import Effect
from collector.table.play import Play, Step, folded, refolded
from collector.table.registration import Asked, Past, Registration, Resolved, Seats
from collector.table.state import Table, play_of
from collector.wire import amend as wire
from collector.wire.feed_events import HandCorrected


def _may_undo(asked: Asked, command: wire.Undo) -> Resolved:
    """Take an undo. Its fact names the command that it takes back: it still means that one after an amendment."""
    play = play_of(asked.table)
    last = _last_commanded(play.steps)
    if last is None:
        raise Refused("NOTHING_TO_UNDO", "this hand has no command to take back; to void it call a misdeal")
    folded(play.setup, (step for step in play.steps if step is not last))  # raises if the rest cannot stand
    return Resolved(beside={"of": last.position})


def _may_redo(asked: Asked, command: wire.Redo) -> Resolved:
    play = play_of(asked.table)
    if not play.undone:
        raise Refused("NOTHING_TO_REDO", "nothing was taken back since the last command")
    apply(play.hand, play.undone[-1].event)
    return Resolved(beside={"of": play.undone[-1].position})


def _is_in_a_hand(asked: Asked, command: wire.Undo | wire.Redo) -> Resolved:
    """Take an undo or redo that is folded again: its fact names the command already."""
    play_of(asked.table)
    return Resolved()


def _undo(table: Table, fact: Fact, command: wire.Undo) -> Effect:
    """Take back the command that the fact names. If an amendment took that one out already, nothing is left to do."""
    play = play_of(table)
    steps, taken = _parted(play.steps, fact)
    return _corrected(table, refolded(play, fact, steps, (*play.undone, *taken)), "undo") if taken else Effect(table)


def _redo(table: Table, fact: Fact, command: wire.Redo) -> Effect:
    play = play_of(table)
    undone, given = _parted(play.undone, fact)
    return _corrected(table, refolded(play, fact, (*play.steps, *given), undone), "redo") if given else Effect(table)


def _corrected(table: Table, play: Play, why: Literal["undo", "redo"]) -> Effect:
    return Effect(replace(table, play=play), (HandCorrected(reason=why),))


def _last_commanded(steps: tuple[Step, ...]) -> Step | None:
    return next((step for step in reversed(steps) if step.by_command), None)


def _parted(steps: tuple[Step, ...], fact: Fact) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """Return the steps that stay, and those that an undo or redo names; facts that name none mean the last command.

    One command may have brought several steps, as the answer to a flag does.
    """
    named = fact.body.get("of")
    if named is None:
        last = _last_commanded(steps)
        named = last.position if last else None
    found = tuple(step for step in steps if step.by_command and step.position == named)
    return tuple(step for step in steps if step not in found), found


def _can_undo(table: Table) -> Seats | None:
    return () if table.play and _last_commanded(table.play.steps) else None


def _can_redo(table: Table) -> Seats | None:
    return () if table.play and table.play.undone else None


COMMANDS: Final[tuple[Registration[Any], ...]] = (
    Registration(
        model=wire.Undo,
        label="Undo",
        word="write:actions",
        hides=False,
        cardless=True,
        may=_may_undo,
        may_again=_is_in_a_hand,
        does=_undo,
        listed=_can_undo,
        past=Past.NAMES_OTHERS,
    ),
    Registration(
        model=wire.Redo,
        label="Redo",
        word="write:actions",
        hides=False,
        cardless=True,
        may=_may_redo,
        may_again=_is_in_a_hand,
        does=_redo,
        listed=_can_redo,
        past=Past.NAMES_OTHERS,
    ),
)
