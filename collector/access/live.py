"""Grants of the live channel: one person or one output hears one table until a time. Pure.

A grant is a fact of its table (`collector/table/live.py`). No role, key or grant of the app store holds `read:live`: it
comes of these facts alone, so whoever may write the app store gives it to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from collector.access.grants import Grant, Identity, Place
from collector.access.vocabulary import READ_LIVE
from collector.errors import Refused

LIVE: Final = "live"
"""The channel."""
LONGEST_MS: Final = 7 * 86_400_000
"""A grant lasts no longer: an event is over then, and somebody has to think again."""
MOST_GRANTS: Final = 100
"""Of one table at a time."""
MODES: Final = ("programme",)
"""Modes in which hidden cards go on air before their release. In any other mode nobody is given the channel."""
_DAY_MS: Final = 86_400_000
_OUTPUT: Final = "output:"


@dataclass(frozen=True, slots=True)
class LiveGrant:
    """A grant of a table's live channel.

    to: a person's name, or `output:NAME`. key: of an output, the digest of its key when it was given; another key under
    the same name has no part in it. until: ms since 1970. by: the user of the collector's machine who gave it.
    """

    to: str
    until: int
    by: str
    key: str = field(default="", repr=False)

    def holds(self, now: int) -> bool:
        """Return whether it counts still. now: ms since 1970."""
        return now < self.until


class LivePlace(NamedTuple):
    """A grant, with the table that it is of, and its event."""

    event_id: str
    table_id: str
    grant: LiveGrant


Grants = Mapping[str, Mapping[str, LiveGrant]]
"""By table, then by whom they are to."""


def output_holder(output: str) -> str:
    """Return whom a grant to an output is to. No person has such a name."""
    return f"{_OUTPUT}{output}"


def output_in(to: str) -> str | None:
    """Return which output a grant is to, None for a person's."""
    return to.removeprefix(_OUTPUT) if to.startswith(_OUTPUT) else None


def tables_of(grants: Grants, to: str, now: int) -> frozenset[str]:
    """Return the tables whose live channel somebody may hear now."""
    return frozenset(table for table, held in grants.items() if to in held and held[to].holds(now))


def with_live(who: Identity, places: Iterable[tuple[str, str]]) -> Identity:
    """Return somebody with `read:live` at places, each an event and a table. A key has no part in it.

    >>> with_live(Identity("ana", (), user="ana"), [("e1", "t1")]).reach("read:live").holds("e1", "t1")
    True
    """
    given = tuple(
        Grant("", frozenset({READ_LIVE}), Place(frozenset({event}), frozenset({table})))
        for event, table in sorted(places)
    )
    return who if not given or who.scopes is not None else replace(who, grants=(*who.grants, *given))


def require_room(  # noqa: PLR0917 - what is known of a table, and what is asked of it
    table_id: str, mode: str, held: Mapping[str, LiveGrant], to: str, until: int, now: int
) -> None:
    """Raise Refused where a table cannot give another grant. held: those that it has given."""
    if mode not in MODES:
        raise Refused("NO_LIVE", f"table {table_id} is in the mode {mode}, which has no live channel")
    if not now < until <= now + LONGEST_MS:
        message = f"a grant ends within {LONGEST_MS // _DAY_MS} days from now, and not before now; give another time"
        raise Refused("BAD_END", message)
    if len([each for name, each in held.items() if name != to and each.holds(now)]) >= MOST_GRANTS:
        message = f"{MOST_GRANTS} may hear table {table_id} live already; revoke some"
        raise Refused("TOO_MANY", message, {"most": MOST_GRANTS})
