"""A story whose misread cards were never dealt: the right card comes where the wrong one came.

What a table corrected is over and done with; no other program has a word for it. Knows no format.
"""

from __future__ import annotations

from dataclasses import replace

from collector.hand.events import (
    BoardCard,
    BoardCardTaken,
    CardEvent,
    Event,
    HoleCard,
    HoleCardTaken,
    UpCard,
    UpCardTaken,
)
from collector.histories.story import Story

_Dealt = HoleCard | UpCard | BoardCard
_Taken = HoleCardTaken | UpCardTaken | BoardCardTaken


def corrected(story: Story) -> Story:
    """Return the story without cards that were taken back; it ends as before.

    A card that came in place of one that was taken back moves to where that one came. One that nothing came for is left
    out.
    """
    if not any(isinstance(event, _Taken) for event in story.events):
        return story
    kept: dict[int, Event] = {}  # by place in the story
    waiting: list[tuple[int, CardEvent]] = []  # places whose card was taken back, with what lay there
    for at, event in enumerate(story.events):
        if isinstance(event, _Taken):
            place = next(known for known in reversed(kept) if _is_of(kept[known], event))
            waiting.append((place, event))
            del kept[place]
        elif isinstance(event, _Dealt) and (open_place := _place_for(waiting, event)):
            waiting.remove(open_place)
            kept[open_place[0]] = event
            kept = dict(sorted(kept.items()))
        else:
            kept[at] = event
    return replace(
        story,
        events=tuple(kept.values()),
        times=tuple(story.times[at] for at in kept) if story.times else (),
        sources=tuple(story.sources[at] for at in kept) if story.sources else (),
    )


def _is_of(event: Event, taken: CardEvent) -> bool:
    """Return whether an event dealt the card that was taken back."""
    return isinstance(event, _Dealt) and event.card == taken.card and _where(event) == _where(taken)


def _place_for(waiting: list[tuple[int, CardEvent]], event: CardEvent) -> tuple[int, CardEvent] | None:
    """Return the lowest place that waits for a card there."""
    return min((each for each in waiting if _where(each[1]) == _where(event)), key=lambda each: each[0], default=None)


def _where(event: CardEvent) -> tuple[str, int]:
    """Return where a card lies: on a board, or before a seat face down or up."""
    if isinstance(event, BoardCard | BoardCardTaken):
        return "board", event.board
    return ("up" if isinstance(event, UpCard | UpCardTaken) else "down"), event.seat
