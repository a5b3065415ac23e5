"""The tables of the read model. Columns are what is searched; the whole record is canonical JSON beside them."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import BigInteger, Index, MetaData
from sqlmodel import Field, SQLModel

SCHEMA = 3
"""Raised with every change of a table. The collector makes an older store anew, and fills it from the log.

A table that is new is made empty, and filled from the log: that takes no other schema."""


class ReadModelTable(SQLModel):
    """Base of these tables, with metadata of its own: other stores have theirs."""

    metadata: ClassVar[MetaData] = MetaData()


class EventRow(ReadModelTable, table=True):
    """A tournament or session."""

    __tablename__ = "events"

    event_id: str = Field(primary_key=True)
    name: str


class TableRow(ReadModelTable, table=True):
    """A table, and the event that it plays now."""

    __tablename__ = "tables"

    table_id: str = Field(primary_key=True)
    event_id: str = Field(index=True)
    name: str
    remaining: int | None = None  # of the tournament, as this table heard last


class HandRow(ReadModelTable, table=True):
    """A finished hand. `record` is the HandRecord with tabled cards only. The indexes carry a page in both orders."""

    __tablename__ = "hands"
    __table_args__ = (
        Index("hands_of_an_event", "event_id", "ended_at", "hand_number", "hand_id"),
        Index("hands_in_figures", "event_id", "void", "total_pot", "showdown", "started_at", "ended_at"),
        Index("hands_of_a_table", "event_id", "table_id", "ended_at", "hand_number", "hand_id"),
    )

    hand_id: str = Field(primary_key=True)
    event_id: str
    table_id: str
    hand_number: int
    revision: int
    ended_at: int = Field(sa_type=BigInteger)
    void: bool
    started_at: int = Field(sa_type=BigInteger)
    total_pot: int = Field(sa_type=BigInteger)
    showdown: bool
    record: str
    story: str | None = None


class ReleasedCardsRow(ReadModelTable, table=True):
    """Hidden cards of a seat, from their release on. No other table holds one: nothing else changes with a release."""

    __tablename__ = "released_cards"

    hand_id: str = Field(primary_key=True)
    audience: str = Field(primary_key=True)  # public, house
    seat: int = Field(primary_key=True)
    revision: int
    cards: str  # two characters each
    made: str | None = None


class ReleasedStoryRow(ReadModelTable, table=True):
    """The story of a hand with the cards that were released to an audience."""

    __tablename__ = "released_stories"

    hand_id: str = Field(primary_key=True)
    audience: str = Field(primary_key=True)
    revision: int
    story: str


class PlayerRow(ReadModelTable, table=True):
    """A player of an event, where it sits and with what. table_id, seat: null once it has left."""

    __tablename__ = "players"

    event_id: str = Field(primary_key=True)
    player_id: str = Field(primary_key=True)
    name: str
    table_id: str | None = Field(default=None, index=True)
    seat: int | None = None
    stack: int = Field(sa_type=BigInteger)
    starting_stack: int = Field(sa_type=BigInteger)


class HandCountsRow(ReadModelTable, table=True):
    """What one hand adds to a player's counts, so that a correction can take it away again."""

    __tablename__ = "hand_counts"

    hand_id: str = Field(primary_key=True)
    player_id: str = Field(primary_key=True)
    event_id: str
    counts: str


class PlayerCountsRow(ReadModelTable, table=True):
    """A player's counts over an event: the sum of its rows in hand_counts, kept with them."""

    __tablename__ = "player_counts"

    event_id: str = Field(primary_key=True)
    player_id: str = Field(primary_key=True)
    counts: str


class LiveRow(ReadModelTable, table=True):
    """A grant of the live channel of a table. The web process only tells of it: the collector asks its own log."""

    __tablename__ = "live_grants"

    table_id: str = Field(primary_key=True)
    to: str = Field(primary_key=True)
    event_id: str
    until: int = Field(sa_type=BigInteger)
    by: str


class AuditEntryRow(ReadModelTable, table=True):
    """An entry of the audit that comes from the log."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("audit_entries_by_time", "at", "stream", "number"),
        Index("audit_entries_of_a_table", "table_id", "at"),
        Index("audit_entries_by_who", "who", "at"),
    )

    stream: str = Field(primary_key=True)
    number: int = Field(primary_key=True, sa_type=BigInteger)
    at: int = Field(sa_type=BigInteger)
    who: str
    what: str
    about: str
    table_id: str
    details: str  # canonical JSON


class CursorRow(ReadModelTable, table=True):
    """How far a stream of the log is projected; committed together with the rows that it speaks of."""

    __tablename__ = "cursors"

    stream: str = Field(primary_key=True)
    position: int = Field(sa_type=BigInteger)


class SchemaRow(ReadModelTable, table=True):
    """One row: which schema the store has."""

    __tablename__ = "schema_version"

    version: int = Field(primary_key=True)


def audit_of(stream: str) -> str:
    """Return under which name the cursor stands of a stream's entries of the audit. No stream is called so."""
    return f"audit:{stream}"
