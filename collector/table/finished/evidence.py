"""The evidence of every act of a hand: its fact, its time, its source, and the acts that stood there before amendments.

The live hand carries no evidence. It is worked out when a hand is put away, for records and histories.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from collector.errors import IllegalAction
from collector.hand import apply, start
from collector.hand.changing import standing
from collector.hand.events import (
    AllIn,
    BetTo,
    BringIn,
    Call,
    Check,
    ChipsIn,
    DeadHand,
    Draw,
    Fold,
    Muck,
    OutOfTurn,
    Show,
    StringBet,
    TimeUp,
    UnpostedFound,
)
from collector.hand.model import Evidence, Hand, Recorded
from collector.table.play import Play, Step

_ACTS: Final = frozenset(
    (Fold, Check, Call, BetTo, AllIn, BringIn, Draw, Show, Muck, DeadHand, StringBet, ChipsIn, TimeUp)
)
"""Events that put one act each into the record, at its end."""
_ELSEWHERE: Final = frozenset((OutOfTurn, UnpostedFound))
"""Events whose act waits, and stands later, or never."""


def evidence_of(play: Play) -> tuple[Evidence, ...]:
    """Return the evidence of each act of a hand, in order.

    Acts and events stand in the same order, so counting is enough. Other hands are folded again: with an act that
    stands elsewhere, as one out of turn, with a sleeper that goes in later, and with an amended act, whose former acts
    depend on the hand of then.
    """
    if play.setup.sleepers_lapse or any(step.history or type(step.event) in _ELSEWHERE for step in play.steps):
        return _folded(play)
    acting = [_evidence(step) for step in play.steps if type(step.event) in _ACTS]
    posted = len(play.hand.actions) - len(acting)
    return (*[_start(play)] * posted, *acting)


def _start(play: Play) -> Evidence:
    """Return the evidence of posts, and of hands that are dead from the start: they follow from the rules."""
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
    """Return the source of an event: operator, antenna, or inference from a snapshot of the node.

    The source of a command from a control card is the antenna that read the card.
    """
    if step.by_command:
        return "antenna" if step.inferred else "operator"
    return "inference" if step.inferred else "antenna"


def _before(hand: Hand, step: Step) -> Iterator[Recorded]:
    """Yield the acts of the step before its amendments, as they would stand in this hand."""
    for event in step.history:
        try:
            after = apply(hand, event)
            yield from after.actions[standing(hand, after) :]
        except IllegalAction:
            continue
