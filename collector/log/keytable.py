"""Rows of keys in the log's file, and opening what they seal. They stand beside the chain: a row can be deleted."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Iterable
from typing import Final, Literal, cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from collector.errors import LogError, SealedError
from collector.facts.codec import opened
from collector.facts.fact import Fact, with_body
from collector.facts.seals import KeyRow, Scope, Sealer

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS keys (
    key_id TEXT PRIMARY KEY, stream TEXT NOT NULL, scope TEXT NOT NULL, name TEXT NOT NULL, made_at INTEGER NOT NULL,
    house_key TEXT NOT NULL, wrapped BLOB NOT NULL) WITHOUT ROWID;
"""
_COLUMNS: Final = "key_id, stream, scope, name, made_at, house_key, wrapped"
_INSERT: Final = f"INSERT INTO keys ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608 - constants
_SELECT: Final = f"SELECT {_COLUMNS} FROM keys"  # noqa: S608 - constants
_OPEN_AT_ONCE: Final = 64
"""Keys that are kept open: facts of a stream use one after the other."""


def insert(database: sqlite3.Connection, rows: Iterable[KeyRow]) -> None:
    """Add rows."""
    told = ((r.key_id, r.stream, *r.scope, r.made_at, r.house_key, r.wrapped) for r in rows)
    database.executemany(_INSERT, told)


def find(database: sqlite3.Connection, key_id: str) -> KeyRow | None:
    """Return a row, None where there is none. Raises sqlite3.Error."""
    row = database.execute(f"{_SELECT} WHERE key_id = ?", (key_id,)).fetchone()
    return _row(row) if row else None


def wrapped_by(database: sqlite3.Connection) -> dict[str, int]:
    """Return how many rows each house key wraps, by its id. A log of an earlier version has none."""
    try:
        return dict(database.execute("SELECT house_key, count(*) FROM keys GROUP BY house_key"))
    except sqlite3.OperationalError:
        return {}


def wrapped_by_others(database: sqlite3.Connection, house_key: str, limit: int) -> list[KeyRow]:
    """Return up to `limit` rows that another house key wraps."""
    return [_row(row) for row in database.execute(f"{_SELECT} WHERE house_key != ? LIMIT ?", (house_key, limit))]


def put_again(database: sqlite3.Connection, rows: Iterable[KeyRow]) -> None:
    """Put rows that were wrapped anew in the place of what they were."""
    told = ((row.house_key, row.wrapped, row.key_id) for row in rows)
    database.executemany("UPDATE keys SET house_key = ?, wrapped = ? WHERE key_id = ?", told)


class Opening:
    """Opens the sealed facts of one log. sealer: None: nothing can be opened."""

    def __init__(self, sealer: Sealer | None) -> None:
        self._sealer = sealer
        self._open: OrderedDict[str, AESGCM] = OrderedDict()

    def whole(self, fact: Fact, database: sqlite3.Connection) -> Fact:
        """Return a fact with all of its body.

        Raises SealedError where its key is not at hand, ValueError where it is damaged, LogError for a damaged key.
        """
        key_id = str(fact.key_id)
        cipher = self._open.get(key_id)
        if cipher is None:
            cipher = self._open[key_id] = self._cipher(key_id, database)
            if len(self._open) > _OPEN_AT_ONCE:
                self._open.popitem(last=False)
        return with_body(fact, opened(fact, cipher))

    def _cipher(self, key_id: str, database: sqlite3.Connection) -> AESGCM:
        if self._sealer is None:
            raise SealedError("it is sealed, and no house key was given")
        try:
            row = find(database, key_id)
        except sqlite3.OperationalError as error:  # the log of an earlier version has no such table
            raise LogError(f"its key {key_id} is not in the log ({error}); restore the log from a backup") from error
        if row is None:
            raise SealedError(f"its key {key_id} is not in the log any more; restore the log from a backup")
        return self._sealer.opens(row)


def _row(found: tuple[object, ...]) -> KeyRow:
    key_id, stream, scope, name, made_at, house_key, wrapped = found
    kind = cast("Literal['hand', 'deck', 'gap']", str(scope))
    data = wrapped if isinstance(wrapped, bytes) else str(wrapped).encode()
    return KeyRow(str(key_id), str(stream), Scope(kind, str(name)), int(str(made_at)), str(house_key), data)
