"""The log on SQLite: WAL, synchronous=FULL, one writer thread, one writing process.

FULL, because in WAL mode NORMAL loses acknowledged commits when the power goes.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import secrets
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from collector.errors import LogError, SettingsError
from collector.facts.chain import digest
from collector.facts.codec import decode, encode
from collector.facts.fact import DeviceKey, Fact, Head
from collector.secrecy import Secrecy

R = TypeVar("R")
SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts (
    stream TEXT NOT NULL, position INTEGER NOT NULL, kind TEXT NOT NULL, schema INTEGER NOT NULL,
    class TEXT NOT NULL, key_id TEXT, trace_id TEXT NOT NULL, cause TEXT, received_at INTEGER NOT NULL,
    prev_hash TEXT NOT NULL, body BLOB NOT NULL,
    device TEXT, origin TEXT, seq INTEGER, client TEXT, command_id TEXT,
    PRIMARY KEY (stream, position)) WITHOUT ROWID;
CREATE UNIQUE INDEX IF NOT EXISTS device_identity ON facts (device, origin, seq) WHERE device IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS command_identity ON facts (stream, client, command_id) WHERE command_id IS NOT NULL;
CREATE TRIGGER IF NOT EXISTS facts_stay BEFORE UPDATE ON facts
BEGIN SELECT RAISE(ABORT, 'facts are never changed'); END;
CREATE TRIGGER IF NOT EXISTS facts_keep BEFORE DELETE ON facts
BEGIN SELECT RAISE(ABORT, 'facts are never deleted'); END;
"""
_COLUMNS = (
    "stream, position, kind, schema, class, key_id, trace_id, cause, received_at, prev_hash, body, "
    "device, origin, seq, client, command_id"
)
_INSERT = f"INSERT INTO facts ({_COLUMNS}) VALUES ({', '.join('?' * 16)})"  # noqa: S608 - constants
_SELECT = f"SELECT {_COLUMNS} FROM facts"  # noqa: S608 - constants


class SqliteLog:
    """The log in one file, mode 0600. Use `open`; a second process that opens it to write is refused."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="log")
        self._db: sqlite3.Connection
        self._lock: int
        self.log_id = ""

    @classmethod
    async def open(cls, path: Path) -> SqliteLog:
        """Open or create the log. Raises LogError with what to do."""
        log = cls(path)
        try:
            await log._run(log._open)
        except BaseException:
            log._thread.shutdown()
            raise
        return log

    async def close(self) -> None:
        """Close the file and free the lock."""
        await self._run(self._close)
        self._thread.shutdown()

    async def append(self, facts: Sequence[Fact]) -> None:
        """Commit `facts` in one transaction, durable when this returns."""
        await self._run(lambda: self._append(facts))

    async def read(self, stream: str, after: int = 0, limit: int = 10_000) -> list[Fact]:
        """Return up to `limit` facts of `stream` behind position `after`."""
        return await self._run(lambda: self._read(stream, after, limit))

    async def heads(self) -> dict[str, Head]:
        """Return the end of every stream."""
        return await self._run(self._heads)

    async def renew(self) -> None:
        """Give the log another name, durable when this returns."""
        await self._run(self._renew)

    async def device_keys(self) -> list[DeviceKey]:
        """Return the identity of every device event."""
        query = "SELECT device, origin, seq FROM facts WHERE device IS NOT NULL ORDER BY device, origin, seq"
        return await self._run(lambda: [DeviceKey(*row) for row in self._db.execute(query)])

    async def _run(self, work: Callable[[], R]) -> R:
        def guarded() -> R:
            try:
                return work()
            except sqlite3.Error as error:
                raise LogError(f"{self._path}: {error}; nothing was acknowledged, check disk and file") from error

        return await asyncio.get_running_loop().run_in_executor(self._thread, guarded)

    def _open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        self._path.chmod(0o600)
        self._lock = os.open(self._path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._lock)
            raise LogError(f"{self._path}: another collector writes to this log; stop it first") from error
        self._db = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=4000", "busy_timeout=5000"):
            self._db.execute(f"PRAGMA {pragma}").fetchall()
        self._create()

    def _create(self) -> None:
        self._db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
        self._db.execute("INSERT OR IGNORE INTO meta VALUES ('log_id', ?)", (secrets.token_hex(8),))
        self._db.execute("INSERT OR IGNORE INTO meta VALUES ('schema_version', ?)", (str(SCHEMA_VERSION),))
        meta = dict(self._db.execute("SELECT name, value FROM meta"))
        if int(meta["schema_version"]) > SCHEMA_VERSION:
            raise LogError(f"{self._path} was written by a newer version of EBS; install that version to read it")
        self.log_id = meta["log_id"]

    def _renew(self) -> None:
        log_id = secrets.token_hex(8)
        self._db.execute("UPDATE meta SET value = ? WHERE name = 'log_id'", (log_id,))
        self.log_id = log_id

    def _close(self) -> None:
        self._db.close()
        os.close(self._lock)

    def _append(self, facts: Sequence[Fact]) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.executemany(_INSERT, map(_row, facts))
            self._db.execute("COMMIT")
        except sqlite3.Error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def _read(self, stream: str, after: int, limit: int) -> list[Fact]:
        query = f"{_SELECT} WHERE stream = ? AND position > ? ORDER BY position LIMIT ?"
        return [_fact(row) for row in self._db.execute(query, (stream, after, limit))]

    def _heads(self) -> dict[str, Head]:
        streams = [name for (name,) in self._db.execute("SELECT DISTINCT stream FROM facts")]
        heads = {}
        for stream in streams:
            query = f"{_SELECT} WHERE stream = ? ORDER BY position DESC LIMIT 1"
            last = _fact(self._db.execute(query, (stream,)).fetchone())
            heads[stream] = Head(last.position, last.received_at, digest(last))
        return heads


def path_of(url: str) -> Path:
    """Return the file that a URL of the log names. Raises SettingsError for a database of another kind."""
    path = url.removeprefix("sqlite:///")
    if path == url:
        raise SettingsError(f"EBS_LOG_DATABASE={url}: this version keeps its log on SQLite; write sqlite:///PATH")
    return Path(path)


def _row(fact: Fact) -> tuple[object, ...]:
    key = fact.device_key
    return (
        fact.stream,
        fact.position,
        fact.kind,
        fact.schema,
        fact.secrecy.value,
        fact.key_id,
        fact.trace_id,
        fact.cause,
        fact.received_at,
        fact.prev_hash,
        encode(fact.body, fact.key_id),
        key.device if key else None,
        key.origin if key else None,
        key.seq if key else None,
        fact.client,
        fact.command_id,
    )


def _fact(row: tuple[object, ...]) -> Fact:
    (stream, position, kind, schema, secrecy, key_id, trace_id, cause, received_at, prev_hash, body) = row[:11]
    device, origin, seq, client, command_id = row[11:]
    sealed_by = None if key_id is None else str(key_id)
    data = bytes(body) if isinstance(body, bytes) else str(body).encode()
    return Fact(
        stream=str(stream),
        position=int(str(position)),
        kind=str(kind),
        schema=int(str(schema)),
        secrecy=Secrecy(str(secrecy)),
        key_id=sealed_by,
        trace_id=str(trace_id),
        cause=None if cause is None else str(cause),
        received_at=int(str(received_at)),
        prev_hash=str(prev_hash),
        body=decode(data, sealed_by),
        device_key=None if device is None else DeviceKey(str(device), str(origin), int(str(seq))),
        client=None if client is None else str(client),
        command_id=None if command_id is None else str(command_id),
    )
