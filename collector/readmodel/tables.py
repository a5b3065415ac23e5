"""The tables of the read model. Columns are what is searched; the whole record is canonical JSON beside them."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import BigInteger, Index, MetaData
from sqlmodel import Field, SQLModel

SCHEMA = 2
"""Raised with every change of the tables. A store of another schema is refused: it is rebuilt from the log."""


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
    """A finished hand. `record` is the HandRecord. The indexes carry a page in both orders."""

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


class CursorRow(ReadModelTable, table=True):
    """How far a stream of the log is projected; committed together with the rows that it speaks of."""

    __tablename__ = "cursors"

    stream: str = Field(primary_key=True)
    position: int = Field(sa_type=BigInteger)


class SchemaRow(ReadModelTable, table=True):
    """One row: which schema the store has."""

    __tablename__ = "schema_version"

    version: int = Field(primary_key=True)
