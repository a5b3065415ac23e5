"""A hand of this table as a story, for every export: events, times, and where each came from. S0 inside."""

from __future__ import annotations

from collector.hand.story import Story
from collector.table.state import Play


def story_of(play: Play) -> Story:
    """Return the story of a hand. Sources: operator, antenna; amended, where an operator corrected it afterwards."""
    return Story(
        id=play.hand_id,
        setup=play.setup,
        events=tuple(step.event for step in play.steps),
        button=play.button,
        times=tuple(step.at for step in play.steps),
        sources=tuple(_source(by_command=step.by_command, amended=step.amended) for step in play.steps),
    )


def _source(*, by_command: bool, amended: bool) -> str:
    if amended:
        return "amended"
    return "operator" if by_command else "antenna"
