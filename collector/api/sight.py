"""What whoever asks may know of an event: which of its tables, and at which of them also hidden cards."""

from __future__ import annotations

from dataclasses import dataclass

from collector.access.grants import Identity
from collector.api.errors import no_event
from collector.ports import Tables
from collector.release import Audience


@dataclass(frozen=True, slots=True)
class Sight:
    """Somebody's view of an event, by the word that a route takes."""

    by: Identity
    event_id: str
    word: str

    @property
    def tables(self) -> Tables:
        """The tables of the event that they may know of; None for all."""
        return self.by.reach(self.word).tables(self.event_id)

    def require_event(self) -> None:
        """Raise NotFound, as for an event that is not there, where nothing of it is theirs to know."""
        if not self.by.reach(self.word).knows_event(self.event_id):
            raise no_event(self.event_id)

    def tables_and(self, table_id: str | None) -> Tables:
        """Return the tables that they may know of, as far as they are the one asked for."""
        if table_id is None:
            return self.tables
        return frozenset({table_id}) if self.sees(table_id) else frozenset()

    def sees(self, table_id: str) -> bool:
        """Return whether they may know of a table."""
        return self.by.reach(self.word).holds(self.event_id, table_id)

    def audience(self, table_id: str) -> Audience:
        """Return to whom cards of a table have to be released, so that they may see them."""
        house = self.by.reach("read:holecards").holds(self.event_id, table_id)
        return Audience.HOUSE if house else Audience.PUBLIC
