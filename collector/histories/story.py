"""A hand as it happened: a setup and the events in order. Every import makes a story, every export reads one.

Knows no format. An event that changes no chips is passed over where the rules refuse it; the hand's rulings list it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from collector.errors import BadHistory, IllegalAction
from collector.hand.changing import rule
from collector.hand.events import Award, Event, HoleCard, Muck, RunTimes, Show
from collector.hand.model import Hand, HandSetup
from collector.hand.transitions import apply, start


@dataclass(frozen=True, slots=True)
class Story:
    """A recorded hand. Amounts are units of 1/scale of the source's. button: a seat, dealt in or not."""

    id: str
    setup: HandSetup
    events: tuple[Event, ...]
    button: int
    scale: int = 1
    room: Room | None = None
    times: tuple[int, ...] = ()  # ms since 1970 of each event, where they are known
    sources: tuple[str, ...] = ()  # operator, antenna or amended, of each event


@dataclass(frozen=True, slots=True)
class Room:
    """What a card room's own lines say of the end."""

    total_pot: int
    rake: int
    collected: tuple[tuple[str, int], ...] = ()
    boards: tuple[tuple[str, ...], ...] = field(default=())


def finished(story: Story) -> Hand:
    """Return the finished hand; raise BadHistory, naming the event, where it cannot be played."""
    return list(moments(story))[-1][1]


def moments(story: Story) -> Iterator[tuple[Event | None, Hand]]:
    """Yield the start, then each event with the hand after it."""
    try:
        hand = start(story.setup)
    except IllegalAction as error:
        raise BadHistory(story.id, error.message) from error
    yield None, hand
    for at, event in enumerate(story.events, 1):
        hand = _recorded(hand, event, f"{story.id}, event {at}")
        yield event, hand
    if not hand.complete:
        raise BadHistory(story.id, "ends before the hand is over; add what happened then")


def _recorded(hand: Hand, event: Event, where: str) -> Hand:
    try:
        return apply(hand, event)
    except IllegalAction as error:
        if isinstance(event, Show | Muck | HoleCard | RunTimes | Award):
            return rule(hand, f"{error.message}; passed over")
        raise BadHistory(where, error.message) from error
