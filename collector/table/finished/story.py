"""A hand of this table as a story, for every export: its events, with time and source of each. S0 inside."""

from __future__ import annotations

from collector.histories.story import Story
from collector.table.finished.evidence import source_of
from collector.table.play import Play


def story_of(play: Play) -> Story:
    """Return the story of a hand. Sources: operator, antenna, inference; amended for an event corrected later."""
    return Story(
        id=play.hand_id,
        setup=play.setup,
        events=tuple(step.event for step in play.steps),
        button=play.button,
        times=tuple(step.at for step in play.steps),
        sources=tuple("amended" if step.amended else source_of(step) for step in play.steps),
    )
