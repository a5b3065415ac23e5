"""What one person or key may do, and where: grants, scopes, and the events and tables that they reach. Pure.

A grant is a role, or words by name, for events and tables. Without a grant there is no right. What lies outside does
not exist for its holder: it is not found, not counted, not sorted and not searched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from collector.access.rights import ROLES
from collector.access.vocabulary import BY_NAME, OPEN, SELF, expand
from collector.errors import BadInput

ALL: Final = None
"""In place of a set of names: every event, or every table, also those to come."""
_NAME: Final = re.compile(r"[A-Za-z0-9_.-]{1,80}")
MOST_NAMES: Final = 200
"""Events, or tables, of one grant."""
MOST_GRANTS: Final = 50

Names = frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Place:
    """Events and tables that lie together: a hand lies in it where both its event and its table do."""

    events: Names = ALL
    tables: Names = ALL


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in a place, and words beside it. role: "" for words alone."""

    role: str
    words: frozenset[str] = frozenset()
    place: Place = Place()

    def all_words(self) -> frozenset[str]:
        """Return every word of the grant. A role of another version holds nothing."""
        return ROLES.get(self.role, frozenset()) | self.words


def grant_of(role: str, words: Iterable[str] = (), events: Iterable[str] = (), tables: Iterable[str] = ()) -> Grant:
    """Return a grant of what a person typed; no events, or `*`, are all of them. Raises BadInput with what to do."""
    named = frozenset(words)
    if role and role not in ROLES:
        raise BadInput("UNKNOWN_ROLE", f"{role[:80]!r} is no role; there are {', '.join(ROLES)}")
    if "read:live" in named:
        raise BadInput("TWO_PERSONS", "read:live is given for one table by two persons, on its record, and by no grant")
    if strays := sorted(named - set(BY_NAME)):
        expand(strays)
        raise BadInput(
            "NOT_BY_NAME", f"{strays[0]} comes with a role; a grant names {', '.join(BY_NAME)} only: give another role"
        )
    if not role and not named:
        raise BadInput("EMPTY_GRANT", "a grant has a role, or a word by its name; give one of them")
    return Grant(role, named, Place(_names(events, "event"), _names(tables, "table")))


def _names(given: Iterable[str], what: str) -> Names:
    names = frozenset(given)
    if not names or "*" in names:
        return ALL
    if len(names) > MOST_NAMES:
        raise BadInput("TOO_MANY", f"a grant names at most {MOST_NAMES} {what}s; use `*`, or several grants")
    for name in names:
        if not _NAME.fullmatch(name):
            raise BadInput("BAD_NAME", f"{name[:80]!r} is no id of an {what}; use letters, digits, _ . and -")
    return names


@dataclass(frozen=True, slots=True)
class Reach:
    """Where somebody holds a word."""

    places: tuple[Place, ...]

    def knows_event(self, event_id: str) -> bool:
        """Return whether an event lies within, with some of its tables at least."""
        return any(place.events is ALL or event_id in place.events for place in self.places)

    def tables(self, event_id: str) -> Names:
        """Return the tables of an event that lie within: None for all of them."""
        found = [p.tables for p in self.places if p.events is ALL or event_id in p.events]
        if any(tables is ALL for tables in found):
            return ALL
        return frozenset().union(*(tables for tables in found if tables is not ALL))

    def holds(self, event_id: str, table_id: str) -> bool:
        """Return whether a table at an event lies within."""
        tables = self.tables(event_id)
        return self.knows_event(event_id) and (tables is ALL or table_id in tables)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks. name: `alice`, `key:k_…`, `anonymous`. scopes: of a key, which cut its owner's rights down.

    signed_in: whether it is anybody at all. user: whose rights these are, "" for nobody.
    """

    name: str
    grants: tuple[Grant, ...]
    scopes: frozenset[str] | None = None
    user: str = ""

    @property
    def signed_in(self) -> bool:
        """Whether it is a person, or a key of one."""
        return bool(self.user)

    def reach(self, word: str) -> Reach:
        """Return where it holds a word."""
        if self.scopes is not None and word not in self.scopes:
            return Reach(())
        return Reach(tuple(grant.place for grant in self.grants if word in grant.all_words()))

    def words(self) -> frozenset[str]:
        """Return the words that it holds somewhere."""
        held: frozenset[str] = frozenset().union(*(grant.all_words() for grant in self.grants))
        return held if self.scopes is None else held & self.scopes

    def may(self, word: str) -> bool:
        """Return whether it may do what takes `word`, somewhere. `open` and `self` stand for no word."""
        return word == OPEN or (self.signed_in if word == SELF else word in self.words())

    def everywhere(self, word: str) -> bool:
        """Return whether it holds a word for every event and table: what is of the whole house takes that."""
        return any(place.events is ALL and place.tables is ALL for place in self.reach(word).places)


ANONYMOUS_READS: Final = frozenset({"read:hands", "read:statistics"})
"""What somebody without sign-in may read where the house has opened it."""


def anonymous(*, may_read: bool) -> Identity:
    """Return who has not signed in. may_read: the house shows finished hands and statistics to anybody."""
    return Identity("anonymous", (Grant("", ANONYMOUS_READS),) if may_read else ())
