"""A hand of this table as a story, for every export: its events, with time and source of each. S0 inside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from collector.errors import IllegalAction
from collector.hand import apply, start
from collector.hand.changing import game_of
from collector.hand.clashes import clashes
from collector.hand.events import Event, GoOn, HoleCard, HoleCardTaken
from collector.histories.story import About, Story
from collector.table.finished.evidence import source_of
from collector.table.play import Play, Step


def story_of(play: Play, table_id: str = "") -> Story:
    """Return the story of a hand. Sources: operator, antenna, inference; amended for an event corrected later.

    table_id: where it was played, for the formats that name the table. A contested card is not in the story, nor are
    typed cards that say again what was read.
    """
    told = list(_told(play))
    return Story(
        id=play.hand_id,
        setup=replace(play.setup, contests=False),
        events=tuple(event for event, _ in told),
        button=play.button,
        times=tuple(step.at for _, step in told),
        sources=tuple("amended" if step.amended else source_of(step) for _, step in told),
        about=About(table=table_id, started=play.started_at),
    )


def _told(play: Play) -> Iterator[tuple[Event, Step]]:
    """Yield the events of a hand as anybody may play them again, each with its step.

    Who typed a card, and what is contested, is the affair of the table. Without that, a card that its seat holds
    already could not come again.
    """
    hidden, hand = clashes(play.hand).seats, start(play.setup)
    for step in play.steps:
        event = step.event
        if isinstance(event, GoOn) and not game_of(hand).up:
            continue  # without up cards nothing follows from it but its ruling
        if isinstance(event, HoleCard | HoleCardTaken):
            card = event.card.reveal() if event.card else None
            if card in hidden.get(event.seat, ()):
                continue
            event = replace(event, by="")
        try:
            hand = apply(hand, event)
        except IllegalAction:
            if isinstance(event, HoleCard | HoleCardTaken):
                continue  # it is there already, or was never there
        yield event, step
