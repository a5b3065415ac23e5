"""A hand as it happened: a setup and the events in order. Every import makes a story, every export reads one.

Knows no format. An event that changes no chips is passed over where the rules refuse it; the hand's rulings list it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from collector.errors import BadHistory, IllegalAction
from collector.hand.changing import rule
from collector.hand.events import Award, Event, HoleCard, Muck, RunTimes, Show
from collector.hand.model import Hand, HandSetup
from collector.hand.transitions import apply, start


@dataclass(frozen=True, slots=True)
class About:
    """Where and when a hand was played, as far as that is known; empty, or None, where it is not.

    started: ms since 1970. currency: three letters of ISO 4217. hero: the seat from whose view the source tells.
    rest: fields of PHH that EBS keeps for PHH and does not read; no other format knows them, so they do not compare.
    """

    table: str = ""
    started: int | None = None
    currency: str = ""
    site: str = ""
    hero: int | None = None
    rest: Mapping[str, object] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Story:
    """A recorded hand. Amounts are units of 1/scale of the source's. button: a seat, dealt in or not.

    endless: seats whose stack the source does not know; they have more chips than anybody puts in.
    differences: what the source states of the end otherwise than the engine plays it; a reader that is not lenient
    refuses such a hand.
    """

    id: str
    setup: HandSetup
    events: tuple[Event, ...]
    button: int
    scale: int = 1
    times: tuple[int, ...] = ()  # ms since 1970 of each event, where they are known
    sources: tuple[str, ...] = ()  # operator, antenna or amended, of each event
    about: About = field(default_factory=About)
    endless: tuple[int, ...] = ()
    differences: tuple[str, ...] = ()


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
