"""The tables of the read model. Columns are what is searched; the whole record is canonical JSON beside them."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import BigInteger, Index, MetaData
from sqlmodel import Field, SQLModel

SCHEMA = 1
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


class HandRow(ReadModelTable, table=True):
    """A finished hand. `record` is the HandRecord. The indexes carry a page in both orders."""

    __tablename__ = "hands"
    __table_args__ = (
        Index("hands_of_an_event", "event_id", "ended_at", "hand_number", "hand_id"),
        Index("hands_of_a_table", "event_id", "table_id", "ended_at", "hand_number", "hand_id"),
    )

    hand_id: str = Field(primary_key=True)
    event_id: str
    table_id: str
    hand_number: int
    revision: int
    ended_at: int = Field(sa_type=BigInteger)
    void: bool
    record: str


class CursorRow(ReadModelTable, table=True):
    """How far a stream of the log is projected; committed together with the rows that it speaks of."""

    __tablename__ = "cursors"

    stream: str = Field(primary_key=True)
    position: int = Field(sa_type=BigInteger)


class SchemaRow(ReadModelTable, table=True):
    """One row: which schema the store has."""

    __tablename__ = "schema_version"

    version: int = Field(primary_key=True)
