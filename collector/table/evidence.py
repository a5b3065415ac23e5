"""Where every act of a hand is known from: the fact, its time, what saw it, what stood there before it was amended.

The live hand does without; it is worked out for records and histories, when a hand is put away.
"""

from __future__ import annotations

from collections.abc import Iterator

from collector.errors import IllegalAction
from collector.hand import apply, start
from collector.hand.copying import replace
from collector.hand.model import Evidence, Hand, Recorded
from collector.table.state import Play, Step


def evidenced(play: Play) -> Hand:
    """Return the hand of a play, folded again with its evidence; it is the same hand otherwise."""
    hand = start(play.setup, Evidence(play.first_position, play.started_at, "inference"))  # posts follow from the rules
    for step in play.steps:
        seen = Evidence(step.position, step.at, source_of(step), tuple(_before(hand, step)))
        try:
            hand = apply(hand, step.event, seen)
        except IllegalAction:
            continue  # a reading that an amendment left no place for
    return replace(play.hand, actions=hand.actions)


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
