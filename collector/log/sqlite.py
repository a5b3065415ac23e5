"""The log on SQLite: WAL, synchronous=FULL, one writer thread, one writing process.

FULL, because in WAL mode NORMAL loses acknowledged commits when the power goes. The WAL is carried over to the log when
nobody commits for a moment, on a thread and a connection of its own: a passive checkpoint holds up no commit. Where
there is no such moment a commit does it, at WAL_PAGES.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, Self, TypeVar
from urllib.parse import quote

from collector.errors import LogError, SealedError, SettingsError
from collector.facts.chain import digest
from collector.facts.codec import decode, encode, in_clear
from collector.facts.fact import DeviceKey, Fact, Head
from collector.facts.seals import Sealer
from collector.facts.streams import PAGE
from collector.log import keytable
from collector.log.keytable import Opening
from collector.log.lock import Lock
from collector.secrecy import Secrecy

R = TypeVar("R")
SCHEMA_VERSION = 2
"""1: nothing is sealed in it, and an earlier version of EBS can go on with it."""
_IN_CLEAR: Final = 1
IDLE_S: Final = 0.5
"""Without a commit for so long, the WAL is carried over."""
WAL_PAGES: Final = 8000
PAGE_BYTES: Final = 2048
"""Of a new log; an old one keeps its pages. A commit of one fact writes three pages and more, whatever their size: 9 kB
to the disk instead of 14, and most facts still fit in a page.
"""
WAL_KEEPS: Final = 16_000_000
"""Bytes that the file of the WAL keeps once it is carried over."""
_SCHEMA = (
    """
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
    + keytable.SCHEMA
)
_COLUMNS = (
    "stream, position, kind, schema, class, key_id, trace_id, cause, received_at, prev_hash, body, "
    "device, origin, seq, client, command_id"
)
_INSERT = f"INSERT INTO facts ({_COLUMNS}) VALUES ({', '.join('?' * 16)})"  # noqa: S608 - constants
_SELECT = f"SELECT {_COLUMNS} FROM facts"  # noqa: S608 - constants


class SqliteLog:
    """The log in one file, mode 0600. Use `open`; a second process that opens it to write is refused.

    `sealer` seals what is S0 and opens it; None: what comes is in clear, and what is sealed cannot be read.
    `house_keys`: how many keys each house key wraps, by its id: whoever has them all can read the log.
    """

    def __init__(self, path: Path, sealer: Sealer | None = None) -> None:
        self._path = path
        self.sealer = sealer
        self._opening = Opening(sealer)
        self.house_keys: Mapping[str, int] = {}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="log")
        self._carrier = ThreadPoolExecutor(max_workers=1, thread_name_prefix="log-wal")
        self._idle: asyncio.TimerHandle | None = None
        self._db: sqlite3.Connection
        self._lock = Lock(path)
        self.log_id = ""

    @classmethod
    async def open(cls, path: Path, sealer: Sealer | None = None) -> SqliteLog:
        """Open or create the log. Raises LogError with what to do."""
        log = cls(path, sealer)
        try:
            await log._run(log._open)
        except BaseException:
            log._thread.shutdown()
            log._carrier.shutdown()
            raise
        return log

    async def close(self) -> None:
        """Close the file and free the lock."""
        if self._idle:
            self._idle.cancel()
        self._carrier.shutdown()
        await self._run(self._close)
        self._thread.shutdown()

    async def append(self, facts: Sequence[Fact]) -> None:
        """Commit `facts` in one transaction, durable when this returns."""
        await self._run(lambda: self._append(facts))
        if self._idle:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(IDLE_S, self._carrier.submit, self._carry_over)

    def waiting_bytes(self) -> int:
        """Return the size of the WAL: commits that are durable, and not carried over to the log's file yet."""
        try:
            return self._path.with_name(self._path.name + "-wal").stat().st_size
        except FileNotFoundError:
            return 0

    async def read(self, stream: str, after: int = 0, limit: int = 10_000) -> list[Fact]:
        """Return up to `limit` facts of `stream` behind position `after`."""
        return await self._run(lambda: self._read(stream, after, limit))

    async def heads(self) -> dict[str, Head]:
        """Return the end of every stream."""
        return await self._run(self._heads)

    async def renew(self) -> None:
        """Give the log another name, durable when this returns."""
        await self.rename(secrets.token_hex(8))

    async def rename(self, log_id: str) -> None:
        """Give the log this name, durable when this returns."""
        await self._run(lambda: self._rename(log_id))

    async def rewrap(self, limit: int) -> int:
        """Wrap up to `limit` keys under the first house key that another one wraps; return how many there were.

        Raises SealedError where that other one is not at hand.
        """
        return await self._run(lambda: self._rewrap(limit))

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
        try:
            self._lock.take()
            self._db = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
            for pragma in (
                f"page_size={PAGE_BYTES}",
                *("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000"),
                *(f"wal_autocheckpoint={WAL_PAGES}", f"journal_size_limit={WAL_KEEPS}"),
                "secure_delete=ON",  # facts stay; of a key that goes nothing is to be left
            ):
                self._db.execute(f"PRAGMA {pragma}").fetchall()
            self._create()
        except BaseException:
            self._lock.free()  # the connection goes with this object, which nobody gets
            raise

    def _create(self) -> None:
        self._db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")
        self._db.execute("INSERT OR IGNORE INTO meta VALUES ('log_id', ?)", (secrets.token_hex(8),))
        self._db.execute("INSERT OR IGNORE INTO meta VALUES ('schema_version', ?)", (str(_IN_CLEAR),))
        meta = dict(self._db.execute("SELECT name, value FROM meta"))
        known = meta["schema_version"]
        if not known.isdecimal():
            raise LogError(f"{self._path} says schema {known!r}, which is no number; restore the log from a backup")
        if int(known) > SCHEMA_VERSION:
            raise LogError(f"{self._path} was written by a newer version of EBS; install that version to read it")
        self.log_id = meta["log_id"]
        self.house_keys = keytable.wrapped_by(self._db)

    def _rename(self, log_id: str) -> None:
        self._db.execute("UPDATE meta SET value = ? WHERE name = 'log_id'", (log_id,))
        self.log_id = log_id

    def _carry_over(self) -> None:
        """Copy the WAL into the log's file. What a reader still looks at stays; the next time is soon enough.

        A fault of the disk is told by the next commit, which ends the process; here nobody waits for an answer.
        """
        with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(self._path)) as beside:
            beside.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _close(self) -> None:
        self._db.close()
        self._lock.free()  # behind the database: see there

    def _append(self, facts: Sequence[Fact]) -> None:
        rows = self.sealer.rows(facts) if self.sealer else []
        with self._transaction():
            self._db.executemany(_INSERT, map(_row, facts))
            if rows:
                keytable.insert(self._db, rows)
                self._db.execute("UPDATE meta SET value = ? WHERE name = 'schema_version'", (str(SCHEMA_VERSION),))
        if self.sealer and rows:
            self.sealer.kept(rows)
            more = Counter(row.house_key for row in rows)
            self.house_keys = dict(Counter(self.house_keys) + more)

    def _rewrap(self, limit: int) -> int:
        if self.sealer is None:
            return 0
        rows = keytable.wrapped_by_others(self._db, self.sealer.house_keys[0], limit)
        if rows:
            with self._transaction():
                keytable.put_again(self._db, map(self.sealer.again, rows))
            self.house_keys = keytable.wrapped_by(self._db)
        return len(rows)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def _read(self, stream: str, after: int, limit: int) -> list[Fact]:
        query = f"{_SELECT} WHERE stream = ? AND position > ? ORDER BY position LIMIT ?"
        return [self._fact(row) for row in self._db.execute(query, (stream, after, limit))]

    def _heads(self) -> dict[str, Head]:
        streams = [name for (name,) in self._db.execute("SELECT DISTINCT stream FROM facts")]
        heads = {}
        for stream in streams:
            query = f"{_SELECT} WHERE stream = ? ORDER BY position DESC LIMIT 1"
            last = _read_row(self._path, self._db.execute(query, (stream,)).fetchone())
            heads[stream] = Head(last.position, last.received_at, digest(last))
        return heads

    def _fact(self, row: tuple[object, ...]) -> Fact:
        return _read_row(self._path, row, self._opening, self._db)


class LogReader:
    """Reads a log, also beside the collector that writes it: locks nothing, makes nothing. Use it as a context."""

    def __init__(self, path: Path, sealer: Sealer | None = None) -> None:
        self._path = path
        self._opening = Opening(sealer)
        try:
            if not path.is_file():
                raise LogError(f"{path}: there is no such log; the collector makes it when it starts")
            self._db = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)
            self.log_id = str(self._db.execute("SELECT value FROM meta WHERE name = 'log_id'").fetchone()[0])
            self.streams = tuple(name for (name,) in self._db.execute("SELECT DISTINCT stream FROM facts"))
        except sqlite3.Error as error:
            raise LogError(f"{path}: {error}; give a log of EBS, as data/log.db") from error

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._db.close()

    def house_keys(self) -> dict[str, int]:
        """Return how many keys each house key wraps, by its id."""
        return keytable.wrapped_by(self._db)

    def facts(self, stream: str, *, bodies: bool = True) -> Iterator[Fact]:
        """Yield the facts of a stream, in order. Raises LogError, SealedError where a key is not at hand.

        bodies: False: of a sealed fact the body has only what needs no key. Its chain can be checked all the same.
        """
        after, opening = 0, self._opening if bodies else None
        query = f"{_SELECT} WHERE stream = ? AND position > ? ORDER BY position LIMIT {PAGE}"
        while True:
            try:
                rows = self._db.execute(query, (stream, after)).fetchall()
            except sqlite3.Error as error:
                raise LogError(f"{self._path}: {error}; check disk and file, and try again") from error
            if not rows:
                return
            for row in rows:
                after = int(row[1])
                yield _read_row(self._path, row, opening, self._db)


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
        fact.sealed if fact.key_id else encode(fact.body),
        key.device if key else None,
        key.origin if key else None,
        key.seq if key else None,
        fact.client,
        fact.command_id,
    )


def _read_row(
    path: Path, row: tuple[object, ...], opening: Opening | None = None, database: sqlite3.Connection | None = None
) -> Fact:
    """Return the fact of a row; raise LogError with its place where the row is damaged.

    opening: opens what is sealed, with the keys in `database`; None: its body has only what needs no key.
    """
    try:
        fact = _fact(row)
        return opening.whole(fact, database) if fact.key_id and opening and database else fact
    except (SealedError, SettingsError) as error:
        raise SealedError(f"{path}: {row[0]}: the fact at position {row[1]} cannot be read: {error}") from error
    except LogError as error:
        raise LogError(f"{path}: {row[0]}: the fact at position {row[1]} cannot be read: {error}") from error
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        what = type(error).__name__ if isinstance(error, RecursionError) else error
        raise LogError(
            f"{path}: {row[0]}: the fact at position {row[1]} is damaged ({what}); restore the log from a backup"
        ) from error


def _fact(row: tuple[object, ...]) -> Fact:
    (stream, position, kind, schema, secrecy, key_id, trace_id, cause, received_at, prev_hash, body) = row[:11]
    device, origin, seq, client, command_id = row[11:]
    data = bytes(body) if isinstance(body, bytes) else str(body).encode()
    return Fact(
        stream=str(stream),
        position=int(str(position)),
        kind=str(kind),
        schema=int(str(schema)),
        secrecy=Secrecy(str(secrecy)),
        key_id=None if key_id is None else str(key_id),
        trace_id=str(trace_id),
        cause=None if cause is None else str(cause),
        received_at=int(str(received_at)),
        prev_hash=str(prev_hash),
        body=decode(data) if key_id is None else in_clear(data),
        device_key=None if device is None else DeviceKey(str(device), str(origin), int(str(seq))),
        client=None if client is None else str(client),
        command_id=None if command_id is None else str(command_id),
        sealed=b"" if key_id is None else data,
    )
