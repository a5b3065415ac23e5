"""Where every act of a hand is known from: the fact, its time, what saw it, what stood there before it was amended.

The live hand does without; it is worked out for records and histories, when a hand is put away.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from collector.errors import IllegalAction
from collector.hand import apply, start
from collector.hand.events import (
    AllIn,
    BetTo,
    BringIn,
    Call,
    Check,
    DeadHand,
    Draw,
    Fold,
    Muck,
    OutOfTurn,
    Show,
    StringBet,
)
from collector.hand.model import Evidence, Hand, Recorded
from collector.table.play import Play, Step

_ACTS: Final = frozenset((Fold, Check, Call, BetTo, AllIn, BringIn, Draw, Show, Muck, DeadHand, StringBet))
"""Events that put one act each into the record."""


def evidence_of(play: Play) -> tuple[Evidence, ...]:
    """Return the evidence of each act of a hand, in order.

    Acts and events stand in the same order. Only an act out of turn comes to stand elsewhere, and what was amended is
    told from the hand as it was then: such hands are folded again.
    """
    if any(step.history or type(step.event) is OutOfTurn for step in play.steps):
        return _folded(play)
    acting = [_evidence(step) for step in play.steps if type(step.event) in _ACTS]
    posted = len(play.hand.actions) - len(acting)
    return (*[_start(play)] * posted, *acting)


def _start(play: Play) -> Evidence:
    """Posts, and hands that are dead from the start, follow from the rules."""
    return Evidence(play.first_position, play.started_at, "inference")


def _evidence(step: Step, history: tuple[Recorded, ...] = ()) -> Evidence:
    return Evidence(step.position, step.at, source_of(step), history)


def _folded(play: Play) -> tuple[Evidence, ...]:
    hand = start(play.setup, _start(play))
    for step in play.steps:
        try:
            hand = apply(hand, step.event, _evidence(step, tuple(_before(hand, step))))
        except IllegalAction:
            continue  # a reading that an amendment left no place for
    return tuple(Evidence(act.fact, act.at, act.source, act.history) for act in hand.actions)


def source_of(step: Step) -> str:
    """Return what an event is known from: an operator, an antenna, or what a snapshot of the node let us infer.

    What a control card commanded is known from the antenna that read it.
    """
    if step.by_command:
        return "antenna" if step.inferred else "operator"
    return "inference" if step.inferred else "antenna"


def _before(hand: Hand, step: Step) -> Iterator[Recorded]:
    """Yield what the step was before its amendments, as it would stand in this hand."""
    for event in step.history:
        try:
            yield from apply(hand, event).actions[len(hand.actions) :]
        except IllegalAction:
            continue
