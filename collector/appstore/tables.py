"""The tables of the app store. What opens a door is kept as a hash; times are ms since 1970.

A change of these tables takes a migration (`migrations/versions/`): a test compares the two.
"""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import BigInteger, Index, MetaData
from sqlmodel import Field, SQLModel


class AppTable(SQLModel):
    """Base of these tables, with metadata of its own."""

    metadata: ClassVar[MetaData] = MetaData()


class UserRow(AppTable, table=True):
    """A person."""

    __tablename__ = "users"

    name: str = Field(primary_key=True)
    role: str
    password: str
    created_at: int = Field(sa_type=BigInteger)
    generation: int
    disabled: bool
    seed: str
    last_step: int = Field(sa_type=BigInteger)
    recovery: str  # hashes, with spaces


class GrantRow(AppTable, table=True):
    """A grant of a person. words, events, tables: names with spaces; `*` for all events or tables."""

    __tablename__ = "grants"

    user: str = Field(primary_key=True, foreign_key="users.name")
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    role: str
    words: str
    events: str
    tables: str


class SessionRow(AppTable, table=True):
    """A browser that has signed in."""

    __tablename__ = "sessions"

    id: str = Field(primary_key=True)
    digest: str = Field(unique=True)
    user: str = Field(index=True, foreign_key="users.name")
    generation: int
    created_at: int = Field(sa_type=BigInteger)
    seen_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger)
    address: str


class FamilyRow(AppTable, table=True):
    """The refresh tokens that follow from one sign-in. revoked_at: 0 while it lives."""

    __tablename__ = "refresh_families"

    id: str = Field(primary_key=True)
    user: str = Field(index=True, foreign_key="users.name")
    generation: int
    created_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger)
    revoked_at: int = Field(sa_type=BigInteger)


class RefreshRow(AppTable, table=True):
    """A refresh token of a family. used_at: 0 while it has not been used."""

    __tablename__ = "refresh_tokens"

    digest: str = Field(primary_key=True)
    family: str = Field(index=True, foreign_key="refresh_families.id")
    used_at: int = Field(sa_type=BigInteger)


class ApiKeyRow(AppTable, table=True):
    """A key of another system."""

    __tablename__ = "api_keys"

    id: str = Field(primary_key=True)
    name: str
    owner: str = Field(index=True, foreign_key="users.name")
    digest: str = Field(unique=True)
    scopes: str
    created_at: int = Field(sa_type=BigInteger)
    expires_at: int = Field(sa_type=BigInteger)
    last_used: int = Field(sa_type=BigInteger)
    revoked_at: int = Field(sa_type=BigInteger)


class OutputKeyRow(AppTable, table=True):
    """A key of a graphics program's page: one table, one channel."""

    __tablename__ = "output_keys"

    id: str = Field(primary_key=True)
    name: str
    owner: str = Field(index=True, foreign_key="users.name")
    digest: str = Field(unique=True)
    table_id: str
    channel: str
    created_at: int = Field(sa_type=BigInteger)
    last_seen: int = Field(sa_type=BigInteger)
    address: str
    revoked_at: int = Field(sa_type=BigInteger)


class AuditRow(AppTable, table=True):
    """Who did what, from where. Triggers refuse a change and a deletion."""

    __tablename__ = "audit"
    __table_args__ = (Index("audit_by_time", "at"), Index("audit_by_who", "who", "number"))

    number: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    at: int = Field(sa_type=BigInteger)
    who: str
    what: str
    about: str
    details: str  # canonical JSON
    table_id: str = Field(sa_column_kwargs={"server_default": ""})  # "": of the whole house


class IdempotencyRow(AppTable, table=True):
    """A request with an `Idempotency-Key`, and the answer that its repeat gets."""

    __tablename__ = "idempotency_keys"

    principal: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    digest: str
    created_at: int = Field(sa_type=BigInteger)
    status: int  # 0 while it is being answered
    answer: str


class ChangeRow(AppTable, table=True):
    """Something that every web process has to hear of within a second. Old ones go."""

    __tablename__ = "changes"

    number: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    at: int = Field(sa_type=BigInteger)
    kind: str
    about: str


class CounterRow(AppTable, table=True):
    """The last number of a series. Its row is locked until the commit, so that numbers come in the order of commits.

    A sequence of the database gives numbers before the commit: a reader that has seen 8 would never see a late 7.
    """

    __tablename__ = "counters"

    name: str = Field(primary_key=True)
    value: int = Field(sa_type=BigInteger)
