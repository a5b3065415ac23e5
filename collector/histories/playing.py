"""A document's hand, played event by event while it is read. Knows no format."""

from __future__ import annotations

from collector.errors import BadHistory, IllegalAction
from collector.hand.events import Event
from collector.hand.model import Hand, HandSetup
from collector.hand.transitions import apply, start
from collector.histories.stated import card_twice


class Playing:
    """The events that were played so far. source: how errors name the document."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.events: list[Event] = []

    def begin(self, setup: HandSetup) -> Hand:
        """Return the hand as it starts; raise BadHistory where it cannot."""
        try:
            return start(setup)
        except IllegalAction as error:
            raise BadHistory(self._source, error.message) from error

    def play(self, hand: Hand, event: Event, place: str) -> Hand:
        """Return the hand after an event; raise BadHistory, naming the place in the document, if it cannot follow."""
        try:
            hand = apply(hand, event)
        except IllegalAction as error:
            raise BadHistory(self._source, f"{place}: {error.message}") from error
        self.events.append(event)
        return hand

    def require_whole(self, hand: Hand, still_open: str = "") -> None:
        """Raise BadHistory where the hand is not over, or a card lies in two places. still_open: what is missing."""
        if not hand.complete:
            missing = f": {still_open}" if still_open else ""
            raise BadHistory(self._source, f"ends before the hand is over{missing}; add what happened then")
        if twice := card_twice(hand):
            raise BadHistory(self._source, twice)
