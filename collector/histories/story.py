"""A hand as it happened: a setup and the events in order. What every import makes and every export reads.

`recorded` applies what was recorded where the rules would refuse it, and lists that in the hand's rulings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from collector.errors import BadHistory, IllegalAction
from collector.hand.events import Act, Award, Draw, Event, HoleCard, Muck, RunTimes, Show
from collector.hand.model import Hand, HandSetup
from collector.hand.transitions import apply, start
from collector.histories.phh import read as phh
from collector.histories.phh.replay import events_of, passable


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


def told(story: Story) -> Hand:
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
            return replace(hand, rulings=(*hand.rulings, f"{hand.street}: {error.message}; passed over"))
        raise BadHistory(where, error.message) from error


def of_history(history: phh.History) -> Story:
    """Return the story of a PHH hand: each step as the events that it means, what is passed over left out."""
    hand = start(history.setup)
    events: list[Event] = []
    for step in history.steps:
        for event in events_of(hand, history, step):
            try:
                hand = apply(hand, event)
            except IllegalAction:
                if passable(hand, step):
                    continue
                raise
            events.append(event)
    return Story(history.id, history.setup, tuple(events), history.button, history.scale)


def is_act(event: Event | None) -> bool:
    """Return whether an event is something that a player did, not a card that was dealt."""
    return isinstance(event, Act | Draw | Show | Muck)
