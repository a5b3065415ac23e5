"""Opens the read model's database. Knows SQLite's switches; knows nothing of hands."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, insert, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from collector.errors import ReadModelError, SettingsError
from collector.readmodel.tables import SCHEMA, ReadModelTable, SchemaRow
from collector.system import ALONE, Sharing, alone_in, make_store, reading_url

T = TypeVar("T")
_WAL_KEEPS = 16_000_000
"""Bytes that the file of the WAL keeps once SQLite has carried it over."""
_BUSY_MS = 5_000
"""How long a writer waits for another; WAL lets readers pass."""


def open_engine(url: str, sharing: Sharing = ALONE) -> Engine:
    """Return an engine on the store at `url`, made if it is not there. Raises ReadModelError.

    One that is another user's is only read, and opened when it is used: it may not be there yet. SQLite lets a reader
    without the right to write in only while the collector has the store open.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            if not parsed.database or parsed.database == ":memory:":
                raise ReadModelError(
                    f"{url}: the read model needs a file; give a URL such as sqlite:///data/readmodel.db"
                )
            if not sharing.ours:
                return _read_only(Path(parsed.database))
            make_store(Path(parsed.database), sharing)
        engine = create_engine(parsed)
    except (SQLAlchemyError, OSError, ImportError, SettingsError) as error:
        raise _cannot_open(error) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
    try:
        with _first_alone(engine):
            _check_schema(engine)
    except ReadModelError:
        engine.dispose()
        raise
    except SQLAlchemyError as error:
        engine.dispose()
        raise _cannot_open(error) from error
    return engine


def _read_only(path: Path) -> Engine:
    engine = create_engine(reading_url(path))

    def set_up(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
        cursor = connection.cursor()
        try:
            cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
            found = cursor.execute(str(select(col(SchemaRow.version)))).fetchone()
        except sqlite3.Error as error:
            connection.close()
            raise ReadModelError(f"read model: not there yet ({error}); the collector makes it") from error
        cursor.close()
        if found != (SCHEMA,):
            connection.close()
            raise _other_schema(found and found[0])

    event.listen(engine, "connect", set_up)
    return engine


def _other_schema(found: object) -> ReadModelError:
    return ReadModelError(
        f"read model: the store has schema {found}, this version writes {SCHEMA}; "
        "move the file away and start again: it is rebuilt from the log"
    )


def _first_alone(engine: Engine) -> AbstractContextManager[None]:
    """Let one process at a time make the store: SQLite waits for nobody while it changes the kind of its journal."""
    path = engine.url.database
    return alone_in(Path(path).parent) if engine.dialect.name == "sqlite" and path else nullcontext()


def _cannot_open(error: Exception) -> ReadModelError:
    return ReadModelError(f"read model: cannot be opened ({_reason(error)}); check its URL, the path and its rights")


def _set_up_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
    try:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute(f"PRAGMA journal_size_limit = {_WAL_KEEPS}")
        cursor.execute("PRAGMA synchronous = NORMAL")  # a lost tail is projected again: its cursor is lost with it
        cursor.close()
    except Exception:
        connection.close()  # no database, or no right to it; nobody else has this connection yet
        raise


def _check_schema(engine: Engine) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # collector and web start together: one after the other
        _remove_older(connection)
        ReadModelTable.metadata.create_all(connection)
        found = connection.execute(select(col(SchemaRow.version))).scalar()
        if found is None:
            connection.execute(insert(SchemaRow).values(version=SCHEMA))
        elif found != SCHEMA:
            raise _other_schema(found)


def _remove_older(connection: Connection) -> None:
    """Remove the tables of an older schema: the log has all that they say, and fills the new ones.

    Rows of schema 2 and before hold hidden cards, so their pages are overwritten (`secure_delete`).
    """
    names = inspect(connection).get_table_names()
    if SchemaRow.__tablename__ not in names:
        return
    found = connection.execute(select(col(SchemaRow.version))).scalar()
    if found is not None and found < SCHEMA:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA secure_delete = ON")
        ReadModelTable.metadata.drop_all(connection)


class Worker:
    """Runs blocking work on threads of its own, and turns the database's errors into ours."""

    def __init__(self, engine: Engine, name: str, threads: int) -> None:
        self.engine = engine
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=name)

    async def run(self, work: Callable[[], T]) -> T:
        """Return what `work` returns, off the event loop."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except SQLAlchemyError as error:
            raise ReadModelError(f"read model: {_reason(error)}; look at the disk and the database's log") from error

    def close(self) -> None:
        """Finish what is running, then let go of the store."""
        self._threads.shutdown(wait=True)
        self.engine.dispose()


def _reason(error: BaseException) -> str:
    """Return the driver's own words; SQLAlchemy's would repeat the statement with its values."""
    return str(getattr(error, "orig", None) or error).splitlines()[0]
